import AD
import ReversibleCore

extension KernelProgramWriter {
    mutating func block(_ s: Scope, depth: Int, length: Int) -> [Statement] {
        (0..<length).map { _ in statement(s, depth: depth) }
    }

    private mutating func statement(_ s: Scope, depth: Int) -> Statement {
        guard Set(s.targets.map(\.tag)).count > 1 else { return integers(s) }
        switch depth > 0 ? below(20) : below(10) {
        case 0, 1: return update(s)
        case 2:
            let (x, y) = two(s)
            return chance(0.5) || exact ? SWAP(x.place, y.place) : HADAMARD(x.place, y.place)
        case 3:
            if exact { return NEG(two(s).0.place) }
            let (x, y) = two(s)
            let angle = expression(s, without: [x.tag, y.tag], depth: 2)
            return chance(0.5) ? ROT(x.place, y.place, angle) : IROT(x.place, y.place, angle)
        case 4:
            let target = one(of: s.targets)
            let e = expression(s, without: [target.tag], depth: 2)
            let factor = exact ? 1.5 + 0.25 * max(min(e, 1), -1) : 1.1 + 0.5 * tanh(e)
            return chance(0.5) ? (target.place *= factor) : (target.place /= factor)
        case 5: return integers(s)
        case 6: return call(s)
        case 7, 8:
            let target = one(of: s.targets)
            return sharedLoop(s, into: target.place, without: [target.tag])
        case 9: return ofVector(s)
        case 10, 11: return branch(s, depth: depth)
        case 12, 13: return inner(s, depth: depth)
        case 14, 15, 16, 17: return compute(s, depth: depth)
        case 18: return rows(s)
        default: return update(s)
        }
    }

    private mutating func update(_ s: Scope) -> Statement {
        let target = one(of: s.targets)
        let change = expression(s, without: [target.tag], depth: 3)
        return chance(0.5) ? (target.place += change) : (target.place -= change)
    }

    private mutating func integers(_ s: Scope) -> Statement {
        let place = chance(0.5) ? s.places.p[s.i] : s.places.q[2 * s.i + below(2)]
        let change = integer(s, depth: 2)
        switch below(5) {
        case 0: return place -= change
        case 1: return place ^= change
        case 2: return chance(0.5) ? INC(place) : NEG(place)
        case 3 where !s.vectors.isEmpty: return place += argmax(one(of: s.vectors)) * 10
        default: return place += change
        }
    }

    private mutating func call(_ s: Scope) -> Statement {
        let (out, b) = two(s)
        let inverted = chance(0.5)
        switch below(3) {
        case 0:
            let j = chance(0.5) ? s.places.at : s.places.order
            return inverted
                ? (~Self.pick)(out.place, s.places.r, j[s.i]) : Self.pick(out.place, s.places.r, j[s.i])
        case 1:
            return inverted
                ? (~Self.half)(out.place, b.place, s.places.s) : Self.half(out.place, b.place, s.places.s)
        default:
            let element = s.places.x[xIndex(s)]
            return inverted
                ? (~Self.half)(out.place, element, element) : Self.half(out.place, s.places.x[s.i], element)
        }
    }

    private mutating func two(_ s: Scope) -> (Target, Target) {
        let first = one(of: s.targets)
        let others = s.targets.filter { $0.tag != first.tag }
        return (first, one(of: others))
    }

    /// Reads of what all iterations share, whose gradients are sums over them.
    mutating func sharedLoop(_ s: Scope, into place: Scalar, without tags: Set<String> = []) -> Statement {
        var writer = self
        defer { self = writer }
        let (r, g, a) = (s.places.r, s.places.g, s.places)
        let e = writer.expression(s, without: tags, depth: 1)
        switch writer.below(7) {
        case 0: return For(r.indices) { j in place += r[j] * r[j] * e }
        case 1:
            return For(0..<3) { j in
                place += r[j] * e
                For(0..<4) { l in place -= g[l, j] * a.x[s.i + l] * 0.25 }
            }
        case 2: return place += sum(r) * e - r[a.k] * a.s
        case 3: return For(0..<a.k % 4) { j in place += a.s * r[j + 1] * e }
        case 4: return For(3...a.b[writer.below(5)], by: -1) { j in place -= g[j, 2] * g[1, j] * e }
        case 5: return For(0..<4, by: 2) { j in place += g[j, a.at[s.i] % 4] * e + r[j] }
        default:
            let terms = (0..<1 + writer.below(9)).map { number in
                number % 3 == 2 ? r[number % 4] * e : g[number % 4, number / 4] * a.x[s.i + number % 4]
            }
            return place += terms.dropFirst().reduce(terms[0]) { $0 + $1 }
        }
    }

    private mutating func ofVector(_ s: Scope) -> Statement {
        guard !s.vectors.isEmpty else { return update(s) }
        let target = one(of: s.targets)
        let vector = one(of: s.vectors)
        let e = expression(s, without: [target.tag], depth: 1)
        switch below(4) {
        case 0: return target.place += sum(vector) * e
        case 1: return target.place -= 0.25 * sum(vector * vector) - e
        case 2: return target.place += vector[argmax(vector)] + vector[s.places.at[s.i] % 3] * e
        default: return target.place += vector[below(3)] * vector[count(s) % 3] - e
        }
    }

