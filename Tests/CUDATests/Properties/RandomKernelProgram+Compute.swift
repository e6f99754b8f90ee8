import AD
import ReversibleCore

extension KernelProgramWriter {
    /// What a computation inside an iteration makes.
    private struct Made {
        let t = Scalar.ancilla("t")
        let w = Scalar.ancilla("w")
        let n = Integer.ancilla("n")
        let vector: Vector
        let table: Matrix
        let numbers = IntegerVector.ancilla(count: 4, "numbers")
    }

    mutating func compute(_ s: Scope, depth: Int) -> Statement {
        var writer = self
        defer { self = writer }
        let a = s.places
        // What the computation reads is not changed before it is undone.
        let read = Set(s.targets.map(\.tag).filter { _ in writer.chance(0.3) })
        var inside = s
        inside.targets.removeAll { read.contains($0.tag) }
        let changed = Set(inside.targets.map(\.tag))
        var outside = s
        outside.readable.removeAll { changed.contains($0.tag) }
        outside.targets = []
        let length: Expr = writer.one(of: [
            3.expression, 4.expression, a.r.count, a.k + 4, a.k + 3, max(3, (a.k * 7 - 9) / 2),
        ])
        let made = Made(
            vector: Vector.ancilla(count: length, "vector"),
            table: Matrix.ancilla(rows: writer.chance(0.5) ? 2.expression : a.k + 2, columns: 3, "table"))
        let isWhole = writer.chance(0.3)
        return Compute {
            for _ in 0..<1 + writer.below(4) { writer.making(made, outside, depth: depth) }
            if isWhole { made.vector *= 2.0 }
        } apply: {
            writer.using(made, inside, depth: depth)
        }
    }

    private mutating func using(_ made: Made, _ s: Scope, depth: Int) -> Statement {
        var inside = s
        if chance(0.7) { inside.made.append(made.t) }
        if chance(0.5) { inside.made.append(made.w) }
        if chance(0.5) { inside.made.append(made.table[below(2), below(3)]) }
        if chance(0.7) { inside.vectors.append(made.vector) }
        if chance(0.7) { inside.counts.append(select(made.n < 0, -made.n, made.n) % 4) }
        if chance(0.5) {
            let number = made.numbers[s.places.at[s.i] % 4]
            inside.counts.append(select(number < 0, -(number % 4), number % 4))
        }
        var statements = block(inside, depth: depth - 1, length: 1 + below(3))
        if let target = inside.targets.first, chance(0.5) {
            let row = count(inside) % 2
            statements.append(target.place -= made.table[row, s.i % 3] * made.t)
        }
        return Reversible.buildExpression(statements)
    }

