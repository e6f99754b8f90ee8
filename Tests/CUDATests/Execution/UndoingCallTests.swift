import AD
import CUDAEngine
import Kernels
import NativeEngine
import ReversibleCore
import Testing

/// Gradients on the emulator that read what undoing has restored: right, or refused.
@Suite("Verified undoing on a device") struct UndoingCallTests {
    /// Every iteration's own average loses a digit in three turns.
    static let averages = ReversibleFunction("averages", parameters: ["loss", "m", "v"]) {
        (loss: Scalar, m: Vector, v: Matrix) in
        ParallelFor(m.indices) { i in
            For(0..<v.columns) { k in
                m[i] *= 0.5
                m[i] += v[i, k]
                loss += m[i] * m[i]
            }
        }
    }

    /// A threshold, and rotations that come back with other last digits.
    static let thresholds = ReversibleFunction("thresholds", parameters: ["loss", "v", "w", "x"]) {
        (loss: Scalar, v: Vector, w: Vector, x: Vector) in
        ParallelFor(v.indices) { i in
            If(v[i] >= 0.5) {
                loss += 100 * x[i]
            } else: {
                loss += x[i]
            }
            ROT(v[i], w[i], 0.25)
            loss += v[i] * v[i]
        }
    }

    private static let allReductions = [PTXOptions.Reductions.atomic, .deterministic]

    private func options(
        _ reductions: PTXOptions.Reductions = .atomic, _ precision: Precision = .double
    ) -> PTXOptions {
        var options = smallBlocks
        (options.reductions, options.precision) = (reductions, precision)
        return options
    }

    private func matrix(_ rows: Int, _ columns: Int) throws -> DenseMatrix {
        let elements = (0..<rows * columns).map { 0.1 + 0.013 * Double($0 * $0 % 11) }
        return try #require(DenseMatrix(rows: rows, columns: columns, elements: elements))
    }

    private func slopes(_ m: [Double], _ v: DenseMatrix) -> (m: [Double], v: DenseMatrix) {
        var (dm, dv) = (m, DenseMatrix(rows: v.rows, columns: v.columns))
        for i in m.indices {
            var (state, states) = (m[i], [Double]())
            for k in 0..<v.columns {
                state = 0.5 * state + v[i, k]
                states.append(state)
            }
            var slope = 0.0
            for k in (0..<v.columns).reversed() {
                slope = 0.5 * slope + 2 * states[k]
                dv[i, k] = slope
            }
            dm[i] = 0.5 * slope
        }
        return (dm, dv)
    }

