import ReversibleCore

// Iterations that run side by side.
//
// They share no stack, and so leave no record for an adjoint that comes later. What they change is copied before they run.
// The adjoint puts the copies back, in which every iteration finds the numbers that it began with; there it runs once more,
// now with a record of its own, and undoes that:
//
//     copy; ParallelFor { turn }        undone:  put back; ParallelFor { turn, with a record; its adjoint }
//
// So a record is as long as an iteration makes it, and there are as many at a time as there are threads.

extension Recording {
    mutating func recording(
        parallel loop: ForLoop, _ statement: Statement
    ) throws(ReversibilityError) -> [Statement] {
        if loops.areInIteration {
            return [Statement(.forLoop(try recordingInIteration(loop)), at: statement.location)]
        }
        var plain = self
        let (made, isKept) = try plain.recordingIterations(loop, statement, asTurns: false)
        if !isKept {
            self = plain
            return made
        }
        // Nothing is verified in iterations that are run again: in them all is recorded, whatever their loops say.
        let outer = way
        defer { way = outer }
        way = .recorded
        return try recordingIterations(loop, statement, asTurns: true).made
    }

    /// The loop, and whether its iterations keep a record.
    private mutating func recordingIterations(
        _ loop: ForLoop, _ statement: Statement, asTurns: Bool
    ) throws(ReversibilityError) -> (made: [Statement], isKept: Bool) {
        let outer = (way, loops, isInLoop, shared)
        let added = accesses(loop.body).sharedSums.filter { isRead(Place($0)) }
        let sharedHere = isOn ? added : []
        if !isOn { unrecorded.formUnion(added) }
        shared.formUnion(added)
        // An iteration that runs again has no copies of its own.
        loops = asTurns || isInTurn ? .recordedInIteration : .inIteration
        isInLoop = true
        var recorded = Block()
        let own = try keeping { (recording) throws(ReversibilityError) in
            recorded = try recording.recording(loop.body)
        }
        (way, loops, isInLoop, shared) = outer
        var made = loop
        made.body = recorded
        var before: [Statement] = []
        if !sharedHere.isEmpty {
            (isRecording, isNeeded) = (true, true)
            before = [keeping(sharedHere.sorted { $0.id < $1.id })]
        }
        guard let own else {
            return (before + [Statement(.forLoop(made), at: statement.location)], false)
        }
        if loops == .withoutCopies { throw refusedComputation(statement) }
        (isRecording, isNeeded) = (true, true)
        runsAgain += 1

        let (named, unread, changed) = uses(of: statement, loop.body, recorded)
        let sums = unread.union(added)
        let state = named.filter { changed.contains($0) && !sums.contains($0) }
        let elements = ChangedElements.list(of: state, in: loop, accesses(loop.body))
        var plain = loop
        plain.body = try advancing(dropping: [], records: false).advanced(
            loop.body.callingItself(.function(definition)))
        made.body = Block(
            ancillas: [Ancilla(variable: own, sizes: [])],
            statements: [
                Statement(
                    .rerun(
                        Rerun(
                            keeping: Block(), plain: plain.body, restoring: Block(),
                            again: try advancing(dropping: sums, records: true).advanced(recorded),
                            undone: recorded)),
                    at: statement.location)
            ])
        func only(_ loop: ForLoop) -> Block {
            Block(statements: [Statement(.forLoop(loop), at: statement.location)])
        }
        let rerun = Rerun(
            keeping: supply.copying(elements, on: record), plain: only(plain),
            restoring: supply.restoring(elements, from: record), again: Block(), undone: only(made))
        let later = keepingLater(named.filter { !sums.contains($0) })
        return (before + [Statement(.rerun(rerun), at: statement.location)] + later, true)
    }

    /// A loop in an iteration, whose turns share the iteration's record, one after another.
    private mutating func recordingInIteration(_ loop: ForLoop) throws(ReversibilityError) -> ForLoop {
        let outer = (isRecording, isInLoop, way)
        (isRecording, isInLoop) = (false, true)
        if isOn { way = .recorded }
        defer { (isRecording, isInLoop, way) = (isRecording || outer.0, outer.1, outer.2) }
        var made = loop
        made.body = try recording(loop.body)
        if isRecording { made.parallel = false }
        return made
    }

    private func refusedComputation(_ statement: Statement) -> ReversibilityError {
        definition.refused(statement, names: supply.names) { text in
            "the iterations of `\(text)` would be run again to be undone, and it stands in a `Compute` that changes more than "
                + "ancillas of its own. Use ancillas that only this `Compute` uses, or `For`"
        }
    }
}

extension Accesses {
    /// The variables from outside to which iterations add, each its own, as to a sum of all.
    fileprivate var sharedSums: Set<Variable> {
        Set(modes.filter { $0.value == .accumulate }.keys).subtracting(declared)
    }
}

