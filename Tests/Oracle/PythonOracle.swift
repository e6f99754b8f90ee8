import Foundation

/// What is asked of a program: where, and in which direction.
package struct Point: Hashable, Sendable {
    package var input: ProgramInput
    package var direction: [Double]

    package init(input: ProgramInput, direction: [Double]) {
        self.input = input
        self.direction = direction
    }
}

/// What the quantities of a run are.
package enum Quantity: String, CaseIterable, Sendable, Codable {
    case values, tangents, gradient, product
}

/// What Python says.
package struct Expectation: Sendable {
    /// The answers, rounded from 50 digits.
    package var numbers: [Quantity: [Double]] = [:]
    /// How far rounding moves them: the largest distance over runs in double precision with random rounding.
    package var spread: [Quantity: [Double]] = [:]
    /// The answers in double precision.
    package var floats: [Quantity: [Double]] = [:]
    /// The largest number on the way.
    package var largest: [Quantity: Double] = [:]
    package var integers: [Int] = []
    /// `borderline`, `corner`, `kink`, `nonfinite`, `steep`
    package var flags: Set<String> = []
    /// NumPy's values, and JAX's derivatives, if asked for.
    package var libraries: [Quantity: [Double]] = [:]
    /// How far losses of as much as verified undoing lets pass move them.
    package var loss: [Quantity: [Double]] = [:]
    /// How far plain double precision is off when it runs the program's inverse: relative, infinite if it goes astray.
    package var undoing = 0.0
    /// The same for the tangents, when the inverse undoes them too.
    package var undoingTangents = 0.0
    /// The same for every number, absolute: the largest of a few runs with random rounding.
    package var back: [Double] = []
    /// Why there is no result: the documented refusal, if there is one.
    package var refusal: String?
    /// What went wrong in the oracle itself.
    package var failure: String?

    package init() {}

    /// Whether undoing loses digits in plain double precision, or goes another way.
    var isHardToUndo: Bool { undoing > 1e-11 || flags.contains("kink") }
    /// Whether the program's inverse does not find back in double precision.
    var isLost: Bool { back.isEmpty || back.contains(.infinity) || flags.contains("kink") }
}

/// One Python process that answers for many programs.
package final class PythonOracle {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread = Data()

    /// The folder of this package.
    package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The interpreter in the virtual environment that `.ci/oracle` makes; nil if there is none.
    package static var interpreter: String? {
        let environment = ProcessInfo.processInfo.environment["REVERSIBLE_ORACLE_PYTHON"]
        let path = environment ?? root.appendingPathComponent(".build/oracle-venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    /// Starts the process.
    package init(interpreter: String) throws {
        process.executableURL = URL(fileURLWithPath: interpreter)
        process.arguments = [
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("oracle.py")
                .path
        ]
        // One thread: what is computed is small.
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["JAX_PLATFORMS": "cpu", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"]) { $1 }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// What `program` gives at `point`.
    ///
    /// - Parameter libraries: Whether NumPy and JAX are asked as well.
    package func ask(
        _ program: RandomProgram, at point: Point, libraries: Bool = false
    ) throws -> Expectation {
        let input = point.input
        let request: [String: Any] = [
            "source": PythonPrinter.source(of: program), "values": input.reals.map { "\($0)" },
            "direction": point.direction.map { "\($0)" }, "lengths": [input.v.count, input.w.count],
            "shape": [input.rows, input.columns], "n": input.n, "p": input.p,
            "jax": libraries, "undoes": !program.leavesSomethingOnStacks,
        ]
        var line = try JSONSerialization.data(withJSONObject: request)
        line.append(10)
        try self.input.fileHandleForWriting.write(contentsOf: line)
        let answer = try JSONSerialization.jsonObject(with: readLine()) as? [String: Any] ?? [:]
        return Self.expectation(answer)
    }

    private static func expectation(_ answer: [String: Any]) -> Expectation {
        var result = Expectation()
        func numbers(_ any: Any?) -> [Double] {
            (any as? [String] ?? []).map { Double($0) ?? .nan }
        }
        result.refusal = answer["refused"] as? String
        result.failure = answer["failed"] as? String
        let floats = answer["floats"] as? [String: Any] ?? [:]
        let libraries = answer["libraries"] as? [String: Any] ?? [:]
        for part in Quantity.allCases {
            result.numbers[part] = numbers(answer[part.rawValue])
            result.spread[part] = numbers(answer[part.rawValue + "Spread"])
            result.loss[part] = numbers(answer[part.rawValue + "Loss"])
            result.largest[part] = numbers([answer[part.rawValue + "Largest"] as? String ?? "0"]).first
            result.floats[part] = numbers(floats[part.rawValue])
            if !libraries.isEmpty { result.libraries[part] = numbers(libraries[part.rawValue]) }
        }
        result.undoing = (answer["undoing"] as? String).flatMap { Double($0) } ?? 0
        result.undoingTangents = (answer["undoingTangents"] as? String).flatMap { Double($0) } ?? 0
        result.back = numbers(answer["back"])
        result.integers = (answer["integers"] as? [String] ?? []).map { Int($0) ?? 0 }
        result.flags = Set(answer["flags"] as? [String] ?? [])
        return result
    }

    private struct Ended: Error {}

    private func readLine() throws -> Data {
        while true {
            if let end = unread.firstIndex(of: 10) {
                let line = unread[unread.startIndex..<end]
                unread = Data(unread[(end + 1)...])
                return Data(line)
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { throw Ended() }
            unread.append(more)
        }
    }
}
