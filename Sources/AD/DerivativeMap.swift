import ReversibleCore

/// For every variable of a function: its value, and its derivative, in a function derived from it.
///
/// In an adjoint the derivatives are cotangents, in a forward-mode program they are tangents.
struct DerivativeMap {
    /// What values and derivatives are called in the derived program.
    struct Roles {
        let value: String
        let derivative: String
        /// Whether derivatives go where values go, as tangents do.
        var moveWithValues = false
        /// Whether derivatives stand in the places of values, and are called as those were: in a transpose.
        var keepsNames = false
    }

    let renaming: Renaming
    /// Where cotangents go that nobody wants, if the adjoint is to be undone.
    let spare: SpareCotangents?
    /// How many differentiations the stacks of the whole program have been through; every function that is differentiated
    /// with it keeps its derivatives on the same stacks.
    let levels: StackLevels
    /// From value variables of the derived function to their derivatives.
    private let derivatives: [Variable: Variable]
    /// What a call of the function itself becomes: the function, and the derived function.
    let itself: (primal: Call.Callee, derived: Call.Callee)
    /// How products of derivatives are formed.
    private(set) var slopes: Slopes
    /// What the function is called, for errors.
    let function: String
    /// The leaves of each argument, for calls of the function itself.
    let arguments: [[Parameter]]
    /// The function's variables in which it keeps account of what its adjoint reads again.
    let account: Set<Variable>
    /// Of the derived function.
    let tracer: Tracer
    /// Whether only derivatives are left of what has them.
    let isTransposing: Bool

    /// Declares values and derivatives for everything in `definition`.
    ///
    /// - Parameters:
    ///   - levels: See ``levels``.
    ///   - spare: See ``spare``.
    ///   - active: The function's variables that have a derivative, if not all real ones and stacks do.
    init(
        _ definition: Definition, roles: Roles, levels: StackLevels, spare: SpareCotangents? = nil,
        active: Set<Variable>? = nil, tracer: Tracer,
        itself: (primal: Call.Callee, derived: Call.Callee), parameters: inout [[Parameter]]
    ) {
        var values: [Variable: Variable] = [:]
        var derivatives: [Variable: Variable] = [:]
        self.levels = levels
        function = definition.name
        self.tracer = tracer
        isTransposing = roles.keepsNames
        account = definition.account?.variables ?? []
        // Nothing is pulled back through an account; but it may have tangents, by which tangents are verified.
        let passive =
            active == nil
            ? definition.settledAccounts.reduce(into: account) { $0.formUnion($1.variables) } : []
        var position = parameters.reduce(0) { $0 + $1.count }

        func declare(_ variable: Variable, _ name: String, isParameter: Bool) -> (Variable, Variable?) {
            let storage = variable.storage
            let hasDerivative =
                (variable.kind.isReal || variable.kind == .stack) && active?.contains(variable) ?? true
                && !passive.contains(variable)
            // In an adjoint the parameter `z.re` becomes `z.value.re` and `z.gradient.re`; the ancilla `t` stays
            // `t` and gets the cotangent `tGradient`.
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            func named(_ role: String) -> String {
                if roles.keepsNames { return role == roles.value && hasDerivative ? name + "Value" : name }
                if isParameter {
                    return ([parts.first ?? "", role] + parts.dropFirst()).joined(separator: ".")
                }
                return role == roles.value ? name : name + role.prefix(1).uppercased() + role.dropFirst()
            }
            let value = tracer.declare(variable.kind, name: named(roles.value), storage: storage)
            values[variable] = value
            guard hasDerivative else { return (value, nil) }
            let derivative = tracer.declare(
                variable.kind, name: named(roles.derivative),
                storage: storage.map { $0.companion(roles.derivative, level: levels.next(of: $0)) })
            derivatives[value] = derivative
            return (value, derivative)
        }

        // Where the leaves of the function are now.
        var positions: [Int] = []
        for argument in definition.arguments {
            var group: [Parameter] = []
            var others: [Parameter] = []
            for leaf in argument {
                let (value, derivative) = declare(leaf.variable, leaf.name, isParameter: true)
                positions.append(position)
                group.append(
                    Parameter(
                        variable: value, name: tracer.names[value.id] ?? "",
                        alignedTo: leaf.alignedTo.map { positions[$0] }))
                if let derivative {
                    others.append(
                        Parameter(
                            variable: derivative, name: tracer.names[derivative.id] ?? "",
                            alignedTo: derivative.kind == .stack ? position : nil))
                }
                position += 1
            }
            position += others.count
            parameters.append(group + others)
        }
        let inside = definition.body.namedVariables.filter { values[$0] == nil }
        for variable in inside.sorted(by: { $0.id < $1.id }) {
            _ = declare(variable, definition.names[variable.id] ?? "t", isParameter: false)
        }
        renaming = Renaming(values)
        let stack = definition.parameters.first { $0.variable.kind == .stack }?.variable
        self.spare = spare.map { SpareCotangents(tracer: $0.tracer, owner: stack.flatMap { values[$0] }) }
        self.derivatives = derivatives
        self.itself = itself
        let steep = definition.steepVariables.compactMap { values[$0] }
        // A tangent can be infinite where its value cannot be relied on; what a cotangent holds came from elsewhere.
        let tangents = roles.moveWithValues ? steep.compactMap { derivatives[$0] } : []
        slopes = Slopes(Set(steep + tangents), areTangents: roles.moveWithValues)
        arguments = definition.arguments
    }

