import AD
import CUDAEngine
import Foundation
import NativeEngine
import ProgramOracle
import ReversibleCore
import Testing

/// The kernels of random programs, on the emulator, against Python.
///
/// `REVERSIBLE_ORACLE_KERNELS` says how many programs. Without the Python that `.ci/oracle` makes there are none.
@Suite struct OracleKernelTests {
    private var count: UInt64 {
        ProcessInfo.processInfo.environment["REVERSIBLE_ORACLE_KERNELS"].flatMap { UInt64($0) } ?? 4
    }

    @Test func kernelsAgreeWithPython() throws {
        guard let interpreter = PythonOracle.interpreter else {
            print("skipped: `.ci/oracle` has made no Python with mpmath and JAX")
            return
        }
        let python = try PythonOracle(interpreter: interpreter)
        var (runs, unsupported, skipped) = (0, 0, 0)
        for seed in 0..<count {
            var writer = OracleWriter(seed: 500_000 + seed, omitting: [.drift, .wild], parallel: true)
            let program = writer.program()
            let function = try ProgramBuilder.function(of: program)
            let point = Point(input: writer.input(0), direction: writer.direction())
            let expectation = try python.ask(program, at: point)
            #expect(expectation.failure == nil, "seed \(seed)")
            // Kernels check nothing: what is refused is undefined.
            guard expectation.refusal == nil else { continue }
            for quantity in [Quantity.values, .gradient] {
                let outcome: Outcome
                do {
                    outcome = try run(function, quantity, point)
                    runs += 1
                } catch let error as PTXError
                    where [.unknownBeforeLaunch, .nothingParallel].contains(error.kind)
                {
                    unsupported += 1
                    continue
                } catch {
                    outcome = .error(kind: "\(type(of: error))", text: "\(error)")
                }
                switch Judge().judge(outcome, .quantity(quantity), at: point, expectation) {
                case .agrees: break
                case .skipped: skipped += 1
                case .differs(_, let expected, let found):
                    Issue.record(
                        """
                        seed \(seed), \(quantity): expected \(expected), found \(found)
                        \(SwiftPrinter.source(of: program))
                        // at (\(SwiftPrinter.arguments(of: program, point.input)))
                        """)
                }
            }
        }
        print("\(count) programs: \(runs) runs of kernels, \(unsupported) times no kernels, \(skipped) skipped")
        #expect(runs > 0)
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
