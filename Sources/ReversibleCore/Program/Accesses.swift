/// How a place is used.
package struct AccessMode: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let read = AccessMode(rawValue: 1)
    package static let write = AccessMode(rawValue: 2)
    /// Only ever added to, where the order does not matter: cotangents, and sums of a `ParallelFor`.
    package static let accumulate = AccessMode(rawValue: 4)

    /// Whether the place may be another number afterwards. Analyses ask this of every access.
    package var changes: Bool { rawValue & (2 | 4) != 0 }

    /// Whether two uses of one place in these modes, under two names, do no harm.
    package func toleratesAlias(_ other: AccessMode) -> Bool {
        let both = union(other)
        return both == .read || both == .accumulate || isEmpty || other.isEmpty
    }
}

/// One use of a place.
package struct Access {
    package var place: Place
    package var mode: AccessMode
}

/// The places a piece of program uses.
package struct Accesses {
    package private(set) var all: [Access] = []
    /// The variables whose content may change.
    package private(set) var written: Set<Variable> = []
    /// Variables declared inside: ancillas and loop indices.
    package private(set) var declared: Set<Variable> = []
    /// The ancillas among them that must be zero at the end of their block.
    package private(set) var restored: Set<Variable> = []
    /// The parameters' modes of the function the program belongs to, for its calls of itself; without them
    /// such a call counts as changing all its arguments.
    package var ownModes: [AccessMode]?

    package init(ownModes: [AccessMode]? = nil) { self.ownModes = ownModes }

    package init(of statement: Statement) {
        self.init()
        statement.rule.visit(&self)
    }

    package init(of block: Block) {
        self.init()
        block.visit(&self)
    }

    package mutating func declare(_ variable: Variable) { declared.insert(variable) }

    package mutating func declare(_ ancilla: Ancilla) {
        declared.insert(ancilla.variable)
        if ancilla.rule == .restored { restored.insert(ancilla.variable) }
    }

    package mutating func read(_ node: Node) {
        // Constants are no places of the function's: nothing that asks how places are used is concerned with them.
        for place in node.reads where place.variable.constant == nil {
            all.append(Access(place: place, mode: .read))
        }
    }

    package mutating func write(_ place: Place, _ mode: AccessMode = .write) {
        note(place, mode)
    }

    package mutating func note(_ place: Place, _ mode: AccessMode) {
        if mode.rawValue != 0 { all.append(Access(place: place, mode: mode)) }
        if mode.changes { written.insert(place.variable) }
        for index in place.indices { read(index) }
    }

    /// The union of the modes in which each variable is used.
    package var modes: [Variable: AccessMode] {
        all.reduce(into: [:]) { $0[$1.place.variable, default: []].formUnion($1.mode) }
    }

    /// Arrays from outside, written inside, on which iterations of a `ParallelFor` over `index` might depend on
    /// each other; in the order of their numbers.
    package func mayConflict(between index: Variable) -> [Variable] {
        let apart = usedApart(by: index)
        return modes.filter { variable, mode in
            variable.kind.isArray && mode.contains(.write) && !declared.contains(variable)
                && !apart.contains(variable)
        }.keys.sorted { $0.id < $1.id }
    }

    /// The arrays whose every use names `index`, plus or minus something that stays the same, in one and the same
    /// position: no turn of a loop over `index` uses what another does.
    package func usedApart(by index: Variable) -> Set<Variable> {
        let changing = written
        return Set(
            Dictionary(grouping: all.map(\.place), by: \.variable).filter { variable, places in
                guard variable.kind.isArray, let first = places.first else { return false }
                return first.indices.indices.contains { position in
                    let own = first.indices[position]
                    return own.isShift(
                        of: index, by: { $0.isFixed(whereChanging: changing, declaring: declared) })
                        && places.allSatisfy { $0.indices.count > position && $0.indices[position] == own }
                }
            }.keys)
    }
}

extension Node {
    /// Whether this is an index plus or minus something else, all of whose terms fulfil a condition.
    fileprivate func isShift(of index: Variable, by isFixed: (Node) -> Bool) -> Bool {
        // Down to the index along the one operand that names it: two that do are no shift, and are not followed.
        var node = self
        while true {
            let (a, b): (Node, Node)
            let mayFollowSecond: Bool
            switch node.kind {
            case .read(let place): return place.variable == index && place.indices.isEmpty
            case .integerBinary(.below, let x, _):
                node = x
                continue
            case .integerBinary(.add, let x, let y): (a, b, mayFollowSecond) = (x, y, true)
            case .integerBinary(.subtract, let x, let y): (a, b, mayFollowSecond) = (x, y, false)
            default: return false
            }
            func isWithoutIndex(_ node: Node) -> Bool { node.reads.allSatisfy { $0.variable != index } }
            if isWithoutIndex(b), isFixed(b) {
                node = a
            } else if mayFollowSecond, isWithoutIndex(a), isFixed(a) {
                node = b
            } else {
                return false
            }
        }
    }

