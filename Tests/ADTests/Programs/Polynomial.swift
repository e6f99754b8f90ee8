import AD
import Testing

/// A polynomial by recursion over its coefficients: out += power · (c[k] + c[k + 1] x + …).
///
/// Each call hands the next power of x down in a scratch number of its own.
private let terms = ReversibleFunction.recursive("terms", parameters: ["out", "x", "power", "c", "k"]) {
    (itself, out: Scalar, x: Scalar, power: Scalar, c: Vector, k: Integer) in
    If(k < c.count) {
        let next = Scalar.ancilla("next")
        out += c[k] * power
        Compute {
            next += power * x
            k += 1
        } apply: {
            itself(out, x, next, c, k)
        }
    }
}

/// out += c[0] + c[1] x + c[2] x² + …
private let polynomial = ReversibleFunction("polynomial", parameters: ["out", "x", "c"]) {
    (out: Scalar, x: Scalar, c: Vector) in
    let (power, k) = (Scalar.ancilla("power"), Integer.ancilla("k"))
    Compute {
        power += 1
    } apply: {
        terms(out, x, power, c, k)
    }
}

/// out += 3ⁿ x by recursion, each level with a scratch number.
private let tripled = ReversibleFunction.recursive("tripled", parameters: ["out", "x", "n"]) {
    (itself, out: Scalar, x: Scalar, n: Integer) in
    If(n == 0) {
        out += x
    } else: {
        let triple = Scalar.ancilla("triple")
        n -= 1
        Compute {
            triple += 3 * x
        } apply: {
            itself(out, triple, n)
        }
        n -= 1
        n += 2
    }
}

@Suite struct PolynomialTests {
    private let c = [2, -1, 0.5, 3]

    @Test func value() throws {
        // 2 - 0.5 + 0.125 + 0.375, exact in base 2
        #expect(try polynomial(0, 0.5, c).0 == 2)
        #expect(try polynomial(0, 0.5, []).0 == 0)
        try checkInverse(polynomial, 0.25, 0.7, c, tolerance: 1e-15)
        #expect(try tripled(0, 1, 4).0 == 81)
    }

    @Test func gradients() throws {
        let (_, dx, dc) = try grad(polynomial, 0, 0.5, c)
        // -1 + 2 · 0.5 · 0.5 + 3 · 3 · 0.25
        #expect(dx == 1.75 && dc == [1, 0.5, 0.25, 0.125])
        try checkGrads(polynomial, 0.25, 0.7, c)
    }

    /// The cotangent of the scratch number must survive the call.
    @Test func gradientThroughScratch() throws {
        let (_, dx, _) = try grad(tripled, 0, 1, 4)
        #expect(dx == 81)
    }
}
