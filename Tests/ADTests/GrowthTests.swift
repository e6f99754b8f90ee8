import AD
import ReversibleCore
import TestSupport
import Testing

/// Nothing asks the same thing twice: functions that call functions, and expressions that share parts, cost what
/// is written, and not what it stands for.
///
/// A walk that forgets would take 2⁶⁰ steps here, so that the limit is no matter of how fast a machine is, or how busy.
@Suite(.timeLimit(.minutes(30)))
struct GrowthTests {
    private typealias Function = ReversibleFunction<Scalar, Scalar>

    /// Functions that call the one before `calls` times.
    private static func chain(_ length: Int, calls: Int) -> Function {
        var f = Function("f0", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in y += 0.5 * x * x }
        for level in 1...length {
            let inner = f
            f = Function("f\(level)", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
                for _ in 0..<calls { inner(y, x) }
            }
        }
        return f
    }

    // MARK: Functions

    @Test func programsOfCallsAreDerivedOnce() throws {
        let f = Self.chain(60, calls: 2)
        _ = try f.definition.pullback(inverted: false)
        _ = try f.definition.pullback(inverted: true)
        _ = try f.definition.tangent(moving: [0, 1])
        let gradient = adjoint(f)
        let tangent = try gradient.definition.tangent(moving: [0, 1])
        #expect(tangent.calleesFirst.count == 61)
        #expect(try f.definition.calls.expandedCount == CallSummary.countLimit)
        #expect("\(gradient)".split(separator: "\n").count == 4)
    }

    @Test func programsOfCallsAreCompared() throws {
        let (f, g) = (Self.chain(60, calls: 2), Self.chain(60, calls: 2))
        #expect(f == g)
        #expect(~f == ~g)
        #expect(f != ~g)
        #expect(f != Self.chain(60, calls: 3))
        #expect(try f.definition.hashValue == g.definition.hashValue)
        // What is undone by an equal function cancels.
        let nothing = Function { (y: Scalar, x: Scalar) in
            f(y, x)
            (~g)(y, x)
        }
        #expect(try nothing.definition.body.simplified().isEmpty)
    }

    @Test func conditionsThatShareConditions() throws {
        let f = ReversibleFunction { (y: Scalar, a: Scalar, b: Scalar) in
            let condition = (0..<60).reduce(a > b) { c, k in (c && a > Double(-k)) || (c && b > Double(-k)) }
            If(condition) { y += a * b }
        }
        #expect(try f(0, 3, 2).0 == 6 && f(0, 2, 3).0 == 0)
        #expect(try grad(f, 0, 3, 2).1 == 2)
    }

    @Test func functionsThatCallDifferentOnesDiffer() {
        func outer(_ factor: Double) -> Function {
            let inner = Function { (y: Scalar, x: Scalar) in y += factor * x }
            return Function { (y: Scalar, x: Scalar) in inner(y, x) }
        }
        #expect(outer(2) == outer(2))
        #expect(outer(2) != outer(3))
    }

    @Test func chainsOfThousandsOfFunctions() throws {
        let length = isExhaustive ? 10_000 : 2_500
        let f = Self.chain(length, calls: 1)
        #expect(try f(0, 3).0 == 4.5)
        let gradient = try grad(f, 0, 3)
        #expect(gradient.1 == 3)
        let moved = try jvp(f, 0, 3, tangent: (0, 2))
        #expect(moved.product.0 == 6)
        let curved = try hvp(f, 0, 3, direction: (0, 2))
        #expect(curved.1 == 2)
        let forward = tangent(f)
        #expect(try forward.definition.calls.depth == length + 1)
    }

    @Test func chainsAreTransposed() throws {
        func chain(_ length: Int, calls: Int) -> Function {
            var f = Function("f0") { (y: Scalar, x: Scalar) in y += 0.5 * x }
            for level in 1...length {
                let inner = f
                f = Function("f\(level)") { (y: Scalar, x: Scalar) in for _ in 0..<calls { inner(y, x) } }
            }
            return f
        }
        // Longer than an ordinary stack is deep, and with 2⁶⁰ calls.
        #expect(try transpose(chain(2_500, calls: 1), in: 0, with: 1)(3, 1) == (3, 2.5))
        _ = try transpose(chain(60, calls: 2), in: 0, with: 1)
    }

