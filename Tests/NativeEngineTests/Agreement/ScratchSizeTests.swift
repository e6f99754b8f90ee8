import AD
import NativeEngine
import Testing

/// Sizes of arrays that live for one turn of a loop.
@Suite(.enabled(if: compilerIsThere)) struct ScratchSizeTests {
    private func agree(
        _ f: ReversibleFunction<Scalar, Vector>, _ v: [Double], _ value: Double, _ slopes: [Double]
    ) throws {
        let forms = [try native(f), try native(f, .all)]
        #expect(try f(0, v).0 == value)
        for form in forms { #expect(try form(0, v).0 == value) }
        #expect(try grad(f, 0.0, v).1 == slopes)
        for checks in [Checks.none, .all] { #expect(try native(grad(f), checks)(0.0, v).1 == slopes) }
    }

    @Test func meansOfRows() throws {
        let f = ReversibleFunction { (out: Vector, m: Matrix) in
            For(0..<m.rows) { i in
                let row = Vector.ancilla(count: m.columns)
                For(row.indices) { j in row[j] += m[i, j] }
                out[i] += sum(row) / row.count
                For(row.indices) { j in row[j] -= m[i, j] }
            }
        }
        #expect(try f([0, 0], [[1, 2, 3], [4, 5, 6]]).0 == [2, 5])
        for checks in [Checks.none, .all] {
            #expect(try native(f, checks)([0, 0], [[1, 2, 3], [4, 5, 6]]).0 == [2, 5])
        }
    }

    @Test func sizesThatDependOnTheTurn() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector) in
            For(0..<3) { i in
                let s = Vector.ancilla(count: i + 1), m = Matrix.ancilla(rows: s.count, columns: s.count + 1)
                y += v[0] * s.count + v[m.columns - 2] * (m.rows * m.columns)
            }
        }
        // 1 + 2 + 3 of v[0]; 1·2 of v[0], 2·3 of v[1], 3·4 of v[2].
        try agree(f, [1, 10, 100], 6 + 2 + 60 + 1200, [8, 6, 12])
    }

    @Test func sizesInWhileLoopsAndBranches() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector) in
            let n = Integer.ancilla()
            While(n < 3, post: n > 0) {
                n += 1
                If(n > 1) {
                    let s = Vector.ancilla(count: n * 2)
                    y += v[0] * s.count * s.count
                } else: {
                    let s = Vector.ancilla(count: 5)
                    y += v[1] * s.count
                }
            }
            n -= 3
        }
        try agree(f, [1, 2], 16 + 36 + 10, [52, 5])
    }

    @Test func sizesInCalls() throws {
        let scaled = ReversibleFunction("scaled") { (y: Scalar, x: Scalar, s: Vector) in y += x * s.count }
        let f = ReversibleFunction { (y: Scalar, v: Vector) in
            For(v.indices) { i in
                let s = Vector.ancilla(count: i + 2)
                scaled(y, v[i], s)
                y += sum(s + v[i])
            }
        }
        try agree(f, [1, 10], 2 * (2 + 30), [4, 6])
    }
}