    /// One step of a computation.
    private mutating func making(_ made: Made, _ s: Scope, depth: Int) -> Statement {
        var writer = self
        defer { self = writer }
        let a = s.places
        let own = a.at[s.i]
        var (withT, withW) = (s, s)
        withT.made.append(made.t)
        withW.made += [made.w, made.vector[writer.below(3)]]
        switch writer.below(16) {
        case 0: return made.t += writer.expression(withW, without: [], depth: 2)
        case 1: return made.w -= writer.expression(withT, without: [], depth: 2)
        case 2:
            return If(writer.condition(s)) {
                made.t += writer.expression(withW, without: [], depth: 2)
                if writer.chance(0.5) { made.n += 2 }
            } else: {
                made.n += 1
                made.vector[writer.below(3)] += writer.expression(withT, without: [], depth: 1)
            }
        case 3:
            switch writer.below(4) {
            case 0: return made.n += writer.integer(s, depth: 2) % 7
            case 1: return made.n -= writer.below(4)
            case 2: return made.n ^= 5
            default: return made.numbers[writer.count(s)] += writer.integer(s, depth: 1) % 9
            }
        case 4:
            return writer.counting(s) { writer, turn in
                var turn = turn
                turn.made.append(made.w)
                let e = writer.expression(turn, without: [], depth: 2)
                let j = turn.indices[turn.indices.count - 1]
                return Reversible.buildExpression(
                    writer.chance(0.5)
                        ? [made.t += e, made.n += j.index + 1]
                        : [made.vector[j.index % 3] += e, made.t += made.vector[0] * 0.5])
            }
        case 5:
            // Bounds that an outer loop changes.
            let e = writer.expression(withW, without: [], depth: 1)
            let isLeft = writer.chance(0.5)
            return For(0..<3) { j in
                made.n += 1 + j % 2
                For(isLeft ? (j + 0)..<(made.n + j) % 5 : 0..<select(made.n < 0, 1, made.n % 3)) { l in
                    made.t += a.x[s.i + l] * e
                    made.numbers[l] += j * made.n
                }
            }
        case 6:
            switch writer.below(5) {
            case 0: return made.vector += writer.expression(withT, without: [], depth: 2)
            case 1: return NEG(made.vector)
            case 2: return SWAP(made.vector[0], made.vector[own % 2 + 1])
            case 3: return For(made.vector.indices) { j in made.vector[j] += a.x[s.i + j % 4] * made.w }
            default: return made.vector *= 0.5
            }
        case 7: return made.vector[own % 3] += writer.expression(withT, without: [], depth: 1)
        case 8:
            let e = writer.expression(withT, without: [], depth: 1)
            let factor = writer.constant()
            return For(0..<2) { j in
                For(0..<3) { l in made.table[j, l] += a.g[l, j] * factor - e * a.r[l] }
            }
        case 9: return made.table[own % 2, s.i % 3] -= writer.expression(withW, without: [], depth: 1)
        case 10:
            let n = Integer.ancilla("turns")
            let e = writer.expression(withW, without: [], depth: 1)
            return Compute {
                While(n < own % 5 && a.x[n] < 2, post: n > 0) { n += 1 }
            } apply: {
                For(0..<n) { l in made.t += (0.3 * l + 0.1) * e + a.x[l % 3] }
            }
        case 11:
            let t = Scalar.ancilla("inner")
            let e = writer.expression(withW, without: [], depth: 2)
            let condition = writer.condition(s)
            return Compute {
                t += e
                If(condition) { t -= 0.5 * a.s }
            } apply: {
                made.t += t * t
                made.table[1, writer.below(3)] += t
            }
        case 12:
            // Elements that the array has only where the condition holds.
            let e = writer.expression(s, without: [], depth: 1)
            let v = made.vector
            switch writer.below(4) {
            case 0: return For(0..<4) { j in If(j > 0 && j < v.count) { v[j] += v[j - 1] * 0.5 + e } }
            case 1: return For(0..<6) { j in If(j < v.count) { v[j] -= e * (j + 1) } }
            case 2:
                // In registers, where sizes are known.
                let few = Vector.ancilla(count: 3, "few")
                return Compute {
                    For(0..<3) { j in
                        few[j] += e * a.r[j]
                        If(j > 0) { few[j] += few[j - 1] * 0.5 }
                    }
                } apply: {
                    For(0..<5) { j in If(j < few.count) { made.t += few[j] * made.w } }
                    For(3...0, by: -1) { j in
                        If(j < 3) {
                            made.table[1, j] -= few[j]
                        } else: {
                            made.n += j
                        }
                    }
                }
            default:
                return For(0..<3) { j in
                    If(j >= 1) { made.table[0, j] += made.table[1, j - 1] * (6 / j) }
                    made.numbers[j] += select(j == 0, 5, 12 / j)
                }
            }
        case 13:
            // Arrays of other sizes in every turn, and integers that branches change.
            let e = writer.expression(withW, without: [], depth: 1)
            let condition = writer.condition(s)
            let isSized = writer.chance(0.5)
            return For(0..<3) { j in
                let own = Vector.ancilla(count: isSized ? j + 2 : 4.expression, "own")
                let n = Integer.ancilla("steps")
                Compute {
                    n += j
                    If(condition) {
                        n += 1
                    } else: {
                        own[j] += e
                    }
                    own[n % 2] += a.s
                    For(0..<n) { l in own[l % 2] += a.r[l] * e }
                } apply: {
                    made.t += sum(own) * (n + 1)
                    made.n += n
                }
            }
        case 14:
            return For(0..<3) { j in
                If(made.numbers[j] > 2) {
                    made.n += j
                } else: {
                    made.n -= 1
                }
                made.table[j % 2, j] += made.vector[j] * made.n
            }
        default: return writer.sharedLoop(withW, into: made.t)
        }
    }
}