    @Test(arguments: allReductions, [Precision.double, .single])
    func averages(_ reductions: PTXOptions.Reductions, _ precision: Precision) throws {
        let m = testNumbers(70)
        let isDouble = precision == .double
        try withEmulatedDevice { device, _ in
            for fuses in [false, true] {
                var options = options(reductions, precision)
                options.fusesMultiplyAdd = fuses
                let slope = try compile(grad(Self.averages), on: .cuda(device), options: options)
                let short = try matrix(70, 6)
                let (_, dm, dv) = try slope(0, m, short)
                let expected = slopes(m, short)
                let limit = isDouble ? 1e-13 : 1e-4
                #expect(zip(dm, expected.m).allSatisfy { abs($0 - $1) < limit })
                #expect(zip(dv.elements, expected.v.elements).allSatisfy { abs($0 - $1) < limit })
                let error = try #require(throws: CUDAFunctionError.self) {
                    _ = try slope(0, m, try matrix(70, 100))
                }
                guard case .drift(let drift) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(drift.kind == .drift)
                #expect(
                    drift.message.contains("in `averages`, `m[i] *= 0.5`")
                        || drift.message.contains("in `averages`, `loss += m[i] * m[i]`"), "\(drift.message)")
                #expect(drift.message.contains("undoing lost digits: what the gradient reads from `m[i]`"))
            }
            // Nobody asks, and nobody is told.
            let trusting = try compile(
                grad(Self.averages), on: .cuda(device), checks: .none, options: options(reductions, precision)
            )
            let (_, _, wrong) = try trusting(0, m, try matrix(70, 100))
            let right = slopes(m, try matrix(70, 100))
            #expect(zip(wrong.elements, right.v.elements).contains { !(abs($0 - $1) < 1) })
        }
    }

    /// The same words as those of native code in place.
    @Test func inPlace() throws {
        let m = testNumbers(5)
        let native = try compile(grad(Self.averages))
        try withEmulatedDevice { device, _ in
            let slope = try compile(grad(Self.averages), on: .cuda(device), options: options())
            func places(_ columns: Int) throws -> [CUDAPlace<Double>] {
                let v = try matrix(5, columns)
                func buffer(_ numbers: [Double]) throws -> CUDABuffer<Double> {
                    try CUDABuffer(numbers, on: device)
                }
                return [
                    .real(try buffer([0])), .real(try buffer([1])), .reals(try buffer(m)),
                    .reals(try buffer([0, 0, 0, 0, 0])),
                    .matrix(rows: 5, columns: columns, try buffer(v.elements)),
                    .matrix(rows: 5, columns: columns, try buffer(v.elements.map { _ in 0 })),
                ]
            }
            let short = try places(6)
            try slope.run(inPlace: short)
            guard case .matrix(_, _, let buffer) = short[5] else { return }
            let expected = slopes(m, try matrix(5, 6)).v.elements
            #expect(zip(try buffer.elements(), expected).allSatisfy { abs($0 - $1) < 1e-13 })
            let error = try #require(throws: CUDAFunctionError.self) {
                try slope.run(inPlace: try places(100))
            }
            // Loss and state with their gradients, and the numbers with theirs.
            let memory = UnsafeMutablePointer<Double>.allocate(capacity: 1012)
            defer { memory.deallocate() }
            let start = [0, 1] + m + [0, 0, 0, 0, 0] + (try matrix(5, 100).elements)
            for k in 0..<1012 { memory[k] = k < start.count ? start[k] : 0 }
            func array(_ first: Int, _ count: Int) -> UnsafeMutableBufferPointer<Double> {
                UnsafeMutableBufferPointer(start: memory + first, count: count)
            }
            let other = try #require(throws: ReversibilityError.self) {
                try native.run(inPlace: [
                    .real(memory), .real(memory + 1), .reals(array(2, 5)), .reals(array(7, 5)),
                    .matrix(rows: 5, columns: 100, array(12, 500)),
                    .matrix(rows: 5, columns: 100, array(512, 500)),
                ])
            }
            #expect(error == .drift(other))
            // A graph waits for nothing.
            let refusal = try #require(throws: CUDAFunctionError.self) {
                _ = try slope.graph(inPlace: try places(6))
            }
            #expect(refusal.description.contains("or compile it with `checks: .none`"))
        }
    }

    @Test(arguments: [Precision.double, .single]) func decisions(_ precision: Precision) throws {
        // As many that sums of 24 bits would not be exact.
        let n = 80_000
        let (w, x) = ([Double](repeating: 1, count: n), [Double](repeating: 1, count: n))
        var v = (0..<n).map { $0 % 10 == 0 ? 0.25 : 0.75 }
        try withEmulatedDevice { device, _ in
            var options = PTXOptions()
            options.precision = precision
            let slope = try compile(grad(Self.thresholds), on: .cuda(device), options: options)
            let (_, _, _, dx) = try slope(0, v, w, x)
            #expect(dx == (0..<n).map { $0 % 10 == 0 ? 1 : 100 })
            guard precision == .double else { return }
            v[77] = 0.5
            let error = try #require(throws: CUDAFunctionError.self) { _ = try slope(0, v, w, x) }
            guard case .drift(let drift) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(drift.message.contains("the gradient decides otherwise than the program did"))
        }
    }

    @Test func jacobiansAndHessianProducts() throws {
        let m = testNumbers(40)
        let outputs = ReversibleFunction("outputs", parameters: ["out", "m", "v"]) {
            (out: Vector, m: Vector, v: Matrix) in
            ParallelFor(m.indices) { i in
                For(0..<v.columns) { k in
                    m[i] *= 0.5
                    m[i] += v[i, k]
                    out[k % 2] += m[i] * m[i]
                }
            }
        }
        try withEmulatedDevice { device, _ in
            let rows = try compile(jacobian(outputs, of: 0, with: 1), on: .cuda(device), options: options())
            let short = try rows([0, 0], m, try matrix(40, 6))
            let expected = try compile(jacobian(outputs, of: 0, with: 1))([0, 0], m, try matrix(40, 6))
            #expect(zip(short.elements, expected.elements).allSatisfy { abs($0 - $1) < 1e-13 })
            let error = try #require(throws: CUDAFunctionError.self) {
                _ = try rows([0, 0], m, try matrix(40, 100))
            }
            guard case .drift = error else {
                Issue.record("\(error)")
                return
            }
            // The loss is quadratic: its derivative along a direction is the gradient at it, but for the state.
            let product = try compile(hvp(Self.averages), on: .cuda(device), options: options())
            let (d, dv) = (testNumbers(40, seed: 3), try matrix(40, 6))
            let (_, hm, hv) = try product(0, m, try matrix(40, 6), direction: (0, d, dv))
            let right = slopes(d, dv)
            #expect(zip(hm, right.m).allSatisfy { abs($0 - $1) < 1e-12 })
            #expect(zip(hv.elements, right.v.elements).allSatisfy { abs($0 - $1) < 1e-12 })
            let refusal = try #require(throws: CUDAFunctionError.self) {
                _ = try product(0, m, try matrix(40, 100), direction: (0, d, try matrix(40, 100)))
            }
            guard case .drift = refusal else {
                Issue.record("\(refusal)")
                return
            }
        }
    }

    /// Programs whose gradients read what nothing changes pay nothing.
    @Test func exactProgramsAreTheSame() throws {
        #expect(
            try ptx(grad(GaussianMixture.logPosterior), with: [1, 2, 3])
                == ptx(grad(GaussianMixture.logPosterior), with: [1, 2, 3], checks: .none))
        #expect(try ptx(grad(Sparse.bilinearForm)) == ptx(grad(Sparse.bilinearForm), checks: .none))
        #expect(
            try ptx(jacobian(BundleAdjustment.ADBench.objective, of: 0, with: 2))
                == ptx(jacobian(BundleAdjustment.ADBench.objective, of: 0, with: 2), checks: .none))
    }

    @Test func texts() throws {
        let text = try ptx(grad(Self.averages))
        #expect(
            text.contains(
                "// The last element of undoing is then 0, or tells why the gradients may be wrong:"))
        #expect(text.contains("`loss += m[i] * m[i]`: undoing lost digits"))
        #expect(text.contains("clear undoing"))
        #expect(try !ptx(grad(Self.averages), checks: .none).contains("undoing"))
        let error = #expect(throws: PTXError.self) { try ptx(grad(Self.averages), checks: .all) }
        #expect(error?.message.contains("kernels verify undoing and make no other checks") ?? false)
    }

    /// The tolerance is that of the function's runs.
    @Test func tolerance() throws {
        var f = Self.averages
        f.options.driftTolerance = 1e30
        let (m, v) = (testNumbers(5), try matrix(5, 60))
        try withEmulatedDevice { device, _ in
            _ = try compile(grad(f), on: .cuda(device), options: options())(0, m, v)
            f.options.driftTolerance = 0
            let strict = try compile(grad(f), on: .cuda(device), options: options())
            #expect(throws: CUDAFunctionError.self) { _ = try strict(0, m, v) }
        }
    }
}
