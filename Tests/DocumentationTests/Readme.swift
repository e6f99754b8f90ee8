// document: README.md

import AD
import Kernels
import NativeEngine
import Testing

/// The programs of `README.md`.
@Suite struct Readme {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let f = ReversibleFunction { (y: Scalar, x: Scalar) in  // parameters are places
            y += x * x + sin(x)
        }
        let (y, x) = try f(0.0, 3.0)  // forward: all arguments come back
        print(y, x)  // 9.141120008059866 3.0
        let (y0, x0) = try (~f)(y, x)  // backward
        print(y0, x0)  // 0.0 3.0
        let (dy, dx) = try grad(f, 0.0, 3.0)  // gradient of argument 0 in every argument
        print(dy, dx)  // 1.0 5.010007503399555
        // end of block
        session.check(1)
        // block 2
        let norm = ReversibleFunction("norm", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
            let squares = Scalar.ancilla("squares")
            Compute {
                For(v.indices) { i in squares += v[i] * v[i] }
            } apply: {
                out += sqrt(squares)
            }
        }
        print(try norm(0.0, [3, 4]))  // (5.0, [3.0, 4.0])
        print(try grad(norm, 0.0, [3, 4]))  // (1.0, [0.6000000000000001, 0.8])
        // end of block
        session.check(2)
        // block 3
        // The loss is argument 0 unless `loss:` names another. An integer has no gradient: `()`.
        print(try valueAndGrad(f, 0.0, 3.0).value)  // 9.141120008059866
        print(try vjp(f, 0.0, 3.0, cotangent: (2, 0)).product)  // (2.0, 10.02001500679911)
        print(try jvp(f, 0.0, 3.0, tangent: (0, 1)).product)  // (5.010007503399555, 1.0)
        print(try jacobian(norm, 0.0, [3, 4], of: 0, with: 1))  // [[0.6000000000000001, 0.8]]
        print(try hessian(f, 0.0, 3.0, with: 1))  // [[1.8588799919401326]]
        print(try hvp(f, 0.0, 3.0, direction: (0, 1)))  // (0.0, 1.8588799919401326)
        try checkGrads(f, 0.0, 3.0)  // against forward duals and against differences; throws
        try checkInverse(norm, 0.0, [3, 4])  // there and back; throws
        // end of block
        session.check(3)
        // block 4
        let fast = try compile(norm)  // called like `norm`, with the same results and errors
        print(try fast(0.0, [3, 4]))  // (5.0, [3.0, 4.0])
        let slope = try compile(grad(norm))  // computes the gradient and nothing else; verifies undoing
        print(try slope(0.0, [3, 4]))  // (1.0, [0.6000000000000001, 0.8])
        // end of block
        session.check(4)
        // block 5
        let solve = LinearAlgebra.triangularSolve(.lower)  // in place; its inverse is the product
        print(try solve([2, 13], [[2, 0], [1, 4]]).0)  // [1.0, 3.0]
        let fit = try GaussianMixture.fit(Iris.points, components: 3)  // on the compiled gradient
        print((fit.logPosterior * 1000).rounded() / 1000)  // -180.185
        // end of block
        session.check(5)
        // block 6
        let step = ReversibleFunction(parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
            If(x > 0) { x -= y }
        }
        do {
            try step(1.0, 2.0)
        } catch {
            print(error)
            // App/main.swift:2:5: in `f`, `If(x > 0) { … }`: the precondition was true and the postcondition is false
            //   afterwards; they must agree, so that the inverse knows which branch to undo. Give a `post:` that tells
            //   (x = -1.0)
        }
        // end of block
        session.checkJoined(6)
    }
}
