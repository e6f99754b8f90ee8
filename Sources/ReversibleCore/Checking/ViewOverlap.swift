// Whether views of one array share elements: they do where they meet along every axis.

/// Whether two places of one array have elements in common.
enum ViewOverlap {
    case never
    case always
    /// They have none where this holds.
    case unless(Node)
}

extension Place {
    /// What this shares with a place, one of them a view. Views without elements are taken to have some, where that is
    /// known only when the program runs.
    func viewOverlap(with other: Place) -> ViewOverlap {
        guard variable == other.variable else { return .never }
        var apart: [Node] = []
        for position in variable.kind.axes.indices {
            let (a, b) = (stretch(position), other.stretch(position))
            guard let a, let b else { continue }  // one of them goes all along the axis
            if a.ends(before: b) || b.ends(before: a) { return .never }
            if a == b || a.meets(b) { continue }
            apart +=
                a.isSingle && b.isSingle
                ? [.compare(.notEqual, a.start, b.start)]
                : [.compare(.lessOrEqual, a.end, b.start), .compare(.lessOrEqual, b.end, a.start)]
        }
        guard let first = apart.first else { return .always }
        return .unless(apart.dropFirst().reduce(first) { Node(.or($0, $1), .boolean) })
    }

    /// Which indices this has along an axis; nil if all of them.
    private func stretch(_ position: Int) -> Stretch? {
        guard let span else {
            return indices.isEmpty ? nil : Stretch(indices[position])
        }
        if span.position == position {
            return span.isWhole ? nil : Stretch(start: span.start, end: span.end)
        }
        return Stretch(indices[0])
    }
}

/// Indices from one up to, not including, another.
private struct Stretch: Equatable {
    let start: Node
    let end: Node

    init(start: Node, end: Node) { (self.start, self.end) = (start, end) }

    init(_ index: Node) { self.init(start: index, end: .integerBinary(.add, index, .integer(1))) }

    /// Whether this is one index.
    var isSingle: Bool {
        let (first, last) = (start.affine, end.affine)
        return first.base == last.base && last.constant == first.constant &+ 1
    }

    /// Whether this surely ends before the other begins.
    func ends(before other: Stretch) -> Bool { Node.surely(end, isAtMost: other.start) }

    /// Whether both surely have an index in common: where each begins before the other ends.
    func meets(_ other: Stretch) -> Bool {
        Node.surely(.integerBinary(.add, start, .integer(1)), isAtMost: other.end)
            && Node.surely(.integerBinary(.add, other.start, .integer(1)), isAtMost: end)
    }
}

extension Node {
    /// Whether an integer is not larger than another, as their texts show.
    static func surely(_ a: Node, isAtMost b: Node) -> Bool {
        let (x, y) = (a.affine, b.affine)
        return x.base == y.base && x.constant <= y.constant
    }
}
