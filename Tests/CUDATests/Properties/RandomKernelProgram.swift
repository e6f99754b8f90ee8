import AD
import ProgramOracle
import ReversibleCore

/// A repeatable source of random numbers.
typealias KernelGenerator = SplitMix

/// Loss, own places (`y` to `q`), what many iterations add to (`h`), and what all only read (the rest).
typealias KernelFunction = ReversibleFunction<
    Scalar, Vector, IntegerVector, Matrix, Matrix, Vector, Vector, IntegerVector, Vector, Vector,
    IntegerVector,
    IntegerVector, Vector, Matrix, Scalar, Integer, IntegerVector
>

/// The parameters of random kernels, for n iterations.
struct KernelPlaces {
    /// Written in place i by iteration i.
    var y: Vector
    var p: IntegerVector
    /// Rows 2i and 2i + 1, of 4 elements, are iteration i's.
    var m: Matrix
    /// Column i, of 3 elements, is iteration i's.
    var c: Matrix
    /// Elements 3i, 3i + 1, 3i + 2 are iteration i's.
    var v: Vector
    /// Element `order[i]` is iteration i's.
    var u: Vector
    /// Elements 2i and 2i + 1 are iteration i's.
    var q: IntegerVector
    /// 6 elements which any iteration adds to.
    var h: Vector
    // The others are only read.
    var x: Vector
    var at: IntegerVector
    var order: IntegerVector
    var r: Vector
    var g: Matrix
    var s: Scalar
    var k: Integer
    var b: IntegerVector

    static let names = [
        "loss", "y", "p", "m", "c", "v", "u", "q", "h", "x", "at", "order", "r", "g", "s", "k", "b",
    ]
    /// The places of sums over iterations, whose order is not the same everywhere.
    static let summed: Set<Int> = [0, 8]
}

/// Writes random programs whose kernels use all that kernels have: packs of iterations, rows in shared memory,
/// arrays of their own, sums over warps, scatters.
///
/// Programs are well formed by construction: no statement reads what it changes, what a `Compute` reads is not
/// changed while it lasts, and conditions read nothing that their branches change.
struct KernelProgramWriter {
    /// A number that an iteration may change; numbers with one tag may be one place.
    struct Target {
        var place: Scalar
        var tag: String
    }

    /// What a statement of the body can name.
    struct Scope {
        var places: KernelPlaces
        var i: Integer
        var targets: [Target]
        /// Also those that may only be read here.
        var readable: [Target]
        /// Loop indices, and what they are less than.
        var indices: [(index: Integer, bound: Int)] = []
        /// Integers from 0 to 3.
        var counts: [Expr] = []
        /// Numbers that may be read only.
        var made: [Scalar] = []
        /// Vectors of at least 3 elements that may be read only.
        var vectors: [Vector] = []
        /// Whether loops inside may change all elements of the iteration's own rows.
        var hasRows: Bool
    }

    var generator: KernelGenerator
    /// Whether only operations occur that are rounded correctly everywhere.
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

    init(seed: UInt64) {
        generator = KernelGenerator(seed: seed)
        exact = seed % 4 != 3
    }

    mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &generator) < probability
    }
    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }
    /// Exact in single precision too.
    mutating func constant() -> Double {
        Double(Float(Double.random(in: -1...1, using: &generator) * 0.785_398 + 0.01))
    }
    mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }

    // MARK: The function

    mutating func function() -> KernelFunction {
        var writer = self
        defer { self = writer }
        return ReversibleFunction("random", parameters: KernelPlaces.names) {
            (
                loss: Scalar, y: Vector, p: IntegerVector, m: Matrix, c: Matrix, v: Vector, u: Vector,
                q: IntegerVector, h: Vector, x: Vector, at: IntegerVector, order: IntegerVector, r: Vector,
                g: Matrix, s: Scalar, k: Integer, b: IntegerVector
            ) in
            let a = KernelPlaces(
                y: y, p: p, m: m, c: c, v: v, u: u, q: q, h: h, x: x, at: at, order: order, r: r, g: g, s: s,
                k: k, b: b)
            for _ in 0..<(writer.chance(0.7) ? 1 : 2) { writer.around(a, loss) }
            loss += sum(y * y) + sum(m) + 0.5 * sum(c * c)
            loss += sum(v * v) - sum(u * u) + sum(h)
        }
    }

    mutating func around(_ a: KernelPlaces, _ loss: Scalar) -> Statement {
        var writer = self
        defer { self = writer }
        switch writer.below(10) {
        case 0:
            let t = Scalar.ancilla()
            let z = Vector.ancilla(count: a.r.count)
            return Compute {
                t += a.s * 0.7 - a.r[1]
                z += a.r
                z += 0.25
            } apply: {
                writer.loop(a, made: [t, z[2]], vectors: [z])
            }
        case 1:
            var start: KernelGenerator?
            return For(writer.chance(0.5) ? 0..<2.expression : a.k..<4, by: 1 + writer.below(2)) { first in
                writer.drawsAlike(&start)
                writer.loop(a, from: first + 0)
            }
        case 2:
            return If(a.k > 1) {
                writer.loop(a)
            } else: {
                writer.loop(a)
            }
        case 3:
            // Numbers of every iteration's own, for the next loop.
            let z = Vector.ancilla(count: a.y.count)
            var start: KernelGenerator?
            return Compute {
                ParallelFor(a.y.indices) { i in
                    writer.drawsAlike(&start)
                    let inside = Scope(places: a, i: i, targets: [], readable: [], hasRows: false)
                    z[i] += writer.expression(inside, without: [], depth: 3)
                    writer.sharedLoop(inside, into: z[i])
                }
            } apply: {
                writer.loop(a, own: z)
                loss += 0.5 * sum(z)
            }
        case 4, 5: return writer.scatter(a, loss)
        case 6:
            switch writer.below(4) {
            case 0: return a.y += a.u * writer.constant() + a.s
            case 1: return a.m *= 1.5
            case 2: return NEG(a.v)
            default: return SWAP(a.y, a.u)
            }
        default: return writer.loop(a)
        }
    }

    /// A loop that adds to a few elements, and changes what is each iteration's own.
    mutating func scatter(_ a: KernelPlaces, _ loss: Scalar) -> Statement {
        var writer = self
        defer { self = writer }
        var start: KernelGenerator?
        return For(a.y.indices) { i in
            writer.drawsAlike(&start)
            let inside = Scope(
                places: a, i: i, targets: [], readable: [Target(place: a.y[i], tag: "y")], hasRows: false)
            a.u[i] += writer.expression(inside, without: [], depth: 2)
            a.h[a.at[i] % 6] += writer.expression(inside, without: [], depth: 2) * a.u[i]
            if writer.chance(0.5) {
                If(writer.condition(inside)) {
                    a.h[(i + a.k) % 6] -= writer.expression(inside, without: [], depth: 2)
                }
            }
            if writer.chance(0.5) {
                For(0..<a.b[i % 5]) { j in a.h[j] += a.x[i + j] * a.u[i] }
            }
            if writer.chance(0.3) { loss += writer.expression(inside, without: [], depth: 1) }
            if writer.chance(0.3) { a.p[i] += writer.integer(inside, depth: 2) }
        }
    }

    mutating func loop(
        _ a: KernelPlaces, made: [Scalar] = [], vectors: [Vector] = [], own: Vector? = nil,
        from first: Expr? = nil
    ) -> Statement {
        var writer = self
        defer { self = writer }
        var drawn: KernelGenerator?
        let body: (Integer) -> Statement = { i in
            writer.drawsAlike(&drawn)
            let hasRows = writer.chance(0.4)
            func tag(_ group: String, _ element: String) -> String { hasRows ? group : group + element }
            var targets = [Target(place: a.y[i], tag: "y")]
            if writer.chance(0.2) { targets.append(Target(place: a.u[a.order[i]], tag: "u")) }
            for _ in 0..<3 {
                let (row, column) = (writer.below(2), writer.below(4))
                targets.append(
                    Target(place: a.m[2 * i + row, column], tag: tag("m", "\(row).\(column)")))
            }
            for _ in 0..<2 {
                let element = writer.below(3)
                targets.append(Target(place: a.v[3 * i + element], tag: tag("v", "\(element)")))
            }
            let row = writer.below(3)
            targets.append(Target(place: a.c[row, i], tag: tag("c", "\(row)")))
            targets.shuffle(using: &writer.generator)
            let scope = Scope(
                places: a, i: i, targets: targets, readable: targets,
                made: made + (own.map { [$0[i]] } ?? []), vectors: vectors, hasRows: hasRows)
            var statements = writer.chance(0.4) ? writer.wholeRows(scope) : []
            statements += writer.block(scope, depth: 1 + writer.below(3), length: 1 + writer.below(3))
            return Reversible.buildExpression(statements)
        }
        let start = first ?? (writer.chance(0.5) ? a.k + 0 : max(3 - a.r.count / 2, a.k - 2))
        switch writer.below(first == nil ? 10 : 3) {
        case 0: return ParallelFor(start..<a.y.count) { i in body(i) }
        case 1: return ParallelFor((a.y.count - 1)...start, by: -2) { i in body(i) }
        case 2: return ParallelFor(start...(a.y.count - 1), by: 1 + writer.below(3)) { i in body(i) }
        case 3: return ParallelFor((a.y.count - 1)...0, by: -1) { i in body(i) }
        default: return ParallelFor(a.y.indices) { i in body(i) }
        }
    }
}

extension KernelProgramWriter {
    /// The body of a loop is traced twice, to be compared, and must be drawn alike: the second time from where the first
    /// began.
    mutating func drawsAlike(_ start: inout KernelGenerator?) {
        if let start { generator = start } else { start = generator }
    }
}
