import Foundation
import NativeEngine
import ReversibleCore

/// Many random programs on all engines against Python.
package struct Campaign {
    /// What the command line says.
    package var programs = 100
    package var firstSeed: UInt64 = 1
    package var engines = Engine.local
    package var inputs = 3
    package var shrinks = true
    /// Every how many programs NumPy and JAX are asked too.
    package var librariesEvery = 10
    package var shows = false
    package var omitted: Set<OracleWriter.Feature> = []
    /// How many findings of one kind are shrunk and shown.
    package var shownOfAKind = 2
    /// How many programs are tried to make one smaller.
    package var shrinkLimit = 400

    private let interpreter: String
    private var python: PythonOracle
    private let judge = Judge()
    private var counts: [String: Int] = [:]
    package private(set) var findings: [Finding] = []

    /// An option that is not known, or lacks its value.
    package struct BadOption: Error, CustomStringConvertible {
        package let description: String
    }

    package init(_ arguments: some Sequence<String> = [], interpreter: String) throws {
        self.interpreter = interpreter
        python = try PythonOracle(interpreter: interpreter)
        var rest = Array(arguments)[...]
        func bad(_ option: String) -> BadOption {
            BadOption(
                description:
                    "`\(option)` is not an option with a value that fits: use --programs N, --seed S, --inputs K, "
                    + "--engines interpreter,native,checked,unchecked,threads,recorded,recordedNative,checkpoints,checkpointsNative,mixed,mixedNative, --jax-every N, --without guards,drift,…, "
                    + "--of-a-kind N, --shrink-limit N, --no-shrink, --show")
        }
        while let option = rest.popFirst() {
            if option == "--no-shrink" {
                shrinks = false
                continue
            }
            if option == "--show" {
                shows = true
                continue
            }
            guard let value = rest.popFirst() else { throw bad(option) }
            switch option {
            case "--programs": programs = try Int(value) ?? { throw bad(option) }()
            case "--seed": firstSeed = try UInt64(value) ?? { throw bad(option) }()
            case "--inputs": inputs = try Int(value) ?? { throw bad(option) }()
            case "--shrink-limit": shrinkLimit = try Int(value) ?? { throw bad(option) }()
            case "--of-a-kind": shownOfAKind = try Int(value) ?? { throw bad(option) }()
            case "--without":
                omitted = Set(
                    try value.split(separator: ",").map { name in
                        guard let feature = OracleWriter.Feature(rawValue: String(name)) else {
                            throw bad(option)
                        }
                        return feature
                    })
            case "--jax-every": librariesEvery = try Int(value) ?? { throw bad(option) }()
            case "--engines":
                engines = try value.split(separator: ",").map { name in
                    guard let engine = Engine.local.first(where: { $0.rawValue == name }) else {
                        throw bad(option)
                    }
                    return engine
                }
            default: throw bad(option)
            }
        }
    }

    /// Runs everything and prints what was found; whether all agree.
    package mutating func run() throws -> Bool {
        for offset in 0..<UInt64(programs) {
            try runProgram(seed: firstSeed &+ offset, number: Int(offset))
            if offset % 100 == 99 { say("\(offset + 1) programs: \(summary)") }
        }
        say("seeds \(firstSeed)..<\(firstSeed &+ UInt64(programs)), \(inputs) inputs each: \(summary)")
        let own = ["not built", "oracle failed", "the oracles differ"]
        return findings.isEmpty && own.allSatisfy { counts[$0] == nil }
    }

    private var summary: String {
        counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    private mutating func runProgram(seed: UInt64, number: Int) throws {
        var writer = OracleWriter(seed: seed, omitting: omitted)
        let program = writer.program()
        let points = (0..<inputs).map { number in
            let input = writer.input(number)
            return Point(input: input, direction: writer.direction(for: input))
        }
        if shows {
            say("// seed \(seed)")
            say(SwiftPrinter.source(of: program))
        }
        let (function, mixed): (OracleFunction, OracleFunction)
        do {
            function = try ProgramBuilder.function(of: program)
            mixed = try ProgramBuilder.function(of: program, mixingUndoing: true)
        } catch {
            counts["not built", default: 0] += 1
            say("seed \(seed): \(error)\n\(SwiftPrinter.source(of: program))")
            return
        }
        let asksLibraries = librariesEvery > 0 && number % librariesEvery == 0
        var expectations: [Expectation] = []
        for point in points {
            let expectation = try python.ask(program, at: point, libraries: asksLibraries)
            if let failure = expectation.failure {
                say("seed \(seed): the oracle failed: \(failure)")
                counts["oracle failed", default: 0] += 1
            }
            if asksLibraries { compareLibraries(expectation, seed: seed) }
            expectations.append(expectation)
        }
        let leaves = program.leavesSomethingOnStacks
        var seen: Set<String> = []
        for engine in engines {
            var runner = Runner(engine.mixesUndoing ? mixed : function, on: engine)
            for (point, expectation) in zip(points, expectations) {
                // Unchecked code promises nothing where checks would fail.
                if !engine.checksPrograms, expectation.refusal != nil { continue }
                // What is on a record is there for one run.
                for task in Question.all
                where task != .thereAndBack || !(leaves || engine.records || engine.mixesUndoing) {
                    let outcome = runner.run(task, at: point)
                    let verdict = judge.judge(outcome, task, on: engine, at: point, expectation)
                    switch verdict {
                    case .agrees: counts["agree", default: 0] += 1
                    case .skipped(let why): counts["skipped (\(why.prefix(48)))", default: 0] += 1
                    case .differs(let kind, let expected, let found):
                        let own = Judge.sort(kind, outcome)
                        let sort = "\(own) in \(task.name)"
                        guard seen.insert(sort).inserted else { continue }
                        counts["DIFFER: \(sort), \(engine.rawValue)", default: 0] += 1
                        guard counts["DIFFER: \(sort), \(engine.rawValue)", default: 0] <= shownOfAKind else {
                            continue
                        }
                        report(
                            Finding(
                                kind: kind, program: program, point: point, engine: engine, task: task,
                                sort: own, expected: expected, found: found), seed: seed)
                    }
                }
            }
        }
    }

    /// The answers themselves are checked against NumPy and JAX, where those have numbers.
    private mutating func compareLibraries(_ e: Expectation, seed: UInt64) {
        guard e.refusal == nil, e.failure == nil, e.flags.isEmpty else { return }
        for (quantity, theirs) in e.libraries {
            let (ours, spread) = (e.numbers[quantity] ?? [], e.spread[quantity] ?? [])
            let scale = ours.filter(\.isFinite).reduce(1) { max($0, abs($1)) }
            for (position, (a, b)) in zip(theirs, ours).enumerated()
            where a.isFinite && b.isFinite && spread[position].isFinite
                && !(abs(a - b) <= 1000 * spread[position] + 1e-9 * scale)
            {
                counts["the oracles differ", default: 0] += 1
                say("seed \(seed): JAX or NumPy has \(a), mpmath \(b) in \(quantity.rawValue) [\(position)]")
                return
            }
        }
        counts["oracles agree", default: 0] += 1
    }

    /// How a program disagrees with Python on one engine.
    private static func probe(
        _ program: RandomProgram, _ point: Point, _ engine: Engine, _ task: Question, like first: Finding,
        _ python: PythonOracle, _ judge: Judge
    ) -> Finding? {
        guard let function = try? ProgramBuilder.function(of: program, mixingUndoing: engine.mixesUndoing)
        else { return nil }
        var runner = Runner(function, on: engine)
        // What checks is asked before Python, which takes longer; what does not, only where all is well.
        let isSafe = engine.checksPrograms
        var outcome: Outcome?
        if isSafe {
            let early = runner.run(task, at: point)
            switch early {
            case .error(let kind, _): if kind != first.sort { return nil }
            case .numbers: if first.kind == .error || first.kind == .drift { return nil }
            }
            outcome = early
        }
        guard let expectation = try? python.ask(program, at: point) else { return nil }
        if !isSafe, expectation.refusal != nil { return nil }
        let result = outcome ?? runner.run(task, at: point)
        guard
            case .differs(let kind, let expected, let found) = judge.judge(
                result, task, on: engine, at: point, expectation)
        else { return nil }
        return Finding(
            kind: kind, program: program, point: point, engine: engine, task: task,
            sort: Judge.sort(kind, result), expected: expected, found: found)
    }

    private mutating func report(_ finding: Finding, seed: UInt64) {
        var finding = finding
        if shrinks {
            let (python, judge) = (python, judge)
            let (engine, task, first) = (finding.engine, finding.task, finding)
            var shrinker = Shrinker(finding, limit: shrinkLimit) { program, point in
                Self.probe(program, point, engine, task, like: first, python, judge)
            }
            finding = shrinker.shrink()
        }
        findings.append(finding)
        say("\n// seed \(seed):\n\(finding.report)")
    }
}

/// Prints a line at once, whoever reads.
private func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
