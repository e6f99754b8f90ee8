// Calls become the statements of what they call: of short functions, so that what their callers do not need goes away
// with the rest, and of all inside a `ParallelFor`, so that lanes can run them side by side.
extension LoweredFunction {
    /// What checks the sizes of a function's arguments; the interpreter then says what is wrong.
    mutating func guards(of definition: Definition, renamed renaming: Renaming) -> [Statement] {
        guard isChecked, let requirements = definition.requirements else { return [] }
        return requirements.sizeGuards(renamed: renaming) {
            names[nextID] = "mismatch"
            nextID += 1
            return Variable(id: nextID - 1, kind: .integer, owner: definition.owner)
        }
    }

    /// The block with the statements of what it calls in the place of calls.
    mutating func inlining(_ block: Block, inParallelLoop: Bool = false) -> Block {
        var result = Block(ancillas: block.ancillas)
        for statement in block.statements {
            if case .call(let call) = statement.kind, case .function(let callee) = call.callee,
                !lowering.isRecursive(callee),
                lowering.request.isForThreads
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
        var program = callee.program(inverted: call.inverted)
        if lowering.passes.contains(.sinkScratch) {
            program = program.localizingScratch(ownModes: callee.parameterModes)
        }
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
