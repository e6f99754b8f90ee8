import AD
import Testing

/// A sparse matrix in compressed columns: column j has the entries `starts[j]..<starts[j + 1]`.
private struct SparseMatrix: Argument {
    var starts: IntegerVector
    var rows: IntegerVector
    var entries: Vector

    struct Value: ArgumentValue {
        var starts: [Int]
        var rows: [Int]
        var entries: [Double]

        init(_ dense: [[Double]]) {
            (starts, rows, entries) = ([0], [], [])
            for column in 0..<(dense.first?.count ?? 0) {
                for row in dense.indices where dense[row][column] != 0 {
                    rows.append(row)
                    entries.append(dense[row][column])
                }
                starts.append(rows.count)
            }
        }
    }
}

/// y += α A x, column by column (NiLang's examples/sparse.jl, in arXiv 2003.04617).
private let multiply = ReversibleFunction("multiply", parameters: ["y", "α", "A", "x"]) {
    (y: Vector, alpha: Scalar, a: SparseMatrix, x: Vector) in
    For(x.indices) { column in
        For(a.starts[column]..<a.starts[column + 1]) { k in
            y[a.rows[k]] += alpha * a.entries[k] * x[column]
        }
    }
}

/// out += Σ A∘B: each column of B is spread into a dense work column, which A's entries then pick from.
///
/// Time grows with the entries, not with rows times columns, and the work column is clean again by itself.
private let dot = ReversibleFunction("dot", parameters: ["out", "A", "B", "rowCount"]) {
    (out: Scalar, a: SparseMatrix, b: SparseMatrix, rowCount: Integer) in
    let work = Vector.ancilla(count: rowCount, "work")
    For(0..<(a.starts.count - 1)) { column in
        Compute {
            For(b.starts[column]..<b.starts[column + 1]) { k in work[b.rows[k]] += b.entries[k] }
        } apply: {
            For(a.starts[column]..<a.starts[column + 1]) { k in out += a.entries[k] * work[a.rows[k]] }
        }
    }
}

/// The same sum without a work column: each of A's rows is looked up in B's sorted column by a loop whose
/// postcondition, `k` has left the column's start, takes it back there.
private let dotBySearch = ReversibleFunction("dotBySearch", parameters: ["out", "A", "B"]) {
    (out: Scalar, a: SparseMatrix, b: SparseMatrix) in
    let k = Integer.ancilla("k")
    For(0..<(a.starts.count - 1)) { column in
        let end = b.starts[column + 1]
        For(a.starts[column]..<a.starts[column + 1]) { l in
            Compute {
                k += b.starts[column]
                While(k < end && b.rows[k] < a.rows[l], post: k != b.starts[column]) { INC(k) }
            } apply: {
                If(k < end && b.rows[k] == a.rows[l]) { out += a.entries[l] * b.entries[k] }
            }
        }
    }
}

@Suite struct SparseProductTests {
    private static let a = [[1.0, 0, 2], [0, 3, 0], [4, 0, 5]]
    private static let b = [[0.5, 1, 0], [0, -1, 2], [3, 0, 1]]
    /// The second column is empty.
    private static let holed = [[1.0, 0, 2], [0, 0, -3], [4, 0, 5]]

    private func product(_ alpha: Double, _ a: [[Double]], _ x: [Double]) -> [Double] {
        a.map { row in alpha * zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    private func product(_ a: [[Double]], _ b: [[Double]]) -> Double {
        zip(a.joined(), b.joined()).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// All numbers here are small multiples of 1/4, so sums are exact.
    @Test(arguments: [a, b, holed])
    func matrixTimesVector(dense: [[Double]]) throws {
        try checkProduct(dense)
    }

    private func checkProduct(_ dense: [[Double]]) throws {
        let x = [1, -2, 0.5]
        let sparse = SparseMatrix.Value(dense)
        let (y, alpha, matrix, same) = try multiply([0, 0, 0], 0.5, sparse, x)
        #expect(y == product(0.5, dense, x))
        #expect(alpha == 0.5 && same == x && matrix.entries == sparse.entries && matrix.rows == sparse.rows)
        let (back, _, _, _) = try (~multiply)(y, 0.5, sparse, x)
        #expect(back == [0, 0, 0])
        try checkGrads(multiply, [0.1, 0.2, 0.3], 0.5, sparse, x)
    }

    /// The pullback of Σ y: α xⱼ for entries of column j, α Aᵀ1 for x, 1ᵀA x for α.
    @Test func gradientOfTheProduct() throws {
        let back = try vjp(
            multiply, [0, 0, 0], 0.5, SparseMatrix.Value(Self.a), [1, -2, 0.5],
            cotangent: ([1, 1, 1], 0, zeroGradient(Self.a), [0, 0, 0])
        ).product
        #expect(back.2.entries == [0.5, 0.5, -1, 0.25, 0.25])
        #expect(back.3 == [2.5, 1.5, 3.5])
        #expect(back.1 == 2.5)
    }

    private func zeroGradient(_ dense: [[Double]]) -> SparseMatrix.Value {
        var zero = SparseMatrix.Value(dense)
        zero.entries = zero.entries.map { _ in 0 }
        return zero
    }

    @Test(arguments: [
        (a, b), (b, a), (holed, b), (a, holed), (holed, holed),
    ])
    func innerProduct(a: [[Double]], b: [[Double]]) throws {
        try checkInnerProduct(a, b)
    }

    private func checkInnerProduct(_ a: [[Double]], _ b: [[Double]]) throws {
        let (left, right) = (SparseMatrix.Value(a), SparseMatrix.Value(b))
        let expected = product(a, b)
        #expect(try dot(0, left, right, 3).0 == expected)
        #expect(try dotBySearch(0, left, right).0 == expected)
        // Up to five additions to a number near 50, undone in turn: a few units in the last place of 50.
        try checkInverse(dot, 0.1, left, right, 3, tolerance: 1e-13)
        try checkInverse(dotBySearch, 0.1, left, right, tolerance: 1e-13)
        try checkGrads(dot, 0.1, left, right, 3)
        try checkGrads(dotBySearch, 0.1, left, right)
    }

    @Test func innerProductOfThePaper() throws {
        let (left, right) = (SparseMatrix.Value(Self.a), SparseMatrix.Value(Self.b))
        let both = try valueAndGrad(dot, 0, left, right, 3)
        #expect(both.value == 14.5)
        // d/dA is B where A has entries; the integer fields of a gradient are empty.
        #expect(both.gradient.1.entries == [0.5, 3, -1, 0, 1])
        #expect(both.gradient.1.rows.isEmpty)
    }

    /// A matrix without entries, and one without rows and columns.
    @Test func emptyMatrices() throws {
        let zeros = [[0.0, 0, 0], [0, 0, 0], [0, 0, 0]]
        try checkProduct(zeros)
        try checkInnerProduct(Self.a, zeros)
        try checkInnerProduct(zeros, Self.a)
        try checkInnerProduct(zeros, zeros)
        let nothing = SparseMatrix.Value([])
        #expect(try dot(2, nothing, nothing, 0).0 == 2)
        #expect(try dotBySearch(2, nothing, nothing).0 == 2)
        #expect(try multiply([], 0.5, nothing, []).0.isEmpty)
        try checkGrads(multiply, [], 0.5, nothing, [])
    }
}