    // MARK: Blocks

    private mutating func branch(_ s: Scope, depth: Int) -> Statement {
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

    private mutating func inner(_ s: Scope, depth: Int) -> Statement {
        counting(s) { writer, inside in
            Reversible.buildExpression(
                writer.block(inside, depth: depth - 1, length: 1 + writer.below(2)))
        }
    }

    /// Loops with bounds that are the same for all iterations, or not; those of 3 turns at most come first.
    mutating func counting(_ s: Scope, _ body: (inout KernelProgramWriter, Scope) -> Statement) -> Statement {
        var writer = self
        defer { self = writer }
        var start: KernelGenerator?
        func turn(_ j: Integer, _ bound: Int) -> Statement {
            writer.drawsAlike(&start)
            var inside = s
            inside.indices.append((j, bound))
            if s.hasRows {
                let row = writer.chance(0.5) ? 2 * s.i + 1 : 2 * s.i + 0
                let changed = Set(s.targets.map(\.tag))
                func add(_ place: Scalar, _ tag: String) {
                    guard changed.contains(tag) else { return }
                    inside.targets.removeAll { $0.tag == tag }
                    inside.readable.removeAll { $0.tag == tag }
                    inside.targets.append(Target(place: place, tag: tag))
                    inside.readable.append(Target(place: place, tag: tag))
                }
                let isWhole = writer.chance(0.3)
                if isWhole, bound <= 4 { add(s.places.m[row, j], "m") }
                if bound <= 3 {
                    if isWhole { add(s.places.v[3 * s.i + j], "v") }
                    add(s.places.c[j, s.i], "c")
                }
            }
            return body(&writer, inside)
        }
        let (own, outer) = (s.places.at[s.i], s.indices.last)
        let n = writer.count(s)
        switch writer.below(14) {
        case 0: return For(0..<3) { j in turn(j, 3) }
        case 1: return For(2...0, by: -1) { j in turn(j, 3) }
        case 2: return For(0..<4, by: 3) { j in turn(j, 4) }
        case 3: return For(0..<s.places.k % 4) { j in turn(j, 3) }
        case 4: return For(0..<s.places.b[own % 5]) { j in turn(j, 3) }
        case 5: return For(own % 3...2) { j in turn(j, 3) }
        case 6: return For(own % 3..<(s.i % 3 + 1)) { j in turn(j, 3) }
        case 7: return For(s.places.r.indices) { j in turn(j, 6) }
        case 8: return For(0..<n) { j in turn(j, 3) }
        case 9: return For(3...n, by: -2) { j in turn(j, 4) }
        case 10: return writer.chance(0.5) ? For(2..<2) { j in turn(j, 3) } : For(1...0) { j in turn(j, 3) }
        case 11 where outer != nil:
            return For(0...(outer.map { $0.index + 0 } ?? n)) { j in turn(j, outer?.bound ?? 4) }
        case 12 where outer != nil:
            let bound = outer?.bound ?? 4
            return For((outer.map { $0.index + 0 } ?? n)..<bound, by: 2) { j in turn(j, bound) }
        default: return For(n..<4) { j in turn(j, 4) }
        }
    }

    /// Sums into most of the elements that are an iteration's own.
    mutating func wholeRows(_ s: Scope) -> [Statement] {
        let a = s.places
        let e = expression(s, without: Set(s.targets.map(\.tag)), depth: 1)
        var places: [Scalar] = []
        if chance(0.7) {
            let columns = 1 + below(4)
            for row in 0..<2 { for column in 0..<columns { places.append(a.m[2 * s.i + row, column]) } }
        }
        if places.isEmpty || chance(0.3) { places += (0..<2 + below(2)).map { a.v[3 * s.i + $0] } }
        let readsOwn = chance(0.3)
        return places.enumerated().map { number, place in
            readsOwn && number > 0
                ? (place -= places[0] * constant()) : (place += e * constant() + a.r[number % 4])
        }
    }

    /// Sums over the iteration's own rows, and from one element to another.
    private mutating func rows(_ s: Scope) -> Statement {
        let a = s.places
        let tags = Set(s.targets.map(\.tag))
        if tags.contains("m"), chance(0.5) {
            let (from, to) = (below(4), below(4))
            let e = expression(s, without: ["m"], depth: 1)
            return a.m[2 * s.i, to] += a.m[2 * s.i + 1, from] * e
        }
        if tags.contains("v"), chance(0.5) {
            return a.v[3 * s.i + 1] -= a.v[3 * s.i] * a.v[3 * s.i + 2] * 0.5
        }
        if s.hasRows, tags.contains("c"), chance(0.5) {
            let e = expression(s, without: ["c"], depth: 1)
            return ParallelFor(0..<3) { j in a.c[j, s.i] += e * a.x[s.i + j] + a.g[2, j] }
        }
        guard tags.contains("y"), !tags.contains("y1") else { return update(s) }
        let weight = expression(s, without: ["y"], depth: 1)
        let y = a.y[s.i]
        return For(0..<3) { j in y += weight * a.m[2 * s.i, j] * a.c[2 - j, s.i] }
    }
}
