import AD

/// Lorenz's equations of 1963 by the classical method of Runge and Kutta, which no step undoes.
package enum Lorenz {
    package struct State: Argument {
        package var x: Scalar, y: Scalar, z: Scalar
        /// The sum of z over the steps.
        package var sum: Scalar

        package struct Value: ArgumentValue {
            package var x: Double, y: Double, z: Double, sum: Double

            package init(_ x: Double, _ y: Double, _ z: Double) {
                (self.x, self.y, self.z, sum) = (x, y, z, 0)
            }

            package var numbers: [Double] { [x, y, z] }
        }
    }

    package typealias Program = ReversibleFunction<Scalar, State, Scalar, Integer>

    package static let (sigma, beta, h) = (10.0, 8.0 / 3, 0.005)

    package static let start = State.Value(1, 2, 20)

    /// `mean` gains the mean of z over so many steps from a start.
    package static func program(_ way: Undoing?) -> Program {
        Program("lorenz", parameters: ["mean", "start", "rho", "steps"]) { mean, start, rho, steps in
            let end = State.ancilla("end")
            Compute {
                Iterate(end, from: start, times: steps, undoing: way) { next, current in
                    step(next, current, rho)
                }
            } apply: {
                mean += end.sum / steps
            }
        }
    }

    private typealias Slope = (x: Scalar, y: Scalar, z: Scalar)

    @Reversible
    private static func step(_ next: State, _ current: State, _ rho: Scalar) -> Statement {
        let k = (1...4).map { stage -> Slope in
            (.ancilla("x\(stage)"), .ancilla("y\(stage)"), .ancilla("z\(stage)"))
        }
        Compute {
            slope(k[0], current.x.expression, current.y.expression, current.z.expression, rho)
            for (stage, part) in [0.5, 0.5, 1].enumerated() {
                slope(
                    k[stage + 1], current.x + part * h * k[stage].x, current.y + part * h * k[stage].y,
                    current.z + part * h * k[stage].z, rho)
            }
        } apply: {
            next.x += current.x + h / 6 * (k[0].x + 2 * k[1].x + 2 * k[2].x + k[3].x)
            next.y += current.y + h / 6 * (k[0].y + 2 * k[1].y + 2 * k[2].y + k[3].y)
            next.z += current.z + h / 6 * (k[0].z + 2 * k[1].z + 2 * k[2].z + k[3].z)
            next.sum += current.sum + current.z
        }
    }

    @Reversible
    private static func slope(_ k: Slope, _ x: Expr, _ y: Expr, _ z: Expr, _ rho: Scalar) -> Statement {
        k.x += sigma * (y - x)
        k.y += x * (rho - z) - y
        k.z += x * y - beta * z
    }
}
