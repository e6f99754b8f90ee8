import AD
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
    _ gradient: Gradient<repeat each A>, with arguments: Set<Int>? = nil, checks: Checks = .undoing,
    options: PTXOptions = PTXOptions()
) throws(PTXError) -> KernelPlan {
    try options.check(checks)
    let f = gradient.function
    let (function, pullback) = try reportingProgram { () throws(ReversibilityError) in
        let definition = try f.definition
        try definition.checkLoss(gradient.loss)
        try definition.checkReal(arguments, called: "with")
        return (definition, try definition.pullback(inverted: f.isInverted, checks))
    }
    let wanted = function.gradientsWanted(of: arguments ?? Set(function.arguments.indices))
    return try KernelPlan(
        pullback, of: function, inverted: false, wanted: wanted, options, running: f.options)
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
    checks: Checks = .undoing, options: PTXOptions = PTXOptions()
) throws(PTXError) -> KernelPlan {
    try options.check(checks)
    let f = product.function
    let (function, second) = try reportingProgram { () throws(ReversibilityError) in
        let definition = try f.definition
        try definition.checkLoss(product.loss)
        try definition.checkReal(arguments, called: "with")
        let pullback = try definition.pullback(inverted: f.isInverted, checks)
        return (definition, try pullback.tangentOfPullback.withDirectionsLast(of: definition))
    }
    let wanted = function.productsWanted(of: arguments ?? Set(function.arguments.indices))
    return try KernelPlan(
        second, of: function, inverted: false, wanted: wanted, options, running: f.options)
}

/// How a Jacobian runs on a GPU: forward runs for columns, backward runs for rows, or both where the sizes decide.
package func kernelPlans<each A: Argument>(
    _ jacobian: Jacobian<repeat each A>, checks: Checks = .undoing, options: PTXOptions = PTXOptions()
) throws(PTXError) -> (forward: KernelPlan?, backward: KernelPlan?) {
    try options.check(checks)
    let f = jacobian.function
    let (function, tangent, pullback) = try reportingProgram { () throws(ReversibilityError) in
        let definition = try f.definition
        try definition.checkJacobian(of: jacobian.output, with: jacobian.input)
        let ways = definition.jacobianWays(of: jacobian.output, with: jacobian.input)
        return (
            definition, ways.forward ? try definition.tangent(moving: [jacobian.input]) : nil,
            ways.backward ? try definition.pullback(inverted: f.isInverted, checks) : nil
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
        backward = try KernelPlan(
            pullback, of: function, inverted: false, wanted: wanted, options, running: f.options)
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
    ///   - wanted: For every parameter whether its final value is wanted; nil for all. Sums of accounts are wanted by
    ///     the kernels themselves.
    ///   - running: Options of the function's runs, of which the kernels need the tolerance for drift.
    package init(
        _ definition: Definition, of function: Definition, inverted: Bool, wanted: [Bool]?,
        _ options: PTXOptions, running: RunOptions = RunOptions()
    ) throws(PTXError) {
        if !function.restored.isEmpty {
            throw PTXError(
                .unsupportedStatement,
                "`undoing: .recorded` and `.checkpoints(c)` keep old values of `\(function.name)` on a stack, which has no form "
                    + "on a GPU; take the derivative there by undoing, or run it with `compile`")
        }
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
        let accounts = definition.accountParameterCount
        let wanted =
            (wanted ?? Array(repeating: true, count: definition.parameters.count - accounts))
            + Array(repeating: true, count: accounts)
        let lowering = Lowering(definition, inverted: inverted, .threads(wanted: wanted))
        var sizes: [Int: [Int?]] = [:]
        for (position, place) in places.enumerated() { sizes[position] = options.knownSizes[place] }
        let planner = Planner(
            definition, lowering.program, options, wanted: wanted, sizes: sizes,
            startingAtZero: zeros,
            driftTolerance: options.precision == .double
                ? running.driftTolerance : running.adapted(to: Float.self).driftTolerance)
        self = try planner.plan()
    }
}

extension Definition {
    /// A pullback's tangent with the places of every argument in the order values, gradients, products, directions.
    fileprivate func withDirectionsLast(of function: Definition) throws(ReversibilityError) -> Definition {
        var arguments = arguments
        for (position, leaves) in function.arguments.enumerated() {
            let count = leaves.count { $0.hasGradient }
            let all = arguments[position]
            arguments[position] =
                all.dropLast(2 * count) + all.suffix(count) + all.dropLast(count).suffix(count)
        }
        return try Definition(
            name: name, arguments: arguments, argumentTypes: argumentTypes, body: body, names: names,
            owner: owner, isDerived: isDerived, settledAccounts: settledAccounts)
    }

    /// For every parameter of that, whether it is the product of one of these arguments.
    func productsWanted(of wanted: Set<Int>) -> [Bool] {
        arguments.enumerated().flatMap { position, leaves in
            let count = leaves.count { $0.hasGradient }
            return Array(repeating: false, count: leaves.count + count)
                + Array(repeating: wanted.contains(position), count: count)
                + Array(repeating: false, count: count)
        }
    }

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