/// Elements of a variable that a loop may change, as the loops that go over them.
struct ChangedElements {
    let variable: Variable
    /// The loops, the outermost first, and the indices in them; nil for all elements.
    var nest: (loops: [ForLoop], indices: [Node])?

    /// What is to be copied of some variables before a loop runs: the elements that its text names, where they are known
    /// before, and all of the others.
    static func list(of variables: [Variable], in loop: ForLoop, _ accesses: Accesses) -> [ChangedElements] {
        var found = Elements(
            written: accesses.written, declared: accesses.declared, variables: Set(variables))
        found.visit(Block(statements: loop.body.statements), [loop])
        return variables.flatMap { variable -> [ChangedElements] in
            let known = found.known[variable] ?? []
            if found.unknown.contains(variable) || known.isEmpty {
                return [ChangedElements(variable: variable)]
            }
            return known.map { ChangedElements(variable: variable, nest: $0) }
        }
    }

    private struct Elements {
        let written: Set<Variable>
        let declared: Set<Variable>
        let variables: Set<Variable>
        var known: [Variable: [(loops: [ForLoop], indices: [Node])]] = [:]
        var unknown: Set<Variable> = []

        mutating func visit(_ block: Block, _ nest: [ForLoop]) {
            for statement in block.statements {
                for place in statement.ownPlaces where variables.contains(place.variable) {
                    note(place, nest)
                }
                guard case .forLoop(let loop) = statement.kind else {
                    for inner in statement.ownBlocks { visit(inner, nest) }
                    continue
                }
                visit(loop.body, nest + [loop])
            }
        }

        private mutating func note(_ place: Place, _ nest: [ForLoop]) {
            let isElement = place.indices.count == place.variable.kind.axes.count
            guard isElement, !place.variable.kind.axes.isEmpty else {
                unknown.insert(place.variable)
                return
            }
            // The loops that the element depends on, from the first to the last of these.
            let read = Set(place.indices.flatMap(\.reads).map(\.variable))
            let last = nest.lastIndex { read.contains($0.index) } ?? 0
            let loops = Array(nest[...last])
            let indices = Set(loops.map(\.index))
            let bounds = loops.flatMap { [$0.start, $0.end, $0.step] }
            guard (place.indices + bounds).allSatisfy({ isKnown($0, indices) }) else {
                unknown.insert(place.variable)
                return
            }
            let isThere = known[place.variable, default: []].contains {
                $0.indices == place.indices && $0.loops.map(\.index) == loops.map(\.index)
            }
            if !isThere { known[place.variable, default: []].append((loops, place.indices)) }
        }

        /// Whether an integer has a value at all, and the same before the loop as in it.
        private func isKnown(_ node: Node, _ indices: Set<Variable>) -> Bool {
            switch node.kind {
            case .integer: true
            case .size(let variable, _): !declared.contains(variable)
            case .read(let place):
                place.indices.isEmpty && !place.variable.kind.isArray && !written.contains(place.variable)
                    && (!declared.contains(place.variable) || indices.contains(place.variable))
            case .integerBinary(.add, let a, let b), .integerBinary(.subtract, let a, let b),
                .integerBinary(.multiply, let a, let b):
                isKnown(a, indices) && isKnown(b, indices)
            default: false
            }
        }
    }
}

extension VariableSupply {
    /// A statement for every element, where there is one: not all that the text names need be used.
    func overElements(of elements: ChangedElements, _ statement: (Place) -> Statement) -> Statement {
        guard let (loops, indices) = elements.nest else {
            return overElements(of: elements.variable, statement)
        }
        let renaming = Renaming(
            Dictionary(uniqueKeysWithValues: loops.map { ($0.index, declare(.index, "i")) }))
        let place = Place(elements.variable, indices.map { renaming($0) })
        let inside = zip(place.indices, elements.variable.kind.axes).map { index, axis in
            Node(
                .and(
                    .compare(.greaterOrEqual, index, .integer(0)),
                    .compare(.less, index, Node(.size(elements.variable, axis), .integer))), .boolean)
        }
        let isThere = inside.dropFirst().reduce(inside[0]) { Node(.and($0, $1), .boolean) }
        var result = Statement(
            .branch(
                Branch(pre: isThere, post: isThere, then: statement(place).asBlock, otherwise: Block())))
        for var loop in loops.reversed() {
            (loop.start, loop.end, loop.step) = (
                renaming(loop.start), renaming(loop.end), renaming(loop.step)
            )
            (loop.index, loop.parallel, loop.undoing) = (renaming(loop.index), false, nil)
            loop.body = result.asBlock
            result = Statement(.forLoop(loop))
        }
        return result
    }
}
