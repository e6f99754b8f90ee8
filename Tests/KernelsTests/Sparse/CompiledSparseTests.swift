import AD
import NativeEngine
import Optimizers
import ReversiblePrograms
import Testing

/// Sparse derivatives by compiled runs, a colour each: against matrices that are known, dense derivatives, and the runs that
/// literature says are enough. One after the other: how many runs the last call took is asked of derivatives that they share.
@Suite(.serialized) struct CompiledSparseTests {
    /// y += A x, for a matrix of entries in any order.
    static let product = ReversibleFunction("product", parameters: ["y", "x", "rows", "columns", "values"]) {
        (y: Vector, x: Vector, rows: IntegerVector, columns: IntegerVector, values: Vector) in
        For(rows.indices) { k in y[rows[k]] += values[k] * x[columns[k]] }
    }
    /// Σ a x y over pairs, whose Hessian is A + Aᵀ.
    static let form = ReversibleFunction("form", parameters: ["y", "x", "rows", "columns", "values"]) {
        (y: Scalar, x: Vector, rows: IntegerVector, columns: IntegerVector, values: Vector) in
        For(rows.indices) { k in y += values[k] * x[rows[k]] * x[columns[k]] }
    }
    static let compiledJacobian = Result { try compile(sparseJacobian(product, of: 0, with: 1)) }
    static let compiledHessian = Result { try compile(sparseHessian(form, with: 1)) }

    private typealias Entries = [(row: Int, column: Int, value: Double)]

    private func runs(_ rows: Int, _ columns: Int, _ entries: Entries) throws -> Int {
        let fast = try Self.compiledJacobian.get()
        let (y, x) = (Array(repeating: 0.0, count: rows), (0..<columns).map { Double($0) / 7 })
        let J = try fast(y, x, entries.map(\.row), entries.map(\.column), entries.map(\.value))
        let expected = try SparseMatrixCSC(
            rows: rows, columns: columns, triplets: entries.map { ($0.row, $0.column, $0.value) })
        #expect(J == expected)
        return try #require(fast.runs)
    }

    @Test func jacobiansOfKnownMatrices() throws {
        let n = 40
        var tridiagonal: Entries = []
        for i in 0..<n {
            for j in max(0, i - 1)...min(n - 1, i + 1) { tridiagonal.append((i, j, Double(3 * i + j))) }
        }
        #expect(try runs(n, n, tridiagonal) == 3)
        // An arrow: one row is full, and would make every column differ.
        var arrow: Entries = [(0, 0, 2)]
        for i in 1..<n { arrow += [(0, i, 1.5), (i, i, Double(i))] }
        #expect(try runs(n, n, arrow) == 2)
        #expect(try runs(n, n, arrow.map { ($0.column, $0.row, $0.value) }) == 2)
        // Both a full row and a full column.
        #expect(try runs(n, n, arrow + (1..<n).map { ($0, 0, -2.5) }) == 3)
        var full: Entries = []
        for i in 0..<3 { for j in 0..<n { full.append((i, j, Double(i + j))) } }
        #expect(try runs(3, n, full) == 3)
        #expect(try runs(n, 3, full.map { ($0.column, $0.row, $0.value) }) == 3)
        // Blocks of long rows: one run for all.
        #expect(try runs(5, 5 * n, (0..<5 * n).map { ($0 / n, $0, Double($0)) }) == 1)
        #expect(try runs(4, 4, []) == 0)
        #expect(try runs(0, 3, []) == 0)
    }

    @Test func hessiansOfKnownMatrices() throws {
        let fast = try Self.compiledHessian.get()
        func runs(_ n: Int, _ entries: Entries) throws -> Int {
            let x = (0..<n).map { Double($0) / 3 }
            let H = try fast(0, x, entries.map(\.row), entries.map(\.column), entries.map(\.value))
            let expected = try SparseMatrixCSC(
                rows: n, columns: n,
                triplets: entries.flatMap { [($0.row, $0.column, $0.value), ($0.column, $0.row, $0.value)] })
            #expect(H == expected)
            return try #require(fast.runs)
        }
        let n = 200
        // A chain of neighbours needs three colours, a star two, a hub with more than 64 neighbours too.
        #expect(try runs(n, (1..<n).map { ($0, $0 - 1, Double($0)) }) == 3)
        #expect(try runs(n, (1..<n).map { (0, $0, Double($0)) }) == 2)
        #expect(try runs(n, (0..<n).map { ($0, $0, 2) }) == 1)
        #expect(try runs(5, (1..<5).flatMap { i -> Entries in (0..<i).map { (i, $0, 1) } }) == 5)
    }

