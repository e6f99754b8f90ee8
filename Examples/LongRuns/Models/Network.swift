import AD
import Foundation

/// A recurrent network that predicts a series, each number from all before.
package enum Network {
    package struct State: Argument {
        package var h: Vector
        package var loss: Scalar
        package var time: Integer

        package struct Value: ArgumentValue {
            package var h: [Double], loss: Double, time: Int

            /// No unit is excited.
            package init(units: Int) { (h, loss, time) = ([Double](repeating: 0, count: units), 0, 0) }
        }
    }

    package struct Weights: Argument {
        package var hidden: Matrix
        package var input: Vector, bias: Vector, output: Vector

        package struct Value: ArgumentValue {
            package var hidden: DenseMatrix, input: [Double], bias: [Double], output: [Double]

            package var numbers: [Double] { hidden.elements + input + bias + output }
        }
    }

    package typealias Program = ReversibleFunction<Scalar, State, Weights, Vector>

    /// `loss` gains half the mean squared error of the predictions.
    package static func program(_ way: Undoing?) -> Program {
        Program("network", parameters: ["loss", "start", "weights", "series"]) {
            loss, start, weights, series in
            let end = State(h: .ancilla(count: start.h.count), loss: .ancilla("sum"), time: .ancilla("end"))
            Compute {
                Iterate(end, from: start, times: series.count, undoing: way) { next, current in
                    let sums = Vector.ancilla(count: current.h.count, "sums")
                    let error = Scalar.ancilla("error")
                    Compute {
                        For(current.h.indices) { i in
                            sums[i] += weights.bias[i] + weights.input[i] * series[current.time]
                            For(current.h.indices) { j in sums[i] += weights.hidden[i, j] * current.h[j] }
                        }
                        error += sum(weights.output * current.h) - series[current.time]
                    } apply: {
                        next.h += tanh(sums)
                        next.loss += current.loss + 0.5 * error * error
                    }
                    next.time += current.time + 1
                }
            } apply: {
                loss += end.loss / series.count
            }
        }
    }

    /// Weights that let what is remembered fade, and a series of two tones.
    package static func model(units n: Int, steps: Int) -> (weights: Weights.Value, series: [Double]) {
        func numbers(_ count: Int, _ number: (Double) -> Double) -> [Double] {
            (0..<count).map { number(Double($0)) }
        }
        let hidden = (0..<n).map { i in numbers(n) { j in 0.45 * sin(1.1 * Double(i) + 2.3 * j + 0.4) } }
        let weights = Weights.Value(
            hidden: DenseMatrix(hidden), input: numbers(n) { cos(1.7 * $0) },
            bias: numbers(n) { 0.1 * sin(0.9 * $0) }, output: numbers(n) { 0.3 * cos(0.6 * $0 + 0.2) })
        return (weights, numbers(steps) { 0.6 * sin(0.2 * $0) + 0.4 * sin(0.31 * $0) })
    }
}
