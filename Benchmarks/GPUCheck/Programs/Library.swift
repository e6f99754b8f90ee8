import AD
import Kernels
import ReversibleCore

// The ready programs that were not written with a GPU in mind.
extension Catalogue {
    static var library: [Subject] { softmax + statistics + networks + integrators + linearAlgebra }

    private static var softmax: [Subject] {
        [
            Subject("batchCrossEntropy", .library, Softmax.batchCrossEntropy, sizes: 0...1000) { n in
                [
                    .real(0), .matrix(rows: n, columns: 5, Numbers.uniform(5 * n)),
                    .integers(Numbers.integers(n, below: 5)),
                ]
            },
            vector("logSumExp", Softmax.logSumExp),
            vectors("softmax", Softmax.softmax),
            vectors("logSoftmax", Softmax.logSoftmax),
        ]
    }

    private static var statistics: [Subject] {
        [
            vector("mean", Statistics.mean), vector("variance", Statistics.variance),
            Subject("correlation", .library, Statistics.correlation, sizes: 2...1000, hasLooseFunctions: true)
            { n in
                [.real(0), .reals(Numbers.uniform(n)), .reals(Numbers.uniform(n, seed: 2))]
            },
            Subject(
                "diagonalNormalLogDensity", .library, Statistics.diagonalNormalLogDensity, sizes: 0...1000
            ) {
                n in
                [
                    .real(0), .reals(Numbers.uniform(n)), .reals(Numbers.uniform(n, seed: 2)),
                    .reals(Numbers.uniform(n, 0.5, 2, seed: 3)),
                ]
            },
            columns("columnMeans", Statistics.columnMeans),
            columns("columnVariances", Statistics.columnVariances),
        ]
    }

    private static var networks: [Subject] {
        [
            Subject("dense", .library, DenseLayer.forward(.tanh), sizes: 1...300) { n in
                [
                    .reals(.zeros(n)), .matrix(rows: n, columns: 7, Numbers.uniform(7 * n)),
                    .reals(Numbers.uniform(n, seed: 2)), .reals(Numbers.uniform(7, seed: 3)),
                ]
            },
            Subject("denseBatch", .library, DenseLayer.batch(.softplus), sizes: 1...300) { n in
                [
                    .matrix(rows: n, columns: 6, .zeros(6 * n)),
                    .matrix(rows: 6, columns: 7, Numbers.uniform(42)), .reals(Numbers.uniform(6, seed: 2)),
                    .matrix(rows: n, columns: 7, Numbers.uniform(7 * n, seed: 3)),
                ]
            },
            Subject("lstmCell", .library, LSTM.cell, sizes: 1...100) { n in
                func vector(_ seed: Int) -> Leaf<Double> { .reals(Numbers.uniform(n, seed: seed)) }
                return [
                    .reals(.zeros(n)), .reals(.zeros(n)), vector(1), vector(2),
                    .reals(Numbers.uniform(3, seed: 4)),
                    .matrix(rows: 4 * n, columns: 3, Numbers.uniform(12 * n, seed: 5)),
                    .matrix(rows: 4 * n, columns: n, Numbers.uniform(4 * n * n, seed: 6)),
                    .reals(Numbers.uniform(4 * n, seed: 7)),
                ]
            },
            Subject("lstm", .library, LSTM.objective, aspects: [.forward, .gradient], sizes: 1...100) { n in
                let (layers, steps) = (2, 6)
                return [
                    .real(0), .matrix(rows: 2 * layers, columns: 4 * n, Numbers.uniform(8 * layers * n)),
                    .matrix(rows: 3, columns: n, Numbers.uniform(3 * n, seed: 2)),
                    .matrix(rows: 2 * layers, columns: n, Numbers.uniform(2 * layers * n, seed: 3)),
                    .matrix(rows: steps, columns: n, Numbers.uniform(steps * n, seed: 4)),
                ]
            },
        ]
    }

    private static var integrators: [Subject] {
        [
            Subject("rungeKutta4", .library, Integrators.rungeKutta4(of: pendulums), sizes: 0...1000) { n in
                [.reals(.zeros(n)), .reals(Numbers.uniform(n)), .real(0.1)]
            },
            Subject(
                "velocityVerlet", .library, Integrators.velocityVerlet(acceleration: pendulums),
                sizes: 0...1000
            ) { n in
                [.reals(Numbers.uniform(n)), .reals(Numbers.uniform(n, seed: 2)), .real(0.1), .integer(5)]
            },
        ]
    }

    private static let pendulums = ReversibleFunction("pendulums", parameters: ["rate", "y"]) {
        (rate: Vector, y: Vector) in ParallelFor(y.indices) { i in rate[i] -= sin(y[i]) }
    }

    private static var linearAlgebra: [Subject] {
        [
            Subject("dot", .library, LinearAlgebra.dot) { n in
                [.real(0), .reals(Numbers.uniform(n)), .reals(Numbers.uniform(n, seed: 2))]
            },
            vector("norm1", LinearAlgebra.norm1), vector("norm2", LinearAlgebra.norm2),
            Subject("matrixVectorProduct", .library, LinearAlgebra.matrixVectorProduct, sizes: 0...300) { n in
                [
                    .reals(.zeros(n)), .matrix(rows: n, columns: 9, Numbers.uniform(9 * n)),
                    .reals(Numbers.uniform(9, seed: 2)),
                ]
            },
            Subject("matrixProduct", .library, LinearAlgebra.product, sizes: 0...70) { n in
                [
                    .matrix(rows: n, columns: 11, .zeros(11 * n)),
                    .matrix(rows: n, columns: 9, Numbers.uniform(9 * n)),
                    .matrix(rows: 9, columns: 11, Numbers.uniform(99, seed: 2)),
                ]
            },
            Subject("triangularSolve", .library, LinearAlgebra.triangularSolve(.lower), sizes: 1...33) { n in
                var matrix = Numbers.uniform(n * n, seed: 2)
                for i in 0..<n { matrix[i * n + i] = 3 }
                return [.reals(Numbers.uniform(n)), .matrix(rows: n, columns: n, matrix)]
            },
        ]
    }

    private static func vector(_ name: String, _ f: ReversibleFunction<Scalar, Vector>) -> Subject {
        Subject(name, .library, f, sizes: 2...1000, hasLooseFunctions: true) { n in
            [.real(0), .reals(Numbers.uniform(n))]
        }
    }

    private static func vectors(_ name: String, _ f: ReversibleFunction<Vector, Vector>) -> Subject {
        Subject(name, .library, f, sizes: 0...1000, hasLooseFunctions: true) { n in
            [.reals(.zeros(n)), .reals(Numbers.uniform(n))]
        }
    }

    private static func columns(_ name: String, _ f: ReversibleFunction<Vector, Matrix>) -> Subject {
        Subject(name, .library, f, sizes: 2...1000) { n in
            [.reals(.zeros(6)), .matrix(rows: n, columns: 6, Numbers.uniform(6 * n))]
        }
    }
}
