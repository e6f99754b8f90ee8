import AD
import ReversibleCore

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

/// The sparse Jacobian of `f` as a value: call it with arguments, or hand it to a compiler.
///
/// - Parameters:
///   - output: The number of the argument whose final value is meant; its numbers are the rows.
///   - input: The number of the argument that moves; its numbers are the columns.
///   - undoing: How rows that are found backward get back the values that they read.
public func sparseJacobian<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, of output: Int, with input: Int, undoing: Undoing = .inverse
) -> SparseJacobian<repeat each A> {
    SparseJacobian(dense: jacobian(f, of: output, with: input, undoing: undoing), function: f)
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

/// The sparse Hessian of a loss as a value: call it with arguments, or hand it to a compiler.
///
/// - Parameters:
///   - loss: The number of the argument whose final value is differentiated; it must be a `Scalar`.
///   - input: The number of the argument that moves.
///   - undoing: How the gradient gets back the values that it reads.
public func sparseHessian<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, loss: Int = 0, with input: Int, undoing: Undoing = .inverse
) -> SparseHessian<repeat each A> {
    SparseHessian(function: f, loss: loss, input: input, undoing: undoing)
}

/// The sparse Jacobian of a function as a value: call it with arguments, or hand it to a compiler.
public struct SparseJacobian<each A: Argument>: Sendable {
    let dense: Jacobian<repeat each A>
    let function: ReversibleFunction<repeat each A>

    /// The Jacobian at a point, as ``sparseJacobian(_:_:of:with:)`` gives it.
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> SparseMatrixCSC {
        try sparseJacobian(function, repeat each arguments, of: dense.output, with: dense.input)
    }
}

/// The sparse Hessian of a loss as a value: call it with arguments, or hand it to a compiler.
public struct SparseHessian<each A: Argument>: Sendable {
    let function: ReversibleFunction<repeat each A>
    let loss: Int
    let input: Int
    let undoing: Undoing

    /// The Hessian at a point, as ``sparseHessian(_:_:loss:with:undoing:)`` gives it.
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> SparseMatrixCSC {
        try sparseHessian(function, repeat each arguments, loss: loss, with: input, undoing: undoing)
    }
}
