import AD
import NativeEngine
import ReversibleCore
import Testing

/// Instructions given with their inverses.
@Suite(.enabled(if: compilerIsThere)) struct InstructionPairTests {
    /// (a, b) → (a + b, 3b), and back with a factor in place of a division.
    static let scaleAdd = InstructionPair("scaleAdd", parameters: ["a", "b"]) { (a: Scalar, b: Scalar) in
        a += b
        b *= 4
    } inverse: { a, b in
        b *= 0.25
        a -= b
    }

    private static let f = ReversibleFunction("f", parameters: ["a", "b", "v"]) {
        (a: Scalar, b: Scalar, v: Vector) in
        scaleAdd(a, b)
        For(0..<v.count - 1) { i in scaleAdd(v[i], v[i + 1]) }
        (~scaleAdd)(b, v[0])
    }

    @Test func bothWays() throws {
        #expect(try Self.scaleAdd(1, 2) == (3, 8))
        #expect(try (~Self.scaleAdd)(3, 8) == (1, 2))
        let (a, b, v) = try Self.f(1, 2, [3, 5, 7])
        #expect(a == 3 && b == 6 && v == [2, 27, 28])
        #expect(try (~Self.f)(a, b, v) == (1, 2, [3, 5, 7]))
        try Self.f.agreesBothWays([.real(1), .real(2), .reals([3, 5, 7])])
        try checkInverse(Self.scaleAdd, 1.5, -2)
        try checkInverse(~Self.scaleAdd, 1.5, -2)
    }

    /// The inverse of a program runs what was given, which its text says.
    @Test func text() {
        #expect(
            (~Self.f).description == """
                ReversibleFunction { (a: Scalar, b: Scalar, v: Vector) in
                    scaleAdd(b, v[0])
                    For(0..<v.count - 1) { /* backward */ i in
                        (~scaleAdd)(v[i], v[i + 1])
                    }
                    (~scaleAdd)(a, b)
                }
                """)
        #expect(
            (~Self.scaleAdd).forward.description == """
                ReversibleFunction("(~scaleAdd)") { (a: Scalar, b: Scalar) in
                    b *= 0.25
                    a -= b
                }
                """)
    }

    /// The map is linear: v₀ ← (v₀ + v₁) / 4, v₁ ← 4 v₁ + v₂, v₂ ← 4 v₂, a ← a + b, b ← 4 b − (v₀ + v₁) / 4. With J the
    /// matrix of v, the Hessian of Σ v² is 2 Jᵀ J.
    @Test func derivatives() throws {
        let loss = ReversibleFunction("loss", parameters: ["y", "a", "b", "v"]) {
            (y: Scalar, a: Scalar, b: Scalar, v: Vector) in
            Compute {
                Self.f(a, b, v)
            } apply: {
                y += a * b + sum(v * v)
            }
        }
        for way in [Undoing.inverse, .recorded, .checkpoints(2)] {
            for gradient in [
                try grad(loss, 0, 1, 2, [3, 5, 7], undoing: way),
                try native(grad(loss, undoing: way), .undoing)(0, 1, 2, [3, 5, 7]),
            ] {
                #expect(gradient.1 == 6 && gradient.2 == 18 && gradient.3 == [0.25, 216.25, 278])
            }
        }
        let curvature = try hessian(loss, 0, 1, 2, [3, 5, 7], with: 3)
        #expect(curvature == [[0.125, 0.125, 0], [0.125, 32.125, 8], [0, 8, 34]])
        try checkGrads(loss, 0, 1, 2, [3, 5, 7])
        try checkGrads(~Self.f, 1, 2, [3, 5, 7])
    }

    /// A program that does not undo the other is found by running both, and one that cannot when the pair is made.
    @Test func mistakes() throws {
        let wrong = InstructionPair("wrong", parameters: ["a", "b"]) { (a: Scalar, b: Scalar) in
            a += b
        } inverse: { a, b in
            a -= 2 * b
        }
        let error = #expect(throws: ReversibilityError.self) { try checkInverse(wrong, 1, 2) }
        #expect(error?.kind == .inverseMismatch)
        #expect(error?.message.hasPrefix("`a` is -1.0 after running forward and back, and was 1.0") == true)
        let refused = #expect(throws: ReversibilityError.self) {
            try InstructionPair(checking: "g", parameters: ["a", "b"]) { (a: Scalar, b: Scalar) in
                a += b
            } inverse: { a, b in
                b -= a
            }
        }
        #expect(
            refused?.message
                == "`g` changes `a`, and `(~g)` does not: one could not undo the other")
    }
}
