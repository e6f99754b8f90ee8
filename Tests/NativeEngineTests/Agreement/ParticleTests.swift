import AD
import NativeEngine
import Testing

/// A particle among charges whose accelerations are derivatives of a potential, taken inside the program in one
/// mode and differentiated from outside in another (Siskind, Pearlmutter 2008, "Nesting forward-mode AD in a
/// functional framework", §6).
@Suite(.enabled(if: compilerIsThere))
struct ParticleTests {
    struct Point: Argument {
        var x: Scalar
        var y: Scalar
        struct Value: ArgumentValue {
            var x: Double
            var y: Double
        }
    }

    /// Charges at (10, 10 − w) and (10, 0).
    private static let potential = ReversibleFunction("potential", parameters: ["p", "at", "w"]) {
        (p: Scalar, at: Point, w: Scalar) in
        let aside = (at.x - 10) * (at.x - 10)
        let above = at.y - 10 + w
        p += 1 / sqrt(aside + above * above) + 1 / sqrt(aside + at.y * at.y)
    }

    /// Two directions, two forward runs.
    private static let forwardForce: ReversibleFunction<Point, Point, Scalar> = {
        let pushed = tangent(potential)
        return ReversibleFunction("forwardForce", parameters: ["force", "at", "w"]) {
            (force: Point, at: Point, w: Scalar) in
            for (result, isX) in [(force.x, true), (force.y, false)] {
                let (p, slope) = (Scalar.ancilla("p"), Scalar.ancilla("slope"))
                let (direction, still) = (Point.ancilla("direction"), Scalar.ancilla("still"))
                Compute {
                    (isX ? direction.x : direction.y) += 1
                    pushed(
                        DualVar(p, tangent: slope), DualVar(at, tangent: direction),
                        DualVar(w, tangent: still))
                } apply: {
                    result -= slope
                }
            }
        }
    }()

    /// One backward run; it undoes a potential from 0 on, on which no derivative depends.
    private static let reverseForce: ReversibleFunction<Point, Point, Scalar> = {
        let pulled = adjoint(potential)
        return ReversibleFunction("reverseForce", parameters: ["force", "at", "w"]) {
            (force: Point, at: Point, w: Scalar) in
            let (p, seed) = (Scalar.ancilla("p"), Scalar.ancilla("seed"))
            let (slope, inW) = (Point.ancilla("slope"), Scalar.ancilla("inW"))
            Compute {
                seed += 1
                pulled(GVar(p, gradient: seed), GVar(at, gradient: slope), GVar(w, gradient: inW))
            } apply: {
                force.x -= slope.x
                force.y -= slope.y
            }
        }
    }()

    /// Euler steps until the next one would cross y = 0; the square of x there.
    private static func landing(
        _ force: ReversibleFunction<Point, Point, Scalar>
    ) -> ReversibleFunction<Scalar, Scalar> {
        let step = 0.1
        return ReversibleFunction("landing", parameters: ["out", "w"]) { (out: Scalar, w: Scalar) in
            let (at, velocity) = (Point.ancilla("at"), Point.ancilla("velocity"))
            let passed = Stack.ancilla("passed")
            Compute {
                at.y += 8
                velocity.x += 0.75
                While(at.y + step * velocity.y > 0) {
                    let (next, acceleration) = (Point.ancilla("next"), Point.ancilla("acceleration"))
                    Compute {
                        force(acceleration, at, w)
                    } apply: {
                        next.x += velocity.x + step * acceleration.x
                        next.y += velocity.y + step * acceleration.y
                    }
                    at.x += step * velocity.x
                    at.y += step * velocity.y
                    SWAP(velocity, next)
                    // The step before cannot be told from this one: its velocity is kept.
                    PUSH(next.x, on: passed)
                    PUSH(next.y, on: passed)
                }
            } apply: {
                let x = at.x - at.y / velocity.y * velocity.x
                out += x * x
            }
        }
    }

    /// Outer and inner modes, each on the interpreter and as native code, against each other and against
    /// differences.
    @Test func allNestingsAgree() throws {
        let functions = [Self.landing(Self.forwardForce), Self.landing(Self.reverseForce)]
        let compiled = try functions.map { f in
            (
                value: try native(f), forward: try withOptions { try compile(jvp(f), options: $0) },
                reverse: try native(grad(f)),
                checked: try withOptions { try compile(jvp(f), checks: .all, options: $0) }
            )
        }
        for w in [0.0, 0.1, 0.2, 0.25] {
            let value = try functions[0](0, w).0
            // Two steps of central differences, extrapolated: an error of order h⁴, and rounding of 1e-16 / h.
            let h = 1e-4
            let at = try [-2, -1, 1, 2].map { try functions[1](0, w + $0 * h).0 }
            let difference = (8 * (at[2] - at[1]) - (at[3] - at[0])) / (12 * h)
            let expected = try jvp(functions[0], 0, w, tangent: (0, 1)).product.0
            #expect(abs(expected - difference) < 1e-8 * max(1, abs(difference)))
            for (f, code) in zip(functions, compiled) {
                #expect(agree([try f(0, w).0, try code.value(0, w).0], [value, value], 1e-12))
                let slopes = [
                    try jvp(f, 0, w, tangent: (0, 1)).product.0, try grad(f, 0, w).1,
                    try code.forward(0, w, tangent: (0, 1)).product.0, try code.reverse(0, w).1,
                    try code.checked(0, w, tangent: (0, 1)).product.0,
                ]
                #expect(agree(slopes, Array(repeating: expected, count: slopes.count), 1e-12))
            }
        }
    }

    /// The minimisation over w that GradBench's eval `particle` asks for; its published answer.
    @Test func gradientDescentFindsTheLanding() throws {
        let f = Self.landing(Self.forwardForce)
        let (value, slope) = (try native(f), try withOptions { try compile(jvp(f), options: $0) })
        func phi(_ w: Double) throws -> Double { try value(0, w).0 }
        func derivative(_ w: Double) throws -> Double { try slope(0, w, tangent: (0, 1)).product.0 }
        var (w, rate, turns) = (0.0, 1e-5, 0)
        var (best, gradient) = (try phi(w), try derivative(w))
        while abs(gradient) > 1e-5 {
            if turns == 10 {
                (rate, turns) = (2 * rate, 0)
                continue
            }
            let next = w - rate * gradient
            if abs(next - w) <= 1e-5 { break }
            let there = try phi(next)
            if there < best {
                (w, best, gradient, turns) = (next, there, try derivative(next), turns + 1)
            } else {
                (rate, turns) = (rate / 2, 0)
            }
        }
        #expect(abs(w - 0.2071918746486116) < 1e-9)
    }
}
