import AD

/// The Jacobian of one argument's final value in the initial value of another, as a sparse matrix.
///
/// ```swift
/// let J = try sparseJacobian(f, zeros, x, of: 0, with: 1)
/// ```
///
/// The function runs once, whatever the number of rows and columns: see `linearize`. There is an entry wherever the result depends
/// on the number at this point, by the branches that are taken, also where its value happens to be 0.
///
/// - Parameters:
///   - output: The number of the argument whose final value is meant; its numbers are the rows.
///   - input: The number of the argument that moves; its numbers are the columns.
/// - Throws: What `linearize` throws.
public func sparseJacobian<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value, of output: Int,
    with input: Int
) throws(ReversibilityError) -> SparseMatrixCSC {
    try linearize(f, repeat each arguments, of: output, with: input).map.sparse
}

/// The Hessian of a loss in one argument, as a sparse matrix with the entries of both triangles.
///
/// ```swift
/// let H = try sparseHessian(energy, 0, x, with: 1)
/// ```
///
/// The function runs forward and back once, whatever the number of columns. There is an entry wherever the gradient depends on the
/// number at this point, also where its value happens to be 0.
///
/// - Parameters:
///   - loss: The number of the argument whose final value is differentiated; it must be a `Scalar`.
///   - input: The number of the argument that moves.
///   - undoing: How the gradient gets back the values that it reads.
/// - Throws: What `linearize` throws.
public func sparseHessian<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value, loss: Int = 0,
    with input: Int, undoing: Undoing = .inverse
) throws(ReversibilityError) -> SparseMatrixCSC {
    try linearize(grad(f, loss: loss, undoing: undoing), repeat each arguments, with: input).map.sparse
}
