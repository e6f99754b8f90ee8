import AD
import ReversibleCore

extension KernelProgramWriter {
    /// Reads nothing that a statement changes.
    mutating func condition(_ s: Scope) -> Condition {
        let (a, own) = (s.places, s.places.at[s.i])
        switch below(12) {
        case 0: return a.x[s.i] > constant()
        case 1: return own % 2 == 0
        case 2: return s.i < a.k * 3 && a.x[own] > constant()
        case 3: return s.i + 7 >= a.x.count || a.x[s.i + 7] < constant()
        case 4: return a.s > constant()
        case 5: return !(own % 3 == 1 && s.i > 2)
        case 6: return own != 0 && (12 / own > 3 || s.i / own < 2)
        case 7: return a.k > 1 && a.r[s.i % 4] > 0
        case 8 where !s.made.isEmpty: return one(of: s.made) > constant()
        case 9 where !s.counts.isEmpty: return one(of: s.counts) > 1
        case 10 where !s.indices.isEmpty: return one(of: s.indices).index < own % 3 + 1
        default: return own <= s.i
        }
    }

    /// From 0 to 3.
    mutating func count(_ s: Scope) -> Expr {
        switch below(6) {
        case 0 where !s.indices.isEmpty: return one(of: s.indices).index % 4
        case 1: return s.places.at[s.i] % 4
        case 2: return s.places.k + 0
        case 3: return s.places.b[s.i % 5] + 0
        default: return s.counts.isEmpty ? s.places.b[below(5)] + 0 : one(of: s.counts)
        }
    }

    mutating func integer(_ s: Scope, depth: Int) -> Expr {
        let (a, i) = (s.places, s.i)
        if depth == 0 || chance(0.3) {
            switch below(7) {
            case 0: return i + 0
            case 1: return a.at[i] + 0
            case 2: return a.k + 0
            case 3: return (below(9) - 4).expression
            case 4: return count(s)
            case 5 where !s.indices.isEmpty: return one(of: s.indices).index + 0
            default: return a.order[i] + 0
            }
        }
        let (x, y) = (integer(s, depth: depth - 1), integer(s, depth: depth - 1))
        switch below(8) {
        case 0: return x + y
        case 1: return x - y
        case 2: return x * (below(5) - 2)
        case 3: return chance(0.5) ? x / (2 + below(3)) : x / (a.at[i] + 1)
        case 4: return chance(0.5) ? x % (2 + below(3)) : x % -(a.at[i] + 2)
        case 5: return min(x, y)
        case 6: return max(x, abs(y))
        default: return select(condition(s), x, y)
        }
    }

    /// An index into `x`, which has 2n + 4 elements.
    mutating func xIndex(_ s: Scope) -> Expr {
        let (a, i) = (s.places, s.i)
        switch below(12) {
        case 0: return i + 1
        case 1: return i + 2
        case 2: return 2 * i + 1
        case 3: return a.at[i] + 0
        case 4: return 2 * a.at[i] + 1
        case 5: return a.x.count - 1 - i
        case 6: return (i * a.k) % a.x.count
        case 7: return below(4).expression
        case 8 where !s.indices.isEmpty: return i + one(of: s.indices).index % 4
        case 9: return count(s)
        case 10: return a.order[a.order[i]] + 0
        default: return i + 0
        }
    }

    /// A formula that does not read targets with these tags.
    mutating func expression(_ s: Scope, without tags: Set<String>, depth: Int) -> Expr {
        if depth == 0 || chance(0.2) { return leaf(s, without: tags) }
        let x = expression(s, without: tags, depth: depth - 1)
        if exact || chance(0.5) {
            let y = expression(s, without: tags, depth: depth - 1)
            switch below(9) {
            case 0: return x + y
            case 1: return x - y
            case 2: return max(min(x, 2), -2) * y
            case 3: return x / (1.5 + abs(y))
            case 4: return select(condition(s), x, y)
            case 5: return max(x, y) * 0.5
            case 6: return sqrt(1 + x * x)
            case 7: return max(min(x, 2), -2) * y + x
            default: return -x * constant()
            }
        }
        switch below(9) {
        case 0: return sin(x)
        case 1: return cos(x) + s.places.at[s.i] * 0.01
        case 2: return exp(-x * x)
        case 3: return atan2(x, 2 + abs(x))
        case 4: return tanh(x)
        case 5: return erf(x)
        case 6: return log1p(x * x)
        case 7: return pow(1 + x * x, 0.3)
        default: return select(x > constant(), x, 0.5 * x)
        }
    }

    private mutating func leaf(_ s: Scope, without tags: Set<String>) -> Expr {
        let (a, i) = (s.places, s.i)
        switch below(13) {
        case 0, 1: return a.x[xIndex(s)] + 0
        case 2: return a.r[chance(0.5) ? below(4).expression : count(s)] + 0
        case 3: return a.g[a.at[i] % 4, below(4)] + 0
        case 4: return a.g[i % 4, s.indices.last.map { $0.index % 4 } ?? i % 3] + 0
        case 5: return a.s + 0
        case 6: return constant().expression
        case 7: return integer(s, depth: 1) * 0.125
        case 8, 9: return s.made.isEmpty ? a.s + 0 : one(of: s.made) + 0
        case 10 where !s.vectors.isEmpty: return one(of: s.vectors)[count(s) % 3] + 0
        default:
            let allowed = s.readable.filter { !tags.contains($0.tag) }
            return allowed.isEmpty ? constant().expression : one(of: allowed).place + 0
        }
    }
}
