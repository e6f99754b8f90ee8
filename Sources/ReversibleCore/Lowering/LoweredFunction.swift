/// A function's program on its way to code: the statements that are left, and what their callers need to know.
package struct LoweredFunction {
    package private(set) var block: Block
    /// Names of variables, the inlined ones among them.
    package var names: [Int: String]
    package let parameterModes: [AccessMode]
    package let parameters: [Parameter]
    /// Who keeps this function, and those that it calls.
    unowned let lowering: Lowering
    package let definition: Definition
    /// The number of the next variable that is made.
    var nextID: Int
    /// For every parameter, whether its final value is wanted.
    private let wanted: [Bool]
    /// For every parameter, whether the program asks for its initial value.
    package private(set) var needed: [Bool]
    /// For every parameter, whether the program mentions it at all.
    package private(set) var mentioned: [Bool] = []
    /// What may not be what it was, if undoing can lose a decision.
    package private(set) var lost = LostValues.nothing

    var isChecked: Bool { lowering.request.checks == .all }

    /// The program as it comes, before any pass.
    init(_ form: Lowering.Form, in lowering: Lowering) {
        let definition = form.definition
        block = definition.program(inverted: form.inverted)
        names = definition.names
        parameterModes = definition.parameterModes
        parameters = definition.parameters
        wanted = form.wanted
        self.lowering = lowering
        self.definition = definition
        needed = Array(repeating: true, count: parameters.count)
        nextID = (definition.names.keys.max() ?? 0) + 1
        for variable in block.namedVariables { nextID = max(nextID, variable.id + 1) }
        block.statements = guards(of: definition, renamed: Renaming([:])) + block.statements
        block = withoutUnaskedChecks(block)
    }

    /// Rewrites the program.
    mutating func apply(_ pass: Pass) {
        switch pass.kind {
        case .sinkScratch: block = block.localizingScratch(ownModes: parameterModes)
        case .inlineCalls: block = withoutUnaskedChecks(inlining(block))
        case .expandComputations: block = block.expandingComputations(ownModes: parameterModes)
        case .joinBlocks: block = block.joined()
        case .dropZeroUpdates: block = block.withoutZeroUpdates(startingFrom: block.pureCotangents)
        case .cancelInverses: if definition.isDerived { block = block.cancelled() }
        case .dropUnreadElements: block = block.withoutUnreadElements()
        case .dropDeadValues: dropDeadValues()
        case .vectorizeLoops: block = block.withVectorizableLoops()
        }
    }

    /// The program, and what has been put into it, without checks that its code does not make.
    private func withoutUnaskedChecks(_ block: Block) -> Block {
        switch lowering.request.checks {
        case .all: block
        case .undoing: block.withoutIndexChecks
        case .none: block.withoutIndexChecks.withoutAssertions
        }
    }

    private mutating func dropDeadValues() {
        var live = Set(
            zip(parameters, wanted).filter { $1 || $0.variable.kind == .stack }.map(\.0.variable))
        // What is left on a stack of the run, another call finds there.
        live.formUnion(block.usedVariables.filter { $0.kind == .stack && $0.storage != nil })
        let calls = CallLiveness(ownModes: parameterModes) { [lowering, definition] call, wanted in
            lowering.needed(by: call, from: definition, wanted)
        }
        block = block.withoutDeadValues(live: &live, calls: calls)
        needed = parameters.map { live.contains($0.variable) || $0.variable.kind == .stack }
    }

    /// Finds out what the lowered program mentions: once, as callers ask for it, and theirs.
    mutating func finish() {
        let variables = block.usedVariables.union(handedOn(by: block))
        mentioned = parameters.map { variables.contains($0.variable) }
        if let entering = lowering.lostOnEntry(to: definition) {
            lost = LostValues(of: block, entering: entering, ownModes: parameterModes)
        }
    }

    /// What is handed to functions that do nothing with it but hand it on: those that call themselves take all of their
    /// arguments.
    private func handedOn(by block: Block) -> Set<Variable> {
        var result: Set<Variable> = []
        block.forEachStatement { statement in
            guard case .call(let call) = statement.kind, case .function = call.callee else { return }
            let form = lowering.form(of: call, from: definition, wanted: call.wanted)
            let taken =
                lowering.isRecursive(form.definition) ? form.wanted : lowering.function(of: form).mentioned
            for (place, isTaken) in zip(call.arguments, taken) where isTaken {
                result.insert(place.variable)
            }
        }
        return result
    }

    /// The program as Swift source. Inlined variables with names that others have get numbers.
    var text: String {
        var names = definition.names
        var counts = Dictionary(names.values.map { ($0, 1) }, uniquingKeysWith: { a, _ in a })
        for (id, wish) in self.names.sorted(by: { $0.key < $1.key }) where names[id] == nil {
            var name = wish
            while let count = counts[name] {
                counts[wish] = count + 1
                name = "\(wish)\(count + 1)"
            }
            counts[name] = 1
            names[id] = name
        }
        return definition.source(of: block, names: names)
    }
}
