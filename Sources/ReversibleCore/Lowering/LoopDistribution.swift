/// The statements of a loop over neighbouring elements in parts, of which some may run side by side.
///
/// The adjoint of `y[j] += f(y[j - 1], y[j - 2], …)` adds to several neighbours in every turn. Compilers leave such loops as they
/// are, since what one turn adds to the next one does too, and do not distribute them. But turns may run side by side wherever
/// what a statement does in a turn is needed by *later* statements of later turns only; a statement that needs what it did in
/// the turn before, as an undoing often does, is a part of its own, whose turns run one after another.
///
/// Statements of which none reads what another adds to have a loop each before (`Block.withVectorizableLoops`); here are the others.
/// All elements are read and written in the same order as before, so that results are the same to the last bit.
package struct LoopDistribution {
    /// Statements in a row: all turns of one part come before the next part.
    package struct Part {
        package let isSideBySide: Bool
        package let body: Block
    }

    package let parts: [Part]
    /// Elements that parts which run side by side read before anything is written: later turns change them.
    package let readFirst: [Place]
    /// How the index changes from turn to turn: 1 or -1.
    package let step: Int

    /// Nil if the loop is none of this kind, or compilers do as well.
    package init?(_ loop: ForLoop) {
        guard !loop.parallel, let step = loop.step.constant, abs(step) == 1,
            let statements = loop.body.updatesInARow, (2...64).contains(statements.count)
        else { return nil }
        // The analysis compares what is used where: long bodies are left alone before it begins.
        let sizes = statements.map { min(1 + $0.update.change.size, 10_000) }
        let all = sizes.reduce(0, +)
        guard all <= 2_000 else { return nil }
        if let first = loop.start.constant, let last = loop.end.constant, abs(last - first) < 64 {
            return nil
        }
        self.step = loop.backward ? -Int(step) : Int(step)
        guard let accesses = NeighbourAccesses(of: statements, over: loop.index) else { return nil }
        let early = accesses.changedByLaterTurns(step: self.step)
        let serial = accesses.serialStatements(step: self.step, readingFirst: early)
        guard accesses.addsToSeveralNeighbours || serial.contains(true) else { return nil }
        // What is left to run side by side has to be worth it.
        let sideBySide = zip(sizes, serial).reduce(0) { $0 + ($1.1 ? 0 : $1.0) }
        guard sideBySide >= 40, 2 * sideBySide >= all else { return nil }
        var parts: [Part] = []
        var position = 0
        while position < statements.count {
            let isSerial = serial[position]
            let end = serial[position...].firstIndex(of: !isSerial) ?? statements.count
            parts.append(
                Part(
                    isSideBySide: !isSerial,
                    body: Block(statements: statements[position..<end].map(\.statement))))
            position = end
        }
        self.parts = parts
        let sideBySideReads = zip(statements, serial).flatMap { $1 ? [] : $0.update.change.reads }
        var seen: Set<Place> = []
        readFirst = sideBySideReads.filter { place in
            guard let distance = place.indices.last?.affine.distance(from: loop.index) else { return false }
            return early[place.variable]?.contains(distance) == true && seen.insert(place).inserted
        }
    }
}

/// What a row of updates reads and writes.
private struct NeighbourAccesses {
    struct Access {
        let statement: Int
        let variable: Variable
        /// How far from the index the element is; nil for what is the same in all turns.
        let distance: Int?
        let writes: Bool
    }

    /// Of what is written: all else may be read at any time.
    private var accesses: Set<Access> = []
    private let count: Int

    /// Nil if a statement uses elements that are no neighbours, or does more than lanes do to the last bit as numbers do.
    init?(of statements: [(statement: Statement, update: Update)], over index: Variable) {
        count = statements.count
        let written = Set(statements.map(\.update.place.variable))
        var rows: [Variable: [Node]] = [:]
        for (position, (_, update)) in statements.enumerated() {
            guard update.place.type == .real, update.change.isExactInLanes else { return nil }
            var reads = Set(update.change.reads)
            reads.formUnion(update.place.indices.flatMap(\.reads))
            for place in reads {
                guard place.variable.kind != .stack, !place.isWholeArray,
                    place.indices.dropLast().allSatisfy({ !$0.reads.contains(Place(index)) }),
                    place.indices.last.map({
                        !$0.reads.contains(Place(index)) || $0.affine.distance(from: index) != nil
                    }) ?? true
                else { return nil }
            }
            for (place, writes) in reads.map({ ($0, false) }) + [(update.place, true)]
            where written.contains(place.variable) {
                guard place.variable.kind.isArray else {
                    accesses.insert(
                        Access(statement: position, variable: place.variable, distance: nil, writes: writes))
                    continue
                }
                guard let distance = place.indices.last?.affine.distance(from: index) else { return nil }
                // Elements are told apart in one row only.
                let row = Array(place.indices.dropLast())
                if rows[place.variable, default: row] != row { return nil }
                rows[place.variable] = row
                accesses.insert(
                    Access(statement: position, variable: place.variable, distance: distance, writes: writes))
            }
        }
    }

