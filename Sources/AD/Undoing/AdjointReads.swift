import ReversibleCore

/// What an adjoint reads from places that it may have restored inexactly.
///
/// Every read and every decision comes with the condition under which the adjoint makes it: what a `select` guards
/// must not be looked at where it is not chosen.
struct AdjointReads {
    /// Real places; whole arrays stand for all their elements.
    private(set) var values: [(place: Place, condition: Node?)] = []
    /// Expressions that jump: comparisons, signs, floors, angles, indices of extrema. Integers, as real expressions.
    private(set) var decisions: [Decision] = []

    struct Decision {
        /// What jumps, as the program says it.
        let subject: Node
        /// A small integer that tells where it is, as a real expression.
        let value: Node
        let condition: Node?
    }

    /// - Parameters:
    ///   - expressions: What the adjoint evaluates.
    ///   - isInexact: Whether a variable may hold something else than it held in the primal.
    init(of expressions: [Node], where isInexact: (Variable) -> Bool) {
        let nodes = AdjointReads.ordered(expressions)
        // From operands to the nodes that use them: what depends on an inexact place.
        var depends: Set<ObjectIdentifier> = []
        for node in nodes {
            let reads =
                // How many numbers are on a stack is an integer, which comes back.
                if case .read(let place) = node.kind, place.variable.kind != .stack || !place.indices.isEmpty
                {
                    isInexact(place.variable)
                } else {
                    false
                }
            if reads || node.kind.operands.contains(where: { depends.contains(ObjectIdentifier($0)) }) {
                depends.insert(ObjectIdentifier(node))
            }
        }
        // And back: under which condition each node is evaluated. Nodes form a graph, and each is asked once.
        var reach: [ObjectIdentifier: Reach] = [:]
        for node in expressions { reach[ObjectIdentifier(node)] = .always }
        for node in nodes.reversed() where depends.contains(ObjectIdentifier(node)) {
            guard let own = reach[ObjectIdentifier(node)] else { continue }
            func hand(_ operand: Node, _ condition: Reach) {
                guard depends.contains(ObjectIdentifier(operand)) else { return }
                reach[ObjectIdentifier(operand)] =
                    reach[ObjectIdentifier(operand)]?.or(condition) ?? condition
            }
            switch node.kind {
            // Either form may be evaluated. What they read, the condition reads too.
            case .select(let c, let a, let b) where c.isBetweenForms:
                [c, a, b].forEach { hand($0, own) }
            // A condition on whole arrays chooses element by element; whole arrays can always be looked at.
            case .select(let c, let a, let b) where c.type.isSingle:
                hand(c, own)
                hand(a, own.and(c))
                hand(b, own.and(c.negated))
            case .and(let a, let b) where a.type.isSingle:
                hand(a, own)
                hand(b, own.and(a))
            case .or(let a, let b) where a.type.isSingle:
                hand(a, own)
                hand(b, own.and(a.negated))
            // What jumps is compared itself, and exactly: of what it looks at nothing else is read.
            case .compare, .extremum, .unary(.sign, _), .unary(.floor, _), .unary(.ceil, _),
                .unary(.round, _):
                break
            case .holds where !node.isBetweenForms: break
            default: node.kind.operands.forEach { hand($0, own) }
            }
            note(node, own, isInexact)
        }
        // What is decided in any case need not be noted where it is decided under a condition too.
        let always = Set(decisions.filter { $0.condition == nil }.map(\.value))
        decisions.removeAll { $0.condition != nil && always.contains($0.value) }
    }

    private mutating func note(_ node: Node, _ reach: Reach, _ isInexact: (Variable) -> Bool) {
        func decide(_ value: Node) {
            decisions.append(Decision(subject: node, value: value, condition: reach.condition))
        }
        switch node.kind {
        case .read(let place):
            if place.type.element == .real, isInexact(place.variable) {
                // A single number can be looked at in any case, if a long condition would cost more than the look.
                let isFree = place.indices.isEmpty && !place.variable.kind.isArray
                let condition = reach.condition.flatMap { isFree && $0.size > Reach.longest ? nil : $0 }
                values.append((place, condition))
            }
        case .holds where node.isBetweenForms: break
        case .compare, .holds:
            decide(.select(node, .real(1), .real(0)))
        case .unary(.sign, _): decide(node)
        case .unary(.floor, _), .unary(.ceil, _), .unary(.round, _): decide(node.lastBits)
        case .binary(.fmod, let a, let b):
            // It jumps where the whole quotient does.
            let quotient = Node.binary(.divide, .binary(.subtract, a, node), b)
            decide(Node.unary(.round, quotient).lastBits)
        case .binary(.atan2, _, _):
            // On the cut the angle jumps by 2π: by another sign of a zero, which no sum of numbers shows.
            decide(
                .select(
                    .holds(.greater, node, .real(2)), .real(1),
                    .select(.holds(.less, node, .real(-2)), .real(-1), .real(0))))
        case .extremum: decide(node)
        default: break
        }
    }

    /// When a node is evaluated.
    private enum Reach {
        case always
        case when(Node)

