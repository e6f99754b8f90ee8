import AD
import CUDAEngine
import Kernels
import ReversibleCore
import Testing

/// Compiled gradients on the emulator, against the interpreter.
@Suite("Device gradients on values") struct GradientCallTests {
    private func agree(_ a: [Double], _ b: [Double]) -> Bool {
        difference(.reals(a), .reals(b)) < 1e-12 && a.count == b.count
    }

    /// Every iteration reads one number, one element and a whole vector.
    @Test(arguments: [0, 1, 150]) func sharedReads(_ n: Int) throws {
        let f = ReversibleFunction("shared", parameters: ["loss", "x", "w", "a", "k"]) {
            (loss: Scalar, x: Vector, w: Vector, a: Scalar, k: Integer) in
            let t = Vector.ancilla(count: x.count, "t")
            Compute {
                ParallelFor(x.indices) { i in
                    t[i] += exp(a * x[i]) * w[2] + w[k] * sin(x[i])
                    For(w.indices) { j in t[i] += w[j] * w[j] * x[i] }
                }
            } apply: {
                loss += sum(t)
            }
        }
        let (x, w) = (testNumbers(n), testNumbers(5, seed: 2))
        let expected = try grad(f)(0.0, x, w, 0.7, 1)
        try withEmulatedDevice { device, _ in
            for reductions in [PTXOptions.Reductions.atomic, .deterministic] {
                var options = smallBlocks
                options.reductions = reductions
                let result = try compile(grad(f), on: .cuda(device), options: options)(0.0, x, w, 0.7, 1)
                #expect(result.0 == 1 && agree(result.1, expected.1) && agree(result.2, expected.2))
                #expect(agree([result.3], [expected.3]))
            }
            let some = try compile(grad(f), on: .cuda(device), with: [2], options: smallBlocks)
            let result = try some(0.0, x, w, 0.7, 1)
            #expect(result.0 == 0 && result.1 == x.map { _ in 0 } && agree(result.2, expected.2))
            #expect(result.3 == 0)
        }
    }

    @Test func mixture() throws {
        let (n, d, k) = (70, 3, 4)
        func matrix(_ rows: Int, _ columns: Int, _ seed: Int) throws -> DenseMatrix {
            try #require(
                DenseMatrix(rows: rows, columns: columns, elements: testNumbers(rows * columns, seed: seed)))
        }
        let f = GaussianMixture.logPosterior
        let alphas = testNumbers(k)
        let (means, diagonals) = (try matrix(k, d, 2), try matrix(k, d, 3))
        let (lower, x) = (try matrix(k, d * (d - 1) / 2, 4), try matrix(n, d, 5))
        let values: [Leaf<Double>] = [
            .real(0), .reals(alphas), .matrix(rows: k, columns: d, means.elements),
            .matrix(rows: k, columns: d, diagonals.elements),
            .matrix(rows: k, columns: lower.columns, lower.elements),
            .matrix(rows: n, columns: d, x.elements), .real(1.2), .integer(1),
        ]
        let definition = try f.definition
        let expected = try f.run(values)
        var seeds = definition.zeroGradients(for: values)
        seeds[0] = .real(1)
        let gradients = definition.gradients(
            in: try definition.pullback(inverted: false).run(
                definition.interleave(values, seeds), inverted: false, options: f.options))
        try withEmulatedDevice { device, _ in
            let there = try compile(f, on: .cuda(device), options: smallBlocks)
            let results = try there.run(values)
            #expect(difference(results[0], expected[0]) < 1e-13)
            let slope = try compile(grad(f), on: .cuda(device), options: smallBlocks)
            let slopes = try slope.run(definition.interleave(values, seeds))
            for (position, (result, value)) in zip(definition.gradients(in: slopes), gradients).enumerated() {
                #expect(difference(result, value) < 1e-12, "gradient \(position)")
            }
        }
    }
}
