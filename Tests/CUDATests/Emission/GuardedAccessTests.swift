import AD
import CUDAEngine
import NativeEngine
import ReversibleCore
import Testing

/// What a condition keeps from happening does not touch memory, in values and in gradients.
///
/// The emulator faults on any access outside of an array. What is right is written down by hand.
@Suite("Guarded accesses in kernels") struct GuardedAccessTests {
    /// Runs the kernels of a function and of its gradient in several forms.
    ///
    /// - Parameters:
    ///   - value: What argument `loss` becomes.
    ///   - gradients: By the numbers of the arguments.
    private func check<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ values: [Leaf<Double>], value: Double? = nil,
        gradients: [Int: [Double]], location: Testing.SourceLocation = #_sourceLocation
    ) throws {
        let definition = try f.definition
        var seeds = definition.zeroGradients(for: values)
        seeds[0] = .real(1)
        let leaves = definition.interleave(values, seeds)
        let zeros = definition.zeroGradients(for: values)
        for (reductions, size) in [(PTXOptions.Reductions.atomic, 1), (.atomic, 3), (.deterministic, 2)] {
            var options = PTXOptions()
            (options.threadsPerBlock, options.maximumBlocks, options.reductions) = (32, 2, reductions)
            (options.iterationsPerThread, options.alwaysPacks) = (size, size > 1)
            options.knownSizes = size == 3 ? knownSizes(of: values) : [:]
            let form = "\(reductions), packs of \(size)"
            if let value {
                let results = try PlanRunner(kernelPlan(f, options: options)).run(values)
                #expect(near(results[0].numbers, [value]), "value, \(form)", sourceLocation: location)
            }
            let plan = try kernelPlan(grad(f), options: options)
            let results = definition.gradients(in: try PlanRunner(plan).run(leaves))
            for (argument, expected) in gradients {
                let found = definition.gradients(ofArgument: argument, in: results).flatMap(\.numbers)
                #expect(
                    near(found, expected), "gradient \(argument), \(form): \(found)", sourceLocation: location
                )
            }
            #expect(results.count == zeros.count)
        }
    }

    private func near(_ a: [Double], _ b: [Double]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || abs($0 - $1) <= 1e-14 * max(1, abs($1)) }
    }

    @Test(arguments: [1, 3, 1 << 40, -1]) func stencils(_ far: Int) throws {
        let f = ReversibleFunction("stencil", parameters: ["y", "v", "far"]) {
            (y: Scalar, v: Vector, far: Integer) in
            ParallelFor(v.indices) { i in
                y += v[i] * select(i + far < v.count && i + far >= 0, v[i + far], 0)
            }
        }
        let v = [1.0, 2, 4]
        var (value, gradient) = (0.0, [0.0, 0, 0])
        for i in 0..<3 where (0..<3).contains(i + far) {
            value += v[i] * v[i + far]
            gradient[i] += v[i + far]
            gradient[i + far] += v[i]
        }
        try check(f, [.real(0), .reals(v), .integer(far)], value: value, gradients: [1: gradient])
    }

    /// Of arrays that are not read not even the sizes matter.
    @Test(arguments: [1, 2]) func sizes(_ count: Int) throws {
        let f = ReversibleFunction("sizes", parameters: ["y", "u", "v", "w"]) {
            (y: Scalar, u: Vector, v: Vector, w: Vector) in
            u += select(v.count == w.count, v * w, 1)
            y += select(v.count == w.count, sum(v * w), 0) + sum(select(v.count == w.count, v * u, 3 * w))
        }
        let values: [Leaf<Double>] = [
            .real(0), .reals([5, 6]), .reals([1, 2]), .reals([3, 4].prefix(count) + []),
        ]
        // u becomes [8, 14], or [6, 7].
        if count == 2 {
            try check(
                f, values, value: 11 + 36,
                gradients: [1: [1, 2], 2: [3 + 8 + 3, 4 + 14 + 8], 3: [1 + 1, 2 + 4]])
        } else {
            try check(f, values, value: 9, gradients: [1: [0, 0], 2: [0, 0], 3: [3]])
        }
    }

    @Test func gathers() throws {
        let k: Leaf<Double> = .integers([-1, 1, 5, 0, -1, 1 << 50])
        let (x, w) = ([1.0, 2, 3, 4, 5, 6], [0.25, 0.75])
        let branch = ReversibleFunction("branch", parameters: ["y", "x", "w", "k"]) {
            (y: Scalar, x: Vector, w: Vector, k: IntegerVector) in
            ParallelFor(x.indices) { i in
                If(k[i] >= 0 && k[i] < w.count) { y += exp(w[k[i]]) * x[i] }
            }
        }
        let (a, b) = (4 * 1.284_025_416_687_741_5, 2 * 2.117_000_016_612_675)
        try check(
            branch, [.real(0), .reals(x), .reals(w), k], value: a + b,
            gradients: [1: [0, b / 2, 0, a / 4, 0, 0], 2: [a, b]])
        // What decides is guarded itself.
        let deciding = ReversibleFunction("deciding", parameters: ["y", "x", "w", "k"]) {
            (y: Scalar, x: Vector, w: Vector, k: IntegerVector) in
            ParallelFor(x.indices) { i in
                If(k[i] >= 0 && k[i] < w.count && w[k[i]] > 0.5) {
                    y += w[k[i]] * w[k[i]] * x[i]
                } else: {
                    y += select(k[i] < 0 || k[i] >= w.count || w[k[i]] > 0.2, x[i], 2 * x[i])
                }
            }
        }
        try check(
            deciding, [.real(0), .reals(x), .reals(w), k], value: 19 + 2 * 0.5625,
            gradients: [1: [1, 0.5625, 1, 1, 1, 1], 2: [0, 3]])
        // An index that is a choice, and a choice of an element that is not there.
        let chosen = ReversibleFunction("chosen", parameters: ["y", "x", "w", "k"]) {
            (y: Scalar, x: Vector, w: Vector, k: IntegerVector) in
            ParallelFor(x.indices) { i in
                y +=
                    x[i] * w[select(k[i] == 1, k[i], 0)]
                    + select(k[i] == 0, select(w[k[i]] > 0.1, w[k[i]] * w[k[i]], w[k[i] - 1]), x[i])
            }
        }
        try check(
            chosen, [.real(0), .reals(x), .reals(w), k],
            value: (21 - 2) * 0.25 + 2 * 0.75 + 0.0625 + 21 - 4,
            gradients: [1: [1.25, 1.75, 1.25, 0.25, 1.25, 1.25], 2: [19 + 0.5, 2]])
    }

    /// The rest of a row, up to the first number that is not positive: there may be no next one.
    @Test func whileConditions() throws {
        let f = ReversibleFunction("runs", parameters: ["y", "m", "k"]) {
            (y: Scalar, m: Matrix, k: IntegerVector) in
            ParallelFor(k.indices) { i in
                While(k[i] < m.columns && m[i, k[i]] > 0, post: k[i] > 0) {
                    y += m[i, k[i]] * m[i, k[i]]
                    k[i] += 1
                }
            }
        }
        try check(
            f,
            [
                .real(0), .matrix(rows: 3, columns: 3, [1, 2, 3, 4, -5, 6, -7, 8, 9]),
                .integers([0, 0, 0]),
            ], value: 1 + 4 + 9 + 16, gradients: [1: [2, 4, 6, 8, 0, 0, 0, 0, 0]])
    }

    /// Sums and statements on whole arrays have kernels of their own.
    @Test(arguments: [-1, 1]) func wholeArrays(_ far: Int) throws {
        let values: [Leaf<Double>] = [.real(0), .reals([1, 2, 4]), .reals([3, 5]), .integer(far)]
        let (isThere, w) = (far == 1, far == 1 ? 5.0 : 0)
        let sums = ReversibleFunction("sums", parameters: ["y", "v", "w", "far"]) {
            (y: Scalar, v: Vector, w: Vector, far: Integer) in
            If(far >= 0) { y += sum(v * w[far]) }
        }
        try check(
            sums, values, value: 7 * w, gradients: [1: [w, w, w], 2: [0, isThere ? 7 : 0]])
        let selects = ReversibleFunction("selects", parameters: ["y", "v", "w", "far"]) {
            (y: Scalar, v: Vector, w: Vector, far: Integer) in
            y += select(far >= 0, sum(v * w[far]), 0) + select(far >= 0 && sum(v * w[far]) > 0, w[far], 0)
        }
        try check(
            selects, values, value: 8 * w, gradients: [1: [w, w, w], 2: [0, isThere ? 8 : 0]])
        let elements = ReversibleFunction("elements", parameters: ["y", "v", "w", "far"]) {
            (y: Scalar, v: Vector, w: Vector, far: Integer) in
            let t = Vector.ancilla(count: v.count, "t")
            Compute {
                t += select(far >= 0, v * w[far], v)
                If(far >= 0) { t += v * w[far] }
            } apply: {
                y += sum(t)
            }
        }
        let factor = isThere ? 10.0 : 1
        try check(
            elements, values, value: 7 * factor,
            gradients: [1: [factor, factor, factor], 2: [0, isThere ? 14 : 0]])
        let nested = ReversibleFunction("nested", parameters: ["y", "v", "w", "far"]) {
            (y: Scalar, v: Vector, w: Vector, far: Integer) in
            If(far >= 0) {
                If(w[far] > 0) {
                    ParallelFor(v.indices) { i in y += v[i] * w[far] + w[far - 1] }
                } else: {
                    ParallelFor(v.indices) { i in y += w[far + i] }
                }
            } else: {
                For(v.indices) { i in y += v[i] * v[i] }
            }
        }
        try check(
            nested, values, value: isThere ? 35 + 9 : 21,
            gradients: [1: isThere ? [5, 5, 5] : [2, 4, 8], 2: isThere ? [3, 7] : [0, 0]])
    }

    /// Bounds, sizes and steps that make sense under their condition only.
    @Test(arguments: [0, 5]) func hostIntegers(_ n: Int) throws {
        let f = ReversibleFunction("counts", parameters: ["y", "v", "n"]) {
            (y: Scalar, v: Vector, n: Integer) in
            If(n != 0) { ParallelFor(0..<(10 / n)) { i in y += v[i] * v[i] } }
            If(n == 0) { ParallelFor(v.indices) { i in y += v[i] } }
        }
        try check(
            f, [.real(0), .reals([1, 2, 4]), .integer(n)], value: n == 0 ? 7 : 5,
            gradients: [1: n == 0 ? [1, 1, 1] : [2, 4, 0]])
        let turns = ReversibleFunction("turns", parameters: ["y", "v", "n"]) {
            (y: Scalar, v: Vector, n: Integer) in
            If(n > 0) {
                For(0..<(10 / n)) { k in
                    ParallelFor(v.indices) { i in y += v[i] * k }
                }
            }
        }
        try check(
            turns, [.real(0), .reals([1, 2, 4]), .integer(n)], value: n == 0 ? 0 : 7,
            gradients: [1: n == 0 ? [0, 0, 0] : [1, 1, 1]])
        let scratch = ReversibleFunction("scratch", parameters: ["y", "v", "n"]) {
            (y: Scalar, v: Vector, n: Integer) in
            ParallelFor(v.indices) { i in
                If(n > 0) {
                    let t = Vector.ancilla(count: n, "t")
                    Compute {
                        For(t.indices) { k in t[k] += v[i] * k }
                    } apply: {
                        y += sum(t) * t.count / (t.count + 1)
                    }
                }
            }
        }
        let factor = Double(n) * Double(n * (n - 1) / 2) / Double(n + 1)
        try check(
            scratch, [.real(0), .reals([1, 2, 4]), .integer(n)], value: 7 * factor,
            gradients: [1: [factor, factor, factor]])
    }

    /// Rows that threads fetch together are there only if the condition holds.
    @Test(arguments: [0, 1]) func rows(_ on: Int) throws {
        let f = ReversibleFunction("rows", parameters: ["y", "m", "x", "on"]) {
            (y: Scalar, m: Matrix, x: Vector, on: Integer) in
            If(on > 0) {
                ParallelFor(x.indices) { i in
                    for k in 0..<4 { m[i, k] += x[i] * Double(k) }
                }
                ParallelFor(x.indices) { i in
                    for k in 0..<4 { y += m[i, k] * m[i, k] }
                }
            } else: {
                ParallelFor(x.indices) { i in y += x[i] }
            }
        }
        let x = (0..<40).map { Double($0 % 5) }
        let zeros = [Double](repeating: 0, count: on * 160)
        let squares = x.reduce(0) { $0 + 14 * $1 * $1 }
        try check(
            f, [.real(0), .matrix(rows: 40 * on, columns: 4 * on, zeros), .reals(x), .integer(on)],
            value: on > 0 ? squares : 80, gradients: [2: x.map { on > 0 ? 28 * $0 : 1 }])
    }

    /// Some iterations have a row, and others have none.
    @Test func someRows() throws {
        let f = ReversibleFunction("someRows", parameters: ["y", "m", "x"]) {
            (y: Scalar, m: Matrix, x: Vector) in
            ParallelFor(x.indices) { i in
                If(i < m.rows) { for k in 0..<4 { m[i, k] += x[i] * Double(k) } }
            }
            ParallelFor(x.indices) { i in
                If(i < m.rows) {
                    for k in 0..<4 { y += m[i, k] * m[i, k] }
                } else: {
                    y += x[i]
                }
            }
        }
        let x = (0..<40).map { Double($0 % 5) }
        let value = (0..<40).reduce(0.0) { $0 + ($1 < 35 ? 14 * x[$1] * x[$1] : x[$1]) }
        try check(
            f, [.real(0), .matrix(rows: 35, columns: 4, Array(repeating: 0, count: 140)), .reals(x)],
            value: value, gradients: [2: (0..<40).map { $0 < 35 ? 28 * x[$0] : 1 }])
    }

    /// Where a derivative is infinite and nothing arrives, nothing goes on; nor from where a function has no value.
    @Test func corners() throws {
        let f = ReversibleFunction("corners", parameters: ["y", "x", "b"]) {
            (y: Scalar, x: Vector, b: Vector) in
            let c = Vector.ancilla(count: x.count, "c")
            Compute {
                ParallelFor(x.indices) { i in
                    c[i] += sqrt(b[i]) + asin(1 - b[i])
                }
            } apply: {
                ParallelFor(x.indices) { i in y += c[i] * x[i] }
            }
        }
        // At b = 0 both slopes are infinite: their product with x = 0 is 0.
        try check(
            f, [.real(0), .reals([0, 0]), .reals([0, 0])],
            gradients: [1: [1.570_796_326_794_896_6, 1.570_796_326_794_896_6], 2: [0, 0]])
        let domains = ReversibleFunction("domains", parameters: ["y", "x"]) { (y: Scalar, x: Vector) in
            ParallelFor(x.indices) { i in
                y += select(x[i] >= 0, select(sqrt(x[i]) > 1, log(x[i]), 2 * x[i]), -x[i])
                If(x[i] > 0) { y += select(x[i] > 2, sqrt(x[i] - 2), 0) * pow(x[i], 2) }
            }
        }
        let log9 = 2.197_224_577_336_219_4, root7 = 2.645_751_311_064_590_7
        try check(
            domains, [.real(0), .reals([-4, 0.25, 9, 0])], value: 4 + 0.5 + log9 + 81 * root7,
            gradients: [1: [-1, 2, 1.0 / 9 + 81 / (2 * root7) + 18 * root7, 2]])
        let empty = ReversibleFunction("empty", parameters: ["y", "x", "w"]) {
            (y: Scalar, x: Vector, w: Vector) in
            ParallelFor(x.indices) { i in
                y += select(w.count > 0, w[argmax(w)] * x[i], x[i]) + select(w.count > 1, w[1] / w[0], 0)
            }
        }
        try check(
            empty, [.real(0), .reals([1, 2]), .reals([])], value: 3, gradients: [1: [1, 1], 2: []])
        try check(
            empty, [.real(0), .reals([1, 2]), .reals([2])], value: 6, gradients: [1: [2, 2], 2: [3]])
    }

    /// Sizes of scratch arrays in arithmetic, inside of loops and outside of them.
    @Test func sizesOfScratch() throws {
        let f = ReversibleFunction("sizes", parameters: ["y", "v", "n"]) {
            (y: Scalar, v: Vector, n: IntegerVector) in
            ParallelFor(v.indices) { i in
                let s = Vector.ancilla(count: 4, "s")
                y += v[i] * s.count
                For(0..<2) { k in
                    let m = Matrix.ancilla(rows: v.count, columns: n.count + 1, "m")
                    y += select(m.columns > n.count, v[i] * v[i] / (m.rows * m.columns), 0) * k * m.rows
                }
            }
        }
        try check(
            f, [.real(0), .reals([1, 2, 4]), .integers([0])], value: 28 + 21.0 / 2,
            gradients: [1: [4 + 1, 4 + 2, 4 + 4]])
    }

    /// Second derivatives, and sums in one precision or the other.
    @Test(arguments: [Precision.double, .single]) func secondDerivatives(_ precision: Precision) throws {
        let f = ReversibleFunction("second", parameters: ["y", "v", "w", "far"]) {
            (y: Scalar, v: Vector, w: Vector, far: IntegerVector) in
            ParallelFor(v.indices) { i in
                If(far[i] >= 0) { y += v[i] * v[i] * w[far[i]] }
                y += select(far[i] >= 0 && w[far[i]] > 0, w[far[i]] * w[far[i]], w[0])
                If(far[i] < -1) { y += w[7] * v[i] }
            }
        }
        let (v, w, far) = ([1.0, 2, 4], [3.0, 5], [1, -1, 0])
        let (dv, dw) = ([0.5, 0.25, 1], [2.0, 4])
        let definition = try f.definition
        let values: [Leaf<Double>] = [.real(0), .reals(v), .reals(w), .integers(far)]
        var options = PTXOptions()
        (options.threadsPerBlock, options.precision) = (32, precision)
        let plan = try kernelPlan(hvp(f), options: options)
        let zero = Leaf<Double>.real(0)
        let results = try PlanRunner(plan).run([
            zero, .real(1), zero, zero, .reals(v), .reals([0, 0, 0]), .reals([0, 0, 0]), .reals(dv),
            .reals(w),
            .reals([0, 0]), .reals([0, 0]), .reals(dw), .integers(far),
        ])
        // The Hessian has 2 w[far] on v's diagonal, 2 v between v and w[far], and 2 on w[far]'s.
        #expect(results[6] == .reals([13, 0, 22]))
        #expect(results[10] == .reals([12, 9]))
        // The gradient on the way.
        let slope = try kernelPlan(grad(f), options: options)
        var seeds = definition.zeroGradients(for: values)
        seeds[0] = .real(1)
        let gradients = definition.gradients(
            in: try PlanRunner(slope).run(definition.interleave(values, seeds)))
        #expect(gradients[1] == .reals([10, 0, 24]))
        #expect(gradients[2] == .reals([23, 11]))
    }
}
