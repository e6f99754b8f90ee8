import AD
import NativeEngine
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
/// unless it is known to have fewer than 32 turns. What stands between them becomes kernels of one thread. A `For` around a `ParallelFor`
/// launches kernels again and again. Elementary functions are expanded inline, so that a thread computes the same
/// bits as a lane of `compile(f)`.
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
/// - Parameter arguments: The numbers of the arguments whose gradients are wanted; all, if nil.
public func ptx<each A: Argument>(
    _ gradient: Gradient<repeat each A>, with arguments: Set<Int>? = nil, options: PTXOptions = PTXOptions()
) throws(PTXError) -> String {
    try kernelPlan(gradient, with: arguments, options: options).text
}

/// The PTX text of the kernels of Jacobian–vector products.
///
/// The kernels take the places of `f`, each argument's values followed by its tangents (integers have none).
public func ptx<each A: Argument>(
    _ product: JVP<repeat each A>, options: PTXOptions = PTXOptions()
) throws(PTXError) -> String {
    try kernelPlan(product, options: options).text
}

/// How a function runs on a GPU.
package func kernelPlan<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, options: PTXOptions = PTXOptions()
) throws(PTXError) -> KernelPlan {
    let definition = try reportingProgram { () throws(ReversibilityError) in try f.definition }
    return try KernelPlan(definition, inverted: f.isInverted, wanted: nil, options)
}

/// How a gradient runs on a GPU.
package func kernelPlan<each A: Argument>(
    _ gradient: Gradient<repeat each A>, with arguments: Set<Int>? = nil, options: PTXOptions = PTXOptions()
) throws(PTXError) -> KernelPlan {
    let f = gradient.function
    let (function, pullback) = try reportingProgram { () throws(ReversibilityError) in
        let definition = try f.definition
        try definition.checkLoss(gradient.loss)
        for argument in arguments ?? [] { try definition.checkArgument(argument, called: "with") }
        return (definition, try definition.pullback(inverted: f.isInverted))
    }
    let wanted = function.gradientsWanted(of: arguments ?? Set(function.arguments.indices))
    return try KernelPlan(pullback, inverted: false, wanted: wanted, options)
}

/// How Jacobian–vector products run on a GPU.
package func kernelPlan<each A: Argument>(
    _ product: JVP<repeat each A>, options: PTXOptions = PTXOptions()
) throws(PTXError) -> KernelPlan {
    let f = product.function
    let tangent = try reportingProgram { () throws(ReversibilityError) in
        let definition = try f.definition
        return try definition.tangent(moving: Set(definition.arguments.indices))
    }
    return try KernelPlan(tangent, inverted: f.isInverted, wanted: nil, options)
}

/// Reports what is wrong with a program as a reason why it has no kernels.
private func reportingProgram<Result>(
    _ body: () throws(ReversibilityError) -> Result
) throws(PTXError) -> Result {
    do {
        return try body()
    } catch {
        throw PTXError(.invalidProgram, "\(error)")
    }
}

extension KernelPlan {
    /// Plans a program.
    ///
    /// - Parameter wanted: For every parameter whether its final value is wanted; nil for all.
    package init(
        _ definition: Definition, inverted: Bool, wanted: [Bool]?, _ options: PTXOptions
    ) throws(PTXError) {
        try options.check()
        let wanted = wanted ?? Array(repeating: true, count: definition.parameters.count)
        let unit = SourceUnit(
            definition, inverted: inverted,
            .threads(options.precision == .double ? .double : .float, wanted: wanted))
        let planner = Planner(definition, unit.program(of: unit.root), options)
        self = try planner.plan()
    }
}
