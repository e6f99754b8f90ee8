import AD
import ProgramOracle

/// A repeatable source of random numbers.
typealias RepeatableGenerator = SplitMix

/// Writes random reversible programs over fixed parameters: three numbers, an integer, a vector, a matrix.
///
/// Programs are well formed by construction: a statement never reads what it writes, ancillas are undone by
/// `Compute`, conditions are not changed by their branches. Values stay moderate, so that what an oracle
/// computes is not all rounding.
struct ProgramWriter {
    struct Places {
        var numbers: [Scalar]
        var integer: Integer
        var vector: Vector
        var matrix: Matrix
        /// Loop indices in scope; every loop runs over less than `extent`.
        var indices: [Integer] = []
    }

    /// Vectors have this many elements, matrices this many rows and columns.
    static let extent = 3

    var generator: RepeatableGenerator

    mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &generator) < probability
    }
    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    /// A constant off every binary grid.
    mutating func constant() -> Double {
        let magnitude = Double.random(in: -1.2...1.2, using: &generator) * 0.785_398_163_397_448_3
        return magnitude + 0.01
    }

    mutating func function() -> ReversibleFunction<Scalar, Scalar, Scalar, Integer, Vector, Matrix> {
        var writer = self
        defer { self = writer }
        return ReversibleFunction("random") {
            (a: Scalar, b: Scalar, c: Scalar, k: Integer, v: Vector, m: Matrix) in
            writer.block(
                Places(numbers: [a, b, c], integer: k, vector: v, matrix: m), depth: 3,
                length: 3 + writer.below(4))
        }
    }

    private mutating func block(_ places: Places, depth: Int, length: Int) -> [Statement] {
        (0..<length).map { _ in statement(places, depth: depth) }
    }

    private mutating func statement(_ p: Places, depth: Int) -> Statement {
        let choice = depth > 0 ? below(17) : below(9)
        switch choice {
        case 0, 1, 2: return update(p)
        case 3:
            let (x, y) = twoNumbers(p)
            return SWAP(x, y)
        case 4:
            let (x, y) = twoNumbers(p)
            let angle = expression(without: [x, y], p, depth: 2)
            return chance(0.5) ? ROT(x, y, angle) : IROT(x, y, angle)
        case 5:
            let (x, y) = twoNumbers(p)
            return chance(0.5) ? HADAMARD(x, y) : NEG(x)
        case 6:
            return chance(0.5) ? (p.integer += below(7) - 3) : (p.integer ^= below(8))
        case 7:
            let target = p.numbers[below(p.numbers.count)]
            let factor = 1.1 + 0.5 * tanh(expression(without: [target], p, depth: 2))
            return chance(0.5) ? (target *= factor) : (target /= factor)
        case 8: return elementwise(p)
        case 9, 10: return loop(p, depth: depth)
        case 11, 12: return branch(p, depth: depth)
        case 13, 14: return compute(p, depth: depth)
        case 15: return countdown(p, depth: depth)
        default: return stacked(p, depth: depth)
        }
    }

    private mutating func index(_ p: Places) -> any Operand {
        if !p.indices.isEmpty, chance(0.7) { return p.indices[below(p.indices.count)] }
        return below(Self.extent)
    }

    private mutating func update(_ p: Places) -> Statement {
        switch below(3) {
        case 0:
            let target = p.numbers[below(p.numbers.count)]
            let change = expression(without: [target], p, depth: 3)
            return chance(0.5) ? (target += change) : (target -= change)
        case 1:
            let change = expression(without: [], p, depth: 3, arrays: false)
            let element = p.vector[opened(index(p))]
            return chance(0.5) ? (element += change) : (element -= change)
        default:
            let change = expression(without: [], p, depth: 3, arrays: false) + p.vector[opened(index(p))]
            return p.matrix[opened(index(p)), opened(index(p))] += change
        }
    }

    private func opened(_ operand: any Operand) -> Expr { operand.expression }

    private mutating func elementwise(_ p: Places) -> Statement {
        switch below(4) {
        case 0: return p.vector += constant() * p.numbers[0] + p.numbers[1]
        case 1: return p.numbers[0] += constant() * sum(sin(p.vector) * p.numbers[1])
        case 2: return p.matrix -= tanh(p.numbers[p.numbers.count - 1]) * 0.5
        default: return NEG(p.vector)
        }
    }

    private mutating func twoNumbers(_ p: Places) -> (Scalar, Scalar) {
        let first = below(p.numbers.count)
        let second = (first + 1 + below(p.numbers.count - 1)) % p.numbers.count
        return (p.numbers[first], p.numbers[second])
    }

    private mutating func loop(_ p: Places, depth: Int) -> Statement {
        var writer = self
        defer { self = writer }
        let backward = writer.chance(0.3)
        var start: RepeatableGenerator?
        let body: (Integer) -> Statement = { i in
            writer.drawsAlike(&start)
            var inner = p
            inner.indices.append(i)
            // The bounds are constants, so the integer parameter may change inside.
            return Reversible.buildExpression(
                writer.block(inner, depth: depth - 1, length: 1 + writer.below(3)))
        }
        if backward { return For(2..<(-1), by: -1) { i in body(i) } }
        return writer.chance(0.3)
            ? For(0..<Self.extent, by: 2) { i in body(i) } : For(p.vector.indices) { i in body(i) }
    }

    private mutating func branch(_ p: Places, depth: Int) -> Statement {
        var writer = self
        defer { self = writer }
        // The condition's number is out of reach of the branches.
        let guarded = p.numbers[writer.below(p.numbers.count)]
        var inner = p
        inner.numbers.removeAll { $0.sharesPlace(with: guarded) }
        guard inner.numbers.count >= 2 else { return writer.update(p) }
        let condition =
            writer.chance(0.5)
            ? guarded > writer.constant() : guarded <= writer.constant() && p.vector.count > 2
        return If(condition) {
            writer.block(inner, depth: 0, length: 1 + writer.below(2))
        } else: {
            writer.block(inner, depth: 0, length: 1 + writer.below(2))
        }
    }

    private mutating func compute(_ p: Places, depth: Int) -> Statement {
        var writer = self
        defer { self = writer }
        let target = p.numbers[writer.below(p.numbers.count)]
        let (t, s) = (Scalar.ancilla(), Scalar.ancilla())
        let first = writer.expression(without: [target], p, depth: 2, arrays: false)
        let second = writer.expression(without: [target], p, depth: 2, arrays: false)
        return Compute {
            t += first
            For(0..<Self.extent) { i in
                s += sin(t * p.vector[i])
            }
            t += 0.3 * second
        } apply: {
            target += t * s
        }
    }

    /// A `While` over an integer ancilla that the computation leaves behind.
    private mutating func countdown(_ p: Places, depth: Int) -> Statement {
        var writer = self
        defer { self = writer }
        let turns = 1 + writer.below(4)
        let recorded = writer.chance(0.3)
        let n = Integer.ancilla()
        let t = Scalar.ancilla()
        let target = p.numbers[writer.below(p.numbers.count)]
        let term = writer.expression(without: [target], p, depth: 2, arrays: false)
        let body: () -> Statement = {
            Reversible.buildExpression([n += 1, t += cos(0.7 * n * term)])
        }
        return Compute {
            if recorded { While(n < turns) { body() } } else { While(n < turns, post: n > 0) { body() } }
        } apply: {
            target -= 0.5 * t
        }
    }

    private mutating func stacked(_ p: Places, depth: Int) -> Statement {
        var writer = self
        defer { self = writer }
        let stack = Stack.ancilla()
        let (x, y) = writer.twoNumbers(p)
        return Reversible.buildExpression([
            PUSH(x, on: stack), y += 0.25 * p.vector[writer.below(Self.extent)], POP(x, from: stack),
        ])
    }

    /// A formula that does not read `excluded`.
    private mutating func expression(
        without excluded: [Scalar], _ p: Places, depth: Int, arrays: Bool = true
    ) -> Expr {
        if depth == 0 || chance(0.2) { return leaf(without: excluded, p, arrays: arrays) }
        let x = expression(without: excluded, p, depth: depth - 1, arrays: arrays)
        switch below(14) {
        case 0: return x + expression(without: excluded, p, depth: depth - 1, arrays: arrays)
        case 1: return x - expression(without: excluded, p, depth: depth - 1, arrays: arrays)
        case 2: return tanh(x) * expression(without: excluded, p, depth: depth - 1, arrays: arrays)
        case 3: return x / (1.5 + abs(expression(without: excluded, p, depth: depth - 1, arrays: arrays)))
        case 4: return sin(x)
        case 5: return cos(x) + p.integer * 0.01
        case 6: return exp(-x * x)
        case 7: return atan2(x, 2 + expression(without: excluded, p, depth: depth - 1, arrays: arrays))
        case 8: return select(x > constant(), x, 0.5 * sin(x))
        case 9: return max(x, expression(without: excluded, p, depth: depth - 1, arrays: arrays)) * 0.5
        case 10: return sqrt(1 + x * x)
        case 11: return erf(x)
        case 12: return log1p(x * x)
        default: return -x * constant()
        }
    }

    private mutating func leaf(without excluded: [Scalar], _ p: Places, arrays: Bool) -> Expr {
        let allowed = p.numbers.filter { candidate in !excluded.contains { $0.sharesPlace(with: candidate) } }
        switch below(arrays ? 5 : 3) {
        case 0, 1: return allowed.isEmpty ? constant().expression : allowed[below(allowed.count)].expression
        case 2: return constant().expression
        case 3: return p.vector[opened(index(p))].expression
        default: return p.matrix[opened(index(p)), opened(index(p))].expression
        }
    }
}

extension ProgramWriter {
    /// The body of a loop is traced twice, to be compared, and must be drawn alike: the second time from where the first
    /// began.
    mutating func drawsAlike(_ start: inout RepeatableGenerator?) {
        if let start { generator = start } else { start = generator }
    }
}

extension Scalar {
    func sharesPlace(with other: Scalar) -> Bool { place == other.place }
}
