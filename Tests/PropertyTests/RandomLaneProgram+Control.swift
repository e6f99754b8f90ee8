import AD

extension LaneProgramWriter {
    // MARK: Blocks

    mutating func branch(_ s: Scope, depth: Int) -> Statement {
        var writer = self
        defer { self = writer }
        let condition = writer.condition(s)
        if writer.chance(0.4) {
            return If(condition) { writer.block(s, depth: depth - 1, length: 1 + writer.below(2)) }
        }
        return If(condition) {
            writer.block(s, depth: depth - 1, length: 1 + writer.below(2))
        } else: {
            writer.block(s, depth: depth - 1, length: 1 + writer.below(2))
        }
    }

    /// Loops with bounds that are the same for all iterations, or not.
    mutating func inner(_ s: Scope, depth: Int) -> Statement {
        var writer = self
        defer { self = writer }
        var start: RepeatableGenerator?
        let body: (Integer) -> Statement = { j in
            writer.drawsAlike(&start)
            var inside = s
            inside.indices.append(j)
            inside.targets.removeAll { $0.tag == "m" || $0.tag == "c" }
            inside.targets.append(Target(place: s.places.m[s.i, j], tag: "m"))
            inside.targets.append(Target(place: s.places.c[j, s.i], tag: "c"))
            return Reversible.buildExpression(
                writer.block(inside, depth: depth - 1, length: 1 + writer.below(2)))
        }
        let own = s.places.at[s.i]
        switch writer.below(8) {
        case 0: return For(0..<3) { j in body(j) }
        case 1: return For(2...0, by: -1) { j in body(j) }
        case 2: return For(0..<3, by: 2) { j in body(j) }
        case 3: return For(0..<s.places.k % 4) { j in body(j) }
        case 4: return For(0..<own % 4) { j in body(j) }
        case 5: return For(own % 3...2) { j in body(j) }
        case 6: return For(own % 3..<(s.i % 3 + 1)) { j in body(j) }
        default:
            let (m, c) = (s.places.m, s.places.c)
            let change = writer.expression(s, without: ["m", "c"], depth: 2)
            let condition = writer.condition(s)
            return ParallelFor(0..<3) { j in
                m[s.i, j] += change + s.places.x[s.i + j]
                If(condition) {
                    c[j, s.i] -= 0.5 * m[s.i, j]
                } else: {
                    NEG(c[j, s.i])
                }
            }
        }
    }

    mutating func compute(_ s: Scope, depth: Int) -> Statement {
        var writer = self
        defer { self = writer }
        let (t, n) = (Scalar.ancilla(), Integer.ancilla())
        let first = writer.expression(s, without: [], depth: 2, ownPlaces: false)
        let second = writer.expression(s, without: [], depth: 2, ownPlaces: false)
        let number = writer.integer(s, depth: 1)
        let condition = writer.condition(s)
        let splits = writer.chance(0.5)
        let apply: () -> Statement = {
            var inside = s
            inside.made.append(t)
            inside.counts.append(n)
            return Reversible.buildExpression(
                writer.block(inside, depth: depth - 1, length: 1 + writer.below(3)))
        }
        return Compute {
            t += first
            If(condition) {
                t -= 0.5 * second
                if splits { n += 1 }
            }
            n += select(number < 0, -(number % 5), number % 5)
        } apply: {
            apply()
        }
    }

    /// Scratch arrays inside an iteration.
    mutating func table(_ s: Scope) -> Statement {
        var writer = self
        defer { self = writer }
        let isLong = writer.chance(0.5)
        let v = Vector.ancilla(count: isLong ? s.places.k + 5 : 4.expression)
        let w = Matrix.ancilla(rows: 2, columns: isLong ? s.places.r.count : 3.expression)
        let seed = writer.expression(s, without: [], depth: 2, ownPlaces: false)
        let target = s.targets[writer.below(s.targets.count)]
        let own = s.places.at[s.i]
        let whole = writer.chance(0.5)
        let factor = writer.constant()
        return Compute {
            v += seed
            For(0..<4) { j in v[j] += s.places.r[j] * (j + 1) }
            v[own % 4] += factor
            For(0..<2) { j in
                For(0..<3) { l in w[j, l] += s.places.x[s.i + j] - factor * s.places.g[l, j] }
            }
            w[own % 2, s.i % 3] -= 0.125
        } apply: {
            if whole { target.place += 0.25 * sum(v) - sum(w * factor) }
            target.place -= v[(own + 1) % 4] + w[s.i % 2, own % 3]
        }
    }

