import AD
import CUDAEngine
import Kernels
import NativeEngine
import ReversibleCore
import TestSupport
import Testing

/// Kernels of gradients on the emulator, against the interpreter.
@Suite struct GradientTests {
    private func check<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ values: [Leaf<Double>], loss: Int = 0,
        reductions: [PTXOptions.Reductions] = [.atomic, .deterministic], precision: Precision = .double
    ) throws {
        // In single precision sums of some hundred terms, some of which cancel.
        let tolerance = precision == .double ? 1e-12 : 1e-4
        let definition = try f.definition
        let pullback = try definition.pullback(inverted: f.isInverted)
        var seeds = definition.zeroGradients(for: values)
        seeds[definition.gradientCount(before: loss)] = .real(1)
        let leaves = definition.interleave(values, seeds)
        let expected = definition.gradients(
            in: try pullback.run(leaves, inverted: false, options: f.options))
        let sizes = isExhaustive ? [1, 2, 5] : [1, 5]
        for (reduction, size) in reductions.flatMap({ reduction in sizes.map { (reduction, $0) } }) {
            var options = PTXOptions()
            options.threadsPerBlock = 32
            options.maximumBlocks = size == 1 ? 2 : 1
            options.reductions = reduction
            (options.iterationsPerThread, options.alwaysPacks) = (size, size > 1)
            options.precision = precision
            options.knownSizes = size == 5 ? knownSizes(of: values) : [:]
            options.fusesMultiplyAdd = size == 5
            let plan = try kernelPlan(grad(f, loss: loss), options: options)
            let forwards = definition.gradients(in: try PlanRunner(plan).run(leaves))
            let backwards = definition.gradients(in: try PlanRunner(plan, backwards: true).run(leaves))
            for (position, value) in expected.enumerated() {
                #expect(
                    difference(forwards[position], value) < tolerance,
                    "gradient \(position), \(reduction), packs of \(size)")
                #expect(
                    difference(backwards[position], value) < tolerance,
                    "gradient \(position), \(reduction), packs of \(size)")
                if reduction == .deterministic {
                    #expect(sameBits(forwards[position], backwards[position]), "gradient \(position)")
                }
            }
        }
    }

    private static func numbers(_ count: Int, seed: Int = 1) -> [Double] {
        var state = UInt64(seed) &* 2_862_933_555_777_941_757 &+ 3_037_000_493
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return 2 * Double(state >> 11) * 0x1p-53 - 1
        }
    }

    /// Every iteration reads one number, one element and a whole vector.
    @Test(arguments: [0, 1, 33, 200]) func sharedReads(_ n: Int) throws {
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
        try check(
            f, [.real(0), .reals(Self.numbers(n)), .reals(Self.numbers(5, seed: 2)), .real(0.7), .integer(1)])
    }

    /// Iterations choose what they read, and some of them read in branches.
    @Test func gatheredReads() throws {
        let f = ReversibleFunction("gathered", parameters: ["loss", "x", "w", "of"]) {
            (loss: Scalar, x: Vector, w: Vector, of: IntegerVector) in
            let t = Vector.ancilla(count: x.count, "t")
            Compute {
                ParallelFor(x.indices) { i in
                    t[i] += x[i] * w[of[i]]
                    If(x[i] > 0) { For(w.indices) { j in t[i] += w[j] * x[i] } }
                }
            } apply: {
                loss += sum(t)
            }
        }
        let n = 150
        let values: [Leaf<Double>] = [
            .real(0), .reals(Self.numbers(n)), .reals(Self.numbers(7, seed: 2)),
            .integers((0..<n).map { $0 * $0 % 7 }),
        ]
        try check(f, values)
        try check(f, values, precision: .single)
    }

    @Test func mixture() throws {
        let (n, d, k) = (isExhaustive ? 70 : 37, 3, 4)
        let values: [Leaf<Double>] = [
            .real(0), .reals(Self.numbers(k)), .matrix(rows: k, columns: d, Self.numbers(k * d, seed: 2)),
            .matrix(rows: k, columns: d, Self.numbers(k * d, seed: 3)),
            .matrix(rows: k, columns: d * (d - 1) / 2, Self.numbers(k * d * (d - 1) / 2, seed: 4)),
            .matrix(rows: n, columns: d, Self.numbers(n * d, seed: 5)), .real(1.2), .integer(1),
        ]
        try check(GaussianMixture.logPosterior, values)
        if isExhaustive { try check(GaussianMixture.logPosterior, values, precision: .single) }
    }

    /// Ready programs that were not written with a GPU in mind.
    @Test func readyPrograms() throws {
        let (n, m) = (40, 5)
        let logits: [Leaf<Double>] = [
            .real(0), .matrix(rows: n, columns: m, Self.numbers(n * m)), .integers((0..<n).map { $0 % m }),
        ]
        try check(Softmax.batchCrossEntropy, logits)
        let (layers, units, steps) = (2, 3, 6)
        let lstm: [Leaf<Double>] = [
            .real(0), .matrix(rows: 2 * layers, columns: 4 * units, Self.numbers(8 * layers * units)),
            .matrix(rows: 3, columns: units, Self.numbers(3 * units, seed: 2)),
            .matrix(rows: 2 * layers, columns: units, Self.numbers(2 * layers * units, seed: 3)),
            .matrix(rows: steps, columns: units, Self.numbers(steps * units, seed: 4)),
        ]
        try check(LSTM.objective, lstm)
        let softmax = ReversibleFunction("entropy", parameters: ["loss", "x"]) { (loss: Scalar, x: Vector) in
            let p = Vector.ancilla(count: x.count, "p")
            Compute {
                Softmax.softmax(p, x)
            } apply: {
                loss -= sum(p * log(p))
            }
        }
        try check(softmax, [.real(0), .reals(Self.numbers(50))])
    }

    /// Jacobian–vector products, bit for bit as native code computes them.
    @Test func tangents() throws {
        let f = Programs.smallArrays
        let product = try compile(jvp(f), checks: .none)
        let (n, m) = (40, 4)
        let elements = Self.numbers(n * m)
        let direction = Self.numbers(n * m, seed: 9)
        let zeros = [Double](repeating: 0, count: n)
        let expected = try product(
            zeros, try #require(DenseMatrix(rows: n, columns: m, elements: elements)),
            tangent: (zeros, try #require(DenseMatrix(rows: n, columns: m, elements: direction))))
        let results = try PlanRunner(kernelPlan(jvp(f))).run([
            .reals(zeros), .reals(zeros), .matrix(rows: n, columns: m, elements),
            .matrix(rows: n, columns: m, direction),
        ])
        #expect(sameBits(results[0], .reals(expected.value.0)))
        #expect(sameBits(results[1], .reals(expected.product.0)))
    }

    @Test func bundleAdjustment() throws {
        let (cameras, points, p) = (3, 5, isExhaustive ? 40 : 35)
        var camera = Self.numbers(11 * cameras, seed: 3).map { 0.3 * $0 }
        for c in 0..<cameras { camera[11 * c + 5] -= 5 }
        let values: [Leaf<Double>] = [
            .matrix(rows: 2 * p, columns: 15, Array(repeating: 0, count: 30 * p)),
            .reals(Array(repeating: 0, count: p)), .matrix(rows: cameras, columns: 11, camera),
            .matrix(rows: points, columns: 3, Self.numbers(3 * points)), .reals(Self.numbers(p, seed: 5)),
            .matrix(rows: p, columns: 2, Self.numbers(2 * p, seed: 6)),
            .integers((0..<p).map { $0 % cameras }), .integers((0..<p).map { $0 * 7 % points }),
        ]
        let native = try compile(BundleAdjustment.ADBench.jacobian, checks: .none)
        let expected = try native.run(values)
        let results = try PlanRunner(kernelPlan(BundleAdjustment.ADBench.jacobian)).run(values)
        for (position, value) in expected.enumerated() {
            #expect(sameBits(results[position], value), "place \(position)")
        }
    }
}
