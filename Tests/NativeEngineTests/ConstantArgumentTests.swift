import AD
import NativeEngine
import ReversibleCore
import Testing

/// Constants as arguments of called functions that only read them.
@Suite(.enabled(if: compilerIsThere)) struct ConstantArgumentTests {
    /// y += c · Σ v[i]² over the first n.
    private static let squares = ReversibleFunction("squares", parameters: ["y", "v", "n", "c"]) {
        (y: Scalar, v: Vector, n: Integer, c: Scalar) in
        For(0..<n) { i in y += c * v[i] * v[i] }
    }

    @Test func numbers() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Vector) in
            Self.squares(y, x, .constant(2), .constant(0.5))
            (~Self.squares)(y, x, .constant(1), .constant(3))
        }
        #expect(try f(0, [2, 4, 6]).0 == 0.5 * 20 - 12)
        try f.agreesBothWays([.real(1), .reals([2, 4, 6])])
        #expect(try grad(f, 0, [2, 4, 6]).1 == [2 - 12, 4, 0])
        #expect(try native(grad(f), .undoing)(0, [2, 4, 6]).1 == [-10, 4, 0])
        #expect(try hessian(f, 0, [2, 4, 6], with: 1)[0, 0] == -5)
        #expect(
            f.description == """
                ReversibleFunction { (y: Scalar, x: Vector) in
                    squares(y, x, Integer.constant(2), Scalar.constant(0.5))
                    (~squares)(y, x, Integer.constant(1), Scalar.constant(3.0))
                }
                """)
    }

    /// Arrays, through several calls, in structs, and elements at places that are known only when it runs.
    @Test func arrays() throws {
        let data = Vector.constant([1, 2, 3], "data")
        let table = Matrix.constant([[1, 2], [3, 4]])
        let inner = ReversibleFunction("inner", parameters: ["y", "a", "s", "k"]) {
            (y: Scalar, a: Vector, s: Scalar, k: Integer) in
            y += s * s * a[k] + a.count
        }
        let outer = ReversibleFunction("outer", parameters: ["y", "a", "s", "m"]) {
            (y: Scalar, a: Vector, s: Scalar, m: Matrix) in
            For(0..<m.rows) { i in
                inner(y, a, s, i)
                inner(y, a, m[i, 1], i)
                inner(y, a, a[i], .constant(2))
            }
        }
        let f = ReversibleFunction("f", parameters: ["y", "s"]) { (y: Scalar, s: Scalar) in
            outer(y, data, s, table)
        }
        // For i in 0, 1: s² aᵢ + 3, mᵢ₁² aᵢ + 3, aᵢ² · 3 + 3.
        func value(_ s: Double) -> Double { s * s * 3 + 4 * 1 + 16 * 2 + (1 + 4) * 3 + 18 }
        #expect(try f(0, 5).0 == value(5))
        try f.agreesBothWays([.real(1), .real(5)])
        for way in [Undoing.inverse, .recorded, .checkpoints(2)] {
            #expect(try grad(f, 0, 5, undoing: way).1 == 30)
            #expect(try native(grad(f, undoing: way), .undoing)(0, 5).1 == 30)
        }
        #expect(try hvp(f, 0, 5, direction: (0, 2)).1 == 12)
        #expect(try jvp(f, 0, 5, tangent: (0, 1)).product.0 == 30)
        #expect(
            f.description == """
                ReversibleFunction { (y: Scalar, s: Scalar) in
                    let data = Vector.constant([1.0, 2.0, 3.0])
                    outer(y, data, s, Matrix.constant([[1.0, 2.0], [3.0, 4.0]]))
                }
                """)
    }

    /// A function that calls itself hands its constants on.
    @Test func recursion() throws {
        let halving = ReversibleFunction.recursive("total", parameters: ["y", "v", "k"]) {
            (total, y: Scalar, v: Vector, k: Integer) in
            If(k > 0) {
                k -= 1
                y += v[k]
                total(y, v, k)
                k += 1
            }
        }
        let data = Vector.constant([1, 2, 4])
        let f = ReversibleFunction { (y: Scalar, k: Integer) in halving(y, data, k) }
        #expect(try f(0, 3).0 == 7 && native(f)(0, 2).0 == 3)
        let other = ReversibleFunction.recursive("turn", parameters: ["y", "a", "b", "k"]) {
            (turn, y: Scalar, a: Vector, b: Vector, k: Integer) in
            If(k > 0) {
                k -= 1
                y += a[k]
                turn(y, b, a, k)
                k += 1
            }
        }
        let wrong = failure {
            try ReversibleFunction(checking: "g") { (y: Scalar, b: Vector, k: Integer) in
                other(y, data, b, k)
            }
        }
        #expect(
            wrong?.message
                == "`turn` calls itself with something else where it is given `Vector.constant([1.0, 2.0, 4.0])`; a "
                + "function that calls itself hands constants on as they are. Keep the value in a place: "
                + "`Compute { t += … } apply: { … }`")
        let itself = failure {
            try ReversibleFunction.recursive(checking: "h") { (h, y: Scalar, k: Integer) in
                h(y, .constant(3))
            }
        }
        #expect(
            itself?.message
                == "a function that calls itself cannot give itself the constant `Integer.constant(3)`; keep it in a place: "
                + "`Compute { t += … } apply: { … }`")
    }

    /// Over values with gradients, and in a parallel loop's body.
    @Test func adjointsAndLanes() throws {
        let v = Vector.constant([1, 2, 3])
        let f = ReversibleFunction { (out: Vector, x: Vector) in
            ParallelFor(x.indices) { i in Self.squares(out[i], v, .constant(3), x[i]) }
        }
        #expect(try f([0, 0], [1, 2]).0 == [14, 28] && native(f)([0, 0], [1, 2]).0 == [14, 28])
        let loss = ReversibleFunction { (l: Scalar, out: Vector, x: Vector) in
            f(out, x)
            l += sum(out * out)
        }
        // 2 · 14² x.
        #expect(try grad(loss, 0, [0, 0], [1, 2]).2 == [392, 784])
        #expect(try native(grad(loss), .undoing)(0, [0, 0], [1, 2]).2 == [392, 784])
    }

    @Test func steps() throws {
        let start = Vector.constant([1, 2])
        let f = ReversibleFunction { (y: Vector, h: Scalar) in
            Iterate(y, from: start, times: 3) { next, current in
                For(next.indices) { i in next[i] += h * current[i] }
            }
        }
        #expect(try f([0, 0], 2).0 == [8, 16] && native(f)([0, 0], 2).0 == [8, 16])
        // ∂(h³ · 3)/∂h.
        let loss = ReversibleFunction { (l: Scalar, y: Vector, h: Scalar) in
            f(y, h)
            l += sum(y)
        }
        #expect(try grad(loss, 0, [0, 0], 2).2 == 36)
        #expect(try native(grad(loss), .undoing)(0, [0, 0], 2).2 == 36)
    }
}