    /// A `While` that every iteration leaves at another time.
    mutating func countdown(_ s: Scope) -> Statement {
        var writer = self
        defer { self = writer }
        let (n, t) = (Integer.ancilla(), Scalar.ancilla())
        let own = s.places.at[s.i]
        let term = writer.expression(s, without: [], depth: 2, ownPlaces: false)
        let target = s.targets[writer.below(s.targets.count)]
        return Compute {
            While(n < own % 5 && s.places.x[n] < 2, post: n > 0) {
                n += 1
                t += 0.3 * n * term + s.places.x[n]
            }
        } apply: {
            target.place -= 0.5 * t
        }
    }

    /// A sum over the iteration's own row and column.
    mutating func rows(_ s: Scope) -> Statement {
        let target = s.targets.first { $0.tag == "y" } ?? s.targets[0]
        let weight = expression(s, without: [target.tag], depth: 1)
        return For(0..<3) { j in
            target.place += weight * s.places.m[s.i, j] * s.places.c[2 - j, s.i]
        }
    }

    // MARK: Expressions

    /// Reads nothing that a statement changes.
    mutating func condition(_ s: Scope) -> Condition {
        let (a, own) = (s.places, s.places.at[s.i])
        switch below(9) {
        case 0: return a.x[s.i] > constant()
        case 1: return own % 2 == 0
        case 2: return s.i < a.k * 3 && a.x[own] > constant()
        case 3: return s.i + 7 >= a.x.count || a.x[s.i + 7] < constant()
        case 4: return a.s > constant()
        case 5: return !(own % 3 == 1 && s.i > 2)
        case 6: return own != 0 && (12 / own > 3 || s.i / own < 2)
        case 7: return a.k > 1 && a.r[s.i % 4] > 0
        default: return own <= s.i
        }
    }

    mutating func integer(_ s: Scope, depth: Int) -> Expr {
        let (a, i) = (s.places, s.i)
        if depth == 0 || chance(0.3) {
            switch below(6) {
            case 0: return i + 0
            case 1: return a.at[i] + 0
            case 2: return a.k + 0
            case 3: return (below(9) - 4).expression
            case 4 where !s.counts.isEmpty: return s.counts[below(s.counts.count)] + 1
            case 5 where !s.indices.isEmpty: return s.indices[below(s.indices.count)] + 0
            default: return a.order[i] + 0
            }
        }
        let (x, y) = (integer(s, depth: depth - 1), integer(s, depth: depth - 1))
        switch below(6) {
        case 0: return x + y
        case 1: return x - y
        case 2: return x * (below(5) - 2)
        case 3: return chance(0.5) ? x / (2 + below(3)) : x / (a.at[i] + 1)
        case 4: return chance(0.5) ? x % (2 + below(3)) : x % -(a.at[i] + 2)
        default: return select(condition(s), x, y)
        }
    }

    /// An index into `x`, which has 2n + 3 elements.
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
        case 7: return below(3).expression
        case 8 where !s.indices.isEmpty: return i + s.indices[below(s.indices.count)]
        case 9 where !s.counts.isEmpty: return s.counts[below(s.counts.count)] % 3
        case 10: return a.order[a.order[i]] + 0
        default: return i + 0
        }
    }

    /// A formula that does not read targets with these tags.
    mutating func expression(
        _ s: Scope, without tags: Set<String>, depth: Int, ownPlaces: Bool = true
    ) -> Expr {
        if depth == 0 || chance(0.2) { return leaf(s, without: tags, ownPlaces) }
        let x = expression(s, without: tags, depth: depth - 1, ownPlaces: ownPlaces)
        if exact || chance(0.5) {
            let y = expression(s, without: tags, depth: depth - 1, ownPlaces: ownPlaces)
            switch below(8) {
            case 0: return x + y
            case 1: return x - y
            case 2: return max(min(x, 2), -2) * y
            case 3: return x / (1.5 + abs(y))
            case 4: return select(condition(s), x, y)
            case 5: return max(x, y) * 0.5
            case 6: return sqrt(1 + x * x)
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

    private mutating func leaf(_ s: Scope, without tags: Set<String>, _ ownPlaces: Bool) -> Expr {
        let (a, i) = (s.places, s.i)
        switch below(ownPlaces ? 10 : 8) {
        case 0, 1: return a.x[xIndex(s)] + 0
        case 2: return a.r[chance(0.5) ? below(4).expression : a.at[i] % 4] + 0
        case 3: return a.g[a.at[i] % 4, below(4)] + 0
        case 4: return a.g[i % 4, s.indices.last.map { $0 + 0 } ?? i % 3] + 0
        case 5: return a.s + 0
        case 6: return constant().expression
        case 7 where !s.made.isEmpty: return s.made[below(s.made.count)] + 0
        case 7: return integer(s, depth: 1) * 0.125
        default:
            let allowed = s.targets.filter { !tags.contains($0.tag) }
            return allowed.isEmpty ? constant().expression : allowed[below(allowed.count)].place + 0
        }
    }
}
