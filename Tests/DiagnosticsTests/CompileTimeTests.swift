import Foundation
import Testing

/// Programs that do not compile, and what the compiler says.
///
/// Each is type-checked against the modules that were built beside these tests.
@Suite(.enabled(if: Compiler.found != nil, "swiftc or the built modules were not found"))
struct CompileTimeTests {
    @Test func productAsAStatement() throws {
        try expectDiagnostic(
            "an expression is not a statement: change a place by it, as in `y += …`", line: 3,
            """
            let f = ReversibleFunction { (x: Scalar, y: Scalar) in
                x * y
            }
            """)
    }

    @Test func conditionAsAStatement() throws {
        try expectDiagnostic(
            "a condition is not a statement: use it in `If(…) { }` or `While(…) { }`", line: 3,
            """
            let f = ReversibleFunction { (x: Scalar, y: Scalar) in
                x == y
            }
            """)
    }

    @Test func placeAsAStatement() throws {
        try expectDiagnostic(
            "a place is not a statement: declare an ancilla with `let`", line: 3,
            """
            let f = ReversibleFunction { (x: Scalar, y: Scalar) in
                Scalar.ancilla()
                y += x
            }
            """)
    }

    @Test func vectorAsAStatement() throws {
        try expectDiagnostic(
            "a place is not a statement: declare an ancilla with `let`", line: 3,
            """
            let f = ReversibleFunction { (v: Vector) in
                Vector.ancilla(count: 3)
                v += 1
            }
            """)
    }

    @Test func integerProductInPlace() throws {
        try expectDiagnostic(
            "an Integer cannot be multiplied in place: use `+=`, `-=` or `^=`, or `&*=` by an odd constant",
            line: 3,
            """
            let f = ReversibleFunction { (k: Integer) in
                k *= 2
            }
            """)
    }

    @Test func integerQuotientInPlace() throws {
        try expectDiagnostic(
            "an Integer cannot be divided in place: use `+=`, `-=` or `^=`", line: 3,
            """
            let f = ReversibleFunction { (v: IntegerVector) in
                v[0] /= 2
            }
            """)
    }

    @Test func expressionOnTheLeft() throws {
        try expectDiagnostic(
            "an expression cannot be changed: only a place can stand on the left", line: 3,
            """
            let f = ReversibleFunction { (x: Scalar, y: Scalar) in
                x + 1 += y
            }
            """)
    }

    @Test func swapOfTwoTypes() throws {
        try expectDiagnostic(
            "`SWAP` needs two places of one type", line: 3,
            """
            let f = ReversibleFunction { (x: Scalar, k: Integer) in
                SWAP(x, k)
            }
            """)
    }

    @Test func assignment() throws {
        try expectRefusal(
            line: 3,
            """
            let f = ReversibleFunction { (x: Scalar, y: Scalar) in
                x = y
            }
            """)
    }

    @Test(arguments: ["x > 0", "0.5 * x >= y && !(y == 1)", "k != 0"])
    func comparisonOfAPlaceInASwiftIf(condition: String) throws {
        try expectDiagnostic(
            "Swift's `if` and `?:` choose while the program is made: use `If(…) { } else: { }` for statements and "
                + "`select(condition, a, b)` for numbers", line: 3,
            """
            let f = ReversibleFunction { (x: Scalar, y: Scalar, k: Integer) in
                if \(condition) { y += 1 }
            }
            """)
    }

    @Test(arguments: ["x : -x", "x : x * x", "1 : 2"])
    func comparisonOfAPlaceInAConditionalExpression(choice: String) throws {
        try expectDiagnostic(
            "Swift's `if` and `?:` choose while the program is made: use `If(…) { } else: { }` for statements and "
                + "`select(condition, a, b)` for numbers", line: 3,
            """
            let f = ReversibleFunction { (x: Scalar, y: Scalar) in
                y += x > 0 ? \(choice)
            }
            """)
    }

    @Test(arguments: ["w[i]", "w[i + 1] * 2", "v[order[i]]"])
    func placeAsAnIndexOfASwiftArray(element: String) throws {
        try expectDiagnostic(
            "a Swift array is read while the program is made, and a place's value is known when it runs: make the "
                + "array a constant of the program, `Vector.constant(…)` or `IntegerVector.constant(…)`, or an argument of "
                + "the function; or unroll with Swift's `for`",
            line: 4,
            """
            let w = [1.0, 2.0], order = [1, 0]
            let f = ReversibleFunction { (y: Scalar, v: Vector) in
                For(v.indices) { i in y += \(element) }
            }
            """)
    }

