import ReversibleCore

// Reads that every turn of a loop would note again, and that the statement around it notes once.
//
// What a loop leaves alone is the same in every turn. Of an array that it goes through, and changes behind itself if at
// all, every element is the same at all its reads: a note of the elements before the loop stands for them, and its
// iterations are independent, while the loop's own may be a recurrence. A number that a loop only multiplies and
// divides loses digits for good as soon as it loses them at all (it is restored to the same relative error in every
// turn before that), so that a look at it before and after the loop sees all; in the turns only magnitudes are noted, which
// tell what an error is to be compared with.

/// The loop around, and what its turns read again and again.
struct LiftedReads {
    /// A read that is noted.
    struct Read {
        enum Subject: Hashable {
            case place(Place)
            /// The elements of a vector from an index to another, that one included.
            case elements(Variable, from: Node, through: Node)
        }

        let subject: Subject
        let statement: Statement
        /// Whether it is read under a condition.
        var isConditional = false

        init(_ place: Place, in statement: Statement) {
            self.init(.place(place), statement)
        }

        init(_ subject: Subject, _ statement: Statement) {
            self.subject = subject
            self.statement = statement
        }

        var variable: Variable {
            switch subject {
            case .place(let place): place.variable
            case .elements(let variable, _, _): variable
            }
        }

        /// What the place is found by.
        var indices: [Node] {
            switch subject {
            case .place(let place): place.indices
            case .elements(_, let from, let through): [from, through]
            }
        }
    }

    /// What the loop's body changes or declares, and the loop's index; nil where there is no loop.
    private let changing: Set<Variable>?
    private let declared: Set<Variable>
    /// Numbers that the body only multiplies and divides, by what is exact.
    private let scaled: Set<Variable>
    private let path: ArrayPath?
    private let isLoop: Bool
    /// Under how many conditions the reads stand that are taken over.
    var conditions = 0

    private(set) var before: [Read] = []
    private(set) var after: [Read] = []
    /// Offsets at which the loop reads vectors, and the first statement that does.
    private var offsets: [Variable: (range: ClosedRange<Int>, statement: Statement)] = [:]

    /// No loop.
    init() { (changing, declared, scaled, path, isLoop) = (nil, [], [], nil, false) }

    init(
        _ accesses: Accesses, scaled: Set<Variable>, index: Variable? = nil, along path: ArrayPath? = nil,
        isLoop: Bool = false
    ) {
        self.isLoop = isLoop
        // A loop inside may begin or end at the index.
        declared = accesses.declared
        changing = accesses.written.union(accesses.declared).union(index.map { [$0] } ?? [])
        self.scaled = scaled
        self.path = path
    }

    /// Notes reads before the statement.
    mutating func add(_ reads: [Read]) { before += reads }

    /// What is left to be noted where a read stands.
    enum Rest { case all, magnitude, nothing }

    /// Takes over a read of the body, if it can be noted around the loop.
    mutating func take(_ read: Read) -> Rest {
        guard let changing else { return .all }
        if conditions > 0 {
            // A look at a single number is free around a loop; elsewhere it is made where it is needed, or not.
            guard isLoop, case .place(let place) = read.subject, place.indices.isEmpty,
                !place.variable.kind.isArray
            else { return .all }
        }
        var read = read
        read.isConditional = read.isConditional || conditions > 0
        func isFixed(_ node: Node) -> Bool { node.isFixed(whereChanging: changing, declaring: declared) }
        switch read.subject {
        case .place(let place) where place.indices.isEmpty && !place.variable.kind.isArray:
            let isScaled = scaled.contains(place.variable)
            guard isScaled || !changing.contains(place.variable) else { return .all }
            before.append(read)
            if isScaled { after.append(read) }
            return isScaled ? .magnitude : .nothing
        case .place(let place):
            guard let offset = path?.offset(of: place) else { return .all }
            let known = offsets[place.variable]
            let range = known.map { min($0.range.lowerBound, offset)...max($0.range.upperBound, offset) }
            guard (range?.count ?? 1) <= ArrayPath.widest else { return .all }
            offsets[place.variable] = (range ?? offset...offset, known?.statement ?? read.statement)
            return .nothing
        case .elements(let variable, let from, let through):
            guard !changing.contains(variable), isFixed(from), isFixed(through) else { return .all }
            before.append(read)
            return .nothing
        }
    }

