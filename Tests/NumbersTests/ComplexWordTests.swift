import AD
import NativeEngine
import Numbers
import Testing

@Suite struct ComplexWordTests {
    private let z = Complex.Value(re: 2, im: -2.3)
    private let w = Complex.Value(re: -0.7, im: 1.1)

    private static let words = ReversibleFunction("words", parameters: ["z", "w", "k"]) {
        (z: Complex, w: Complex, k: Scalar) in
        z *= w
        z -= 2 * w + 1
        ROT(z, k)
        CONJ(z)
        z /= k
        z += 3
        SWAP(z, w)
        HADAMARD(z, w)
        NEG(w)
    }

    /// Python: z = conj((z·w − 2w − 1) e^{ik})/k + 3, a Hadamard transform, a sign.
    @Test func words() throws {
        let (a, b, _) = try Self.words(z, w, 0.25)
        let compiled = try compile(Self.words)(z, w, 0.25)
        #expect(agrees(a, 4.692687653294615, -4.705023628318742, 1e-14))
        #expect(agrees(b, 5.6826371469557815, -6.260658546929145, 1e-14))
        #expect(agrees(compiled.0, a.re, a.im) && agrees(compiled.1, b.re, b.im))
        try checkInverse(Self.words, z, w, 0.25)
        try checkGrads(
            ReversibleFunction { (out: Scalar, z: Complex, w: Complex, k: Scalar) in
                Compute {
                    Self.words(z, w, k)
                } apply: {
                    out += z.re * w.im + abs2(w)
                }
            }, 0, z, w, 0.25)
    }

    @Test func divisionUndoesMultiplication() {
        let there = ReversibleFunction(parameters: ["z", "w"]) { (z: Complex, w: Complex) in z *= w }
        let back = ReversibleFunction(parameters: ["z", "w"]) { (z: Complex, w: Complex) in z /= w }
        #expect("\(~there)" == "\(back)")
        #expect(
            "\(there)" == """
                ReversibleFunction { (z: Complex, w: Complex) in
                    ROT(z.re, z.im, atan2(w.im, w.re))
                    z.re *= hypot(w.re, w.im)
                    z.im *= hypot(w.re, w.im)
                }
                """)
    }

    @Test func zeroFactor() {
        let f = ReversibleFunction { (z: Complex, w: Complex) in z *= w }
        #expect(error { _ = try f(z, .zero) }?.kind == .zeroFactor)
    }

    /// The second part must not change by what the first has become, however that is written.
    @Test func changesByItself() throws {
        let turned = error {
            _ = try ReversibleFunction(checking: "f", parameters: ["z"]) { (z: Complex) in
                z += ComplexExpr(re: -z.im, im: z.re)
            }
        }
        #expect(
            turned?.message
                == "`z.re` is changed and used by the same statement; it could not be undone. Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)"
        )
        let elements = ReversibleFunction("f", parameters: ["v", "i", "j"]) {
            (v: ComplexVector, i: Integer, j: Integer) in
            v[i] += ComplexExpr(re: -v[j].im, im: v[j].re)
        }
        let v = ComplexVector.Value(re: [1, 2], im: [3, 4])
        #expect(try elements(v, 0, 1).0 == ComplexVector.Value(re: [-3, 2], im: [5, 4]))
        #expect(error { _ = try elements(v, 1, 1) }?.kind == .aliasing)
        let parts = ReversibleFunction("f", parameters: ["v", "i", "j"]) {
            (v: ComplexVector, i: Integer, j: Integer) in
            v[i..<(i + 2)] += ComplexExpr(re: -v[j..<(j + 2)].im, im: v[j..<(j + 2)].re)
        }
        let long = ComplexVector.Value(re: [1, 2, 3, 4], im: [5, 6, 7, 8])
        #expect(try parts(long, 0, 2).0 == ComplexVector.Value(re: [-6, -6, 3, 4], im: [8, 10, 7, 8]))
        #expect(error { _ = try parts(long, 0, 1) }?.kind == .aliasing)
    }

    @Test func vectors() throws {
        let f = ReversibleFunction {
            (out: Complex, u: ComplexVector, v: ComplexVector, k: Vector) in
            let scratch = ComplexVector.ancilla(count: u.count, "scratch")
            Compute {
                scratch += u * v - Complex.Value.i * u
                scratch *= Complex.Value(re: 1, im: 1)
                ROT(scratch, k)
                scratch /= 2
            } apply: {
                out += sum(conj(scratch[0..<2]) * scratch[1..<3])
            }
        }
        let u = ComplexVector.Value(re: [1, -2, 0.5], im: [0.25, 1, -1])
        let v = ComplexVector.Value(re: [0.3, 0.7, -1], im: [2, -0.1, 0.4])
        let out = try f(.zero, u, v, [0.1, 0.2, -0.4]).0
        #expect(agrees(out, 3.335377461198365, 0.9509207588164099, 1e-14))
        #expect(agrees(try compile(f)(.zero, u, v, [0.1, 0.2, -0.4]).0, out.re, out.im, 1e-15))
        let loss = ReversibleFunction { (out: Complex, u: ComplexVector, v: ComplexVector, k: Vector) in
            f(out, u, v, k)
        }
        try checkInverse(loss, .zero, u, v, [0.1, 0.2, -0.4])
        #expect(error { _ = try f(.zero, .init(re: [1, 2], im: [1]), v, [0, 0]) }?.kind == .lengthMismatch)
    }
}
