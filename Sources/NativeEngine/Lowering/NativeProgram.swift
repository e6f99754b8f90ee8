import ReversibleCore

/// A function's program, made ready to be emitted.
package struct NativeProgram {
    package private(set) var block: Block
    /// Names of variables, the inlined ones among them.
    package private(set) var names: [Int: String]
    package let parameterModes: [AccessMode]
    let parameters: [Parameter]
    private let isChecked: Bool
    private let unit: SourceUnit
    private let definition: Definition
    private var nextID: Int
    /// For every parameter, whether the program asks for its initial value.
    package private(set) var needed: [Bool]
    /// For every parameter, whether the program mentions it at all.
    private(set) var mentioned: [Bool] = []

    /// What may not be what it was, if undoing can lose a decision.
    package private(set) var lost = LostValues.nothing

    /// Finds out what the lowered program mentions: once, as callers ask for it, and theirs.
    private mutating func noteMentioned() {
        let variables = block.usedVariables.union(handedOn(by: block))
        mentioned = parameters.map { variables.contains($0.variable) }
        if let entering = unit.lostOnEntry(to: definition) {
            lost = LostValues(of: block, entering: entering, ownModes: parameterModes)
        }
    }

    /// What is handed to functions that do nothing with it but hand it on: those that call themselves take all of their
    /// arguments.
    private func handedOn(by block: Block) -> Set<Variable> {
        var result: Set<Variable> = []
        for statement in block.statements {
            if case .call(let call) = statement.kind, case .function = call.callee {
                let variant = unit.variant(
                    of: call, from: definition, isAliased: false, wanted: call.wanted)
                let taken =
                    unit.isRecursive(variant.definition)
                    ? variant.wanted : unit.program(of: variant).mentioned
                for (place, isTaken) in zip(call.arguments, taken) where isTaken {
                    result.insert(place.variable)
                }
            }
            for inner in statement.ownBlocks { result.formUnion(handedOn(by: inner)) }
        }
        return result
    }

    init(_ variant: SourceUnit.Variant, unit: SourceUnit) {
        let definition = variant.definition
        block = definition.program(inverted: variant.inverted)
        names = definition.names
        parameterModes = definition.parameterModes
        parameters = definition.parameters
        isChecked = unit.checks == .all
        self.unit = unit
        self.definition = definition
        needed = Array(repeating: true, count: parameters.count)
        nextID = (definition.names.keys.max() ?? 0) + 1
        for variable in block.namedVariables { nextID = max(nextID, variable.id + 1) }
        block.statements = guards(of: definition, renamed: Renaming([:])) + block.statements
    }

    /// What checks the sizes of a function's arguments; the interpreter then says what is wrong.
    private mutating func guards(of definition: Definition, renamed renaming: Renaming) -> [Statement] {
        guard isChecked, let requirements = definition.requirements else { return [] }
        return requirements.sizeGuards(renamed: renaming) {
            names[nextID] = "mismatch"
            nextID += 1
            return Variable(id: nextID - 1, kind: .integer, owner: definition.owner)
        }
    }

    /// Rewrites the program; `wanted` says whose final values somebody will look at.
    mutating func lower(wanted: [Bool]) {
        defer { noteMentioned() }
        block = block.localizingScratch(ownModes: parameterModes)
        block = inlining(block)
        block = block.expandingComputations(ownModes: parameterModes)
        guard !isChecked else { return }
        // What a primal and its adjoint cancel is cancelled; a program of the user's is run as it stands.
        block = definition.isDerived ? block.simplified() : block.joined()
        block = block.withoutZeroUpdates(startingFrom: block.pureCotangents)
        var live = Set(
            zip(parameters, wanted).filter { $1 || $0.variable.kind == .stack }.map(\.0.variable))
        let calls = CallLiveness(ownModes: parameterModes) { [unit, definition] call, wanted in
            unit.needed(by: call, from: definition, wanted)
        }
        block = block.withoutUnreadElements().withoutDeadValues(live: &live, calls: calls)
        // What a thread does stays together.
        if !unit.isForThreads { block = block.withVectorizableLoops() }
        needed = parameters.map { live.contains($0.variable) || $0.variable.kind == .stack }
    }

    // MARK: Inlining

    /// Calls become the callee's statements: of short functions, so that what their callers do not need goes away
    /// with the rest, and of all inside a `ParallelFor`, so that lanes can run them side by side.
    private mutating func inlining(_ block: Block, inParallelLoop: Bool = false) -> Block {
        var result = Block(ancillas: block.ancillas)
        for statement in block.statements {
            if case .call(let call) = statement.kind, case .function(let callee) = call.callee,
                !unit.isRecursive(callee),
                unit.isForThreads
                    || (callee.isInlined(inParallelLoop: inParallelLoop) && !call.bindsElementsTwice)
            {
                let body = inlining(body(of: callee, call), inParallelLoop: inParallelLoop)
                result.statements.append(Statement(.block(body), at: statement.location))
                continue
            }
            var isInside = inParallelLoop
            if case .forLoop(let loop) = statement.kind, loop.parallel { isInside = true }
            result.statements.append(
                statement.mappingOwnBlocks { inlining($0, inParallelLoop: isInside) })
        }
        return result
    }

    /// The callee's statements over the caller's places.
    private mutating func body(of callee: Definition, _ call: Call) -> Block {
        let program = callee.program(inverted: call.inverted)
            .localizingScratch(ownModes: callee.parameterModes)
        var variables: [Variable: Variable] = [:]
        var elements: [Variable: Place] = [:]
        for (parameter, place) in zip(callee.parameters, call.arguments) {
            if place.indices.isEmpty {
                variables[parameter.variable] = place.variable
            } else {
                elements[parameter.variable] = place
            }
        }
        for variable in program.namedVariables.sorted(by: { $0.id < $1.id })
        where variables[variable] == nil && elements[variable] == nil {
            variables[variable] = Variable(
                id: nextID, kind: variable.kind, owner: variable.owner, storage: variable.storage)
            names[nextID] = callee.names[variable.id] ?? "t"
            nextID += 1
        }
        let renaming = Renaming(variables, elements: elements)
        var body = renaming(program)
        body.statements = guards(of: call, callee) + guards(of: callee, renamed: renaming) + body.statements
        return body
    }

    /// What a call insists on and its callee's statements alone would not: that elements which are arguments exist,
    /// whether or not the callee comes to use them, and that none is another that changes, or is read to find one.
    ///
    /// An ancilla that is 0 at its end only where all of this holds; the interpreter then says what is wrong.
    private mutating func guards(of call: Call, _ callee: Definition) -> [Statement] {
        guard isChecked else { return [] }
        func compare(_ a: Node, _ relation: Relation, _ b: Node) -> Node { .compare(relation, a, b) }
        var faults: [Node] = []
        for place in call.arguments where !place.indices.isEmpty {
            let axes: [Axis] = place.indices.count == 1 ? [.count] : [.rows, .columns]
            for (index, axis) in zip(place.indices, axes) {
                faults.append(compare(index, .less, .integer(0)))
                let size = Node(.size(place.variable, axis), .integer)
                faults.append(compare(index, .greaterOrEqual, size))
            }
        }
        for (place, other) in call.pairsToTellApart(callee.parameterModes) {
            guard case .whenEqual(let pairs) = place.overlap(with: other) else { continue }
            let same = pairs.map { compare($0.0, .equal, $0.1) }
            faults +=
                same.dropFirst().reduce(same.first) { a, b in a.map { Node(.and($0, b), .boolean) } }
                .map { [$0] } ?? []
        }
        guard let first = faults.first else { return [] }
        let isWrong = faults.dropFirst().reduce(first) { Node(.or($0, $1), .boolean) }
        let fault = Variable(id: nextID, kind: .integer, owner: definition.owner)
        names[nextID] = "fault"
        nextID += 1
        let block = Block(
            ancillas: [Ancilla(variable: fault, sizes: [])],
            statements: [.update(.add, Place(fault), .select(isWrong, .integer(1), .integer(0)))])
        return [Statement(.block(block))]
    }
}