    /// The same map for a loop's body, where more is known.
    func inside(_ loop: ForLoop) -> DerivativeMap {
        var map = self
        map.slopes.assume(positive: loop.positiveIntegers.map { value($0) })
        return map
    }

    func value(_ place: Place) -> Place { renaming(place) }
    func value(_ node: Node) -> Node { renaming(node) }

    /// The derivative of a value place of the derived function.
    func derivative(ofValue place: Place) -> Place? {
        derivatives[place.variable].map { Place($0, place.indices) }
    }

    /// The derivative of a place of the function.
    func derivative(_ place: Place) -> Place? { derivative(ofValue: value(place)) }

    func derivative(_ variable: Variable) -> Variable? { derivatives[renaming(variable)] }

    /// What a transpose has of a variable: its derivative, if it has one, or its value.
    func standIn(for variable: Variable) -> Variable { derivative(variable) ?? renaming(variable) }

    /// The values of what has derivatives.
    var movedValues: Set<Variable> { Set(derivatives.keys) }

    /// The ancillas of a block, each joined by its derivative.
    func ancillas(_ ancillas: [Ancilla], derivativeRule: (Ancilla) -> Ancilla.Rule) -> [Ancilla] {
        ancillas.flatMap { ancilla in
            let sizes = ancilla.sizes.map { value($0) }
            let own = Ancilla(
                variable: renaming(ancilla.variable), sizes: sizes, rule: ancilla.rule, at: ancilla.location)
            guard let derivative = derivative(ancilla.variable) else { return [own] }
            return [
                own,
                Ancilla(
                    variable: derivative, sizes: sizes, rule: derivativeRule(ancilla), at: ancilla.location),
            ]
        }
    }

    /// The arguments of a call of a derived function: for each argument of the function its places, then their
    /// derivatives, if `hasDerivatives` says that the argument has them.
    func arguments(
        _ places: [Place], _ groups: [[Parameter]], hasDerivatives: (_ argument: Int) -> Bool = { _ in true }
    ) -> [Place] {
        var result: [Place] = []
        var next = 0
        for (argument, group) in groups.enumerated() {
            let own = places[next..<(next + group.count)]
            next += group.count
            result += own.map { value($0) }
            if hasDerivatives(argument) { result += own.compactMap { derivative($0) } }
        }
        return result
    }
}
