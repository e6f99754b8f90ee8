import AD
import CUDAEngine
import Foundation
import NativeEngine
import ProgramOracle
import ReversibleCore
import TestSupport
import Testing

/// The kernels of random programs, on the emulator, against Python.
///
/// `REVERSIBLE_ORACLE_KERNELS` says which programs: `500` for the first 500, or `20..<30`. Without the Python that `.ci/oracle` makes there are none.
@Suite struct OracleKernelTests {
    private var seeds: Range<UInt64> {
        let wish = ProcessInfo.processInfo.environment["REVERSIBLE_ORACLE_KERNELS"] ?? ""
        let bounds = wish.components(separatedBy: "..<").compactMap { UInt64($0) }
        let usual: UInt64 = isExhaustive ? 10 : 5
        return bounds.count == 2 && bounds[0] <= bounds[1]
            ? bounds[0]..<bounds[1] : 0..<(bounds.first ?? usual)
    }

    @Test func kernelsAgreeWithPython() throws {
        guard let interpreter = PythonOracle.interpreter else {
            print("skipped: `.ci/oracle` has made no Python with mpmath and JAX")
            return
        }
        let python = try PythonOracle(interpreter: interpreter)
        var (runs, unsupported, skipped) = (0, 0, 0)
        for seed in seeds {
            var writer = OracleWriter(seed: 500_000 + seed, iterations: .always)
            let program = writer.program()
            let input = writer.input(0)
            let point = Point(input: input, direction: writer.direction(for: input))
            for quantity in [Quantity.values, .gradient] {
                var end = End.agreed
                let finding = try probe(program, point, quantity, python, &end)
                switch end {
                case .agreed: runs += 1
                case .unsupported: unsupported += 1
                case .skipped: skipped += 1
                }
                guard let finding else { continue }
                var shrinker = Shrinker(finding, limit: 12) { program, point in
                    var ignored = End.agreed
                    return try? probe(program, point, quantity, python, &ignored)
                }
                Issue.record("seed \(seed):\n\(shrinker.shrink().report)")
            }
        }
        print(
            "\(seeds.count) programs: \(runs) runs of kernels, \(unsupported) times no kernels, \(skipped) skipped"
        )
        #expect(runs > 0)
    }

    /// How a run ended.
    private enum End { case agreed, unsupported, skipped }

    /// How the kernels of a program differ from what Python says.
    private func probe(
        _ program: RandomProgram, _ point: Point, _ quantity: Quantity, _ python: PythonOracle,
        _ end: inout End
    ) throws -> Finding? {
        end = .skipped
        guard let function = try? ProgramBuilder.function(of: program) else { return nil }
        let expectation = try python.ask(program, at: point)
        #expect(expectation.failure == nil)
        // Kernels check nothing: what is refused is undefined.
        guard expectation.refusal == nil else { return nil }
        let outcome: Outcome
        do {
            outcome = try run(function, quantity, point)
            end = .agreed
        } catch let error as PTXError
            where [.unknownBeforeLaunch, .nothingParallel, .unsupportedStatement].contains(error.kind)
        {
            end = .unsupported
            return nil
        } catch let error as PTXError
            where error.kind == .invalidOption && error.message.contains(".atomic")
        {
            // Additions that cannot wait for an order, which the options ask for.
            end = .unsupported
            return nil
        } catch CUDAFunctionError.drift(let error) {
            outcome = .error(kind: error.kind.rawValue, text: "\(error)")
        } catch {
            outcome = .error(kind: "\(type(of: error))", text: "\(error)")
        }
        let judge = Judge()
        switch judge.judge(outcome, .quantity(quantity), on: .kernels, at: point, expectation) {
        case .agrees: return nil
        case .skipped:
            end = .skipped
            return nil
        case .differs(let kind, let expected, let found):
            return Finding(
                kind: kind, program: program, point: point, engine: .kernels, task: .quantity(quantity),
                sort: Judge.sort(kind, outcome), expected: expected, found: found)
        }
    }

    private func run(_ f: OracleFunction, _ quantity: Quantity, _ point: Point) throws -> Outcome {
        var options = PTXOptions()
        options.fusesMultiplyAdd = false
        options.threadsPerBlock = 32
        let leaves = point.input.leaves
        guard quantity == .gradient else {
            return Outcome(try PlanRunner(kernelPlan(f, options: options)).run(leaves))
        }
        options.reductions = .deterministic
        let definition = try f.definition
        var seeds = definition.zeroGradients(for: leaves)
        seeds[0] = .real(1)
        let plan = try kernelPlan(grad(f, loss: 0), options: options)
        let results = try PlanRunner(plan).run(definition.interleave(leaves, seeds))
        return Outcome(definition.gradients(in: results))
    }
}
