import AD
import Testing

/// A computation over a row of a matrix whose next row changes by it: what is read is as it was, though the matrix is not.
@Suite struct RowsOfOneArrayTests {
    private static let rows = ReversibleFunction("rows", parameters: ["out", "x"]) {
        (out: Scalar, x: Vector) in
        let m = Matrix.ancilla(rows: 3, columns: 2, "m")
        Compute {
            For(0..<2) { j in m[0, j] += x[j] }
            For(1..<3) { i in
                For(0..<2) { j in
                    let (total, largest) = (Scalar.ancilla("total"), Integer.ancilla("largest"))
                    Compute {
                        let row = Vector.ancilla(count: 2, "row")
                        Compute {
                            For(0..<2) { k in row[k] += m[i - 1, k] * x[k] }
                        } apply: {
                            largest += argmax(row)
                        }
                        total += m[i - 1, largest] * sum(x)
                    } apply: {
                        m[i, j] += total * x[j]
                    }
                }
            }
        } apply: {
            out += m[2, 0] * m[2, 1]
        }
    }

    /// With s = x₀ + x₁ and x₁ the largest: m[1] = x₁ s x, m[2] = x₁² s² x, out = x₁⁴ s⁴ x₀ x₁.
    @Test func gradient() throws {
        let (a, b) = (300.0, 700.0)
        let s = a + b
        let result = try valueAndGrad(Self.rows, 0, [a, b])
        let value = b * b * b * b * s * s * s * s * a * b
        #expect(abs(result.value / value - 1) < 1e-14)
        let expected = [value * (4 / s + 1 / a), value * (4 / s + 5 / b)]
        for (found, expected) in zip(result.gradient.1, expected) {
            #expect(abs(found / expected - 1) < 1e-13)
        }
    }
}