    @Test(arguments: ["SWAP(x + 1, y)", "f(x, y * 2)"])
    func expressionWhereAPlaceIsChanged(statement: String) throws {
        try expectDiagnostic(
            "only a place can stand on the left, in a word like `SWAP` or in a call", line: 4,
            """
            let f = ReversibleFunction { (x: Scalar, y: Scalar) in x += y }
            let g = ReversibleFunction { (x: Scalar, y: Scalar) in
                \(statement)
            }
            """)
    }

    @Test func gradientOfAGradient() throws {
        try expectDiagnostic(
            "use `hessian` or `hvp`, or `adjoint(adjoint(f))` for the program", line: 3,
            """
            let f = ReversibleFunction { (x: Scalar, y: Scalar) in x += y }
            let second = grad(grad(f))
            """)
    }

    @Test func rangeOfPlacesInASwiftFor() throws {
        try expectDiagnostic(
            "Swift's `for` runs while the program is traced; use `For(0..<n) { i in … }`", line: 3,
            """
            let f = ReversibleFunction { (x: Scalar, n: Integer) in
                for i in 0..<n { x += i }
            }
            """)
    }

    @Test func xorOfAScalar() throws {
        try expectRefusal(
            line: 3,
            """
            let f = ReversibleFunction { (x: Scalar, k: Integer) in
                x ^= k
            }
            """)
    }

    @Test func wrongNumberOfArguments() throws {
        try expectRefusal(
            line: 5,
            """
            let f = ReversibleFunction { (x: Scalar, y: Scalar) in
                x += y
            }
            let result = try? f(1.0)
            """)
    }

    @Test func aProgramThatIsRight() throws {
        let output = try Compiler.check(
            """
            let f = ReversibleFunction { (x: Scalar, y: Scalar) in
                x += y
            }
            """)
        #expect(!output.contains("error:"), "\(output)")
    }

    private func expectRefusal(
        line: Int, says message: String = "error:", _ source: String,
        caller: SourceLocation = #_sourceLocation
    ) throws {
        let output = try Compiler.check(source)
        #expect(output.contains("wrong.swift:\(line):"), "\(output)", sourceLocation: caller)
        #expect(output.contains("error:"), "\(output)", sourceLocation: caller)
        #expect(output.contains(message), "\(output)", sourceLocation: caller)
    }

    @Test func numbers() throws {
        try expectDiagnostic(
            "a sum of such numbers cannot be taken back: multiply a number that is 1, as a scratch number is, by the sum",
            line: 4,
            """
            import Numbers
            let f = ReversibleFunction { (y: LogNumber, x: LogNumber) in
                y += x
            }
            """)
        try expectDiagnostic(
            "a fixed-point number cannot be multiplied in place, as the product is rounded", line: 4,
            """
            import Numbers
            let f = ReversibleFunction { (y: FixedPoint<Q32>) in
                y *= 2
            }
            """)
    }

    private func expectDiagnostic(
        _ message: String, line: Int, _ source: String, caller: SourceLocation = #_sourceLocation
    ) throws {
        try expectRefusal(line: line, says: message, source, caller: caller)
    }
}

/// The Swift compiler with the modules under test.
private struct Compiler {
    let executable: URL
    let modules: URL

    static let found: Compiler? = {
        let files = FileManager.default
        let paths = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        let executable = paths.map { URL(fileURLWithPath: "\($0)/swiftc") }
            .first { files.isExecutableFile(atPath: $0.path) }
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        for _ in 0..<5 {
            let modules = folder.appendingPathComponent("Modules")
            if files.fileExists(atPath: modules.appendingPathComponent("AD.swiftmodule").path) {
                return executable.map { Compiler(executable: $0, modules: modules) }
            }
            folder.deleteLastPathComponent()
        }
        return nil
    }()

    /// What the compiler says about a file that begins with `import AD`.
    static func check(_ source: String) throws -> String {
        guard let compiler = found else { return "" }
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("DiagnosticsTests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("wrong.swift")
        try "import AD\n\(source)\n".write(to: file, atomically: true, encoding: .utf8)
        let output = Pipe()
        let process = Process()
        process.executableURL = compiler.executable
        process.arguments = [
            "-typecheck", "-swift-version", "6", "-parse-as-library", "-I", compiler.modules.path, file.path,
        ]
        process.standardError = output
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
