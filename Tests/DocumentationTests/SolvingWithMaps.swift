// document: Sources/Optimizers/Optimizers.docc/SolvingWithMaps.md

import AD
import Optimizers
import Testing

/// The programs of `Sources/Optimizers/Optimizers.docc/SolvingWithMaps.md`.
@Suite struct SolvingWithMaps {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let line = ReversibleFunction("line", parameters: ["y", "p", "t"]) {
            (y: Vector, p: Vector, t: Vector) in
            For(y.indices) { i in y[i] += p[0] + p[1] * t[i] }
        }
        let J = try linearize(line, [0, 0, 0, 0], [0, 0], [0, 1, 2, 3], of: 0, with: 1).map
        let b = [1.0, 3, 4, 6]
        let fit = try J.solve(b)
        print(fit.solution.map { ($0 * 1e9).rounded() / 1e9 })  // [1.1, 1.6]
        print(fit.reason, fit.isConverged)
        // a least-squares solution: no other has a smaller residual true
        // end of block
        session.check(1)
        // block 2
        let normal = try J.normal.solve(J.transposed(b))
        print(normal.solution.map { ($0 * 1e9).rounded() / 1e9 }, normal.reason)
        // [1.1, 1.6] the residual is small
        // end of block
        session.check(2)
        // block 3
        let saddle = MatrixFreeOperator(size: 2) { x in [x[0] + 2 * x[1], 2 * x[0] + x[1]] }
        print(try ConjugateGradients().solve(saddle, [1, -1]).reason)
        // the matrix is not positive definite; use MINRES, or LSQR
        print(try MINRES().solve(saddle, [1, -1]).solution)  // [-1.0, 1.0]
        // end of block
        session.check(3)
        // block 4
        let decay = ReversibleFunction("decay", parameters: ["r", "p", "t", "y"]) {
            (r: Vector, p: Vector, t: Vector, y: Vector) in
            For(t.indices) { i in r[i] += p[0] * exp(-p[1] * t[i]) * sin(p[2] * t[i] + p[3]) - y[i] }
        }
        let times = [0, 0.25, 0.5, 0.75, 1]
        let (zeros, start) = ([0.0, 0, 0, 0, 0], [1.1, 0.9, 3.1, 0.1])
        let data = [0.19866933, 0.66596829, 0.66473279, 0.35001269, -0.02622919]
        let found = try GaussNewton().minimize(decay, zeros, start, times, data, of: 0, with: 1)
        print(found.point.1.map { ($0 * 1e6).rounded() / 1e6 }, found.isConverged)
        // [1.0, 0.8, 3.0, 0.2] true
        // end of block
        session.check(4)
        // block 5
        let far = try GaussNewton().minimize(
            decay, zeros, start, times, [1, 0.6, 0.2, -0.1, -0.2], of: 0, with: 1)
        print(far.reason)
        // the value grows from step to step; begin nearer, or use LevenbergMarquardt
        // end of block
        session.check(5)
        // block 6
        let step = ReversibleFunction("step", parameters: ["y", "z", "w", "x"]) {
            (y: Vector, z: Vector, w: Matrix, x: Vector) in
            For(y.indices) { i in y[i] += tanh(w[i, 0] * z[0] + w[i, 1] * z[1] + x[i]) }
        }
        let w = DenseMatrix([[0.2, -0.3], [0.4, 0.1]])
        let x = [0.4, -0.56]
        var z = [0.0, 0]
        for _ in 0..<60 { z = try step([0, 0], z, w, x).0 }
        let map = try implicit(step, [0, 0], z, w, x, solution: 1, as: .fixedPoint, with: 3)
        print(try map([0.5, -0.7]).map { ($0 * 1e9).rounded() / 1e9 })  // [0.51987932, -0.469392647]
        print(try map.transposed([1, 0]).map { ($0 * 1e9).rounded() / 1e9 })  // [0.742333868, -0.212446265]
        // end of block
        session.check(6)
    }
}
