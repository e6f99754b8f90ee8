import AD
import Testing

/// Advection of q in a periodic domain at Courant number c, by the scheme of Lax and Wendroff.
///
/// After NiLang's examples/lax_wendroff.jl. The scheme smooths, so a step cannot be undone from its result
/// alone: the program keeps every time level in a matrix, adds the last one to `q` and takes the levels back.
/// The first and last cell are ghosts that repeat cells `n - 2` and 1.
private let advect = ReversibleFunction("advect", parameters: ["q", "start", "c", "steps"]) {
    (q: Vector, start: Vector, c: Scalar, steps: Integer) in
    let level = Matrix.ancilla(rows: steps + 1, columns: start.count, "level")
    let last = start.count - 1
    let flux = { (t: Integer, i: Expr) -> Expr in  // from cell i to the next one
        let (here, next) = (level[t, i], level[t, i + 1])
        return 0.5 * c * (here + next + c * (here - next))
    }
    Compute {
        For(start.indices) { i in level[0, i] += start[i] }
        For(0..<steps) { t in
            For(1..<last) { i in level[t + 1, i] += level[t, i] + flux(t, i - 1) - flux(t, i.expression) }
            level[t + 1, 0] += level[t + 1, last - 1]
            level[t + 1, last] += level[t + 1, 1]
        }
    } apply: {
        For(q.indices) { i in q[i] += level[steps, i] }
    }
}

/// Σ (i + 1) qᵢ after the last step.
private let weighted = ReversibleFunction("weighted") {
    (out: Scalar, start: Vector, c: Scalar, steps: Integer) in
    let q = Vector.ancilla(count: start.count, "q")
    Compute {
        advect(q, start, c, steps)
    } apply: {
        For(q.indices) { i in out += (i + 1) * q[i] }
    }
}

@Suite struct LaxWendroffTests {
    private let start = [0.1, 0.5, -0.3, 0.8, 0.2, -0.6]

    /// Recomputed with exact fractions in Python; all digits are finite in base 2 or 10.
    @Test func fourSteps() throws {
        let (q, _, _, _) = try advect([0, 0, 0, 0, 0, 0], start, 0.5, 4)
        let expected = [
            0.26650390625, 0.58037109375, 0.35068359375, 0.10244140625, 0.26650390625, 0.58037109375,
        ]
        #expect(agrees(q, expected, 1e-15))
        try checkInverse(advect, sample(6), start, 0.5, 4, tolerance: 1e-15)
    }

    /// Recomputed with exact fractions, derivatives as the fractions' difference quotients (linear in q) and
    /// a complex step in c.
    @Test func gradient() throws {
        let (_, dStart, dc, _) = try grad(weighted, 0, start, 0.5, 4)
        let expected = [1.494140625, 4.4619140625, 4.962890625, 6.9296875, 3.94921875, -0.7978515625]
        #expect(agrees(dStart, expected, 1e-15))
        #expect(agrees(dc, -7.4359375, 1e-15))
        try checkGrads(weighted, 0, start, 0.5, 4)
    }

    /// At Courant number 1 the scheme shifts by one cell each step.
    @Test func exactShift() throws {
        let start = [4.0, 1, 2, 3, 4, 1]
        #expect(try advect([0, 0, 0, 0, 0, 0], start, 1, 3).0 == [1, 2, 3, 4, 1, 2])
        #expect(try advect([0, 0, 0, 0, 0, 0], start, 1, 4).0 == start)
        #expect(try advect([0, 0, 0, 0, 0, 0], start, 1, 0).0 == start)
    }
}
