import ReversibleCore

/// What a computation reads of places that come from outside, and that an adjoint may have restored inexactly.
///
/// The adjoint runs the computation again: what it reads from outside must be what the primal read there. Of places that
/// it changes this shows in what they have become when it ends.
struct OuterReads {
    private(set) var reads: [(place: Place, condition: Node?)] = []
    private var seen: Set<Read> = []
    private let inside: Set<Variable>
    private let declared: Set<Variable>
    private let changing: Set<Variable>
    private let inexact: InexactPlaces

    private struct Read: Hashable {
        let place: Place
        let condition: Node?
    }

    /// - Parameter changing: Arrays of which only single elements can be looked at.
    init(
        of computation: Block, _ accesses: Accesses, _ inexact: InexactPlaces, changing: Set<Variable>
    ) {
        inside = accesses.written.union(accesses.declared)
        declared = accesses.declared
        self.changing = changing
        self.inexact = inexact
        if accesses.all.contains(where: { inexact.contains($0.place.variable) }) {
            walk(computation, nil, isSure: true)
            for use in accesses.all where use.mode.changes {
                let place = use.place
                guard place.variable.kind.isReal, inexact.contains(place.variable),
                    !accesses.declared.contains(place.variable)
                else { continue }
                if place.indices.allSatisfy(isOuter) {
                    add(place, nil)
                } else if !changing.contains(place.variable) {
                    add(Place(place.variable), nil)
                }
            }
        }
    }

    /// Whether a value is the same before the computation as in it.
    private func isOuter(_ node: Node) -> Bool { node.isFixed(whereChanging: inside, declaring: declared) }

    private mutating func walk(_ block: Block, _ condition: Node?, isSure: Bool) {
        for statement in block.statements { walk(statement, condition, isSure: isSure) }
    }

    /// - Parameter isSure: Whether the statement runs once where `condition` holds; else its elements are not known here.
    private mutating func walk(_ statement: Statement, _ condition: Node?, isSure: Bool) {
        if let expressions = statement.evaluatedExpressions { return note(expressions, condition, isSure) }
        switch statement.kind {
        case .call(let s): note(s.arguments.map(\.read), condition, isSure)
        case .branch(let s):
            note([s.pre], condition, isSure)
            let isOuter = isOuter(s.pre)
            let opposite = Node(.not(s.pre), .boolean)
            walk(s.then, condition.and(s.pre), isSure: isSure && isOuter)
            walk(s.otherwise, condition.and(opposite), isSure: isSure && isOuter)
        case .whileLoop(let s):
            note([s.pre], condition, false)
            walk(s.body, nil, isSure: false)
        case .forLoop(let s):
            note([s.start, s.end, s.step], condition, isSure)
            walk(s.body, nil, isSure: false)
        case .compute(let s):
            walk(s.compute, condition, isSure: isSure)
            walk(s.apply, condition, isSure: isSure)
        case .block(let block): walk(block, condition, isSure: isSure)
        default: break
        }
    }

    private mutating func note(_ expressions: [Node], _ condition: Node?, _ isSure: Bool) {
        let found = AdjointReads(of: expressions) { inexact.contains($0) && !inside.contains($0) }
        for (place, guardian) in found.values {
            guard place.variable.kind != .stack else {
                // Where there is a top, it can be looked at in any case.
                let isThere = Node.compare(.greater, Place(place.variable).read, .integer(0))
                if !inside.contains(place.variable) { add(place, isThere) }
                continue
            }
            let own = condition.and(guardian)
            let names = place.indices + [own].compactMap { $0 }
            if isSure || !place.variable.kind.isArray, names.allSatisfy(isOuter) {
                // Single numbers can be looked at in any case.
                add(place, place.indices.isEmpty && !place.variable.kind.isArray ? nil : own)
            } else if !changing.contains(place.variable) {
                add(Place(place.variable), nil)
            }
        }
    }

    private mutating func add(_ place: Place, _ condition: Node?) {
        if seen.insert(Read(place: place, condition: condition)).inserted { reads.append((place, condition)) }
    }
}

extension Node? {
    /// Both conditions, where there are any.
    fileprivate func and(_ other: Node?) -> Node? {
        guard let self, let other else { return self ?? other }
        return Node(.and(self, other), .boolean)
    }
}
