import AD
import CUDAEngine
import Kernels
import ReversibleCore
import Testing

/// Views in kernels: a thread for a row.
@Suite("Views on a device") struct ViewCallTests {
    private static let shift = ReversibleFunction("shift", parameters: ["row", "x"]) {
        (row: Vector, x: Vector) in
        For(row.indices) { j in row[j] += sin(x[j]) }
    }
    private static let f = ReversibleFunction("rows", parameters: ["y", "m", "x", "v"]) {
        (y: Vector, m: Matrix, x: Vector, v: Vector) in
        ParallelFor(0..<m.rows) { i in
            shift(m[row: i], x)
            y[i] += sum(m[row: i] * x) + sum(v[i..<i + 2])
        }
        y += m * x
    }

    @Test func valuesAndGradients() throws {
        let (y, x, v) = ([1.0, 2], [0.5, -1, 2], [0.25, 0.5, 4])
        let m = DenseMatrix([[1, 2, 3], [-1, 0.5, 2]])
        let expected = try Self.f(y, m, x, v)
        let loss = ReversibleFunction("loss", parameters: ["l", "y", "m", "x", "v"]) {
            (l: Scalar, y: Vector, m: Matrix, x: Vector, v: Vector) in
            Self.f(y, m, x, v)
            l += sum(y * y) + sum(m * m)
        }
        let slopes = try grad(loss, 0, y, m, x, v)
        try withEmulatedDevice { device, _ in
            let there = try compile(Self.f, on: .cuda(device), options: smallBlocks)
            let found = try there(y, m, x, v)
            #expect(zip(found.0, expected.0).allSatisfy { abs($0 - $1) < 1e-13 })
            #expect(zip(found.1.elements, expected.1.elements).allSatisfy { abs($0 - $1) < 1e-13 })
            let slope = try compile(grad(loss), on: .cuda(device), options: smallBlocks)(0, y, m, x, v)
            #expect(zip(slope.2.elements, slopes.2.elements).allSatisfy { abs($0 - $1) < 1e-11 })
            #expect(zip(slope.3, slopes.3).allSatisfy { abs($0 - $1) < 1e-11 })
            #expect(zip(slope.4, slopes.4).allSatisfy { abs($0 - $1) < 1e-11 })
        }
    }
}
