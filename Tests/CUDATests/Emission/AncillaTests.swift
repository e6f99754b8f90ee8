import CUDAEngine
import ReversibleCore
import Testing

/// Memory of the device that begins at 0. The emulator fills new memory with NaN.
@Suite struct AncillaTests {
    private func clears(_ plan: KernelPlan) -> [String] {
        plan.steps.compactMap { step in
            if case .clear(let buffer, _) = step { plan.buffers[buffer].name } else { nil }
        }
    }

    private let f = ReversibleFunction("ancillas", parameters: ["y", "x", "n"]) {
        (y: Vector, x: Vector, n: Integer) in
        let filled = Vector.ancilla(count: x.count, "filled")
        let loop = Vector.ancilla(count: x.count, "loop")
        let part = Vector.ancilla(count: x.count, "part")
        let scale = Scalar.ancilla("scale")
        let shared = Scalar.ancilla("shared")
        Compute {
            filled += 2 * x
            ParallelFor(x.indices) { i in loop[i] += x[i] + filled[i] }
            If(n > 1) { part += x }
            scale += sum(loop) + n
            If(n > 2) { ParallelFor(x.indices) { i in part[i] += loop[i] * shared } }
        } apply: {
            ParallelFor(y.indices) { i in y[i] += filled[i] * scale + part[i] + loop[i] }
        }
    }

    /// What a kernel writes first, all of it and in any case, need not be cleared.
    @Test func onlyWhatIsReadFirstIsCleared() throws {
        let names = clears(try kernelPlan(f))
        #expect(!names.contains("filled"))
        #expect(!names.contains("scale"))
        #expect(names.contains("part"))
        #expect(names.contains("shared"))
        let plan = try kernelPlan(f)
        // Unless the loop takes them all, as it does: known before the launch.
        #expect(
            plan.steps.contains { step in
                if case .clear(let buffer, .some) = step {
                    plan.buffers[buffer].name == "loop"
                } else {
                    false
                }
            })
    }

    @Test(arguments: [0, 1, 2, 3]) func sameResults(_ n: Int) throws {
        let x = (0..<77).map { 0.1 * Double($0) - 3 }
        let zeros = [Double](repeating: 0, count: x.count)
        let results = try PlanRunner(kernelPlan(f)).run([.reals(zeros), .reals(x), .integer(n)])
        let expected = try f(zeros, x, n).0
        // The sum is added up in another order.
        #expect(zip(results[0].numbers, expected).allSatisfy { abs($0 - $1) < 1e-10 })
    }
}
