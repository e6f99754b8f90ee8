/// An integer expression as a base plus a constant: what tells elements apart without running anything.
///
/// `v[i + 1]` and `v[i - 1]` are never one element, whatever `i` is; and turns of a loop that name `v[i + 1]` and `v[i]`
/// meet one turn apart.
package struct AffineIndex: Hashable {
    /// What the constant is added to; nil for a constant alone.
    package let base: Node?
    package let constant: Int

    /// Whether both differ by a constant other than 0.
    package func isApart(from other: AffineIndex) -> Bool { base == other.base && constant != other.constant }

    /// The constant, if the base is a loop's index itself.
    package func distance(from index: Variable) -> Int? {
        guard case .read(let place)? = base?.kind, place.variable == index, place.indices.isEmpty else {
            return nil
        }
        return constant
    }
}

extension Node {
    /// This integer expression as a base plus a constant.
    package var affine: AffineIndex {
        var (node, total) = (self, 0)
        while true {
            switch node.kind {
            case .integer(let value): return AffineIndex(base: nil, constant: total &+ value)
            case .integerBinary(.add, let a, let b):
                if case .integer(let value) = b.kind {
                    (node, total) = (a, total &+ value)
                } else if case .integer(let value) = a.kind {
                    (node, total) = (b, total &+ value)
                } else {
                    return AffineIndex(base: node, constant: total)
                }
            case .integerBinary(.subtract, let a, let b):
                guard case .integer(let value) = b.kind else {
                    return AffineIndex(base: node, constant: total)
                }
                (node, total) = (a, total &- value)
            case .integerBinary(.below, let a, _): node = a
            default: return AffineIndex(base: node, constant: total)
            }
        }
    }

    /// Whether two integer expressions differ by a constant other than 0.
    static func surelyDiffer(_ a: Node, _ b: Node) -> Bool { a.affine.isApart(from: b.affine) }

    /// Whether two integer expressions are the same up to constants that cancel.
    static func surelyEqual(_ a: Node, _ b: Node) -> Bool { a == b || a.affine == b.affine }
}
