import AD
@testable import NativeEngine
import ReversibleCore
import ProgramOracle
import TestSupport
import Testing

/// Random programs compute the same with any passes, in any order that is allowed.
struct ScheduleLawTests {
    private let laws = RandomProgramTests()

    @Test func everyPassCanBeLeftOut() throws {
        var number = 0
        try laws.forPrograms(36, seed: 150_000) { f, x, writer in
            number += 1
            try check(f, x, writer, .standard.without(Pass.all[number % Pass.all.count]))
        }
    }

    @Test func passesRunInAnyOrder() throws {
        var random = SplitMix(seed: 160)
        try laws.forPrograms(24, seed: 160_000) { f, x, writer in
            // Some twice, some not at all.
            var passes = (Pass.all + Pass.all).shuffled(using: &random)
            passes.removeLast(Int.random(in: 0...9, using: &random))
            if let first = passes.firstIndex(of: .dropDeadValues) {
                // Allowed is what calls and computations are still whole for.
                let early: Set<Pass> = [.inlineCalls, .expandComputations]
                let late = passes[first...].filter { !early.contains($0) }
                passes = passes[..<first].filter { $0 != .dropDeadValues } + late
            }
            try check(f, x, writer, Schedule(passes))
        }
    }

    /// What every pass leaves is a sound program, in values and in derivatives.
    @Test func everyPassLeavesASoundProgram() throws {
        for seed in 170_000..<UInt64(isExhaustive ? 170_060 : 170_006) {
            var writer = OracleWriter(seed: seed, omitting: [.growth])
            let f = try ProgramBuilder.function(of: writer.program())
            let definition = try f.definition
            for checks in [Checks.undoing, .none] {
                let pullback = try definition.pullback(inverted: false, checks)
                for program in [definition, pullback, try pullback.tangentOfPullback] {
                    let request = LoweringRequest(
                        checks: checks, schedule: .standard, wanted: program.parameters.map { _ in true })
                    for step in LoweringTrace(program, inverted: false, request).steps {
                        guard let fault = step.fault else { continue }
                        Issue.record("seed \(seed), \(step.pass?.name ?? "as it comes"): \(fault)\n\(f)")
                    }
                }
            }
        }
    }

    private func check(
        _ f: OracleFunction, _ x: ProgramInput, _ writer: OracleWriter, _ schedule: Schedule
    ) throws {
        var writer = writer
        let point = Point(input: x, direction: writer.direction(for: x))
        var reference = Runner(f, on: .interpreter)
        let questions = [Question.quantity(.gradient), .quantity(.values), .quantity(.product)]
        for engine in isExhaustive ? [Engine.unchecked, .native, .checked] : [.native] {
            var runner = Runner(f, on: engine, optimizing: schedule)
            for question in isExhaustive ? questions[...] : questions.prefix(1) {
                guard case .numbers(let expected, let integers) = reference.run(question, at: point) else {
                    continue
                }
                let outcome = runner.run(question, at: point)
                guard case .numbers(let found, let others) = outcome else {
                    Issue.record("\(schedule), \(engine), \(question.name): \(outcome)\n\(f)")
                    return
                }
                let largest = expected.map { abs($0) }.max() ?? 0
                let agree = zip(expected, found).allSatisfy { a, b in
                    a.isNaN && b.isNaN || a == b || abs(a - b) <= 1e-9 * max(1, largest)
                }
                if !agree || integers != others {
                    Issue.record(
                        "\(schedule), \(engine), \(question.name): \(found) instead of \(expected)\n\(f)")
                    return
                }
            }
        }
    }
}