extension Definition {
    /// Whether calls become the statements of this function.
    fileprivate func isInlined(inParallelLoop: Bool) -> Bool {
        let limit = inParallelLoop ? Definition.laneStatementLimit : 256
        return (inParallelLoop || calls.isStraightLine) && calls.expandedCount <= limit
    }

    /// The largest program that a call in a `ParallelFor` is replaced by; beyond it lanes would gain nothing over
    /// what reading so many instructions costs.
    private static let laneStatementLimit = 20_000
}

extension Call {
    /// Whether one element of an array stands for a number and the array itself for another parameter; the
    /// callee then works on a copy of the element.
    fileprivate var bindsElementsTwice: Bool {
        arguments.contains { place in
            !place.indices.isEmpty
                && arguments.contains { $0.variable == place.variable && $0.indices.isEmpty }
        }
    }
}

extension Block {
    /// `Compute` as plain statements: with ancillas that are dropped, where the computation can be forgotten.
    func expandingComputations(ownModes: [AccessMode]) -> Block {
        var accesses = Accesses(ownModes: ownModes)
        visit(&accesses)
        let uses = Dictionary(accesses.all.map { ($0.place.variable, 1) }, uniquingKeysWith: +)
        let restored = accesses.restored
        func expanded(_ block: Block) -> Block {
            var result = Block(ancillas: block.ancillas)
            for statement in block.statements {
                guard case .compute(let compute) = statement.kind else {
                    result.statements.append(statement.mappingOwnBlocks(expanded))
                    continue
                }
                var replacement = compute.expanded
                if let scratch = compute.scratch(ownModes: ownModes, uses: uses, restored: restored),
                    scratch.isSubset(of: Set(compute.compute.ancillas.map(\.variable)))
                {
                    replacement = Block(
                        ancillas: compute.compute.ancillas.map {
                            Ancilla(variable: $0.variable, sizes: $0.sizes, rule: .scratch)
                        },
                        statements: compute.compute.statements + [Statement(.block(compute.apply))])
                }
                result.statements.append(
                    Statement(.block(expanded(replacement)), at: statement.location))
            }
            return result
        }
        return expanded(self)
    }

    /// Real ancillas that stand for cotangents: everything that reads them adds to a cotangent.
    var pureCotangents: Set<Variable> {
        var result: Set<Variable> = []
        var others: Set<Variable> = []
        forEachBlock { block in
            result.formUnion(block.ancillas.map(\.variable).filter(\.kind.isReal))
            for statement in block.statements {
                switch statement.kind {
                case .update(let s) where s.isForCotangent: break
                case .call, .move: others.formUnion(Accesses(of: statement).all.map(\.place.variable))
                default: others.formUnion(statement.ownNodes.flatMap(\.reads).map(\.variable))
                }
            }
        }
        return result.subtracting(others)
    }
}
