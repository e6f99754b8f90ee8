import AD

/// What random parallel loops change and read.
struct LanePlaces: Argument {
    /// Written in place `i` by iteration i.
    var y: Vector
    var p: IntegerVector
    /// Row i, of 3 elements, is iteration i's.
    var m: Matrix
    /// Column i, of 3 elements, is iteration i's.
    var c: Matrix
    /// Iteration i's elements are 2i and 2i + 1.
    var z: Vector
    /// Iteration i's element is `order[i]`.
    var u: Vector
    // The others are only read: by neighbours, through indices, or by every iteration.
    var x: Vector
    var at: IntegerVector
    var order: IntegerVector
    var r: Vector
    var g: Matrix
    var s: Scalar
    var k: Integer

    struct Value: ArgumentValue {
        var y: [Double], p: [Int], m: DenseMatrix, c: DenseMatrix, z: [Double], u: [Double]
        var x: [Double], at: [Int], order: [Int], r: [Double], g: DenseMatrix, s: Double, k: Int
    }
}

typealias LaneFunction = ReversibleFunction<Scalar, LanePlaces>

/// Writes random programs around a `ParallelFor` whose iterations can run side by side.
///
/// Every iteration has places of its own in arrays of different shapes, reads shared ones in every way there is,
/// and diverges from its neighbours. Conditions only read what no statement changes, so branches are taken
/// the same way whatever the last bits are.
struct LaneProgramWriter {
    /// A number that an iteration may change; numbers with one tag may be one place.
    struct Target {
        var place: Scalar
        var tag: String
    }

    /// What a statement of the body can name.
    struct Scope {
        var places: LanePlaces
        var i: Integer
        var targets: [Target]
        /// Loop indices below 3, and integers computed on the way, not negative.
        var indices: [Integer] = []
        var counts: [Integer] = []
        /// Numbers made by a computation, which may be read only.
        var made: [Scalar] = []
    }

    var generator: RepeatableGenerator
    /// Whether only operations occur that are rounded correctly everywhere: + − × ÷, square roots, choices.
    var exact: Bool

    static let half = ReversibleFunction("half", parameters: ["out", "a", "b"]) {
        (out: Scalar, a: Scalar, b: Scalar) in
        let t = Scalar.ancilla("t")
        Compute {
            t += a * b
        } apply: {
            If(b > 0.1) {
                out += 0.5 * t
            } else: {
                out -= t / 4
            }
        }
    }
    static let pick = ReversibleFunction("pick", parameters: ["out", "v", "n"]) {
        (out: Scalar, v: Vector, n: Integer) in
        For(0..<n % 4) { j in out += v[j] * (j + 1) }
    }

    mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &generator) < probability
    }
    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }
    mutating func constant() -> Double { Double.random(in: -1...1, using: &generator) * 0.785_398 + 0.01 }

    // MARK: The function

    mutating func function() -> LaneFunction {
        var writer = self
        defer { self = writer }
        return ReversibleFunction("random", parameters: ["loss", "a"]) { (loss: Scalar, a: LanePlaces) in
            writer.around(a)
            loss += sum(a.y * a.y) + sum(a.m) + 0.5 * sum(a.c * a.c) + sum(a.z) - sum(a.u * a.u)
        }
    }

    mutating func around(_ a: LanePlaces) -> Statement {
        var writer = self
        defer { self = writer }
        switch writer.below(5) {
        case 0:
            let t = Scalar.ancilla()
            let v = Vector.ancilla(count: 4)
            return Compute {
                t += a.s * 0.7 - a.r[1]
                v += a.r
                v += 0.25
            } apply: {
                writer.loop(a, shared: [t, v[2]])
            }
        case 1:
            var start: RepeatableGenerator?
            return For(0..<2) { _ in
                writer.drawsAlike(&start)
                writer.loop(a)
            }
        case 2:
            return If(a.k > 1) {
                writer.loop(a)
            } else: {
                writer.loop(a)
            }
        default: return writer.loop(a)
        }
    }

    mutating func loop(_ a: LanePlaces, shared: [Scalar] = []) -> Statement {
        var writer = self
        defer { self = writer }
        var start: RepeatableGenerator?
        let body: (Integer) -> Statement = { i in
            writer.drawsAlike(&start)
            let scope = Scope(
                places: a, i: i,
                targets: [
                    Target(place: a.y[i], tag: "y"), Target(place: a.m[i, writer.below(3)], tag: "m"),
                    Target(place: a.c[writer.below(3), i], tag: "c"), Target(place: a.z[2 * i], tag: "z0"),
                    Target(place: a.z[2 * i + 1], tag: "z1"), Target(place: a.u[a.order[i]], tag: "u"),
                ], made: shared)
            return Reversible.buildExpression(
                writer.block(scope, depth: 3, length: 2 + writer.below(4)))
        }
        switch writer.below(6) {
        case 0: return ParallelFor(0...(a.y.count - 1)) { i in body(i) }
        case 1: return ParallelFor(select(a.y.count > 2, 2, 0)..<a.y.count) { i in body(i) }
        case 2: return ParallelFor((a.y.count - 1)...0, by: -1) { i in body(i) }
        default: return ParallelFor(a.y.indices) { i in body(i) }
        }
    }

    // MARK: Statements

    mutating func block(_ s: Scope, depth: Int, length: Int) -> [Statement] {
        (0..<length).map { _ in statement(s, depth: depth) }
    }

    mutating func statement(_ s: Scope, depth: Int) -> Statement {
        switch depth > 0 ? below(18) : below(8) {
        case 0, 1, 2: return update(s)
        case 3:
            let (x, y) = two(s)
            return chance(0.5) ? SWAP(x.place, y.place) : HADAMARD(x.place, y.place)
        case 4:
            if exact { return NEG(two(s).0.place) }
            let (x, y) = two(s)
            let angle = expression(s, without: [x.tag, y.tag], depth: 2)
            return chance(0.5) ? ROT(x.place, y.place, angle) : IROT(x.place, y.place, angle)
        case 5:
            let target = s.targets[below(s.targets.count)]
            let e = expression(s, without: [target.tag], depth: 2)
            let factor = exact ? 1.5 + 0.25 * max(min(e, 1), -1) : 1.1 + 0.5 * tanh(e)
            return chance(0.5) ? (target.place *= factor) : (target.place /= factor)
        case 6: return integers(s)
        case 7: return call(s)
        case 8, 9: return branch(s, depth: depth)
        case 10, 11: return inner(s, depth: depth)
        case 12, 13: return compute(s, depth: depth)
        case 14: return table(s)
        case 15: return countdown(s)
        case 16: return rows(s)
        default: return update(s)
        }
    }

    mutating func update(_ s: Scope) -> Statement {
        let target = s.targets[below(s.targets.count)]
        let change = expression(s, without: [target.tag], depth: 3)
        return chance(0.5) ? (target.place += change) : (target.place -= change)
    }

    mutating func integers(_ s: Scope) -> Statement {
        let place = s.places.p[s.i]
        let change = integer(s, depth: 2)
        switch below(4) {
        case 0: return place -= change
        case 1: return place ^= change
        case 2: return chance(0.5) ? INC(place) : NEG(place)
        default: return place += change
        }
    }

    mutating func call(_ s: Scope) -> Statement {
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

    mutating func two(_ s: Scope) -> (Target, Target) {
        let first = below(s.targets.count)
        let others = s.targets.filter { $0.tag != s.targets[first].tag }
        return (s.targets[first], others[below(others.count)])
    }
}

extension LaneProgramWriter {
    /// The body of a loop is traced twice, to be compared, and must be drawn alike: the second time from where the first
    /// began.
    mutating func drawsAlike(_ start: inout RepeatableGenerator?) {
        if let start { generator = start } else { start = generator }
    }
}
