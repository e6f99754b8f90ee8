// Functions made anew for arguments that are views, and those that call themselves with views.

extension FormNames {
    /// Loops and ancillas for what the function does with views.
    func expansion(of itself: ViewExpansion.Itself) -> ViewExpansion {
        ViewExpansion(
            declare: { self.declare($0, $0 == .index ? "e" : "t") },
            printer: { Printer(names: self.names, owner: self.owner) }, itself: itself)
    }
}

/// A function's program with views in the places of parameters.
private struct ViewedProgram {
    let parameters: [Parameter]
    let names: [Int: String]
    let body: Block
    let renaming: Renaming
    /// The parameters in whose places there are views.
    let replaced: Set<Variable>

    init(
        _ form: ViewForm, _ old: [Parameter], _ names: [Int: String], _ body: Block, _ owner: TraceToken
    ) {
        let names = FormNames(names, of: body, old, owner)
        var made: [Parameter?] = Array(repeating: nil, count: form.kinds.count)
        func parameter(_ position: Int, _ make: (Variable.Kind) -> Variable) -> Variable {
            if let known = made[position] { return known.variable }
            let variable = make(form.kinds[position])
            made[position] = Parameter(variable: variable, name: names.names[variable.id] ?? "")
            return variable
        }
        var views: [Variable: Place] = [:]
        var moved: [Int: Int] = [:]
        for (position, (leaf, new)) in zip(old, form.parameters).enumerated() {
            switch new {
            case .plain(let number):
                made[number] = leaf
                moved[position] = number
            case .view(let view):
                let array =
                    view.constant ?? view.array.map { parameter($0) { names.declare($0, named: leaf.name) } }
                guard let array else { continue }
                views[leaf.variable] = view.place(in: array) { number, wish in
                    parameter(number) { names.declare($0, wish) }
                }
            }
        }
        parameters = made.compactMap { $0 }.map { leaf in
            Parameter(
                variable: leaf.variable, name: leaf.name, alignedTo: leaf.alignedTo.flatMap { moved[$0] })
        }
        replaced = Set(views.keys)
        renaming = Renaming([:], views: views, refining: \.withLiterals)
        let itself = ViewExpansion.Itself(
            form: form, callee: nil, modes: Definition.modes(of: body, old.map(\.variable)))
        self.body = names.expansion(of: itself)(renaming(body))
        self.names = names.names
    }
}

extension Definition {
    /// The function for arguments that are views.
    func viewed(as form: ViewForm) throws(ReversibilityError) -> Definition {
        try boundForm(.views(form)) { () throws(ReversibilityError) in
            let made = ViewedProgram(form, parameters, names, body, owner)
            return try Definition(
                name: name, arguments: made.parameters.map { [$0] },
                argumentTypes: made.parameters.map(\.variable.kind.typeName), body: made.body,
                names: made.names,
                owner: owner, isDerived: isDerived, isCareful: isCareful, account: account,
                settledAccounts: settledAccounts, restored: restored,
                requirements: (requirements?.list ?? []).compactMap {
                    $0.renamed(by: made.renaming, without: made.replaced)
                },
                written: written { form.written($0) })
        }
    }

    /// A traced program that may call itself with parts of what it is given: these calls go to a function of its own, which
    /// takes parts and calls itself.
    static func expandingSelfCalls(
        _ name: String, _ arguments: [[Parameter]], _ body: Block, _ names: [Int: String], _ owner: TraceToken
    ) throws(ReversibilityError) -> (body: Block, names: [Int: String]) {
        guard let form = ViewForm(selfCallsIn: body) else { return (body, names) }
        let parameters = arguments.flatMap { $0 }
        let made = ViewedProgram(form, parameters, names, body, owner)
        let callee = try Definition(
            name: name, arguments: made.parameters.map { [$0] },
            argumentTypes: made.parameters.map(\.variable.kind.typeName), body: made.body, names: made.names,
            owner: owner, written: parameters.indices.map { form.written($0) })
        let own = FormNames(names, of: body, parameters, owner)
        let itself = ViewExpansion.Itself(
            form: form, callee: callee, modes: Definition.modes(of: body, parameters.map(\.variable)))
        return (own.expansion(of: itself)(body), own.names)
    }
}
