import AD
import Foundation

/// Training by gradient descent with momentum, as a program: its own gradient says how the rate and the momentum
/// should have been (Maclaurin, Duvenaud and Adams, "Gradient-based hyperparameter optimization through reversible
/// learning", 2015).
package enum Training {
    package typealias Program = ReversibleFunction<
        Scalar, Vector, Vector, Scalar, Scalar, Matrix, Vector, Integer
    >

    /// Logistic regression on one row of `x` after the other; `loss` gains the mean loss over all rows at the end.
    ///
    /// Every step can be undone, but `velocity *= momentum` shrinks: undone, it multiplies what rounding has left.
    package static func program(_ way: Undoing?) -> Program {
        Program(
            "training", parameters: ["loss", "weights", "velocity", "rate", "momentum", "x", "y", "steps"]
        ) {
            loss, weights, velocity, rate, momentum, x, y, steps in
            For(0..<steps, undoing: way) { t in
                let error = Scalar.ancilla("error")
                velocity *= momentum
                Compute {
                    excess(error, weights, x, y, t % x.rows)
                } apply: {
                    For(weights.indices) { j in velocity[j] -= rate * error * x[t % x.rows, j] }
                }
                weights += velocity
            }
            For(0..<x.rows) { i in
                let margin = Scalar.ancilla("margin")
                Compute {
                    For(weights.indices) { j in margin += weights[j] * x[i, j] }
                } apply: {
                    loss += (log(1 + exp(margin)) - y[i] * margin) / x.rows
                }
            }
        }
    }

    /// How much more likely the model holds row i to be 1 than it is.
    @Reversible
    private static func excess(_ error: Scalar, _ weights: Vector, _ x: Matrix, _ y: Vector, _ i: Expr)
        -> Statement
    {
        let margin = Scalar.ancilla("margin")
        Compute {
            For(weights.indices) { j in margin += weights[j] * x[i, j] }
        } apply: {
            error += 1 / (1 + exp(-margin)) - y[i]
        }
    }

    /// Points, and labels that no plane divides.
    package static func data(rows: Int) -> (x: DenseMatrix, y: [Double]) {
        let numbers = (0..<rows).map(Double.init)
        let points = numbers.map { i in [sin(1.3 * i), cos(0.7 * i), 1] }
        let labels = zip(numbers, points).map { i, p in p[0] + 0.5 * p[1] + 0.8 * sin(5.1 * i) > 0.1 ? 1.0 : 0
        }
        return (DenseMatrix(points), labels)
    }
}
