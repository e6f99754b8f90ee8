// document: Sources/Optimizers/Optimizers.docc/FromDataToAFittedModel.md

import Foundation
import Kernels
import NativeEngine
import Optimizers
import Testing

/// The programs of `Sources/Optimizers/Optimizers.docc/FromDataToAFittedModel.md`.
@Suite struct FromDataToAFittedModel {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        // The last 100 flowers: 50 Iris versicolor, then 50 Iris virginica.
        var random = RandomNumbers(seed: 1)
        let order = random.permutation(100).map { 50 + $0 }
        func flowers(_ rows: ArraySlice<Int>) -> (measurements: DenseMatrix, species: [Double]) {
            let measurements = rows.map { row in (0..<4).map { Iris.points[row, $0] } }
            return (DenseMatrix(measurements), rows.map { $0 < 100 ? 0 : 1 })
        }
        let (training, test) = (flowers(order[..<80]), flowers(order[80...]))
        print(training.measurements.rows, test.measurements.rows)  // 80 20
        // end of block
        session.check(1)
        // block 2
        struct Classifier: Argument {
            var bias: Scalar
            var weights: Vector
            struct Value: ArgumentValue { var bias: Double, weights: [Double] }
        }
        let logLoss = ReversibleFunction("logLoss", parameters: ["loss", "model", "x", "species"]) {
            (loss: Scalar, model: Classifier, x: Matrix, species: Vector) in
            ParallelFor(0..<x.rows) { i in
                let score = Scalar.ancilla("score")
                Compute {
                    score += model.bias
                    For(0..<x.columns) { j in score += model.weights[j] * x[i, j] }
                } apply: {
                    loss += log1p(exp(score)) - species[i] * score
                }
            }
        }
        let start = Classifier.Value(bias: 0, weights: [0, 0, 0, 0])
        try checkGrads(logLoss, 0.0, start, training.measurements, training.species)
        // end of block
        session.check(2)
        // block 3
        let loss = try compile(valueAndGrad(logLoss), with: [1])
        let fit = try LimitedMemoryBFGS().minimize(
            loss, 0.0, start, training.measurements, training.species, with: [1],
            progress: { if $0.iteration % 15 == 0 { print($0) } })
        print(fit.reason, fit.isConverged)
        // 15 value 5.87229138e+00 |gradient| 4.34e-01 |step| 3.11e+00 evaluations 24
        // 30 value 5.68261102e+00 |gradient| 1.71e-01 |step| 1.86e+00 evaluations 40
        // the gradient is small true
        // end of block
        session.check(3)
        // block 4
        let model = fit.point.1
        func scores(_ x: DenseMatrix) -> [Double] {
            (0..<x.rows).map { i in (0..<4).reduce(model.bias) { $0 + model.weights[$1] * x[i, $1] } }
        }
        let right = zip(scores(test.measurements), test.species).count { ($0 > 0) == ($1 == 1) }
        print("\(right) of \(test.species.count)")  // 20 of 20
        // end of block
        session.check(4)
        // block 5
        let all = flowers(order[...])
        let newton = try NewtonCG().minimize(
            loss, compile(hvp(logLoss), with: [1]), 0.0, start, all.measurements, all.species, with: [1])
        let flat = try FlatParameters(Classifier.self, newton.point.1)
        print(flat.names)
        // ["bias", "weights[0]", "weights[1]", "weights[2]", "weights[3]"]
        print(flat.numbers.map { ($0 * 1000).rounded() / 1000 })
        // [-42.638, -2.465, -6.681, 9.429, 18.286]
        // end of block
        session.check(5)
        // block 6
        let bounds = try Bounds(
            Classifier.self, lower: Classifier.Value(bias: -.infinity, weights: [0, 0, 0, 0]),
            upper: Classifier.Value(bias: .infinity, weights: Array(repeating: .infinity, count: 4)))
        let bounded = try LimitedMemoryBFGS().minimize(
            loss, 0.0, start, all.measurements, all.species, with: [1], bounds: bounds)
        print(bounded.point.1.weights.map { ($0 * 100).rounded() / 100 })  // [0.0, 0.0, 5.75, 10.45]
        // end of block
        session.check(6)
        // block 7
        struct Growth: Argument {
            var a: Scalar
            var b: Scalar
            struct Value: ArgumentValue { var a: Double, b: Double }
        }
        let residuals = ReversibleFunction("residuals", parameters: ["r", "growth", "length", "width"]) {
            (r: Vector, growth: Growth, length: Vector, width: Vector) in
            For(r.indices) { i in r[i] += growth.a * pow(length[i], growth.b) - width[i] }
        }
        let (length, width) = ((0..<150).map { Iris.points[$0, 2] }, (0..<150).map { Iris.points[$0, 3] })
        let zeros = Array(repeating: 0.0, count: 150)
        let petals = try LevenbergMarquardt().minimize(
            compile(residuals), compile(jacobian(residuals, of: 0, with: 1)), zeros, Growth.Value(a: 1, b: 1),
            length, width)
        let growth = petals.point.1
        print((growth.a * 1e4).rounded() / 1e4, (growth.b * 1e4).rounded() / 1e4)  // 0.184 1.3787
        // end of block
        session.check(7)
        // block 8
        let json = try JSONEncoder().encode(model)
        let read = try JSONDecoder().decode(Classifier.Value.self, from: json)
        print(read.weights == model.weights)  // true
        // end of block
        session.check(8)
    }
}
