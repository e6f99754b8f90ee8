import ReversibleCore

/// For every variable of a function: its value and its cotangent in the adjoint.
struct AdjointMap {
    let renaming: Renaming
    /// From value variables of the adjoint to their cotangents.
    private let cotangents: [Variable: Variable]
    /// What a call of the function itself becomes: the function, and its adjoint.
    let itself: (primal: Call.Callee, adjoint: Call.Callee)
    /// The leaves of each argument, for calls of the function itself.
    let arguments: [[Parameter]]

    /// Declares values and cotangents for everything in `definition`.
    init(
        _ definition: Definition, tracer: Tracer, itself: (primal: Call.Callee, adjoint: Call.Callee),
        parameters: inout [[Parameter]]
    ) {
        var values: [Variable: Variable] = [:]
        var cotangents: [Variable: Variable] = [:]
        var position = parameters.reduce(0) { $0 + $1.count }

        func declare(_ variable: Variable, _ name: String, isParameter: Bool) -> (Variable, Variable?) {
            let storage = variable.storage
            // The parameter `z.re` becomes `z.value.re` and `z.gradient.re`; the ancilla `t` stays `t` and gets
            // the cotangent `tGradient`.
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            func named(_ role: String) -> String {
                if !isParameter { return role == "value" ? name : name + "Gradient" }
                return ([parts.first ?? "", role] + parts.dropFirst()).joined(separator: ".")
            }
            guard variable.kind.isReal || variable.kind == .stack else {
                let value = tracer.declare(variable.kind, name: name)
                values[variable] = value
                return (value, nil)
            }
            let value = tracer.declare(variable.kind, name: named("value"), storage: storage)
            let cotangent = tracer.declare(
                variable.kind, name: named("gradient"), storage: storage == nil ? nil : TraceToken())
            values[variable] = value
            cotangents[value] = cotangent
            return (value, cotangent)
        }

        for argument in definition.arguments {
            var group: [Parameter] = []
            var gradients: [Parameter] = []
            for leaf in argument {
                let (value, cotangent) = declare(leaf.variable, leaf.name, isParameter: true)
                group.append(Parameter(variable: value, name: tracer.names[value.id] ?? ""))
                if let cotangent {
                    gradients.append(
                        Parameter(
                            variable: cotangent, name: tracer.names[cotangent.id] ?? "",
                            alignedTo: cotangent.kind == .stack ? position : nil))
                }
                position += 1
            }
            position += gradients.count
            parameters.append(group + gradients)
        }
        var accesses = Accesses(ownModes: definition.parameterModes)
        definition.body.visit(&accesses)
        let inside = accesses.declared.union(accesses.all.map(\.place.variable)).filter { values[$0] == nil }
        for variable in inside.sorted(by: { $0.id < $1.id }) {
            _ = declare(variable, definition.names[variable.id] ?? "t", isParameter: false)
        }
        renaming = Renaming(values)
        self.cotangents = cotangents
        self.itself = itself
        arguments = definition.arguments
    }

    func value(_ place: Place) -> Place { renaming(place) }
    func value(_ node: Node) -> Node { renaming(node) }

    /// The cotangent of a value place of the adjoint.
    func cotangent(ofValue place: Place) -> Place? {
        cotangents[place.variable].map { Place($0, place.indices) }
    }

    /// The cotangent of a place of the function.
    func cotangent(_ place: Place) -> Place? { cotangent(ofValue: value(place)) }

    func cotangent(_ variable: Variable) -> Variable? { cotangents[renaming(variable)] }
}