    /// Everything that is noted before the loop.
    var allBefore: [Read] {
        guard let path else { return before }
        return before
            + offsets.sorted { $0.key.id < $1.key.id }.map { variable, reads in
                Read(path.elements(of: variable, at: reads.range), reads.statement)
            }
    }
}

/// The way of a loop through vectors, element by element.
struct ArrayPath {
    private let index: Variable
    /// The least and the largest index.
    private let range: (least: Node, largest: Node)
    /// The vectors of which a note before the loop stands for all reads, and at which offsets.
    private var ahead: [Variable: ClosedRange<Int>] = [:]

    /// Reads further apart are noted one by one: between them are elements that nobody reads.
    static let widest = 8

    /// - Parameters:
    ///   - shared: Arrays that other iterations of a loop around change.
    init?(of loop: ForLoop, _ accesses: Accesses, shared: Set<Variable>) {
        guard let step = loop.step.constant, abs(step) == 1 else { return nil }
        index = loop.index
        let one = Node.integer(1)
        if step > 0 {
            range = (
                loop.start, loop.closed ? loop.end : Node(.integerBinary(.subtract, loop.end, one), .integer)
            )
        } else {
            range = (loop.closed ? loop.end : Node(.integerBinary(.add, loop.end, one), .integer), loop.start)
        }
        let ascends = (step > 0) != loop.backward
        for (variable, uses) in Dictionary(grouping: accesses.all, by: \.place.variable)
        where variable.kind == .vector && !accesses.declared.contains(variable) && !shared.contains(variable)
        {
            let written = uses.filter { $0.mode != .read }
            let reads = uses.filter { $0.mode == .read }.compactMap { $0.place.offset(from: index) }
            guard let nearest = reads.min(), let furthest = reads.max() else { continue }
            if let first = written.first {
                // One element a turn, and every read ahead of it.
                guard let own = first.place.offset(from: index), reads.count + written.count == uses.count,
                    written.allSatisfy({ $0.place.offset(from: index) == own }),
                    ascends ? nearest > own : furthest < own
                else { continue }
            }
            // Independent iterations have what they read at hand: a note of their own costs less than another loop.
            if loop.parallel, nearest == furthest { continue }
            ahead[variable] = nearest...furthest
        }
    }

    func offset(of place: Place) -> Int? {
        guard let offset = place.offset(from: index), ahead[place.variable]?.contains(offset) == true else {
            return nil
        }
        return offset
    }

    /// The elements that the loop reads; none, if it has no turns.
    func elements(of variable: Variable, at offsets: ClosedRange<Int>) -> LiftedReads.Read.Subject {
        func plus(_ node: Node, _ offset: Int) -> Node {
            offset == 0 ? node : Node(.integerBinary(.add, node, .integer(offset)), .integer)
        }
        let from = plus(range.least, offsets.lowerBound)
        var through = plus(range.largest, offsets.upperBound)
        if offsets.count > 1 {
            let hasTurns = Node(.compare(.lessOrEqual, range.least, range.largest), .boolean)
            through = Node(
                .select(hasTurns, through, plus(from, -1)), .integer)
        }
        return .elements(variable, from: from, through: through)
    }
}

extension Place {
    /// The constant by which this element of a vector is away from a loop's index.
    fileprivate func offset(from index: Variable) -> Int? {
        indices.count == 1 ? indices.first?.affine.distance(from: index) : nil
    }
}

extension Block {
    /// The single numbers that this changes only by multiplying or dividing them by what no inexact place takes part in.
    func scaledNumbers(_ accesses: Accesses, exact isExact: (Variable) -> Bool) -> Set<Variable> {
        var updates: [Variable: Int] = [:]
        forEachStatement { statement in
            if case .update(let s) = statement.kind, s.operation == .multiply || s.operation == .divide,
                s.place.indices.isEmpty, !s.place.variable.kind.isArray, s.place.variable.kind.isReal,
                s.change.reads.allSatisfy({ isExact($0.variable) })
            {
                updates[s.place.variable, default: 0] += 1
            }
        }
        var writes: [Variable: Int] = [:]
        for use in accesses.all where use.mode.changes {
            writes[use.place.variable, default: 0] += 1
        }
        return Set(updates.filter { writes[$0.key] == $0.value }.keys)
    }
}
