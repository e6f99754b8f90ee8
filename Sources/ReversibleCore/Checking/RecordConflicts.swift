// Decisions that are recorded on the run come back in the reverse order. A computation is undone after its use, and would
// find there what the use has recorded, if both run the same statement: a `While` without `post:`, or an `If` with
// `post: .recorded`, in a function that both call.

/// Looks for computations that share recorded decisions with what they are for.
struct RecordConflicts {
    /// What calls of the function itself leave on the run.
    private let own: Set<ObjectIdentifier>
    /// The first computation found, with its location.
    private(set) var conflict: Statement?

    private init(own: Set<ObjectIdentifier>) { self.own = own }

    /// The records in which a body, and what it calls, leaves decisions; what a computation records it takes back.
    static func left(by body: Block) -> Set<ObjectIdentifier> {
        var walk = RecordConflicts(own: [])
        return walk.left(by: body)
    }

    /// The first computation of a body that shares a record with its use.
    ///
    /// - Parameter own: What the body leaves.
    static func first(in body: Block, own: Set<ObjectIdentifier>) -> Statement? {
        var walk = RecordConflicts(own: own)
        _ = walk.left(by: body)
        return walk.conflict
    }

    private mutating func left(by block: Block) -> Set<ObjectIdentifier> {
        block.statements.reduce(into: []) { $0.formUnion(left(by: $1)) }
    }

    private mutating func left(by statement: Statement) -> Set<ObjectIdentifier> {
        switch statement.kind {
        case .compute(let compute):
            let computed = left(by: compute.compute)
            let used = left(by: compute.apply)
            if conflict == nil, !compute.forgets, !computed.isDisjoint(with: used) { conflict = statement }
            return used
        case .call(let call):
            return switch call.callee {
            case .function(let callee): callee.calls.leftRecords
            case .itself: own
            case .unavailable: []
            }
        default:
            var result: Set<ObjectIdentifier> = []
            if let record = statement.record { result.insert(ObjectIdentifier(record.token)) }
            for block in statement.ownBlocks { result.formUnion(left(by: block)) }
            return result
        }
    }
}

extension Checker {
    /// Refuses a computation that could not be undone, as what it is for records decisions of the same statements.
    func checkRecords(of body: Block, left: Set<ObjectIdentifier>) throws(ReversibilityError) {
        guard !isDerived, !left.isEmpty || body.hasComputations,
            let conflict = RecordConflicts.first(in: body, own: left)
        else { return }
        throw ReversibilityError(
            .invalidStatement,
            "`\(printer.headline(conflict))` and what it is for run the same `While` without `post:`, or the same "
                + "`If(…, post: .recorded)`: undoing the computation would find what its use has recorded. Give the "
                + "statement a `post:` condition",
            function: functionName, location: conflict.location)
    }
}

extension Block {
    fileprivate var hasComputations: Bool {
        containsStatement { if case .compute = $0.kind { true } else { false } }
    }
}
