import AD
import BenchmarkSupport

/// A charged particle that is to land at a place, steered by the place of a charge.
struct Particle: Eval {
    static let module = "particle"

    /// The potential of two charges, one at `charge` and one at (10, 0).
    private static let potential = ReversibleFunction("potential", parameters: ["out", "x", "charge"]) {
        (out: Scalar, x: Point, charge: Point) in
        out += 1 / sqrt((x.x - charge.x) * (x.x - charge.x) + (x.y - charge.y) * (x.y - charge.y))
        out += 1 / sqrt((x.x - 10) * (x.x - 10) + x.y * x.y)
    }

    /// The square of where the particle comes down, after Euler steps from (0, 8) with a charge at (10, 10 − w).
    ///
    /// A particle that has not come down after 10,000 steps counts as landing where its way leads. Position and
    /// velocity change together, so the accelerations that a step used are kept on a stack.
    static func landing(_ inner: Nesting.Mode) -> ReversibleFunction<Scalar, Scalar> {
        let slope = inner.gradient(of: potential)
        let step = 0.1
        return ReversibleFunction("landing", parameters: ["out", "w"]) { (out: Scalar, w: Scalar) in
            let (x, v) = (Point.ancilla("x"), Point.ancilla("v"))
            let charge = Point.ancilla("charge")
            let past = Stack.ancilla("past")
            let steps = Integer.ancilla("steps")
            Compute {
                charge.x += 10
                charge.y += 10 - w
                x.y += 8
                v.x += 0.75
                While(x.y > 0 && steps < 10_000) {
                    steps += 1
                    let a = Point.ancilla("a")
                    (~slope)(a, x, charge)
                    x.x += step * v.x
                    x.y += step * v.y
                    // The way back from below follows the velocity of the last step.
                    If(x.y > 0) {
                        v.x += step * a.x
                        v.y += step * a.y
                    }
                    PUSH(a.x, on: past)
                    PUSH(a.y, on: past)
                }
            } apply: {
                out += (x.x - x.y / v.y * v.x) * (x.x - x.y / v.y * v.x)
            }
        }
    }

    private let descents: [String: Descent]

    init(_ engine: Engine) throws {
        var descents: [String: Descent] = [:]
        for nesting in Nesting.all {
            let landing = Particle.landing(nesting.inner)
            descents[nesting.name] = Descent(
                value: try engine.function(landing), slope: try engine.slope(of: landing, nesting.outer),
                mode: nesting.outer)
        }
        self.descents = descents
    }

    private struct Input: Decodable { let w: Double }

    var functions: [String: @Sendable (Request) throws -> Answer] {
        descents.mapValues { descent in
            { request in
                let input = try request.input(Input.self)
                var w = input.w
                return try input.repeats.run {
                    w = try descent.argmin([.real(0), .real(input.w)])[0]
                } output: {
                    w
                }
            }
        }
    }
}
