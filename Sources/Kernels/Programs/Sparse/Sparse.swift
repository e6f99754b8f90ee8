import AD

/// Reversible programs on sparse matrices: products, inner products and bilinear forms.
///
/// They run both ways, `grad` and `compile` take them, and other programs call them as statements. Gradients are in
/// the entries that are stored, the vectors, the dense matrices and α. Empty columns and empty matrices need no case
/// of their own. Sizes that do not go together are a `lengthMismatch` that names the arguments. An infinity or a NaN is an
/// error where an ancilla would hold it, since it cannot be undone; code compiled with `checks: .none` computes on with
/// it.
///
/// ```swift
/// let a = try SparseMatrixCSC(rows: 2, columns: 2, triplets: [(0, 0, 1), (1, 0, 2), (1, 1, 3)])
/// let (y, _, _, _) = try Sparse.matrixVector([0, 0], 1, a, [5, 7])       // y == [5, 31]
/// ```
public enum Sparse {}

extension ArgumentRequirement.Extent {
    /// The rows of a sparse matrix.
    static func rows(_ a: SparseMatrix) -> Self { .count(a.rows, of: a.columnPointers, "row", "rows") }

    /// The columns of a sparse matrix.
    static func columns(_ a: SparseMatrix) -> Self {
        .count(a.columns, of: a.columnPointers, "column", "columns")
    }

    /// The rows of a sparse matrix of complex numbers.
    static func rows(_ a: ComplexSparseMatrix) -> Self { .count(a.rows, of: a.columnPointers, "row", "rows") }

    /// The columns of a sparse matrix of complex numbers.
    static func columns(_ a: ComplexSparseMatrix) -> Self {
        .count(a.columns, of: a.columnPointers, "column", "columns")
    }
}
