import AD
import NativeEngine
import Testing

/// One array as two arguments that are read, whose gradients then both add to one array.
@Suite(.enabled(if: compilerIsThere))
struct LaneAliasTests {
    /// Rows of one matrix times columns of the same: iteration i adds to row i and to column i of one gradient.
    @Test func rowsAndColumnsOfOneMatrix() throws {
        let product = ReversibleFunction("product", parameters: ["out", "a", "b"]) {
            (out: Vector, a: Matrix, b: Matrix) in
            ParallelFor(out.indices) { i in
                For(0..<a.columns) { j in out[i] += a[i, j] * b[j, i] }
            }
        }
        let f = ReversibleFunction("f", parameters: ["loss", "m"]) { (loss: Scalar, m: Matrix) in
            let out = Vector.ancilla(count: m.rows, "out")
            Compute {
                product(out, m, m)
            } apply: {
                loss += sum(out * out)
            }
            // The gradient is not 0 when the loop adds to it, so the order of the sums can be seen.
            loss += 0.3 * sum(m * m)
        }
        for lanes in [2, 8] {
            let gradient = try native(grad(f), lanes: lanes)
            for n in [3, 8, 9, 17] {
                let m = DenseMatrix(samples: n, n)
                let expected = try grad(f, 0, m).1.elements
                // Sums of n terms of size 1 or so.
                #expect(agree(try gradient(0, m).1.elements, expected, 1e-12), "n = \(n), \(lanes) lanes")
            }
        }
        // Large enough for pieces.
        let n = 1100
        let m = DenseMatrix(samples: n, n)
        let gradient = try native(grad(f))
        let one = try gradient(0, m).1.elements
        var several = gradient
        several.threads = 3
        for _ in 0..<3 {
            let again = try several(0, m).1.elements
            #expect(again == one)
        }
    }

    /// Neighbours, mirrored and gathered elements of one vector through several parameters.
    @Test func severalNamesOfOneVector() throws {
        let stencil = ReversibleFunction("stencil", parameters: ["out", "a", "b", "c", "at"]) {
            (out: Vector, a: Vector, b: Vector, c: Vector, at: IntegerVector) in
            ParallelFor(out.indices) { i in
                out[i] += a[i] * b[i + 1] + b[i] * c[c.count - 1 - i]
                out[i] += a[at[i]] * c[i] + a[0] * a[i]
            }
        }
        let f = ReversibleFunction("f", parameters: ["loss", "v", "at"]) {
            (loss: Scalar, v: Vector, at: IntegerVector) in
            let out = Vector.ancilla(count: v.count - 1, "out")
            Compute {
                stencil(out, v, v, v, at)
            } apply: {
                loss += sum(out * out)
            }
        }
        for lanes in [2, 4, 16] {
            var gradient = try native(grad(f), lanes: lanes)
            for n in [2, 5, 9, 18, 3000] {
                let v = samples(n)
                let at = (0..<n).map { ($0 * 7 + 3) % min(n, 5) }
                gradient.threads = 1
                let found = try gradient(0, v, at).1
                // v[0] and the gathered elements collect n terms.
                #expect(agree(found, try grad(f, 0, v, at).1, 1e-12 * Double(n)), "n = \(n), \(lanes) lanes")
                gradient.threads = 3
                for _ in 0..<3 { #expect(try gradient(0, v, at).1 == found) }
            }
        }
    }
}

/// Whether numbers agree, relative to the larger of 1 and the largest of them.
func agree(_ found: [Double], _ expected: [Double], _ tolerance: Double) -> Bool {
    let scale = expected.reduce(1) { max($0, abs($1)) }
    return found.count == expected.count
        && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance * scale }
}

extension DenseMatrix {
    init(samples rows: Int, _ columns: Int, seed: Double = 0.5) {
        self.init(rows: rows, columns: columns)
        for (k, number) in NativeEngineTests.samples(rows * columns, seed: seed).enumerated() {
            self[k / columns, k % columns] = number
        }
    }
}
