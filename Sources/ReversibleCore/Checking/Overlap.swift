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
        if span != nil || other.span != nil {
            // Only what shares elements in any case has no loop written for it, which finds the rest.
            if case .never = viewOverlap(with: other) { return .never }
            return .always
        }
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
