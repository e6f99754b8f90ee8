import ReversibleCore

// Where numbers move without being changed. What an adjoint reads of a place may have come there by a swap, or from a
// stack, when it is undone: bit for bit only if it was so where it came from.

/// The variables of a function between which numbers move.
struct NumberMoves {
    /// What nothing keeps a record of: what derivatives change that the function calls, and stacks of the run, which other
    /// functions may push on as well.
    private(set) var touched: Set<Variable> = []
    /// Groups of variables that exchange numbers.
    private var groups: [[Variable]] = []
    /// The same in calls of the function itself: what is handed on and the parameter for it.
    private var ownCalls: [[Variable]] = []

    init(of definition: Definition) {
        var known: [ObjectIdentifier: Bool] = [:]
        definition.body.forEachStatement { statement in
            switch statement.kind {
            case .swap(let swap): groups.append([swap.a.variable, swap.b.variable])
            case .move(let move):
                groups.append([move.place.variable, move.stack])
                if move.stack.storage != nil { touched.insert(move.stack) }
            case .call(let call):
                let variables = call.arguments.map(\.variable)
                switch call.callee {
                case .itself:
                    ownCalls += zip(definition.parameters, variables).map { [$0.variable, $1] }
                case .function(let callee):
                    if callee.isDerived { touched.formUnion(variables) }
                    if Self.moves(in: callee, &known) {
                        groups.append(variables.filter { $0.kind.isReal || $0.kind == .stack })
                    }
                case .unavailable: break
                }
            default: break
            }
        }
    }

    /// Whether a function, or what it calls, moves numbers.
    private static func moves(in definition: Definition, _ known: inout [ObjectIdentifier: Bool]) -> Bool {
        if let found = known[ObjectIdentifier(definition)] { return found }
        var found = definition.body.containsStatement { statement in
            switch statement.kind {
            case .swap, .move: true
            default: false
            }
        }
        for callee in definition.calls.callees where !found { found = moves(in: callee, &known) }
        known[ObjectIdentifier(definition)] = found
        return found
    }

    /// The variables, and all that their numbers may come from.
    ///
    /// - Parameter isCalled: Whether calls of the function itself are of the same record.
    func closure(of variables: Set<Variable>, isCalled: Bool) -> Set<Variable> {
        var result = variables
        var open = groups + (isCalled ? ownCalls : [])
        while true {
            let (met, rest) = (
                open.filter { $0.contains(where: result.contains) },
                open.filter { !$0.contains(where: result.contains) }
            )
            if met.isEmpty { return result }
            result.formUnion(met.joined())
            open = rest
        }
    }
}
