import AD
import CUDAEngine
import Kernels
import NativeEngine
import ReversibleCore
import Testing

/// Ordinary loops whose turns only add to what they share, by many threads.
@Suite struct SharedLoopTests {
    /// Runs a function's kernels, or its gradient's, and compares them with the interpreter; sums in another order
    /// agree to rounding, relative to the largest element; in single precision sums that cancel are the measure.
    private func check<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ leaves: [Leaf<Double>], precision: Precision = .double,
        reductions: [PTXOptions.Reductions] = [.atomic, .deterministic]
    ) throws {
        let expected = try f.definition.run(leaves, inverted: f.isInverted, options: f.options)
        try compare(expected, leaves, precision, reductions) { try kernelPlan(f, options: $0) }
    }

    private func checkGradient<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ values: [Leaf<Double>], seed: Int = 0,
        precision: Precision = .double, reductions: [PTXOptions.Reductions] = [.atomic, .deterministic]
    ) throws {
        let definition = try f.definition
        var seeds = definition.zeroGradients(for: values)
        seeds[seed] = seeds[seed].map { _ in 1 }
        let leaves = definition.interleave(values, seeds)
        let pullback = try definition.pullback(inverted: f.isInverted)
        let expected = definition.gradients(in: try pullback.run(leaves, inverted: false, options: f.options))
        try compare(expected, leaves, precision, reductions, of: definition.gradients) {
            try KernelPlan(
                pullback, of: definition, inverted: false,
                wanted: definition.gradientsWanted(of: Set(definition.arguments.indices)), $0)
        }
    }

    private func compare(
        _ expected: [Leaf<Double>], _ leaves: [Leaf<Double>], _ precision: Precision,
        _ reductions: [PTXOptions.Reductions], of part: ([Leaf<Double>]) -> [Leaf<Double>] = { $0 },
        _ plan: (PTXOptions) throws -> KernelPlan
    ) throws {
        for reduction in reductions {
            var options = smallBlocks
            (options.precision, options.reductions) = (precision, reduction)
            let plan = try plan(options)
            let forwards = part(try PlanRunner(plan).run(leaves))
            let backwards = part(try PlanRunner(plan, backwards: true).run(leaves))
            for (position, value) in expected.enumerated() {
                for result in [forwards[position], backwards[position]] {
                    let distance = difference(result, value)
                    #expect(
                        distance < (precision == .double ? 1e-13 : 1e-4), "place \(position): \(distance)")
                }
                if reduction == .deterministic {
                    #expect(sameBits(forwards[position], backwards[position]), "place \(position)")
                }
            }
        }
    }

    /// A matrix of 60 columns with some entries each, none in some.
    private static let matrix: [Leaf<Double>] = {
        var (pointers, rows) = ([0], [Int]())
        for column in 0..<60 {
            rows += Set((0..<(column % 5)).map { ($0 * 13 + column * 7) % 40 }).sorted()
            pointers.append(rows.count)
        }
        return [.integer(40), .integers(pointers), .integers(rows), .reals(testNumbers(rows.count, seed: 7))]
    }()

    @Test(arguments: [Precision.double, .single]) func sparseVectors(_ precision: Precision) throws {
        let (u, x) = (Leaf.reals(testNumbers(40)), Leaf.reals(testNumbers(60, seed: 2)))
        let product = [u, .real(0.7)] + Self.matrix + [x]
        try check(Sparse.matrixVector, product, precision: precision)
        try check(~Sparse.matrixVector, product, precision: precision)
        try checkGradient(Sparse.matrixVector, product, precision: precision)
        let transposed = [x, .real(0.7)] + Self.matrix + [u]
        try check(Sparse.transposedMatrixVector, transposed, precision: precision)
        try checkGradient(Sparse.transposedMatrixVector, transposed, precision: precision)
        let form = [.real(0.2), u] + Self.matrix + [x]
        try check(Sparse.bilinearForm, form, precision: precision)
        try checkGradient(Sparse.bilinearForm, form, precision: precision)
    }

    @Test func sparseMatrices() throws {
        let (small, large) = (
            Leaf.matrix(rows: 40, columns: 3, testNumbers(120)),
            Leaf.matrix(rows: 60, columns: 3, testNumbers(180, seed: 2))
        )
        let product = [small, .real(0.7)] + Self.matrix + [large]
        try check(Sparse.matrixMatrix, product)
        try checkGradient(Sparse.matrixMatrix, product)
        let transposed = [large, .real(0.7)] + Self.matrix + [small]
        try check(Sparse.transposedMatrixMatrix, transposed)
        try checkGradient(Sparse.transposedMatrixMatrix, transposed)
        let inner = [.real(0.1)] + Self.matrix + Self.matrix
        try check(Sparse.innerProduct, inner)
        try checkGradient(Sparse.innerProduct, inner)
    }

    @Test func sparseComplex() throws {
        let part = { (count: Int, seed: Int) in Leaf.reals(testNumbers(count, seed: seed)) }
        let matrix = Self.matrix + [Self.matrix[3].map { 1 - $0 }]
        let y = [part(40, 1), part(40, 2), .real(0.7), .real(-0.2)]
        let x = [part(60, 3), part(60, 4)]
        try check(Sparse.complexMatrixVector, y + matrix + x)
        try checkGradient(Sparse.complexMatrixVector, y + matrix + x)
        let transposed = x + y[2...] + matrix + y[..<2]
        try check(Sparse.complexTransposedMatrixVector, transposed)
        try check(Sparse.complexAdjointMatrixVector, transposed)
        try checkGradient(Sparse.complexAdjointMatrixVector, transposed)
    }

    /// Integers counted, and numbers added to in branches; what is read or scaled as well stays with one thread.
    @Test func countsAndBranches() throws {
        let f = ReversibleFunction("histogram", parameters: ["counts", "total", "small", "x", "bins"]) {
            (counts: IntegerVector, total: Integer, small: Scalar, x: Vector, bins: IntegerVector) in
            For(x.indices) { i in
                counts[bins[i]] += 1
                total -= bins[i]
                If(x[i] < 0) {
                    small += x[i]
                } else: {
                    small -= 0.5
                }
            }
        }
        let n = 100
        let leaves: [Leaf<Double>] = [
            .integers([1, 2, 3]), .integer(7), .real(0.5), .reals(testNumbers(n)),
            .integers((0..<n).map { $0 * $0 % 3 }),
        ]
        try check(f, leaves)
        let plan = try kernelPlan(f)
        #expect(plan.kernels.map(\.threadsPerBlock) == [128])
        let results = try PlanRunner(plan).run(leaves)
        let expected = try f.definition.run(leaves, inverted: false, options: f.options)
        #expect(results[0] == expected[0] && results[1] == expected[1])
    }

    /// Rows of a dense matrix: all add to every element of the gradient in `x`, which takes memory by elements and not
    /// by threads.
    @Test func denseRows() throws {
        let f = ReversibleFunction("dense", parameters: ["loss", "m", "x"]) {
            (loss: Scalar, m: Matrix, x: Vector) in
            For(0..<m.rows) { i in For(x.indices) { j in loss += m[i, j] * x[j] * x[j] } }
        }
        let leaves: [Leaf<Double>] = [
            .real(0.5), .matrix(rows: 70, columns: 6, testNumbers(420)), .reals(testNumbers(6, seed: 2)),
        ]
        try check(f, leaves)
        try checkGradient(f, leaves)
        var options = PTXOptions()
        options.reductions = .deterministic
        let buffers = try kernelPlan(grad(f), options: options).buffers
        #expect(!buffers.contains { $0.name.hasPrefix("sums_of") })
    }

    @Test func whoseLoopIsIt() throws {
        func threads<each A: Argument>(_ f: ReversibleFunction<repeat each A>) throws -> [Int] {
            try kernelPlan(f).kernels.map(\.threadsPerBlock)
        }
        // Each turn reads what earlier ones have added to.
        let running = ReversibleFunction("running", parameters: ["y", "x", "to"]) {
            (y: Vector, x: Vector, to: IntegerVector) in
            For(x.indices) { i in
                y[to[i]] += x[i]
                y[i] *= 2.0
            }
            y += x
        }
        #expect(try threads(running) == [1, 128])
        // Few turns of a loop: the inner loop is the threads', or none is.
        let few = ReversibleFunction("few", parameters: ["y", "x", "to"]) {
            (y: Vector, x: Matrix, to: IntegerVector) in
            For(0..<4) { j in For(0..<x.rows) { i in y[to[i]] += x[i, j] } }
            For(0..<4) { j in y[j] += x[0, j] }
        }
        let plan = try kernelPlan(few)
        #expect(plan.kernels.map(\.threadsPerBlock) == [128, 1])
        guard case .loop = plan.steps.first else {
            Issue.record("\(plan.steps)")
            return
        }
        let leaves: [Leaf<Double>] = [
            .reals(testNumbers(9)), .matrix(rows: 50, columns: 4, testNumbers(200)),
            .integers((0..<50).map { $0 * 5 % 9 }),
        ]
        try check(few, leaves)
        // A `ParallelFor` inside asks for the threads.
        let asked = ReversibleFunction("asked", parameters: ["y", "x", "n"]) {
            (y: Vector, x: Vector, n: Integer) in
            For(0..<n) { k in ParallelFor(x.indices) { i in y[i] += x[i] / (k + 1) } }
        }
        guard case .loop = try kernelPlan(asked).steps.first else {
            Issue.record("a ParallelFor without its threads")
            return
        }
    }

    /// Iterations that read a whole vector: each element of its gradient is a sum of its own.
    @Test func wholeArraysThatAllRead() throws {
        let f = ReversibleFunction("wholes", parameters: ["loss", "w", "x"]) {
            (loss: Scalar, w: Vector, x: Vector) in
            let s = Vector.ancilla(count: x.count, "s")
            Compute {
                ParallelFor(x.indices) { i in
                    let t = Vector.ancilla(count: w.count, "t")
                    Compute {
                        t += w * x[i]
                    } apply: {
                        For(t.indices) { j in s[i] += sin(t[j]) * j }
                    }
                }
            } apply: {
                loss += sum(s)
            }
        }
        try checkGradient(
            f, [.real(0), .reals(testNumbers(5)), .reals(testNumbers(70, seed: 2))])
    }
}
