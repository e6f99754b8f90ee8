import AD
import ReversibleCore

// Programs become PTX: the text of kernels that the driver of an NVIDIA GPU compiles. Making the text needs neither
// a GPU nor a driver.

/// The PTX text of a function's kernels.
///
/// ```swift
/// let saxpy = ReversibleFunction { (y: Vector, x: Vector, a: Scalar) in
///     ParallelFor(y.indices) { i in y[i] += a * x[i] }
/// }
/// let text = try ptx(saxpy)
/// ```
///
/// Every `ParallelFor` at the top of the program becomes a kernel with a thread per iteration; so does every
/// statement on whole arrays, and every `For` whose turns only use elements of their own or add to what they share,
/// unless it is known to have fewer than 32 turns. What stands between them becomes kernels of one thread. A `For`
/// around a `ParallelFor` launches kernels again and again; so does a `While` with a `post:` condition, which asks the
/// device before every turn. Rows that belong to an iteration, at constant columns, are moved through shared memory,
/// many iterations' at once. Elementary functions are expanded inline, so that a thread computes the same bits as a
/// lane of `compile(f)`.
///
/// The text opens with the order of the launches; every kernel, with the meaning of its parameters.
///
/// - Throws: A ``PTXError`` that names the statement that has no form on a GPU.
public func ptx<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, options: PTXOptions = PTXOptions()
) throws(PTXError) -> String {
    try kernelPlan(f, options: options).text
}

/// The PTX text of the kernels of a gradient.
///
/// The kernels take the places of `f`, each argument's values followed by its gradients (integers have none). On
/// entry the gradients are those of some function of the results: 1 for the loss, and 0 elsewhere, gives the
/// gradient of the loss. On return they are the gradients in the arguments.
///
/// A gradient that reads what undoing has restored keeps account of it, in the buffer `undoing` that the text's opening
/// names: cleared before the launches, it holds sums of 64 bits and, in its last element, the verdict. The last kernel
/// sets this integer to 0, or to the number of the reason, of those in the opening, for which the gradients may be
/// wrong. The text is the same with and without checks where only places are read that nothing changes.
///
/// - Parameters:
///   - arguments: The numbers of the arguments whose gradients are wanted; all, if nil.
///   - checks: `.none` drops the account; `.all` is refused.
public func ptx<each A: Argument>(
    _ gradient: Gradient<repeat each A>, with arguments: Set<Int>? = nil, checks: Checks = .undoing,
    options: PTXOptions = PTXOptions()
) throws(PTXError) -> String {
    try kernelPlan(gradient, with: arguments, checks: checks, options: options).text
}

/// The PTX text of the kernels of Jacobian–vector products.
///
/// The kernels take the places of `f`, each argument's values followed by its tangents (integers have none).
public func ptx<each A: Argument>(
    _ product: JVP<repeat each A>, options: PTXOptions = PTXOptions()
) throws(PTXError) -> String {
    try kernelPlan(product, options: options).text
}

/// The PTX text of the kernels of products of a Hessian with directions.
///
/// The kernels take the places of every argument of `f`: its values, its gradients, its products and its directions
/// (of integers only the values).
///
/// - Parameters:
///   - arguments: The numbers of the arguments whose products are wanted; all, if nil.
///   - checks: As for gradients.
public func ptx<each A: Argument>(
    _ product: HessianProduct<repeat each A>, with arguments: Set<Int>? = nil,
    checks: Checks = .undoing, options: PTXOptions = PTXOptions()
) throws(PTXError) -> String {
    try kernelPlan(product, with: arguments, checks: checks, options: options).text
}

/// The PTX texts of the programs of a Jacobian: one of forward runs for columns, one of backward runs for rows, or
/// both where the arguments' types do not tell which are fewer.
///
/// - Parameter checks: As for gradients, in backward runs; forward runs undo nothing.
public func ptx<each A: Argument>(
    _ jacobian: Jacobian<repeat each A>, checks: Checks = .undoing, options: PTXOptions = PTXOptions()
) throws(PTXError) -> [String] {
    let (forward, backward) = try kernelPlans(jacobian, checks: checks, options: options)
    return [forward, backward].compactMap { $0?.text }
}
