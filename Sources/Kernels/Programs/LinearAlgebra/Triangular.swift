import AD

extension LinearAlgebra {
    /// Which half of a matrix is read as a triangular matrix T; the other half may hold anything.
    public enum Triangle: Hashable, Sendable, CaseIterable {
        /// T has the diagonal and what is below.
        case lower
        /// T has the diagonal and what is above.
        case upper
        /// T is the transpose of the lower half: upper triangular.
        case lowerTransposed
        /// T is the transpose of the upper half: lower triangular.
        case upperTransposed

        /// Whether T itself is lower triangular.
        var isLower: Bool { self == .lower || self == .upperTransposed }

        /// The element of T in a row and a column.
        func element(_ matrix: Matrix, _ row: Integer, _ column: Integer) -> Scalar {
            switch self {
            case .lower, .upper: matrix[row, column]
            case .lowerTransposed, .upperTransposed: matrix[column, row]
            }
        }
    }

    /// x ← T x in place, for a triangular n × n matrix. Takes n² operations and no memory.
    ///
    /// Element i of the product needs only those elements of x that come before or only those after it, so the elements
    /// can change one by one, the last to be needed first. The inverse is ``triangularSolve(_:unitDiagonal:)``.
    ///
    /// Arguments: x and the matrix. Without `unitDiagonal` an element of the diagonal that is 0 is an error, since the
    /// product could not be undone; with it the diagonal is not read, and counts as 1. The function is made at each call:
    /// keep it.
    public static func triangularProduct(
        _ triangle: Triangle, unitDiagonal: Bool = false
    ) -> ReversibleFunction<Vector, Matrix> {
        ReversibleFunction("triangularProduct", parameters: ["x", "t"]) { (x: Vector, t: Matrix) in
            triangularRows(triangle, x.count) { i, others in
                if !unitDiagonal { x[i] *= t[i, i] }
                For(others) { j in x[i] += triangle.element(t, i, j) * x[j] }
            }
        }
        .requiring { x, t in
            [.square(t), .equal(.elements(x), .rows(t)), .elements(x, .finite)]
                + (unitDiagonal ? [] : [.elements(t, .diagonal, .nonzero)])
        }
    }

    /// x ← T⁻¹ x in place, by substitution: the inverse of ``triangularProduct(_:unitDiagonal:)``.
    ///
    /// Takes n² operations and no memory. Arguments: x and the matrix.
    public static func triangularSolve(
        _ triangle: Triangle, unitDiagonal: Bool = false
    ) -> ReversibleFunction<Vector, Matrix> {
        triangularProduct(triangle, unitDiagonal: unitDiagonal).inverse(named: "triangularSolve")
    }

    /// X ← T X in place, for a triangular n × n matrix and X of n × k. Takes k n² operations and no memory.
    ///
    /// Arguments: X and the matrix; as in ``triangularProduct(_:unitDiagonal:)``. The inverse solves T X = B for all
    /// columns of B.
    public static func triangularMatrixProduct(
        _ triangle: Triangle, unitDiagonal: Bool = false
    ) -> ReversibleFunction<Matrix, Matrix> {
        ReversibleFunction("triangularMatrixProduct", parameters: ["x", "t"]) { (x: Matrix, t: Matrix) in
            triangularRows(triangle, x.rows) { i, others in
                if !unitDiagonal { For(0..<x.columns) { c in x[i, c] *= t[i, i] } }
                For(others) { j in
                    For(0..<x.columns) { c in x[i, c] += triangle.element(t, i, j) * x[j, c] }
                }
            }
        }
        .requiring { x, t in
            [.square(t), .equal(.rows(x), .rows(t)), .elements(x, .finite)]
                + (unitDiagonal ? [] : [.elements(t, .diagonal, .nonzero)])
        }
    }

    /// One statement for each row, with the columns beside the diagonal, in the order in which rows can change.
    private static func triangularRows(
        _ triangle: Triangle, _ count: Expr,
        @Reversible _ row: (_ i: Integer, _ others: IndexRange) -> Statement
    ) -> Statement {
        if triangle.isLower {
            For(count - 1...0, by: -1) { i in row(i, 0..<i) }
        } else {
            For(0..<count) { i in row(i, i + 1..<count) }
        }
    }
}
