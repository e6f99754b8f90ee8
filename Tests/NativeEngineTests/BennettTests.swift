import AD
import NativeEngine
import ReversibleCore
import Synchronization
import TestSupport
import Testing

/// `Iterate(…, undoing: .bennett(ways: k))`.
@Suite(.enabled(if: compilerIsThere)) struct BennettTests {
    /// (2k − 1)ᴸ steps and L (k − 1) states between for kᴸ steps.
    @Test func theTable() {
        for ways in 2...6 {
            var (steps, runs) = (1, 1)
            for level in 1...5 {
                (steps, runs) = (steps * ways, runs * (2 * ways - 1))
                let cost = Undoing.cost(steps: steps, ways: ways)
                #expect(cost.advances == runs && cost.copies == level * (ways - 1))
            }
        }
        #expect(Undoing.cost(steps: 0, ways: 3).advances == 0)
        #expect(Undoing.cost(steps: 1, ways: 3).advances == 1 && Undoing.cost(steps: 1, ways: 3).copies == 0)
        #expect(Undoing.cost(steps: 5, ways: 1).advances == .max)
        #expect(Undoing.cost(steps: .max, ways: 2).advances == .max)
    }

    /// A number that counts how often an exponential function is evaluated.
    struct Counted: ReversibleNumber {
        static let count = Mutex(0)
        var primal: Double

        init(constant value: Double) { primal = value }

        static func evaluate(_ function: ElementaryFunction, _ x: Counted) -> Counted {
            if function == .exp { count.withLock { $0 += 1 } }
            return Counted(constant: Double.evaluate(function, x.primal))
        }

        static func evaluate(_ function: ElementaryFunction, _ x: Counted, _ y: Counted) -> Counted {
            Counted(constant: Double.evaluate(function, x.primal, y.primal))
        }

        static func select(
            _ a: Counted, _ relation: Relation, _ b: Counted, then chosen: Counted, else other: Counted
        ) -> Counted { relation.holds(a.primal, b.primal) ? chosen : other }
    }

    /// What runs is what the cost says, for the value and back again.
    @Test func stepsAreCounted() throws {
        for (steps, ways) in [(0, 2), (1, 2), (7, 2), (64, 4), (81, 3), (100, 3), (45, 7)] {
            let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
                Iterate(y, from: x, times: steps, undoing: .bennett(ways: ways)) { next, current in
                    next += 0.5 * exp(-current)
                }
            }
            Counted.count.withLock { $0 = 0 }
            let end = try f.run([.real(Counted(constant: 0)), .real(Counted(constant: 1))])
            let advances = Undoing.cost(steps: steps, ways: ways).advances
            #expect(Counted.count.withLock { $0 } == advances)
            _ = try (~f).run(end)
            #expect(Counted.count.withLock { $0 } == 2 * advances)
        }
    }

    @Test(arguments: [0, 1, 2, 3, 5, 8, 27, 40]) func ofAnyNumberOfSteps(_ steps: Int) throws {
        for ways in isExhaustive ? [2, 3, 4, 7] : steps.isMultiple(of: 2) ? [2, 7] : [3, 4] {
            let (f, recorded) = (Self.ring(.bennett(ways: ways)), Self.ring(.recorded))
            let (x, y, cotangent) = ([1, -0.4, 0.3], [0.5, 0, 2], [1.0, 2, 3])
            let expected = try recorded(y, x, steps).0
            for value in [try f(y, x, steps).0, try compile(f)(y, x, steps).0] {
                for (a, b) in zip(value, expected) { #expect(abs(a - b) <= 1e-15 * max(1, abs(b))) }
            }
            let back = try (~f)(expected, x, steps)
            for (a, b) in zip(back.0, y) { #expect(abs(a - b) <= 1e-15) }
            #expect(back.1 == x)
            let slopes = try vjp(recorded, y, x, steps, cotangent: (cotangent, [0, 0, 0], ())).product.1
            let found = try vjp(f, y, x, steps, cotangent: (cotangent, [0, 0, 0], ())).product.1
            for (a, b) in zip(found, slopes) { #expect(abs(a - b) <= 1e-13 * max(1, abs(b))) }
        }
    }

    /// The start is read by the step as well, and the state is changed in more ways than by sums.
    static func ring(_ undoing: Undoing) -> ReversibleFunction<Vector, Vector, Integer> {
        ReversibleFunction("ring", parameters: ["y", "x", "n"]) { (y: Vector, x: Vector, n: Integer) in
            Iterate(y, from: x, times: n, undoing: undoing) { next, current in
                For(0..<x.count) { i in
                    next[i] += current[i] + 0.01 * x[i]
                    next[i] += 0.1 * sin(current[(i + 1) % x.count])
                    next[i] *= 0.9
                }
            }
        }
    }

    /// Newton's method: √2 and its derivatives, to the second.
    @Test func strictlyReversible() throws {
        let f = IterateTests.root(.bennett(ways: 3))
        let (root, n) = (2.0.squareRoot(), 9)
        #expect(abs(try f(0, 2, n).0 - root) < 1e-15)
        #expect(abs(try compile(grad(f))(0, 2, n).1 - 0.5 / root) < 1e-15)
        #expect(abs(try hvp(f, 0, 2, n, direction: (0, 1, ())).1 + 0.25 / (2 * root)) < 1e-14)
        // Nothing belongs to one run: the adjoint is a program of its own, and is undone.
        let program = adjoint(f)
        let end = try program(GVar(root, gradient: 1), GVar(2), GVar(n))
        #expect(abs(end.1.gradient - 0.5 / root) < 1e-15)
        let start = try (~program)(end.0, end.1, end.2)
        #expect(abs(start.1.gradient) < 1e-15 && start.0.gradient == 1)
    }

    @Test func inIterationsSideBySide() throws {
        func roots(_ undoing: Undoing) -> ReversibleFunction<Scalar, Vector, Vector> {
            ReversibleFunction("roots", parameters: ["loss", "y", "a"]) {
                (loss: Scalar, y: Vector, a: Vector) in
                ParallelFor(a.indices) { i in
                    Iterate(y[i], from: a[i], times: 9, undoing: undoing) { next, current in
                        next += 0.5 * (current + a[i] / current)
                    }
                }
                For(a.indices) { i in loss += y[i] }
            }
        }
        let (a, zeros) = ([2.0, 3, 5], [0.0, 0, 0])
        for undoing in [Undoing.bennett(ways: 2), .recorded, .checkpoints(2)] {
            let f = roots(undoing)
            let compiled = try compile(grad(f), threads: 2)(0, zeros, a)
            for (slope, number) in zip(try grad(f, 0, zeros, a).2 + compiled.2, a + a) {
                #expect(abs(slope - 0.5 / number.squareRoot()) < 1e-15)
            }
        }
    }

    @Test func whatIsRefused() {
        func message(_ make: () throws -> Void) -> String {
            do {
                try make()
                return ""
            } catch { return (error as? ReversibilityError)?.message ?? "\(error)" }
        }
        func iterating(
            _ undoing: Undoing, @Reversible _ step: @escaping (Scalar, Scalar) -> Statement
        ) -> String {
            message {
                _ = try ReversibleFunction(checking: "f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
                    Iterate(y, from: x, times: 4, undoing: undoing, step)
                }
            }
        }
        #expect(
            iterating(.bennett(ways: 1)) { $0 += $1 }
                == "`undoing: .bennett(ways: 1)` divides steps into 1 pieces; 2 is the least")
        #expect(
            iterating(.bennett(ways: 2)) { next, current in
                next += current
                If(current > 1, post: .recorded) { next += 1 }
            }.contains("cannot be recorded: give its `While` or `If` a `post:` condition"))
        #expect(
            iterating(.bennett(ways: 2)) { next, current in current += 1 }
                == "the step of an `Iterate` changes `current`; it may add to `next` only, and read `current`"
        )
        #expect(
            message { _ = try grad(IterateTests.root(nil), 0, 2, 4, undoing: .bennett(ways: 2)) }
                .hasPrefix("`undoing: .bennett(ways: 2)` is said at an `Iterate`"))
        #expect(
            message {
                _ = try ReversibleFunction(checking: "f") { (x: Scalar) in
                    For(0..<3, undoing: .bennett(ways: 2)) { _ in x *= 0.5 }
                }
            } == "`undoing: .bennett(ways: 2)` is for the steps of an `Iterate`, and this is a `For`")
    }
}