    /// Whether the value is the same all through a piece of program that changes some variables, and declares some: it
    /// reads none of these, and asks for the size of none that is declared. An array keeps its size while it lives, but
    /// an ancilla of a loop's body lives once in every turn. A stack of the run changes wherever the function calls itself,
    /// so that what is on a stack is taken to change.
    package func isFixed(whereChanging changing: Set<Variable>, declaring declared: Set<Variable>) -> Bool {
        !asksStacks
            && reads.allSatisfy { !changing.contains($0.variable) && !declared.contains($0.variable) }
            && sizedVariables.allSatisfy { !declared.contains($0) }
    }

    /// The places this expression reads, those in indices included; each node of the graph once.
    package var reads: [Place] {
        var places: [Place] = []
        // Small expressions are walked as trees; in large ones, which are graphs, each node is visited once.
        if size <= 64 {
            collectReads(&places)
        } else {
            var seen: Set<ObjectIdentifier> = []
            collectReads(&places, &seen)
        }
        return places
    }

    private func collectReads(_ places: inout [Place]) {
        switch kind {
        case .real, .integer, .boolean, .size: break
        case .read(let place):
            places.append(place)
            for index in place.indices { index.collectReads(&places) }
        case .unary(_, let a), .integerUnary(_, let a), .not(let a), .sum(let a),
            .extremum(_, let a):
            a.collectReads(&places)
        case .binary(_, let a, let b), .integerBinary(_, let a, let b), .compare(_, let a, let b),
            .holds(_, let a, let b), .and(let a, let b), .or(let a, let b):
            a.collectReads(&places)
            b.collectReads(&places)
        case .select(let c, let a, let b):
            c.collectReads(&places)
            a.collectReads(&places)
            b.collectReads(&places)
        case .applied: kind.operands.forEach { $0.collectReads(&places) }
        }
    }

    private func collectReads(_ places: inout [Place], _ seen: inout Set<ObjectIdentifier>) {
        guard seen.insert(ObjectIdentifier(self)).inserted else { return }
        if case .read(let place) = kind { places.append(place) }
        for operand in kind.operands { operand.collectReads(&places, &seen) }
    }

    /// The numbers of the variables on whose content or size the value depends.
    ///
    /// An array keeps its size while it lives, but an ancilla of a loop's body lives once in every turn.
    var dependencies: Set<Int> {
        var result = Set(reads.map(\.variable.id))
        if asksSizes { result.formUnion(sizedVariables.map(\.id)) }
        return result
    }

    /// The arrays whose sizes this expression uses.
    package var sizedVariables: [Variable] {
        guard asksSizes else { return [] }
        var found: [Variable] = []
        var seen: Set<ObjectIdentifier> = []
        func walk(_ node: Node) {
            guard seen.insert(ObjectIdentifier(node)).inserted else { return }
            if case .size(let variable, _) = node.kind, variable.constant == nil { found.append(variable) }
            node.kind.operands.forEach(walk)
        }
        walk(self)
        return found
    }
}

extension Block {
    /// Whether running this leaves nothing on a stack of the run.
    package var keepsNoRecord: Bool { hasNoRecord(inComputations: false) }

    /// Whether running this leaves nothing there in the end: what a computation keeps is taken back when it is undone.
    package var leavesNoRecord: Bool { hasNoRecord(inComputations: true) }

    /// - Parameter mayKeep: Whether computations may keep something while they are in use.
    fileprivate func hasNoRecord(inComputations mayKeep: Bool) -> Bool {
        statements.allSatisfy { $0.hasNoRecord(inComputations: mayKeep) }
    }
}

extension Block {
    /// Whether a `While` in this keeps its turns on a stack of the run, or an `If` its decisions.
    package var recordsDecisions: Bool { containsStatement { $0.record != nil } }
}

extension Block {
    /// A function that is called in this and uses a stack of the run.
    var calleeThatUsesRunStack: Definition? {
        firstStatement { statement in
            guard case .call(let call) = statement.kind, case .function(let callee) = call.callee else {
                return nil
            }
            return callee.calls.usesRunStack ? callee : nil
        }
    }
}

extension Statement {
    /// The record of a statement that keeps decisions on a stack of the run, or undoes what was kept.
    package var record: RunRecord? {
        switch kind {
        case .branch(let s) where s.decision != .asserted: s.record
        case .whileLoop(let s) where s.turns != .asserted: s.record
        default: nil
        }
    }

    fileprivate func hasNoRecord(inComputations mayKeep: Bool) -> Bool {
        func isFree(_ block: Block) -> Bool { block.hasNoRecord(inComputations: mayKeep) }
        return switch kind {
        case _ where record != nil: false
        case .compute(let s): (mayKeep || isFree(s.compute)) && isFree(s.apply)
        case .call(let call):
            if case .function(let definition) = call.callee {
                mayKeep ? definition.calls.leavesNoRecord : definition.calls.keepsNoRecord
            } else {
                false
            }
        case .move, .misuse: false
        default: ownBlocks.allSatisfy(isFree)
        }
    }
}
