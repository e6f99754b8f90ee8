import Foundation
import ReversiblePrograms
import Testing

private typealias E = Examination

@Suite struct NetworkTests {
    /// NumPy 2.4 for the same numbers; `logaddexp(0, x)` for softplus, `scipy.special.expit` for sigmoid.
    @Test func denseLayer() throws {
        let (w, b, x) = (E.matrix(4, 3), E.numbers(4, 0.2), E.numbers(3, 0.9))
        let expected: [(Activation, [Double])] = [
            (.tanh, [-0.8245167946090805, 0.8795261638886152, 0.5880544466934808, -0.6302658367101382]),
            (.softplus, [0.2701264057170344, 1.599352156050798, 1.086343356754721, 0.3894906688797114]),
            (.sigmoid, [0.23671699509696129, 0.7979726421904818, 0.6625518319982538, 0.3225981915301018]),
            (.relu, [0, 1.373671190961474, 0.6746868695511047, 0]),
        ]
        for (activation, values) in expected {
            let layer = DenseLayer.forward(activation)
            #expect(E.agree(try layer([0, 0, 0, 0], w, b, x).0, values, 1e-15), "\(activation)")
            try E.examineMap(layer, [0, 0, 0, 0], w, b, x, with: [1, 2, 3])
        }
    }

    @Test func batch() throws {
        let (w, b, x) = (E.matrix(4, 3), E.numbers(4, 0.2), E.matrix(5, 3, 0.9))
        let all = try DenseLayer.batch(.tanh)(DenseMatrix(rows: 5, columns: 4), w, b, x).0
        for row in 0..<5 {
            let one = try DenseLayer.forward(.tanh)([0, 0, 0, 0], w, b, (0..<3).map { x[row, $0] }).0
            #expect(E.agree((0..<4).map { all[row, $0] }, one, 1e-15))
        }
        try E.examineMap(
            DenseLayer.batch(.softplus), DenseMatrix(rows: 5, columns: 4), w, b, x, with: [1, 2, 3])
        try E.examineMap(
            DenseLayer.batch(.relu), DenseMatrix(rows: 0, columns: 4), w, b, DenseMatrix(rows: 0, columns: 3),
            with: [1])
    }

    @Test(arguments: Activation.allCases) func activations(activation: Activation) throws {
        let f = ReversibleFunction { (y: Vector, x: Vector) in
            ParallelFor(y.indices) { i in y[i] += activation(x[i]) }
        }
        let points = [-30, -2.5, -1e-3, 1e-3, 0.7, 4, 25]
        try E.examineMap(f, points.map { _ in 0 }, points)
        let extremes = [-1e308, -800, -0.0, 0.0, 5e-300, 800, 1e308]
        let (value, gradient) = try valueAndSlopes(f, extremes)
        #expect(value.allSatisfy { $0.isFinite })
        #expect(gradient.allSatisfy { $0.isFinite })
    }

    private func valueAndSlopes(
        _ f: ReversibleFunction<Vector, Vector>, _ x: [Double]
    ) throws -> ([Double], [Double]) {
        let zeros = x.map { _ in 0.0 }
        let all = try vjp(f, zeros, x, cotangent: (x.map { _ in 1 }, zeros))
        return (try f(zeros, x).0, all.product.1)
    }

    /// The tails, where 1 + exp(−x) has no digits left; and the slopes at 0.
    @Test func tailsAndCorners() throws {
        func at(_ activation: Activation, _ x: Double) throws -> (value: Double, slope: Double) {
            let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += activation(x) }
            let both = try valueAndGrad(f, 0, x)
            return (both.value, both.gradient.1)
        }
        let tail = exp(-50.0)
        for activation in [Activation.sigmoid, .softplus] {
            let (value, slope) = try at(activation, -50)
            #expect(abs(value - tail) <= 1e-15 * tail)
            #expect(abs(slope - tail) <= 1e-15 * tail)
        }
        #expect(try at(.sigmoid, 0) == (0.5, 0.25))
        #expect(try at(.softplus, 0).slope == 0.5)
        #expect(try at(.relu, 0) == (0, 0))
        #expect(try at(.relu, 3) == (3, 1))
    }
}