    @Test(arguments: 0..<20) func randomMatrices(seed: Int) throws {
        var generator = RandomNumbers(seed: UInt64(seed))
        let (rows, columns) = (1 + generator.integer(below: 12), 1 + generator.integer(below: 12))
        // Whole numbers, whose sums are exact in any order.
        let entries: Entries = (0..<generator.integer(below: 41)).map { _ in
            (
                generator.integer(below: rows), generator.integer(below: columns),
                Double(1 + generator.integer(below: 9))
            )
        }
        _ = try runs(rows, columns, entries)
        let fast = try Self.compiledHessian.get()
        let square = entries.filter { $0.column < rows }
        let x = (0..<rows).map { Double($0) }
        let values = (square.map(\.row), square.map(\.column), square.map(\.value))
        let H = try fast(0, x, values.0, values.1, values.2)
        #expect(
            try H
                == SparseMatrixCSC(
                    rows: rows, columns: rows,
                    triplets: square.flatMap {
                        [($0.row, $0.column, $0.value), ($0.column, $0.row, $0.value)]
                    }))
    }

    /// Which numbers a result depends on changes from point to point: nothing is lost, and what was once there stays.
    @Test func patternsThatDependOnNumbers() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Vector, x: Vector) in
            For(y.indices) { i in
                If(x[0] > 0) {
                    y[i] += x[i + 1] * x[i + 1]
                } else: {
                    y[i] += 3 * x[y.count - i]
                }
            }
        }
        let fast = try compile(sparseJacobian(f, of: 0, with: 1))
        let (y, up, down) = ([0.0, 0, 0], [1, 2.0, 3, 4], [-1, 2.0, 3, 4])
        let first = try fast(y, up)
        #expect(first.values == [4, 6, 8])
        #expect(fast.runs == 2)
        let second = try fast(y, down)
        #expect(second.values == [0, 3, 6, 3, 0].map { $0 == 6 ? 3 : $0 })
        for _ in 0..<2 {
            #expect(try fast(y, up).dense() == jacobian(f, y, up, of: 0, with: 1))
            #expect(try fast(y, down).dense() == jacobian(f, y, down, of: 0, with: 1))
        }
        // Another size is another pattern.
        #expect(try fast([0, 0], [1, 5, 6]).values == [10, 12])
    }

    @Test func hessiansThatDependOnNumbers() throws {
        let f = ReversibleFunction("f", parameters: ["l", "x"]) { (l: Scalar, x: Vector) in
            If(x[0] > 0) {
                l += x[1] * x[2]
            } else: {
                l += exp(x[1]) * x[0]
            }
        }
        let fast = try compile(sparseHessian(f, with: 1))
        #expect(try fast(0, [1, 2, 3]).dense() == hessian(f, 0, [1, 2, 3], with: 1))
        #expect(try fast(0, [-1, 0.5, 3]).dense() == hessian(f, 0, [-1, 0.5, 3], with: 1))
        #expect(try fast(0, [1, 2, 3]).dense() == hessian(f, 0, [1, 2, 3], with: 1))
    }

    /// More colours than are worth a run each are found by one run that notes everything.
    @Test func denseMatrices() throws {
        let n = 300
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Vector, x: Vector) in
            For(y.indices) { i in For(x.indices) { j in y[i] += x[j] * x[j] } }
        }
        let J = try compile(sparseJacobian(f, of: 0, with: 1))(
            Array(repeating: 0, count: n), Array(repeating: 1.5, count: n))
        #expect(J.values.count == n * n && J.values.allSatisfy { $0 == 3 })
    }

    @Test func wrongUses() throws {
        #expect(throws: NativeError.self) { try compile(sparseJacobian(Self.product, of: 0, with: 2)) }
        #expect(throws: NativeError.self) { try compile(sparseHessian(Self.product, with: 1)) }
        let fast = try Self.compiledJacobian.get()
        #expect { try fast([0], [1], [0], [3], [1]) } throws: { error in
            "\(error)".contains("index 3") && "\(error)".contains("`x`")
        }
        #expect { try fast([0], [1], [0, 0], [0], [1]) } throws: { error in "\(error)".contains("columns") }
    }

    @Test func undoingThatLosesDigits() throws {
        let decay = ReversibleFunction("decay", parameters: ["loss", "x", "n"]) {
            (loss: Scalar, x: Scalar, n: Integer) in
            For(0..<n) { _ in
                x *= 0.5
                x += 0.1
                loss += x * x
            }
        }
        #expect(throws: ReversibilityError.self) { try compile(sparseHessian(decay, with: 1))(0, 1, 100) }
        let recorded = try compile(sparseHessian(decay, with: 1, undoing: .recorded))(0, 1, 100)
        // Σ 2 · 4⁻ᵏ from 1 to 100.
        #expect(abs(recorded.values[0] - 2 / 3.0) < 1e-15)
    }
}
