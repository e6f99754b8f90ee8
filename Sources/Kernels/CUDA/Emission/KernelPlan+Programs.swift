import AD
import NativeEngine
import ReversibleCore

/// How a function runs on a GPU.
package func kernelPlan<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, options: PTXOptions = PTXOptions()
) throws(PTXError) -> KernelPlan {
    let definition = try reportingProgram { () throws(ReversibilityError) in try f.definition }
    return try KernelPlan(definition, of: definition, inverted: f.isInverted, wanted: nil, options)
}

/// How a gradient runs on a GPU.
package func kernelPlan<each A: Argument>(
    _ gradient: Gradient<repeat each A>, with arguments: Set<Int>? = nil, options: PTXOptions = PTXOptions()
) throws(PTXError) -> KernelPlan {
    let f = gradient.function
    let (function, pullback) = try reportingProgram { () throws(ReversibilityError) in
        let definition = try f.definition
        try definition.checkLoss(gradient.loss)
        try definition.checkReal(arguments, called: "with")
        return (definition, try definition.pullback(inverted: f.isInverted))
    }
    let wanted = function.gradientsWanted(of: arguments ?? Set(function.arguments.indices))
    return try KernelPlan(pullback, of: function, inverted: false, wanted: wanted, options)
}

/// How Jacobian–vector products run on a GPU.
package func kernelPlan<each A: Argument>(
    _ product: JVP<repeat each A>, options: PTXOptions = PTXOptions()
) throws(PTXError) -> KernelPlan {
    let f = product.function
    let (function, tangent) = try reportingProgram { () throws(ReversibilityError) in
        let definition = try f.definition
        return (definition, try definition.tangent(moving: Set(definition.arguments.indices)))
    }
    return try KernelPlan(tangent, of: function, inverted: f.isInverted, wanted: nil, options)
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
        try definition.checkReal(arguments, called: "with")
        return (definition, try definition.pullback(inverted: f.isInverted).pullback(inverted: false))
    }
    let wanted = function.valueGradientsWanted(of: arguments ?? Set(function.arguments.indices))
    return try KernelPlan(second, of: function, inverted: false, wanted: wanted, options)
}

/// How a Jacobian runs on a GPU: forward runs for columns, backward runs for rows, or both where the sizes decide.
package func kernelPlans<each A: Argument>(
    _ jacobian: Jacobian<repeat each A>, options: PTXOptions = PTXOptions()
) throws(PTXError) -> (forward: KernelPlan?, backward: KernelPlan?) {
    let f = jacobian.function
    let (function, tangent, pullback) = try reportingProgram { () throws(ReversibilityError) in
        let definition = try f.definition
        try definition.checkJacobian(of: jacobian.output, with: jacobian.input)
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
            forward = try KernelPlan(tangent, of: function, inverted: f.isInverted, wanted: wanted, options)
        }
    }
    if let pullback {
        let wanted = function.gradientsWanted(of: [jacobian.input])
        backward = try KernelPlan(pullback, of: function, inverted: false, wanted: wanted, options)
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
    /// How many statements a program may have once its calls are replaced.
    private static let statementLimit = 100_000

    /// Plans a program.
    ///
    /// - Parameters:
    ///   - function: What the program is made of: itself, or the function whose derivatives it computes.
    ///   - wanted: For every parameter whether its final value is wanted; nil for all.
    package init(
        _ definition: Definition, of function: Definition, inverted: Bool, wanted: [Bool]?,
        _ options: PTXOptions
    ) throws(PTXError) {
        let count = definition.calls.expandedCount
        guard count <= KernelPlan.statementLimit else {
            throw PTXError(
                .unsupportedStatement,
                "Kernels call no functions: every call becomes the statements of what it calls, and `\(definition.name)` "
                    + "would have \(count == CallSummary.countLimit ? "more than 10¹⁸" : "\(count)") of them; at most "
                    + "\(KernelPlan.statementLimit) can be in kernels. Put what is repeated into `For` loops")
        }
        let places = function.derivedPlaces(in: definition)
        try options.check(kinds: definition.parameters.map(\.variable.kind), places: places)
        let zeros = try options.parametersStartingAtZero(of: definition, for: function)
        let wanted = wanted ?? Array(repeating: true, count: definition.parameters.count)
        let unit = SourceUnit(
            definition, inverted: inverted,
            .threads(options.precision == .double ? .double : .float, wanted: wanted))
        var sizes: [Int: [Int?]] = [:]
        for (position, place) in places.enumerated() { sizes[position] = options.knownSizes[place] }
        let planner = Planner(
            definition, unit.program(of: unit.root), options, wanted: wanted, sizes: sizes,
            startingAtZero: zeros)
        self = try planner.plan()
    }
}

extension Definition {
    /// For every parameter of the function itself, or of a program of its derivatives, the function's place whose
    /// value or derivative it is.
    fileprivate func derivedPlaces(in program: Definition) -> [Int] {
        var (places, first) = ([Int](), 0)
        for (argument, all) in zip(arguments, program.arguments) {
            let own = Array(first..<(first + argument.count))
            let derived = zip(own, argument).filter { $1.hasGradient }.map { $0.0 }
            places += own
            // A second derivative has four places for every number.
            if !derived.isEmpty {
                for _ in 0..<((all.count - own.count) / derived.count) { places += derived }
            }
            first += argument.count
        }
        return places
    }
}
