import AD
import NativeEngine
import ReversibleCore
import Testing

/// `If(…, post: .recorded)` and `While(…, post: .recorded)`.
@Suite(.enabled(if: compilerIsThere)) struct RecordedDecisionTests {
    /// A number that shrinks or grows, and afterwards no condition tells which.
    static let folds = ReversibleFunction("folds", parameters: ["y", "x", "n"]) {
        (y: Scalar, x: Scalar, n: Integer) in
        For(0..<n) { i in
            If(x > 1, post: .recorded) {
                x *= 0.7
            } else: {
                x += 0.9
            }
            y += x * x
        }
    }

    /// The same, and its derivatives by x of first and second order.
    static func expected(_ start: Double, _ turns: Int) -> (y: Double, slope: Double, curvature: Double) {
        var (x, slope, y, dy, ddy) = (start, 1.0, 0.0, 0.0, 0.0)
        for _ in 0..<turns {
            if x > 1 { (x, slope) = (x * 0.7, slope * 0.7) } else { x += 0.9 }
            y += x * x
            dy += 2 * x * slope
            ddy += 2 * slope * slope
        }
        return (y, dy, ddy)
    }

    /// 200 decisions need several words of bits.
    @Test(arguments: [0, 1, 7, 52, 53, 200]) func decisionsComeBack(_ turns: Int) throws {
        let f = Self.folds
        for start in [0.3, -40, 1, 1e6] {
            let expected = Self.expected(start, turns)
            // The same operations in the same order.
            #expect(try f(0, start, turns).0 == expected.y)
            #expect(try compile(f)(0, start, turns).0 == expected.y)
            for way in [Undoing.recorded, .checkpoints(3)] {
                let (tolerance, bend) = (1e-13 * abs(expected.slope), 1e-13 * expected.curvature)
                let (g, c) = (
                    try grad(f, 0, start, turns, undoing: way),
                    try compile(grad(f, undoing: way))(0, start, turns)
                )
                #expect(abs(g.1 - expected.slope) <= tolerance)
                #expect(abs(c.1 - expected.slope) <= tolerance)
                let product = try hvp(f, 0, start, turns, direction: (0, 1, ()), undoing: way)
                #expect(abs(product.1 - expected.curvature) <= bend)
            }
            let tangent = try jvp(f, 0, start, turns, tangent: (0, 1, ()))
            #expect(abs(tangent.product.0 - expected.slope) <= 1e-13 * abs(expected.slope))
        }
    }

    /// Decisions come back whatever undoing does to the numbers; that these are lost is said.
    @Test func undoingIsVerifiedAsEver() throws {
        #expect(abs(try grad(Self.folds, 0, 0.3, 20).1 - Self.expected(0.3, 20).slope) < 1e-10)
        #expect {
            try grad(Self.folds, 0, 0.3, 400)
        } throws: {
            ($0 as? ReversibilityError)?.kind == .drift
        }
    }

    @Test func withinOneRun() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "n"]) { (y: Scalar, x: Scalar, n: Integer) in
            let t = Scalar.ancilla()
            Compute {
                Self.folds(t, x, n)
            } apply: {
                y += t
            }
        }
        let expected = Self.expected(0.3, 9)
        let (value, code) = (try f(0, 0.3, 9), try compile(f, checks: .all)(0, 0.3, 9))
        #expect(value.0 == expected.y && code.0 == expected.y)
        #expect(abs(value.1 - 0.3) < 1e-14 && abs(code.1 - 0.3) < 1e-14)
        #expect(abs(try grad(f, 0, 0.3, 9).1 - expected.slope) < 1e-12)
        // As a run of its own the inverse knows of no decision.
        #expect {
            try (~Self.folds)(0, 0.3, 2)
        } throws: {
            let error = $0 as? ReversibilityError
            return error?.kind == .emptyStack
                && error?.message.hasPrefix("no decision of this `If` is recorded in this run") == true
        }
        #expect(throws: ReversibilityError.self) { try compile(~Self.folds, checks: .all)(0, 0.3, 2) }
    }

    @Test func whileLoopsAreThoseWithoutPost() throws {
        func halvings(_ isWritten: Bool) -> ReversibleFunction<Scalar, Scalar> {
            ReversibleFunction("halvings", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
                if isWritten {
                    While(x > 1, post: .recorded, undoing: .recorded) {
                        x *= 0.5
                        y += x
                    }
                } else {
                    While(x > 1, undoing: .recorded) {
                        x *= 0.5
                        y += x
                    }
                }
            }
        }
        let (a, b) = (halvings(true), halvings(false))
        #expect(a.description == b.description)
        // 5/2 + 5/4 + 5/8.
        #expect(try a(0, 5).0 == 4.375 && grad(a, 0, 5).1 == 0.875)
    }

    /// What a computation records, its use must leave alone.
    @Test func computationsThatMeetTheirUse() throws {
        let slow = ReversibleFunction("slow", parameters: ["s", "x"]) { (s: Scalar, x: Scalar) in
            s += x
            While(s > 1) { s -= 1 }
        }
        let own = ReversibleFunction("own", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            let s = Scalar.ancilla()
            Compute {
                slow(s, x)
            } apply: {
                y += s * s
            }
        }
        func meets<each A: Argument>(
            _ f: () throws -> ReversibleFunction<repeat each A>
        ) -> Bool {
            do {
                _ = try f()
                return false
            } catch {
                let error = error as? ReversibilityError
                return error?.kind == .invalidStatement
                    && error?.message.contains("run the same `While` without `post:`") == true
            }
        }
        #expect(
            meets {
                try ReversibleFunction(checking: "f", parameters: ["y", "z", "a"]) {
                    (y: Scalar, z: Scalar, a: Scalar) in
                    let t = Scalar.ancilla()
                    Compute {
                        slow(t, a)
                    } apply: {
                        slow(z, a)
                        y += t * z
                    }
                }
            })
        #expect(
            meets {
                try ReversibleFunction.recursive(checking: "g", parameters: ["y", "x", "n"]) {
                    (g, y: Scalar, x: Scalar, n: Integer) in
                    let (t, less) = (Scalar.ancilla(), Integer.ancilla())
                    If(x > n, post: .recorded) {
                        y += 1
                    } else: {
                        y -= x
                    }
                    If(n > 0) {
                        Compute {
                            less += n - 1
                            g(t, x, less)
                        } apply: {
                            g(y, t, less)
                        }
                    }
                }
            })
        // What is undone on the spot leaves nothing.
        let f = ReversibleFunction("f", parameters: ["y", "a"]) { (y: Scalar, a: Scalar) in
            let t = Scalar.ancilla()
            Compute {
                own(t, a)
            } apply: {
                own(y, a)
                y += t
            }
        }
        #expect(try f(0, 2.5).0 == 0.5 && grad(f, 0, 2.5).1 == 2)
    }

    @Test func itIsPrintedAsWritten() {
        #expect(Self.folds.description.contains("If(x > 1, post: .recorded) {"))
        #expect(adjoint(Self.folds).description.contains("If(x.value > 1 /* backward, as recorded */) {"))
    }
}
