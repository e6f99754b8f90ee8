import AD
import CUDAEngine
import Kernels
import NativeEngine
import ReversibleCore
import Testing

/// Constants in kernels: tables of the module.
@Suite("Constants on a device") struct ConstantCallTests {
    private static let table = Vector.constant([0.5, 2, -1, 4], "table")
    private static let order = IntegerVector.constant([3, 1, 0, 2])
    private static let rows = Matrix.constant([[1, 2, 3], [4, 5, 6]])
    private static let f = ReversibleFunction("gather", parameters: ["y", "x"]) { (y: Vector, x: Vector) in
        ParallelFor(y.indices) { i in
            y[i] += table[order[i]] * x[i] * rows[1, 2] + sum(table)
            For(0..<rows.columns) { j in y[i] += rows[1, j] * x[order[i]] }
        }
        y += table * x
    }

    @Test func valuesAndGradients() throws {
        let (y, x) = ([1.0, 2, 3, 4], [0.5, 1.5, -1, 3])
        let expected = try Self.f(y, x).0
        let loss = ReversibleFunction("loss", parameters: ["l", "y", "x"]) {
            (l: Scalar, y: Vector, x: Vector) in
            Self.f(y, x)
            l += sum(y * y)
        }
        let slope = try grad(loss, 0, y, x).2
        try withEmulatedDevice { device, driver in
            let there = try compile(Self.f, on: .cuda(device), options: smallBlocks)
            #expect(there.text.contains(".global .align 8 .b64 constant_table_0[4]"))
            let found = try there(y, x).0
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-13 })
            let found2 = try compile(grad(loss), on: .cuda(device), options: smallBlocks)(0, y, x).2
            #expect(zip(found2, slope).allSatisfy { abs($0 - $1) < 1e-11 })
        }
    }

    @Test func singlePrecision() throws {
        let (y, x) = ([1.0, 2, 3, 4], [0.5, 1.5, -1, 3])
        let expected = try Self.f(y, x).0
        try withEmulatedDevice { device, _ in
            var options = PTXOptions()
            options.precision = .single
            let found = try compile(Self.f, on: .cuda(device), options: options)(y, x).0
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-4 })
        }
    }

    /// An index outside of a constant, and arrays of other sizes, are errors before a launch.
    @Test func sizes() throws {
        let wrong = ReversibleFunction(parameters: ["y"]) { (y: Vector) in
            ParallelFor(y.indices) { i in y[i] += Self.table[i] }
        }
        try withEmulatedDevice { device, _ in
            let there = try compile(wrong, on: .cuda(device), options: smallBlocks)
            #expect(try there([0, 0]) == [0.5, 2])
            #expect(throws: (any Error).self) { try there([0, 0, 0, 0, 0]) }
            let whole = try compile(Self.f, on: .cuda(device), options: smallBlocks)
            #expect(throws: (any Error).self) { try whole([0, 0], [1, 1]) }
        }
    }
}
