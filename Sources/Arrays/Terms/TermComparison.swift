import ReversibleCore

/// Compares terms up to the names of what they bind, part by part, each pair of shared parts once.
struct TermComparison {
    private struct Pair: Hashable {
        let a: ObjectIdentifier
        let b: ObjectIdentifier
    }

    /// What a variable bound in the first term is called in the second.
    private var partners: [ObjectIdentifier: ObjectIdentifier] = [:]
    private var same: Set<Pair> = []

    mutating func areSame(_ a: Term, _ b: Term) -> Bool {
        if a.isSurelyDifferent(from: b) { return false }
        if a === b, !a.free.contains(where: { partners[$0] ?? $0 != $0 }) { return true }
        let pair = Pair(a: a.identity, b: b.identity)
        if same.contains(pair) { return true }
        guard areSameParts(a, b) else { return false }
        same.insert(pair)
        return true
    }

    private mutating func areSameParts(_ a: Term, _ b: Term) -> Bool {
        switch (a.kind, b.kind) {
        // A number compared by its bits: 0.0 and -0.0 are two terms, and a NaN is equal to itself.
        case (.real(let x), .real(let y)): return x.bitPattern == y.bitPattern
        case (.zero, .zero): return true
        case (.integer(let x), .integer(let y)): return x == y
        case (.variable(let x), .variable(let y)): return (partners[x.id] ?? x.id) == y.id
        case (.size(let x, let i), .size(let y, let j)): return x === y && i == j
        case (.unary(let f, _), .unary(let g, _)) where f == g: break
        case (.binary(let f, _, _), .binary(let g, _, _)) where f == g: break
        case (.compare(let f, _, _), .compare(let g, _, _)) where f == g: break
        case (.position(let f, _), .position(let g, _)) where f == g: break
        case (.not, .not), (.and, .and), (.select, .select), (.get, .get), (.pair, .pair), (.first, .first),
            (.second, .second):
            break
        case (.build(let i, _), .build(let j, _)), (.sum(let i, _), .sum(let j, _)),
            (.bind(let i, _, _), .bind(let j, _, _)):
            // What stands outside of the variable's scope comes first among the children.
            guard areSame(a.children[0], b.children[0]) else { return false }
            pair(i, j)
            return areSame(a.children[1], b.children[1])
        case (.fold(let i, let s, _, _), .fold(let j, let t, _, _)):
            guard areSame(a.children[0], b.children[0]), areSame(a.children[1], b.children[1]) else {
                return false
            }
            pair(i, j)
            pair(s, t)
            return areSame(a.children[2], b.children[2])
        default: return false
        }
        return zip(a.children, b.children).allSatisfy { areSame($0, $1) }
    }

    private mutating func pair(_ a: TermVariable, _ b: TermVariable) {
        if let old = partners.updateValue(b.id, forKey: a.id), old != b.id { same = [] }
    }
}
