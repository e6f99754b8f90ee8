import Foundation
import NativeEngine
import ProgramOracle
import TestSupport
import Testing

/// A few random programs against Python, where there is one with mpmath; `.ci/oracle` makes it, and runs many more.
@Suite(.serialized)
struct OracleTests {
    @Test func programsAgreeWithPython() throws {
        guard let interpreter = PythonOracle.interpreter else {
            print("skipped: `.ci/oracle` has made no Python with mpmath and JAX")
            return
        }
        let engines = nativeCompilerIsThere ? "interpreter,native,checked,threads" : "interpreter"
        var campaign = try Campaign(
            [
                "--programs", isExhaustive ? "4" : "2", "--seed", "1", "--inputs", "2", "--engines", engines,
                "--jax-every", "0",
                "--shrink-limit", "60",
            ],
            interpreter: interpreter)
        #expect(try campaign.run())
    }

    /// Every program that is written can be built: what is refused is the oracle's fault.
    @Test func programsCanBeBuilt() throws {
        for seed in UInt64(0)..<150 {
            var writer = OracleWriter(seed: seed)
            let program = writer.program()
            #expect(throws: Never.self, "seed \(seed)\n\(SwiftPrinter.source(of: program))") {
                _ = try ProgramBuilder.function(of: program)
            }
        }
    }

    /// A wrong answer is found, and shrunk to the statement that gives it.
    @Test func wrongAnswersAreFound() throws {
        let body = Body([], [.update("+=", PlaceTerm("y"), .unary("sin", .place(PlaceTerm("a"))))])
        let program = RandomProgram(routines: [], body: body)
        let point = Point(input: ProgramInput(y: 0, a: 0.5), direction: [0, 1, 0])
        var runner = Runner(try ProgramBuilder.function(of: program), on: .interpreter)
        let outcome = runner.run(.quantity(.gradient), at: point)
        var right = Expectation()
        right.numbers[.gradient] = [1, cos(0.5), 0]
        right.spread[.gradient] = [0, 1e-17, 0]
        guard
            case .agrees = Judge().judge(
                outcome, .quantity(.gradient), on: .interpreter, at: point, right)
        else {
            Issue.record("the right gradient is not accepted")
            return
        }
        right.numbers[.gradient] = [1, cos(0.5) + 1e-10, 0]
        guard
            case .differs(.number, _, _) = Judge().judge(
                outcome, .quantity(.gradient), on: .interpreter, at: point, right)
        else {
            Issue.record("a gradient that is off by 1e-10 is accepted")
            return
        }
    }
}
