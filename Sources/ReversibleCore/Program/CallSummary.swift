/// How many differentiations the stacks of a program have been through; none, if nothing is said of one.
package struct StackLevels: Hashable, Sendable {
    fileprivate private(set) var known: [ObjectIdentifier: Int] = [:]
    /// Whether a number is read where it lies on a stack: then an entry that is an integer needs a derivative of its own,
    /// which goes with it.
    package fileprivate(set) var readsNumbers = false

    package init() {}

    fileprivate mutating func note(_ family: ObjectIdentifier, _ level: Int) {
        known[family] = max(known[family] ?? 0, level)
    }

    /// Which differentiation of a stack the next one of the program is.
    package func next(of stack: TraceToken) -> Int { (known[stack.family] ?? 0) + 1 }
}

/// What a function's callers ask about it and about all that it calls.
///
/// It is found once, from what is known of the callees, which were made before: a function that calls the one
/// before it twice, thirty times over, runs 2³⁰ statements, and no question about it may take that long.
package struct CallSummary: Sendable {
    /// The functions that the body calls, each once, in the order of their first calls.
    package private(set) var callees: [Definition] = []
    /// Whether the body calls the function it belongs to. No other way leads a function back to itself, as
    /// whatever it calls was made before it.
    package private(set) var callsItself = false
    /// How many functions the longest chain of calls runs through, this one included; a call of itself counts
    /// as no more than one.
    package private(set) var depth = 1
    /// Whether a run leaves nothing on a stack of the run.
    package private(set) var keepsNoRecord = true
    /// Whether a run leaves nothing there in the end: what a computation keeps is taken back when it is undone.
    package private(set) var leavesNoRecord = true
    /// Whether a run uses a stack of the run: for turns of a `While` or decisions of an `If`, or one that the function made.
    package private(set) var usesRunStack = false
    /// The records in which a run leaves decisions of a `While` or an `If`.
    package private(set) var leftRecords: Set<ObjectIdentifier> = []
    /// Whether a run uses stacks that last for one, its arguments among them.
    package private(set) var usesStacks = false
    /// Of the stacks with derivatives among them, by what the program declared, how many differentiations these have been
    /// through.
    package private(set) var stackLevels = StackLevels()
    /// Whether a loop in the body, or in what it calls, says itself how it is undone.
    package private(set) var hasOwnUndoing = false
    /// Whether the body, or what it calls without a record, drops what cannot be undone: an `Iterate`.
    package private(set) var forgets = false
    /// Whether the body, or what it calls, runs turns again to be undone.
    package private(set) var runsTurnsAgain = false
    /// Whether nothing undoes a run: derivatives that run turns again.
    package private(set) var isOneWay = false
    /// Whether a run takes a user's function, whose derivative is another than that of its value.
    package private(set) var appliesUserFunctions = false
    /// How many statements there are if every call is replaced by what it calls; at most ``countLimit``.
    package private(set) var expandedCount = 0
    /// Whether neither the function nor what it calls has a loop or calls itself.
    package private(set) var isStraightLine = true

    package static let countLimit = Int.max / 4

    /// - Parameter parameters: Stacks among them are the caller's.
    package init(_ body: Block, parameters: [Variable] = []) {
        keepsNoRecord = body.keepsNoRecord
        leavesNoRecord = body.leavesNoRecord
        if !leavesNoRecord { leftRecords = RecordConflicts.left(by: body) }
        usesRunStack = body.recordsDecisions
        var seen: Set<ObjectIdentifier> = []
        var open = [(block: body, isDifferentiated: true)]
        // Blocks are taken from the end; so those of a statement are put there last first.
        while let (block, isDifferentiated) = open.popLast() {
            for statement in block.statements {
                add(1)
                switch statement.kind {
                case .forLoop(let loop):
                    isStraightLine = false
                    if loop.undoing != nil { hasOwnUndoing = true }
                case .compute(let compute):
                    if compute.forgets, !compute.isRecorded, isDifferentiated {
                        (forgets, hasOwnUndoing) = (true, true)
                    }
                case .rerun(let rerun):
                    isOneWay = isOneWay || rerun.isOneWay
                    runsTurnsAgain = runsTurnsAgain || !rerun.isOneWay
                    // No adjoint is formed of what runs to get ahead.
                    open += [rerun.keeping, rerun.plain, rerun.restoring, rerun.again].map { ($0, false) }
                    open.append((rerun.undone, isDifferentiated))
                    continue
                case .whileLoop(let loop):
                    isStraightLine = false
                    if loop.undoing != nil { hasOwnUndoing = true }
                case .call(let call):
                    add(call, &seen, isDifferentiated)
                    for place in call.arguments { note(place.variable) }
                case .move(let move):
                    note(move.stack)
                    if move.stack.storage != nil, !parameters.contains(move.stack) { usesRunStack = true }
                default: break
                }
                noteReads(of: statement.evaluated, parameters)
                open += statement.ownBlocks.map { ($0, isDifferentiated) }
            }
        }
    }

    private mutating func add(_ count: Int) {
        expandedCount = min(CallSummary.countLimit, expandedCount + count)
    }

    /// What expressions ask of stacks.
    private mutating func noteReads(of nodes: [Node], _ parameters: [Variable]) {
        appliesUserFunctions = appliesUserFunctions || nodes.contains(where: \.appliesUserFunctions)
        for place in nodes.filter(\.asksStacks).flatMap(\.reads) where place.variable.kind == .stack {
            note(place.variable)
            if place.variable.storage != nil, !parameters.contains(place.variable) { usesRunStack = true }
            if !place.indices.isEmpty { stackLevels.readsNumbers = true }
        }
    }

    private mutating func note(_ variable: Variable) {
        guard let storage = variable.storage else { return }
        usesStacks = true
        if storage.level > 0 { stackLevels.note(storage.family, storage.level) }
    }

    private mutating func add(
        _ call: Call, _ seen: inout Set<ObjectIdentifier>, _ isDifferentiated: Bool
    ) {
        // Whoever makes something of a callee is asked for its inverse next.
        for callee in [call.callee, call.pair].compactMap({ $0 }) { add(callee, &seen, isDifferentiated) }
    }

    private mutating func add(
        _ callee: Call.Callee, _ seen: inout Set<ObjectIdentifier>, _ isDifferentiated: Bool
    ) {
        switch callee {
        case .function(let callee):
            let summary = callee.calls
            add(summary.expandedCount)
            isStraightLine = isStraightLine && summary.isStraightLine
            usesRunStack = usesRunStack || summary.usesRunStack
            depth = max(depth, summary.depth + 1)
            usesStacks = usesStacks || summary.usesStacks
            appliesUserFunctions = appliesUserFunctions || summary.appliesUserFunctions
            hasOwnUndoing = hasOwnUndoing || summary.hasOwnUndoing
            forgets = forgets || summary.forgets && isDifferentiated
            isOneWay = isOneWay || summary.isOneWay
            runsTurnsAgain = runsTurnsAgain || summary.runsTurnsAgain
            for (family, level) in summary.stackLevels.known { stackLevels.note(family, level) }
            if summary.stackLevels.readsNumbers { stackLevels.readsNumbers = true }
            if seen.insert(ObjectIdentifier(callee)).inserted { callees.append(callee) }
        case .itself:
            callsItself = true
            isStraightLine = false
        case .unavailable: isStraightLine = false
        }
    }
}

extension Definition {
    /// This function and everything it calls, each once, callees before their callers.
    ///
    /// What is made for every function of a program is made in this order where chains of calls may be long:
    /// then no chain is followed by recursion.
    package var calleesFirst: [Definition] {
        var result: [Definition] = []
        var seen: Set<ObjectIdentifier> = [ObjectIdentifier(self)]
        var open: [(definition: Definition, next: Int)] = [(self, 0)]
        while let (definition, next) = open.last {
            guard next < definition.calls.callees.count else {
                result.append(definition)
                open.removeLast()
                continue
            }
            open[open.count - 1].next += 1
            let callee = definition.calls.callees[next]
            if seen.insert(ObjectIdentifier(callee)).inserted { open.append((callee, 0)) }
        }
        return result
    }
}
