/// Finds what varies between lanes, starting from the loop's index.
package struct Uniformity {
    package private(set) var varying: Set<Variable>
    private let inside: Set<Variable>
    package private(set) var hasVaryingSizes = false
    package private(set) var hasVaryingStrides = false
    private var known: [ObjectIdentifier: Bool] = [:]

    package init(varying: Set<Variable>, inside: Set<Variable>) {
        self.varying = varying
        self.inside = inside
    }

    /// Repeats the walk until nothing new varies.
    package mutating func run(_ block: Block) {
        while true {
            let before = varying
            known = [:]
            walk(block, diverges: false)
            if varying == before { return }
        }
    }

    package mutating func isVarying(_ node: Node) -> Bool {
        if let answer = known[ObjectIdentifier(node)] { return answer }
        let answer: Bool
        if case .read(let place) = node.kind {
            answer = varying.contains(place.variable) || place.indices.contains { isVarying($0) }
        } else {
            answer = node.kind.operands.contains { isVarying($0) }
        }
        known[ObjectIdentifier(node)] = answer
        return answer
    }

    private mutating func mark(_ place: Place, _ changes: Bool) {
        guard inside.contains(place.variable), changes || place.indices.contains(where: { isVarying($0) }),
            varying.insert(place.variable).inserted
        else { return }
        known = [:]
    }

    private mutating func varies(_ place: Place) -> Bool {
        varying.contains(place.variable) || place.indices.contains { isVarying($0) }
    }

    private mutating func walk(_ block: Block, diverges: Bool) {
        for ancilla in block.ancillas where ancilla.sizes.contains(where: { isVarying($0) }) {
            hasVaryingSizes = true
        }
        for statement in block.statements { walk(statement, diverges) }
    }

    private mutating func walk(_ statement: Statement, _ diverges: Bool) {
        switch statement.kind {
        case .branch(let s):
            let splits = diverges || isVarying(s.pre)
            walk(s.then, diverges: splits)
            walk(s.otherwise, diverges: splits)
        case .whileLoop(let s): walk(s.body, diverges: diverges || isVarying(s.pre))
        case .forLoop(let s):
            let splits = isVarying(s.start) || isVarying(s.end)
            if isVarying(s.step) || (splits && s.step.constant != 1) { hasVaryingStrides = true }
            if splits { varying.insert(s.index) }
            walk(s.body, diverges: diverges || splits)
        case .block(let block): walk(block, diverges: diverges)
        case .compute(let s): walk(s.expanded, diverges: diverges)
        case .call, .move, .misuse: break
        default:
            let places = statement.ownPlaces
            var changes = diverges || statement.ownNodes.contains { isVarying($0) }
            // Of two places each takes from the other.
            if places.count > 1 { changes = changes || places.contains { varies($0) } }
            for place in places { mark(place, changes) }
        }
    }
}
