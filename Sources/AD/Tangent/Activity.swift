import ReversibleCore

// Which variables move when some arguments do. The others need no tangents.

extension Definition {
    /// The variables whose values may depend on the arguments in `moving`; an argument's leaves go together.
    func activeVariables(moving: Set<Int>, levels: StackLevels) throws(ReversibilityError) -> Set<Variable> {
        var activity = Activity(levels: levels)
        for argument in moving { activity.insert(arguments[argument].map(\.variable)) }
        repeat {
            activity.hasGrown = false
            try activity.visit(body)
            for argument in arguments
            where argument.contains(where: { activity.active.contains($0.variable) }) {
                activity.insert(argument.map(\.variable))
            }
        } while activity.hasGrown
        return activity.active
    }
}

private struct Activity {
    /// Of the differentiation that asks.
    let levels: StackLevels
    var active: Set<Variable> = []
    var hasGrown = false

    mutating func insert(_ variables: [Variable]) {
        for variable in variables where variable.kind.isReal || variable.kind == .stack {
            if active.insert(variable).inserted { hasGrown = true }
        }
    }

    /// All of them move if one does.
    private mutating func join(_ variables: [Variable]) {
        if variables.contains(where: { active.contains($0) }) { insert(variables) }
    }

    mutating func visit(_ block: Block) throws(ReversibilityError) {
        for statement in block.statements { try visit(statement) }
    }

    private mutating func visit(_ statement: Statement) throws(ReversibilityError) {
        switch statement.kind {
        case .move(let s):
            // What a run's stack holds may come from elsewhere.
            if s.stack.storage != nil { insert([s.stack]) }
            if s.place.variable.kind.isReal { join([s.place.variable, s.stack]) }
        case .call(let call): try visit(call)
        default:
            let places = statement.ownPlaces.map(\.variable)
            if !places.isEmpty, statement.ownNodes.contains(where: { $0.isActive(active) }) { insert(places) }
            join(places)
            for block in statement.ownBlocks { try visit(block) }
        }
    }

    private mutating func visit(_ call: Call) throws(ReversibilityError) {
        // A function that calls itself moves as a whole.
        guard case .function(let callee) = call.callee else {
            return insert(call.arguments.map(\.variable))
        }
        let program = try callee.tangent(
            moving: call.moving(of: callee) { active.contains($0.variable) }, levels: levels)
        for (argument, places) in call.places(of: callee).enumerated()
        where callee.hasTangents(argument, in: program) {
            insert(places.map(\.variable))
        }
    }
}

extension Call {
    /// The places given for each argument of the callee.
    fileprivate func places(of callee: Definition) -> [ArraySlice<Place>] {
        var next = 0
        return callee.arguments.map { leaves in
            defer { next += leaves.count }
            return arguments[next..<(next + leaves.count)]
        }
    }

    /// The callee's arguments that are given something that moves.
    func moving(of callee: Definition, _ isActive: (Place) -> Bool) -> Set<Int> {
        Set(places(of: callee).enumerated().filter { $1.contains(where: isActive) }.map(\.offset))
    }
}

extension Node {
    /// Whether the derivative of this in some of the active variables may differ from 0.
    fileprivate func isActive(_ active: Set<Variable>) -> Bool {
        var known: [ObjectIdentifier: Bool] = [:]
        func ask(_ node: Node) -> Bool {
            guard node.type.element == .real else { return false }
            if let answer = known[ObjectIdentifier(node)] { return answer }
            let answer =
                switch node.kind {
                case .read(let place): active.contains(place.variable)
                case .unary(.sign, _), .unary(.floor, _), .unary(.ceil, _), .unary(.round, _),
                    .unary(.stopGradient, _):
                    false
                case .select(_, let a, let b): ask(a) || ask(b)
                default: node.kind.operands.contains(where: ask)
                }
            known[ObjectIdentifier(node)] = answer
            return answer
        }
        return ask(self)
    }
}
