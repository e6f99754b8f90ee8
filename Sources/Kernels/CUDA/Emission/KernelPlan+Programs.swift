import AD
import NativeEngine
import ReversibleCore

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

/// How products of a Hessian with directions run on a GPU.
package func kernelPlan<each A: Argument>(
    _ product: HessianProduct<repeat each A>, with arguments: Set<Int>? = nil,
    options: PTXOptions = PTXOptions()
) throws(PTXError) -> KernelPlan {
    let f = product.function
    let (function, second) = try reportingProgram { () throws(ReversibilityError) in
        let definition = try f.definition
        try definition.checkLoss(product.loss)
        for argument in arguments ?? [] { try definition.checkArgument(argument, called: "with") }
        return (definition, try definition.pullback(inverted: f.isInverted).pullback(inverted: false))
    }
    let wanted = function.valueGradientsWanted(of: arguments ?? Set(function.arguments.indices))
    return try KernelPlan(second, inverted: false, wanted: wanted, options)
}

/// How a Jacobian runs on a GPU: forward runs for columns, backward runs for rows, or both where the sizes decide.
package func kernelPlans<each A: Argument>(
    _ jacobian: Jacobian<repeat each A>, options: PTXOptions = PTXOptions()
) throws(PTXError) -> (forward: KernelPlan?, backward: KernelPlan?) {
    let f = jacobian.function
    let (function, tangent, pullback) = try reportingProgram { () throws(ReversibilityError) in
        let definition = try f.definition
        try definition.checkReal(jacobian.output, called: "of")
        try definition.checkReal(jacobian.input, called: "with")
        let ways = definition.jacobianWays(of: jacobian.output, with: jacobian.input)
        return (
            definition, ways.forward ? try definition.tangent(moving: [jacobian.input]) : nil,
            ways.backward ? try definition.pullback(inverted: f.isInverted) : nil
        )
    }
    var (forward, backward): (KernelPlan?, KernelPlan?)
    if let tangent {
        let wanted = function.tangentsWanted(of: [jacobian.output], in: tangent)
        // An output that does not depend on the input needs no run.
        if wanted.contains(true) {
            forward = try KernelPlan(tangent, inverted: f.isInverted, wanted: wanted, options)
        }
    }
    if let pullback {
        let wanted = function.gradientsWanted(of: [jacobian.input])
        backward = try KernelPlan(pullback, inverted: false, wanted: wanted, options)
    }
    return (forward, backward)
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
