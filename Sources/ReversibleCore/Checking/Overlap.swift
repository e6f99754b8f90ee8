/// Whether two places can be the same memory.
package enum Overlap {
    case never
    case always
    /// Elements of one array: the same if every pair of indices is equal.
    case whenEqual([(Node, Node)])
}

extension Place {
    package func overlap(with other: Place) -> Overlap {
        guard variable == other.variable else { return .never }
        guard indices.count == other.indices.count, !indices.isEmpty else { return .always }
        let pairs = zip(indices, other.indices).filter { !Node.surelyEqual($0, $1) }
        if pairs.isEmpty { return .always }
        if pairs.contains(where: { Node.surelyDiffer($0, $1) }) { return .never }
        return .whenEqual(pairs)
    }
}

extension Place {
    /// What a statement changes, with everything else it names: pairs that must not be one element.
    ///
    /// Each with the condition under which the statement names both, if there is one.
    package static func pairsToTellApart(
        writes: [Place], reads: [Node]
    ) -> [(place: Place, other: Place, condition: Node?)] {
        let used = (reads + writes.flatMap(\.indices)).flatMap(\.guardedReads)
        return writes.enumerated().flatMap { position, place in
            used.map { (place, $0.place, $0.guards.condition) } + writes[..<position].map { ($0, place, nil) }
        }
    }
}

extension Node {
    /// Whether two integer expressions differ by a constant other than 0.
    static func surelyDiffer(_ a: Node, _ b: Node) -> Bool {
        let (x, y) = (a.offset, b.offset)
        return x.base == y.base && x.constant != y.constant
    }

    /// Whether two integer expressions are the same up to constants that cancel.
    static func surelyEqual(_ a: Node, _ b: Node) -> Bool {
        let (x, y) = (a.offset, b.offset)
        return a == b || (x.base == y.base && x.constant == y.constant)
    }

    /// This integer expression as a base plus a constant.
    package var offset: (base: Node?, constant: Int) {
        var (node, total) = (self, 0)
        while true {
            switch node.kind {
            case .integer(let value): return (nil, total &+ value)
            case .integerBinary(.add, let a, let b):
                if case .integer(let value) = b.kind {
                    (node, total) = (a, total &+ value)
                } else if case .integer(let value) = a.kind {
                    (node, total) = (b, total &+ value)
                } else {
                    return (node, total)
                }
            case .integerBinary(.subtract, let a, let b):
                guard case .integer(let value) = b.kind else { return (node, total) }
                (node, total) = (a, total &- value)
            default: return (node, total)
            }
        }
    }
}
