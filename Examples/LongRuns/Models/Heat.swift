import AD
import Foundation

/// The heat equation in a plate whose edge keeps its temperature, by explicit steps, which no step undoes.
package enum Heat {
    package typealias Program = ReversibleFunction<Scalar, Matrix, Matrix, Matrix, Integer>

    /// `misfit` gains half the mean squared difference between a measurement and the temperature after so many steps;
    /// `k` says how well every cell conducts, as k Δt / Δx².
    package static func program(_ way: Undoing?) -> Program {
        Program("heat", parameters: ["misfit", "start", "k", "measured", "steps"]) {
            misfit, start, k, measured, steps in
            let end = Matrix.ancilla(rows: start.rows, columns: start.columns, "end")
            Compute {
                Iterate(end, from: start, times: steps, undoing: way) { next, current in
                    next += current
                    For(1..<start.rows - 1) { i in
                        For(1..<start.columns - 1) { j in
                            next[i, j] +=
                                k[i, j]
                                * (current[i - 1, j] + current[i + 1, j] + current[i, j - 1]
                                    + current[i, j + 1] - 4
                                    * current[i, j])
                        }
                    }
                }
            } apply: {
                misfit += 0.5 * sum((end - measured) * (end - measured)) / (start.rows * start.columns)
            }
        }
    }

    /// A plate of n × n cells with a hot spot and one warm edge, what it conducts, and a measurement.
    package static func plate(_ n: Int) -> (start: DenseMatrix, k: DenseMatrix, measured: DenseMatrix) {
        func matrix(_ entry: (Double, Double) -> Double) -> DenseMatrix {
            let places = (0..<n).map { Double($0) / Double(n - 1) }
            return DenseMatrix(places.map { x in places.map { y in entry(x, y) } })
        }
        return (
            matrix { x, y in (x == 0 ? 1 : 0) + exp(-40 * ((x - 0.6) * (x - 0.6) + (y - 0.4) * (y - 0.4))) },
            matrix { x, y in 0.1 + 0.05 * sin(5 * x) * cos(4 * y) },
            matrix { x, y in (1 - x) * (1 + 0.1 * y) }
        )
    }
}
