import AD
import NativeEngine
import ReversibleCore

/// A sparse Jacobian as native code: few runs for all entries, as many as there are colours.
///
/// The first call finds where there are entries, and gives one colour to columns, or rows, that have none in common; from then on a
/// call takes one compiled run a colour. When sizes or integers among the arguments change, this is done anew. If real
/// numbers decide what the result depends on, in a branch or a `max`, one more run makes sure that no entry is missing; where one
/// is, it is added to the pattern for good. So a matrix may have entries that are 0 at its point, and lacks none.
public struct NativeSparseJacobian<each A: Argument>: Sendable {
    /// Tolerances and limits of runs, as in the function; checked code uses them.
    public var options: RunOptions {
        get { dense.options }
        set { dense.options = newValue }
    }
    /// On how many threads the iterations of a `ParallelFor` run; 0 for all cores. The results do not depend on it.
    public var threads: Int {
        get { dense.threads }
        set { dense.threads = newValue }
    }
    private var dense: NativeJacobian<repeat each A>
    private let sparse: SparseProducts

    /// How many compiled runs a call takes, with the pattern that was found last; nil before the first call.
    public var runs: Int? { sparse.productCount }

    /// The Jacobian at a point.
    ///
    /// - Throws: What `linearize` throws, where the pattern is looked for; with `checks: .all`, what the interpreter would
    ///   throw.
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> SparseMatrixCSC {
        try sparse.definition.reportingArguments { () throws(any Error) in
            var writer = ValueWriter()
            repeat try (each A).pack(each arguments, into: &writer)
            let products = try dense.products(at: writer.leaves)
            return try sparse.matrix(
                at: writer.leaves, .init(forward: products.forward, backward: products.backward))
        }
    }

    fileprivate init(_ dense: NativeJacobian<repeat each A>, _ sparse: SparseProducts) {
        (self.dense, self.sparse) = (dense, sparse)
    }
}

/// Turns a sparse Jacobian into native code, which verifies undoing, and makes the other checks if they are asked for.
///
/// ```swift
/// let fast = try compile(sparseJacobian(f, of: 0, with: 1))
/// let J = try fast(zeros, x)          // finds the pattern
/// let next = try fast(zeros, y)       // uses it
/// ```
///
/// - Parameters:
///   - threads: On how many threads the iterations of a `ParallelFor` run; 0 for all cores.
///   - schedule: The passes that the program goes through before C is written.
/// - Throws: A `NativeError`, for example if the machine has no C compiler.
public func compile<each A: Argument>(
    _ jacobian: SparseJacobian<repeat each A>, checks: Checks = .undoing, threads: Int = 1,
    optimizing schedule: Schedule = .standard, options: CompileOptions = CompileOptions()
) throws(NativeError) -> NativeSparseJacobian<repeat each A> {
    let dense = try compile(
        jacobian.dense, checks: checks, threads: threads, optimizing: schedule, options: options)
    let (f, output, input) = (jacobian.function, jacobian.dense.output, jacobian.dense.input)
    let ways = dense.ways
    return NativeSparseJacobian(
        dense,
        SparseProducts(
            definition: try f.program(), tolerance: options.precision.tolerance,
            atPoint: { values throws(ReversibilityError) in
                try f.linearized(at: values, of: output, with: input).map.sparse
            },
            makePlan: {
                SweepPlan(jacobian: $0, allowsForward: ways.forward, allowsBackward: ways.backward)
            }))
}

extension Precision {
    /// How far sums of one matrix's entries and the derivative's product may be apart, relative to the sizes of their terms.
    var tolerance: Double { self == .double ? 1e-9 : 1e-4 }
}
