extension Node: Hashable {
    package static func == (a: Node, b: Node) -> Bool {
        if a === b { return true }
        guard a.hash == b.hash else { return false }
        return a.size <= 64 ? a.kind == b.kind : isSameGraph(a, b)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    /// Compares two graphs node by node. As trees they may be too large to be walked: where every level uses the
    /// one below twice, sixty levels make a tree of 2⁶⁰ nodes.
    private static func isSameGraph(_ a: Node, _ b: Node) -> Bool {
        var open = [(a, b)]
        var compared: Set<Pair> = []
        while let (a, b) = open.popLast() {
            if a === b { continue }
            guard a.hash == b.hash, a.kind.isLike(b.kind) else { return false }
            guard compared.insert(Pair(a: ObjectIdentifier(a), b: ObjectIdentifier(b))).inserted else {
                continue
            }
            open += zip(a.kind.operands, b.kind.operands)
        }
        return true
    }

    private struct Pair: Hashable {
        let a: ObjectIdentifier
        let b: ObjectIdentifier
    }
}

extension Node.Kind {
    /// Whether two kinds are the same but for their operands.
    fileprivate func isLike(_ other: Node.Kind) -> Bool {
        switch self {
        case .real(let a): if case .real(let b) = other { a == b } else { false }
        case .integer(let a): if case .integer(let b) = other { a == b } else { false }
        case .boolean(let a): if case .boolean(let b) = other { a == b } else { false }
        case .read(let a):
            if case .read(let b) = other {
                a.variable == b.variable && a.indices.count == b.indices.count && a.span == b.span
            } else {
                false
            }
        case .size(let a, let x): if case .size(let b, let y) = other { a == b && x == y } else { false }
        case .unary(let f, _): if case .unary(let g, _) = other { f == g } else { false }
        case .binary(let f, _, _): if case .binary(let g, _, _) = other { f == g } else { false }
        case .integerUnary(let f, _): if case .integerUnary(let g, _) = other { f == g } else { false }
        case .integerBinary(let f, _, _):
            if case .integerBinary(let g, _, _) = other { f == g } else { false }
        case .compare(let r, _, _): if case .compare(let s, _, _) = other { r == s } else { false }
        case .holds(let r, _, _): if case .holds(let s, _, _) = other { r == s } else { false }
        case .extremum(let a, _): if case .extremum(let b, _) = other { a == b } else { false }
        case .not: if case .not = other { true } else { false }
        case .and: if case .and = other { true } else { false }
        case .or: if case .or = other { true } else { false }
        case .select: if case .select = other { true } else { false }
        case .applied(let a): if case .applied(let b) = other { a.rule == b.rule } else { false }
        case .sum: if case .sum = other { true } else { false }
        }
    }
}
