// document: Sources/Kernels/Programs/ReversiblePrograms.docc/BuildingBlocks.md

import Kernels
import NativeEngine
import Testing

/// The programs of `Sources/Kernels/Programs/ReversiblePrograms.docc/BuildingBlocks.md`.
@Suite struct BuildingBlocks {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        print(try Softmax.logSumExp(0.0, [1000, 1001]).0)  // 1001.3132616875182
        let fit = ReversibleFunction("fit", parameters: ["loss", "weights", "bias", "x", "label"]) {
            (loss: Scalar, weights: Matrix, bias: Vector, x: Vector, label: Integer) in
            let logits = Vector.ancilla(count: bias.count, "logits")
            Compute {
                LinearAlgebra.affineMap(logits, weights, x, bias)
            } apply: {
                Softmax.crossEntropy(loss, logits, label)
            }
        }
        let weights = DenseMatrix([[1, 2], [0, 1], [-1, 0]])
        let (_, _, inBias, _, _) = try grad(fit, 0.0, weights, [0, 0, 0], [0.5, 0.25], 1)
        print(inBias)
        // [0.5897976636568127, -0.7213993108037271, 0.13160164714691433]
        // end of block
        session.check(1)
        // block 2
        let slope = try compile(grad(fit), with: [2])
        let (_, _, fast, _, _) = try slope(0.0, weights, [0, 0, 0], [0.5, 0.25], 1)
        print(zip(fast, inBias).allSatisfy { abs($0 - $1) < 1e-15 })  // true
        // end of block
        session.check(2)
        // block 3
        let multiply = LinearAlgebra.triangularProduct(.lower)
        let lower = DenseMatrix([[2, 0], [1, 4]])
        let (product, _) = try multiply([1, 3], lower)
        print(product)  // [2.0, 13.0]
        print(try (~multiply)(product, lower).0)  // [1.0, 3.0]
        print(multiply)
        // ReversibleFunction("triangularProduct") { (x: Vector, t: Matrix) in
        //     For(x.count - 1...0, by: -1) { i in
        //         x[i] *= t[i, i]
        //         For(0..<i) { j in
        //             x[i] += t[i, j] * x[j]
        //         }
        //     }
        // }
        // end of block
        session.check(3)
        // block 4
        let system = DenseMatrix([[0, 2], [1, 1]])
        print(try LinearAlgebra.solve([4, 3], system).0)  // [1.0, 2.0]
        print(try (~LinearAlgebra.solve)([1, 2], system).0)  // [4.0, 3.0]
        let (_, cofactors) = try grad(LinearAlgebra.determinant, 0.0, system)
        print(cofactors)  // [[1.0, -1.0], [-2.0, 0.0]]
        // end of block
        session.check(4)
        // block 5
        let angles = [0.1, -0.7, 0.4]
        let (turned, _) = try LinearAlgebra.givensProduct([1, 2, 2], angles)
        print(try abs(LinearAlgebra.norm2(0.0, turned).0 - 3) < 1e-15)  // true
        print(try checkInverse(LinearAlgebra.givensProduct, [1, 2, 2], angles) < 1e-15)  // true
        // end of block
        session.check(5)
        // block 6
        print(try Softmax.softmax([0, 0], [-1e308, -.infinity]).0)  // [1.0, 0.0]
        let (_, direction) = try grad(LinearAlgebra.norm2, 0.0, [3e200, -4e200])
        let (_, corner) = try grad(LinearAlgebra.norm2, 0.0, [0, 0])
        print(direction, corner)  // [0.6, -0.8] [0.0, 0.0]
        // end of block
        session.check(6)
        // block 7
        let layer = DenseLayer.forward(.relu)
        print(try layer([0, 0, 0], weights, [0, 0, 0], [1, -1]).0)  // [0.0, 0.0, 0.0]
        print(try layer([0, 0, 0], weights, [2, 2, 2], [1, -1]).0)  // [1.0, 1.0, 1.0]
        // end of block
        session.check(7)
        // block 8
        let pendulum = ReversibleFunction("pendulum", parameters: ["rate", "y", "p"]) {
            (rate: Vector, y: Vector, p: Scalar) in
            rate[0] += y[1]
            rate[1] -= p * sin(y[0])
        }
        let swing = Integrators.rungeKutta4Trajectory(of: pendulum)
        let angle = ReversibleFunction("angle", parameters: ["out", "start", "p"]) {
            (out: Scalar, start: Vector, p: Scalar) in
            let states = Matrix.ancilla(rows: 201, columns: 2, "states")
            let h = Scalar.ancilla("h")
            Compute {
                h += 0.01
                For(start.indices) { i in states[0, i] += start[i] }
                swing(states, h, p)
            } apply: {
                out += states[200, 0]
            }
        }
        let (_, inStart, inStrength) = try grad(angle, 0.0, [1, 0.2], 1.0)
        print(inStart.map { ($0 * 1e6).rounded() / 1e6 }, (inStrength * 1e6).rounded() / 1e6)
        // [0.005706, 1.161236] -1.092129
        // end of block
        session.check(8)
        // block 9
        let kepler = ReversibleFunction("kepler", parameters: ["out", "x"]) { (out: Scalar, x: Vector) in
            out -= 1 / sqrt(sum(x * x))
        }
        let fly = Integrators.velocityVerlet(potential: kepler)
        let reach = ReversibleFunction("reach", parameters: ["out", "x", "v", "h", "steps"]) {
            (out: Scalar, x: Vector, v: Vector, h: Scalar, steps: Integer) in
            fly(x, v, h, steps)
            out += x[0]
        }
        let (_, inPosition, inVelocity, _, _) = try grad(reach, 0.0, [1, 0], [0, 1], 0.01, 100)
        print((inPosition + inVelocity).map { ($0 * 1e6).rounded() / 1e6 })
        // [1.896937, 0.386776, 1.228261, 0.188858]
        print(try checkInverse(fly, [1, 0], [0, 1.2], 0.01, 1000) < 1e-12)  // true
        // end of block
        session.check(9)
    }
}
