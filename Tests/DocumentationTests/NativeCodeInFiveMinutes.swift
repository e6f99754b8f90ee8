// document: Sources/NativeEngine/NativeEngine.docc/NativeCodeInFiveMinutes.md

import AD
import NativeEngine
import Testing

/// The programs of `Sources/NativeEngine/NativeEngine.docc/NativeCodeInFiveMinutes.md`.
@Suite struct NativeCodeInFiveMinutes {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let norm = ReversibleFunction("norm", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
            let squares = Scalar.ancilla("squares")
            Compute {
                For(v.indices) { i in squares += v[i] * v[i] }
            } apply: {
                out += sqrt(squares)
            }
        }
        let fast = try compile(norm)
        print(try fast(0.0, [3, 4]))  // (5.0, [3.0, 4.0])
        print(try compile(~norm)(5.0, [3, 4]))  // (0.0, [3.0, 4.0])
        // end of block
        session.check(1)
        // block 2
        let slope = try compile(grad(norm))
        print(try slope(0.0, [3, 4]))  // (1.0, [0.6000000000000001, 0.8])
        let push = try compile(jvp(norm))
        let (speed, _) = try push(0.0, [3, 4], tangent: (0, [1, 0])).product
        print(speed)  // 0.6000000000000001
        let rows = try compile(jacobian(norm, of: 0, with: 1))
        print(try rows(0.0, [3, 4]))  // [[0.6000000000000001, 0.8]]
        let curvature = try compile(hvp(norm))
        print(try curvature(0.0, [3, 4], direction: (0, [1, 0])))
        // (0.0, [0.128, -0.096])
        // end of block
        session.check(2)
        // block 3
        let product = ReversibleFunction("product", parameters: ["y", "a", "b"]) {
            (y: Scalar, a: Scalar, b: Scalar) in
            y += exp(a) * b
        }
        let inB = try compile(grad(product), with: [2])
        print(try inB(0.0, 0.0, 3.0))  // (0.0, 0.0, 1.0)
        // end of block
        session.check(3)
        // block 4
        var v = [3.0, 4.0]
        var out = 0.0
        try v.withUnsafeMutableBufferPointer { v in
            try withUnsafeMutablePointer(to: &out) { out in
                try fast.run(inPlace: [.real(out), .reals(v)])
            }
        }
        print(out)  // 5.0
        // end of block
        session.check(4)
        // block 5
        var values = (0.0, [3.0, 4.0])
        var gradients = (1.0, [0.0, 0.0])
        try withUnsafeMutablePointer(to: &values.0) { out in
            try withUnsafeMutablePointer(to: &gradients.0) { outGradient in
                try values.1.withUnsafeMutableBufferPointer { v in
                    try gradients.1.withUnsafeMutableBufferPointer { vGradient in
                        try slope.run(inPlace: [.real(out), .real(outGradient), .reals(v), .reals(vGradient)])
                    }
                }
            }
        }
        print(gradients.1)  // [0.6000000000000001, 0.8]
        // end of block
        session.check(5)
        // block 6
        let both = try compile(valueAndGrad(norm))
        let r = try both(0.0, [3, 4])
        print(r.value, r.gradient.1)  // 5.0 [0.6000000000000001, 0.8]
        let pull = try compile(vjp(norm, of: 0))
        let p = try pull(0.0, [3, 4], cotangent: 10)
        print(p.value.0, p.product.1)  // 5.0 [6.0, 8.0]
        let inV = try compile(hvp(norm), with: [1])
        print(try inV(0.0, [3, 4], direction: [1, 0], with: 1))  // [0.128, -0.096]
        // end of block
        session.check(6)
        // block 7
        var options = CompileOptions()
        options.precision = .single
        print(try compile(norm, options: options)(0.0, [1, 1]).0)  // 1.4142135381698608
        // end of block
        session.check(7)
    }
}
