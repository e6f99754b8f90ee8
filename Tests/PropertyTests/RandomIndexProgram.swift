import AD
import ProgramOracle

/// A repeatable source of random numbers.
typealias RepeatableGenerator = SplitMix

/// Writes random programs whose indices are made of what the programs change: statements name one element twice, and
/// change the index that says which element they change.
///
/// All numbers are whole and small, so that what a program does is undone to the last bit, if it is undone at all.
struct IndexProgramWriter {
    typealias Function = ReversibleFunction<Vector, Matrix, IntegerVector, Integer, Integer, Stack>

    private struct Places {
        var v: Vector
        var m: Matrix
        var p: IntegerVector
        var j: Integer
        var k: Integer
        var s: Stack
        var indices: [Integer] = []
    }

    var generator: RepeatableGenerator

    private mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    /// A program; it throws for those that can be seen to be wrong.
    mutating func function() throws(ReversibilityError) -> Function {
        var writer = self
        defer { self = writer }
        return try Function(checking: "random", parameters: ["v", "m", "p", "j", "k", "s"]) {
            (v: Vector, m: Matrix, p: IntegerVector, j: Integer, k: Integer, s: Stack) in
            writer.block(Places(v: v, m: m, p: p, j: j, k: k, s: s), depth: 2, length: 1 + writer.below(3))
        }
    }

    /// Arguments: three of everything, each less than three.
    mutating func arguments() -> ([Double], DenseMatrix, [Int], Int, Int, [Double]) {
        func three(_ writer: inout Self) -> [Int] { (0..<3).map { _ in writer.below(3) } }
        let rows = (0..<3).map { _ in three(&self).map(Double.init) }
        return (
            three(&self).map(Double.init), DenseMatrix(rows), three(&self), below(3), below(3),
            three(&self).map(Double.init)
        )
    }

    private mutating func block(_ places: Places, depth: Int, length: Int) -> [Statement] {
        (0..<length).map { _ in statement(places, depth: depth) }
    }

    private mutating func statement(_ p: Places, depth: Int) -> Statement {
        switch below(depth > 0 ? 17 : 13) {
        case 0: return below(2) == 0 ? (integer(p) += whole(p)) : (integer(p) -= whole(p))
        case 1: return below(2) == 0 ? (integer(p) ^= whole(p)) : NEG(integer(p))
        case 2: return SWAP(integer(p), integer(p))
        case 3: return number(p) += real(p)
        case 4: return below(2) == 0 ? (number(p) -= real(p)) : (number(p) *= 2)
        case 5: return SWAP(number(p), number(p))
        case 6: return below(2) == 0 ? PUSH(integer(p), on: p.s) : POP(integer(p), from: p.s)
        case 7: return below(2) == 0 ? PUSH(number(p), on: p.s) : POP(number(p), from: p.s)
        case 8: return below(2) == 0 ? (p.v += real(p)) : (p.p += whole(p))
        case 9, 10, 11, 12: return call(p)
        case 13:
            let condition = whole(p) > below(3)
            let (then, otherwise) = (block(p, depth: depth - 1, length: 1), statement(p, depth: 0))
            return If(condition) {
                then
            } else: {
                otherwise
            }
        case 14:
            let end = index(p, depth: 1)
            let body = loopBody(p, depth)
            return For(0..<end) { i in body(i) }
        case 15:
            let body = loopBody(p, depth)
            return ParallelFor(0..<3) { i in body(i) }
        default:
            let k = Integer.ancilla()
            let (amount, inner) = (whole(p), below(2) == 0 ? number(p) : p.v[k])
            return Compute {
                k += amount
            } apply: {
                inner += k
            }
        }
    }

    /// A loop's body, which gives one text however often it is traced.
    private mutating func loopBody(_ p: Places, _ depth: Int) -> (Integer) -> Statement {
        let writer = IndexProgramWriter(generator: RepeatableGenerator(seed: generator.next()))
        return { i in
            var (writer, inner) = (writer, p)
            inner.indices.append(i)
            return writer.statement(inner, depth: depth - 1)
        }
    }

    private mutating func call(_ p: Places) -> Statement {
        let isInverted = below(3) == 0
        switch below(7) {
        case 0: return isInverted ? (~grow)(integer(p)) : grow(integer(p))
        case 1:
            let (k, x) = (integer(p), number(p))
            return isInverted ? (~both)(k, x) : both(k, x)
        case 2:
            let (x, y) = (number(p), number(p))
            return isInverted ? (~cross)(x, y) : cross(x, y)
        case 3:
            let x = number(p)
            return isInverted ? (~mixed)(p.p, x) : mixed(p.p, x)
        case 4:
            let x = number(p)
            return isInverted ? (~total)(x, p.v) : total(x, p.v)
        case 5:
            let (x, y, n) = (number(p), number(p), integer(p))
            return isInverted ? (~maybe)(x, y, n) : maybe(x, y, n)
        default:
            let k = integer(p)
            return isInverted ? (~store)(k, p.s) : store(k, p.s)
        }
    }

    private mutating func integer(_ p: Places) -> Integer {
        switch below(4) {
        case 0: p.j
        case 1: p.k
        default: p.p[index(p, depth: 2)]
        }
    }

    private mutating func number(_ p: Places) -> Scalar {
        below(2) == 0 ? p.v[index(p, depth: 2)] : p.m[index(p, depth: 1), index(p, depth: 1)]
    }

    /// An integer expression that may be anything.
    private mutating func whole(_ p: Places) -> Expr {
        switch below(4) {
        case 0: below(3).expression
        case 1: integer(p) - integer(p)
        case 2: select(integer(p) > 1, integer(p), 1)
        default: integer(p).expression
        }
    }

    private mutating func real(_ p: Places) -> Expr {
        switch below(4) {
        case 0: whole(p)
        case 1: sum(p.v) + 1
        case 2: number(p) + number(p)
        default: number(p).expression
        }
    }

    /// An integer expression that is an index of an element, most often.
    private mutating func index(_ p: Places, depth: Int) -> Expr {
        let wrapped: Expr
        switch below(depth > 0 ? 7 : 4) {
        case 0: return below(3).expression
        case 1: return (p.indices.randomElement(using: &generator) ?? p.j).expression
        case 2: wrapped = p.j.expression
        case 3: wrapped = p.k + 1
        default: wrapped = p.p[index(p, depth: depth - 1)].expression
        }
        return below(4) == 0 ? wrapped : abs(wrapped) % 3
    }

    private let grow = ReversibleFunction("grow") { (k: Integer) in k += 1 }
    private let both = ReversibleFunction("both") { (k: Integer, x: Scalar) in
        k += 1
        x += 10
    }
    private let cross = ReversibleFunction("cross") { (x: Scalar, y: Scalar) in
        x += 1
        y += x
        x -= 3
    }
    private let mixed = ReversibleFunction("mixed") { (p: IntegerVector, x: Scalar) in
        p[1] += 1
        x += p[0]
    }
    private let total = ReversibleFunction("total") { (x: Scalar, v: Vector) in x += sum(v) }
    private let maybe = ReversibleFunction("maybe") { (x: Scalar, y: Scalar, n: Integer) in
        If(n > 0) {
            x += 1
            y += 2
        }
    }
    private let store = ReversibleFunction("store") { (k: Integer, s: Stack) in PUSH(k, on: s) }
}