    /// Whether an array is changed at several distances.
    var addsToSeveralNeighbours: Bool {
        var distances: [Variable: Set<Int>] = [:]
        for access in accesses where access.writes {
            if let distance = access.distance { distances[access.variable, default: []].insert(distance) }
        }
        return distances.values.contains { $0.count > 1 }
    }

    /// Distances at which elements are read that only later turns change: a turn finds there what was there before the loop.
    func changedByLaterTurns(step: Int) -> [Variable: Set<Int>] {
        var result: [Variable: Set<Int>] = [:]
        for (variable, group) in Dictionary(grouping: accesses, by: \.variable) {
            let written = group.filter(\.writes).map(\.distance)
            for case let distance? in Set(group.map(\.distance))
            where written.allSatisfy({ $0.map { ($0 - distance) * step < 0 } ?? false }) {
                result[variable, default: []].insert(distance)
            }
        }
        return result
    }

    /// Which statements need their turns one after another.
    ///
    /// Of two uses of an element in different turns, one of which writes, the one of the earlier turn has to come first. When
    /// every statement runs all of its turns before the next one does, that holds if it is of an earlier statement, or if it is
    /// a read and the other a write of the same statement. Else all statements from one to the other stay together.
    ///
    /// - Parameter early: What statements that run side by side read before all others.
    func serialStatements(step: Int, readingFirst early: [Variable: Set<Int>]) -> [Bool] {
        var isSerial = [Bool](repeating: false, count: count)
        let groups = Dictionary(grouping: accesses, by: \.variable).values
        var before = -1
        func isEarly(_ access: Access) -> Bool {
            guard !access.writes, !isSerial[access.statement], let distance = access.distance else {
                return false
            }
            return early[access.variable]?.contains(distance) == true
        }
        // Statements that stay together read what they need when they need it, which may keep others with them.
        while isSerial.count(where: { $0 }) != before {
            before = isSerial.count { $0 }
            // Of each statement, the last one that has to stay with it.
            var last = [Int](repeating: -1, count: count)
            for group in groups {
                let late = group.filter { !isEarly($0) }
                for earlier in late {
                    for later in late where earlier.writes || later.writes {
                        // The later turn comes to the same element after so many turns.
                        if let a = earlier.distance, let b = later.distance, (a - b) * step <= 0 { continue }
                        let (p, q) = (earlier.statement, later.statement)
                        if p < q || (p == q && !earlier.writes) { continue }
                        last[q] = max(last[q], p)
                    }
                }
            }
            var end = -1
            for position in 0..<count {
                end = max(end, last[position])
                if position <= end { isSerial[position] = true }
            }
        }
        return isSerial
    }
}

extension NeighbourAccesses.Access: Hashable {}

extension Block {
    /// The statements, if they are updates one after another and nothing else.
    fileprivate var updatesInARow: [(statement: Statement, update: Update)]? {
        guard ancillas.isEmpty else { return nil }
        var result: [(statement: Statement, update: Update)] = []
        for statement in statements {
            switch statement.kind {
            case .update(let update): result.append((statement, update))
            case .block(let block):
                guard let inner = block.updatesInARow else { return nil }
                result += inner
            default: return nil
            }
        }
        return result
    }
}

extension Node {
    /// Whether lanes compute this as numbers do, to the last bit, and always all of it.
    fileprivate var isExactInLanes: Bool {
        !contains { node in
            switch node.kind {
            case .real, .integer, .size, .read: false
            case .unary(let f, _): ![.negate, .abs, .floor, .sqrt].contains(f)
            case .binary(let f, _, _): !f.isInfix
            // Of indices, which only say where an element is.
            case .integerBinary(let f, _, _): f != .add && f != .subtract
            default: true
            }
        }
    }
}
