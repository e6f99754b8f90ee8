import AD
import CUDAEngine
import Kernels
import ReversibleCore
import Testing

/// Kernels for sizes that are known when they are made.
@Suite("Kernels for known sizes") struct KnownSizesTests {
    private let rowNorms = ReversibleFunction("rowNorms", parameters: ["out", "m", "scale"]) {
        (out: Vector, m: Matrix, scale: Vector) in
        ParallelFor(out.indices) { i in
            let row = Vector.ancilla(count: m.columns, "row")
            Compute {
                For(row.indices) { j in row[j] += m[i, j] * scale[j] }
            } apply: {
                For(row.indices) { j in out[i] += row[j] * row[j] }
            }
        }
    }

    private var options: PTXOptions {
        var options = smallBlocks
        options.knownSizes = [1: [nil, 3], 2: [3]]
        return options
    }

    /// Loops are written out, and an iteration's own array is in registers: no memory of its own is left.
    @Test func ownArraysBecomeRegisters() throws {
        let plain = try kernelPlan(rowNorms, options: smallBlocks)
        let known = try kernelPlan(rowNorms, options: options)
        #expect(plain.buffers.contains { $0.role == .temporary })
        #expect(!known.buffers.contains { $0.role == .temporary })
        #expect(plain.text.contains("for_"))
        #expect(!known.text.contains("for_"))
    }

    @Test func sameResultsForAnyNumberOfRows() throws {
        try withEmulatedDevice { device, _ in
            let fast = try compile(rowNorms, on: .cuda(device), options: options)
            for n in [0, 1, 50, 200] {
                let m = try #require(DenseMatrix(rows: n, columns: 3, elements: testNumbers(3 * n)))
                let arguments = ([Double](repeating: 0, count: n), m, [0.5, -1, 2])
                let (results, _, _) = try fast(arguments.0, arguments.1, arguments.2)
                #expect(results == (try rowNorms(arguments.0, arguments.1, arguments.2)).0)
            }
        }
    }

    /// In loops that are written out, conditions keep some turns from elements that an array has not got.
    @Test func conditionsChooseElements() throws {
        let f = ReversibleFunction("chosen", parameters: ["y", "x"]) { (y: Vector, x: Vector) in
            ParallelFor(y.indices) { i in
                let a = Vector.ancilla(count: 3, "a")
                Compute {
                    For(0..<3) { j in
                        a[j] += x[i + j]
                        If(j > 0) { a[j] += a[j - 1] * 0.5 }
                    }
                } apply: {
                    For(0..<5) { j in If(j < a.count && !(j == 1)) { y[i] += a[j] } }
                    For(0..<4) { j in y[i] += select(j < 3, a[j], 0.25) }
                }
            }
        }
        var options = smallBlocks
        options.knownSizes = [0: [nil]]
        let text = try kernelPlan(f, options: options).text
        #expect(!text.contains(".local"))
        try checkChoice(f, options)
    }

    /// The same without known sizes, where only the data decide.
    @Test func elementsThatAreNeverUsed() throws {
        let f = ReversibleFunction("never", parameters: ["y", "x"]) { (y: Vector, x: Vector) in
            ParallelFor(y.indices) { i in
                let a = Vector.ancilla(count: 3, "a")
                Compute {
                    for j in 0..<3 { a[j] += x[i + j] }
                } apply: {
                    for j in 0..<5 { If(x[i] > Double(j * j)) { y[i] += a[j] } }
                    y[i] += select(x[i] < 2, a[1], a[7])
                }
            }
        }
        try checkChoice(f, smallBlocks)
    }

    private func checkChoice(_ f: ReversibleFunction<Vector, Vector>, _ options: PTXOptions) throws {
        let (y, x) = (testNumbers(40), testNumbers(45, seed: 2))
        let expected = try f(y, x)
        try withEmulatedDevice { device, _ in
            let found = try compile(f, on: .cuda(device), options: options)(y, x)
            #expect(found.0 == expected.0)
        }
    }

    @Test func otherSizesAreRefused() throws {
        try withEmulatedDevice { device, _ in
            let fast = try compile(rowNorms, on: .cuda(device), options: options)
            let m = try #require(DenseMatrix(rows: 2, columns: 4, elements: testNumbers(8)))
            let error = try #require(throws: CUDAFunctionError.self) { try fast([0, 0], m, [1, 2, 3]) }
            #expect(
                error.description.contains(
                    "`m` has 2 × 4 elements; the kernels are for any number × 3, as the option `knownSizes` says"
                ))
            #expect(throws: CUDAFunctionError.self) {
                let narrow = try #require(DenseMatrix(rows: 2, columns: 3, elements: testNumbers(6)))
                _ = try fast([0, 0], narrow, [1, 2])
            }
        }
    }

    /// The sizes of a function's places hold for their gradients and tangents.
    @Test func mixtureGradient() throws {
        let (n, d, k) = (150, 3, 4)
        func matrix(_ rows: Int, _ columns: Int, _ seed: Int) throws -> DenseMatrix {
            try #require(
                DenseMatrix(rows: rows, columns: columns, elements: testNumbers(rows * columns, seed: seed)))
        }
        let (alpha, means, q) = (testNumbers(k), try matrix(k, d, 2), try matrix(k, d, 3))
        let (l, x) = (try matrix(k, d * (d - 1) / 2, 4), try matrix(n, d, 5))
        let expected = try grad(GaussianMixture.logPosterior, 0, alpha, means, q, l, x, 1.2, 1)
        var options = smallBlocks
        options.maximumBlocks = 1
        (options.iterationsPerThread, options.alwaysPacks) = (2, true)
        options.knownSizes = [1: [k], 2: [k, d], 3: [k, d], 4: [k, d * (d - 1) / 2], 5: [nil, d]]
        try withEmulatedDevice { device, _ in
            let gradient = try compile(
                grad(GaussianMixture.logPosterior), on: .cuda(device), with: [1, 2, 3, 4], options: options)
            #expect(gradient.text.contains("next_pack"))
            #expect(gradient.text.contains("opposite_16"))
            let found = try gradient(0, alpha, means, q, l, x, 1.2, 1)
            // Sums in another order.
            #expect(zip(found.1, expected.1).allSatisfy { abs($0 - $1) < 1e-11 })
            for (a, b) in [(found.2, expected.2), (found.3, expected.3), (found.4, expected.4)] {
                #expect(zip(a.elements, b.elements).allSatisfy { abs($0 - $1) < 1e-11 })
            }
        }
    }
}