    @Test func chainsHaveALimit() throws {
        let f = Self.chain(DeepStack.chainLimit - 1, calls: 1)
        _ = adjoint(f)
        #expect {
            try Function(checking: "last", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in f(y, x) }
        } throws: { error in
            let error = error as? ReversibilityError
            return error?.kind == .callDepth
                && error?.message
                    == "`f19999` begins a chain of 20000 functions, each of which calls the next; at most 20000 can "
                    + "call one another. Let one function call several, write a loop, or use "
                    + "`ReversibleFunction.recursive`"
        }
    }

    // MARK: Expressions

    /// Sixty levels, each of which uses the one below twice.
    private static func graph(_ x: Expr, _ step: (Expr) -> Expr) -> Expr {
        var result = x
        for _ in 0..<60 { result = step(result) }
        return result
    }

    private static func examine(_ step: @Sendable (Expr) -> Expr) throws {
        func make() -> Function {
            Function { (y: Scalar, x: Scalar) in y += graph(x + 0.0, step) }
        }
        let f = make()
        #expect(f == make())
        #expect("\(f)".utf8.count < 20_000)
        #expect("\(adjoint(f))".utf8.count < 20_000)
        let value = try f(0, 0.75).0
        let (gradient, forward) = (try grad(f, 0, 0.75).1, try jvp(f, 0, 0.75, tangent: (0, 1)))
        #expect(value.isFinite && gradient.isFinite)
        #expect(abs(forward.product.0 - gradient) <= 1e-12 * max(1, abs(gradient)))
        #expect(try hvp(f, 0, 0.75, direction: (0, 1)).1.isFinite)
    }

    @Test func sharedPartsOfRealExpressions() throws {
        try Self.examine { 0.5 * $0 + 0.5 * $0 }
        try Self.examine { $0 * (1.5 - $0) }
        try Self.examine { $0 / (0.5 + $0) }
        try Self.examine { atan2($0, 1 + $0) }
    }

    @Test func sharedPartsOfArrayExpressions() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector) in
            y += sum(Self.graph(v + 0.0) { $0 / (0.5 + $0) })
        }
        let g = Function { (y: Scalar, x: Scalar) in y += Self.graph(x + 0.0) { $0 / (0.5 + $0) } }
        let expected = try grad(g, 0, 0.75).1
        #expect(try grad(f, 0, [0.75, 0.75]).1 == [expected, expected])
    }

    /// Indices: compared for being equal, different, and an index plus something.
    @Test func sharedPartsOfIndices() throws {
        let steps: [(Expr) -> Expr] = [
            { $0 + $0 }, { $0 + 1 - 1 }, { 0 + $0 }, { $0 * $0 }, { max($0, $0 - 1) },
        ]
        for step in steps {
            let f = ReversibleFunction { (y: Scalar, v: Vector, w: Vector, k: Integer) in
                y += v[Self.graph(k + 0, step)] * w[Self.graph(k + 0, step)]
                w[Self.graph(k + 0, step)] += v[0]
                ParallelFor(0..<1) { i in w[Self.graph(k + 0, step) + i] += v[i] }
            }
            #expect(try f(0, [2, 1], [3, 1], 0).0 == 6)
            #expect(try grad(f, 0, [2, 1], [3, 1], 0).1 == [3, 0])
        }
        let nested = ReversibleFunction { (y: Scalar, v: Vector, k: IntegerVector) in
            y += v[Self.graph(k[0] + 0) { k[$0] + k[$0] }]
        }
        #expect("\(nested)".utf8.count < 20_000)
        #expect(try grad(nested, 0, [1, 2], [0, 0]).1 == [1, 0])
    }

    // MARK: Blocks

    /// What is zero, or still needed, where a loop in a loop begins is not searched for anew with every turn.
    @Test func loopsInLoops() throws {
        @Reversible func nest(_ depth: Int, _ y: Scalar, _ x: Scalar, _ u: Scalar) -> Statement {
            if depth == 0 {
                y += x * u
            } else {
                For(0..<1) { _ in
                    let t = Scalar.ancilla()
                    t += 0.5 * u
                    nest(depth - 1, y, x, t)
                    t -= 0.5 * u
                }
            }
        }
        let f = Function { (y: Scalar, x: Scalar) in nest(40, y, x, x) }
        let gradient = try grad(f, 0, 0.75).1
        #expect(gradient == 2 * 0.75 * 0x1p-40)
    }
}
