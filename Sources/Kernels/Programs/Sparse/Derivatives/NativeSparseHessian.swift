import AD
import NativeEngine
import ReversibleCore

/// A sparse Hessian as native code: few products for all entries, as many as there are colours.
///
/// The first call finds where there are entries, and a star colouring of the columns; from then on a call takes one compiled
/// Hessian product a colour, each entry being found in one of its two columns. What is said of the pattern of
/// ``NativeSparseJacobian`` holds here too. The matrix is symmetric to the last bit.
public struct NativeSparseHessian<each A: Argument>: Sendable {
    /// Tolerances and limits of runs, as in the function; checked code uses them.
    public var options: RunOptions {
        get { product.options }
        set { product.options = newValue }
    }
    /// On how many threads the iterations of a `ParallelFor` run; 0 for all cores. The results do not depend on it.
    public var threads: Int {
        get { product.threads }
        set { product.threads = newValue }
    }
    private var product: NativeHessianProduct<repeat each A>
    private let input: Int
    private let sparse: SparseProducts

    /// How many compiled products a call takes, with the pattern that was found last; nil before the first call.
    public var runs: Int? { sparse.productCount }

    /// The Hessian at a point, with the entries of both triangles.
    ///
    /// - Throws: An error of kind `.drift`; what `linearize` throws, where the pattern is looked for; with `checks: .all`, what
    ///   the interpreter would throw.
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> SparseMatrixCSC {
        try sparse.definition.reportingArguments { () throws(any Error) in
            var writer = ValueWriter()
            repeat try (each A).pack(each arguments, into: &writer)
            let values = writer.leaves
            try sparse.definition.checkArguments(values)
            let directions = sparse.definition.zeroGradients(for: values)
            return try sparse.matrix(
                at: values,
                .init(forward: { numbers throws(ReversibilityError) in
                    let moved = sparse.definition.replacing(ofArgument: input, in: directions, by: numbers)
                    return sparse.definition.gradients(
                        ofArgument: input, in: try product.products(at: values, along: moved)
                    ).flatMap(\.numbers)
                }))
        }
    }

    fileprivate init(
        _ product: NativeHessianProduct<repeat each A>, _ input: Int, _ sparse: SparseProducts
    ) {
        (self.product, self.input, self.sparse) = (product, input, sparse)
    }
}

/// Turns a sparse Hessian into native code, which verifies undoing, and makes the other checks if they are asked for.
///
/// ```swift
/// let fast = try compile(sparseHessian(energy, with: 1))
/// let H = try fast(0, x)
/// ```
///
/// - Parameters:
///   - threads: On how many threads the iterations of a `ParallelFor` run; 0 for all cores.
///   - schedule: The passes that the program goes through before C is written.
/// - Throws: A `NativeError`, for example if the machine has no C compiler.
public func compile<each A: Argument>(
    _ hessian: SparseHessian<repeat each A>, checks: Checks = .undoing, threads: Int = 1,
    optimizing schedule: Schedule = .standard, options: CompileOptions = CompileOptions()
) throws(NativeError) -> NativeSparseHessian<repeat each A> {
    let (f, loss, input) = (hessian.function, hessian.loss, hessian.input)
    let gradient = grad(f, loss: loss, undoing: hessian.undoing)
    let product = try compile(
        hvp(f, loss: loss, undoing: hessian.undoing), with: [input], checks: checks, threads: threads,
        optimizing: schedule, options: options)
    return NativeSparseHessian(
        product, input,
        SparseProducts(
            definition: try f.program(), tolerance: options.precision.tolerance,
            atPoint: { values throws(ReversibilityError) in
                try gradient.linearized(at: values, with: input).map.sparse.symmetricPattern
            },
            makePlan: { SweepPlan(hessian: $0) }))
}

extension SparseMatrixCSC {
    /// The matrix with entries at both of two places that mirror each other wherever it has one at either.
    fileprivate var symmetricPattern: SparseMatrixCSC {
        let pattern = SparsityPattern(of: self)
        let symmetric = pattern.union(pattern.transposed().pattern)
        if symmetric == pattern { return self }
        return SparseMatrixCSC(
            unchecked: rows, columns, symmetric.columnPointers, symmetric.rowIndices,
            symmetric.values(of: self))
    }
}