        static let longest = 16

        var condition: Node? {
            if case .when(let node) = self { node } else { nil }
        }

        // What is shared in an expression is reached on many ways, often under one and the same condition.

        func and(_ other: Node) -> Reach {
            guard case .when(let own) = self, own != other, !own.conjuncts.contains(other) else {
                return .when(condition ?? other)
            }
            return .when(Node(.and(own, other), .boolean))
        }

        func or(_ other: Reach) -> Reach {
            guard case .when(let a) = self, case .when(let b) = other else { return .always }
            if a == b || a.conjuncts.contains(b) || b.disjuncts.contains(a) { return other }
            if b.conjuncts.contains(a) || a.disjuncts.contains(b) { return self }
            return .when(Node(.or(a, b), .boolean))
        }
    }

    /// The nodes of expressions, operands before what uses them.
    private static func ordered(_ expressions: [Node]) -> [Node] {
        var order: [Node] = []
        var seen: Set<ObjectIdentifier> = []
        func visit(_ node: Node) {
            guard seen.insert(ObjectIdentifier(node)).inserted else { return }
            node.kind.operands.forEach(visit)
            order.append(node)
        }
        expressions.forEach(visit)
        return order
    }
}

extension Statement {
    /// What the statement itself evaluates, indices included, if it has no blocks and calls nothing; else nil.
    var evaluatedExpressions: [Node]? {
        if case .call = kind { return nil }
        return ownPlaces.isEmpty ? nil : evaluated
    }

    /// What the statement's own adjoint evaluates, blocks and calls aside: partial derivatives, factors, angles,
    /// and the indices of what it changes.
    ///
    /// Values that the adjoint only subtracts again are not among them: what comes of these is read, and verified,
    /// elsewhere.
    ///
    /// - Parameter isVaried: Whether a variable depends on the function's arguments; of others no cotangent is formed.
    func adjointExpressions(where isVaried: (Variable) -> Bool) -> [Node] {
        switch kind {
        case .update(let s) where s.witness != nil: []
        case .update(let s):
            switch s.operation {
            case .add, .subtract: s.place.indices + s.change.partialDerivatives(where: isVaried)
            // ȳ is multiplied by the factor itself, and the factor's places gain ȳ y ∂e.
            case .multiply, .divide:
                s.place.indices + [s.change]
                    + s.change.partialDerivatives(times: [s.place.read], where: isVaried)
            case .bits: s.place.indices + [s.change]
            }
        case .rotate(let s):
            s.a.indices + s.b.indices + [s.angle]
                + s.angle.partialDerivatives(times: [s.a.read, s.b.read], where: isVaried)
        // Which way a condition goes is a decision.
        case .branch, .whileLoop, .rerun: []
        // What only checks has no adjoint.
        default: changesNothing ? [] : evaluated
        }
    }
}

extension Node {
    /// The last bits of a whole number: what is added up of decisions must stay a small integer.
    fileprivate var lastBits: Node {
        let rest = Node.unary(.floor, .binary(.multiply, self, .real(1.0 / 1024)))
        return .binary(.subtract, self, .binary(.multiply, rest, .real(1024)))
    }

    /// The conditions that this is the conjunction of, as it was put together from the left.
    fileprivate var conjuncts: [Node] {
        var (rest, found): (Node, [Node]) = (self, [])
        while case .and(let a, let b) = rest.kind { (rest, found) = (a, found + [b]) }
        return found + [rest]
    }

    /// The conditions that this is the disjunction of.
    fileprivate var disjuncts: [Node] {
        var (rest, found): (Node, [Node]) = (self, [])
        while case .or(let a, let b) = rest.kind { (rest, found) = (a, found + [b]) }
        return found + [rest]
    }

    /// The opposite condition.
    fileprivate var negated: Node { Node(.not(self), .boolean) }

    /// The factors with which an adjoint multiplies a cotangent, and the indices of the cotangents it adds to.
    ///
    /// - Parameter restored: What every one of these factors is multiplied by, and is read even where one is a constant.
    fileprivate func partialDerivatives(
        times restored: [Node] = [], where isVaried: (Variable) -> Bool
    ) -> [Node] {
        // Where slopes may be infinite makes no difference to what is read.
        let parts = ExpressionAdjoint.contributions(to: self, seed: .real(1), Slopes([], areTangents: false))
            .filter { isVaried($0.place.variable) }
        if parts.isEmpty { return [] }
        return restored
            + parts.flatMap { (part) -> [Node] in
                // A constant needs no place, but conditions that choose it are asked.
                let factor = part.guards.choosing(part.amount)
                return (factor.constant == nil ? [factor] : [])
                    + part.place.indices.map { index in
                        part.reading.condition.map { Node.select($0, index, .integer(0)) } ?? index
                    }
            }
    }
}

extension Node {
    /// Whether a rule chooses by this between two forms of a smooth function: no decision that could be another.
    fileprivate var isBetweenForms: Bool {
        if case .holds(.betweenForms, _, _) = kind { true } else { false }
    }
}
