import AD
import Testing

/// One explicit step of the heat equation on a periodic grid: after += before + r (neighbours - 2 before).
private let heatStep = ReversibleFunction("heatStep", parameters: ["after", "before", "r"]) {
    (after: Vector, before: Vector, r: Scalar) in
    let n = before.count
    For(before.indices) { i in
        after[i] += before[i] + r * (before[(i + 1) % n] + before[(i + n - 1) % n] - 2 * before[i])
    }
}

/// `steps` steps with every time level in memory.
private let heat = ReversibleFunction("heat", parameters: ["after", "before", "r", "steps"]) {
    (after: Vector, before: Vector, r: Scalar, steps: Integer) in
    let n = before.count
    let level = Matrix.ancilla(rows: steps + 1, columns: n, "level")
    Compute {
        For(0..<n) { i in level[0, i] += before[i] }
        For(0..<steps) { t in
            For(0..<n) { i in
                let neighbours = level[t, (i + 1) % n] + level[t, (i + n - 1) % n]
                level[t + 1, i] += level[t, i] + r * (neighbours - 2 * level[t, i])
            }
        }
    } apply: {
        For(0..<n) { i in after[i] += level[steps, i] }
    }
}

/// The same steps by Bennett's time–space trade-off (1989; NiLang's `bennett`): half of the steps into a
/// scratch level, the other half from there into `after`, and the first half back. Needs log₂(steps) levels
/// of memory instead of `steps`, for steps^1.58 steps of time.
private let bennettHeat = ReversibleFunction.recursive(
    "bennettHeat", parameters: ["after", "before", "r", "steps"]
) { (itself, after: Vector, before: Vector, r: Scalar, steps: Integer) in
    If(steps == 1) {
        heatStep(after, before, r)
    } else: {
        let middle = Vector.ancilla(count: before.count, "middle")
        let (half, rest) = (Integer.ancilla("half"), Integer.ancilla("rest"))
        Compute {
            half += steps / 2
            rest += steps - half
            itself(middle, before, r, half)
        } apply: {
            itself(after, middle, r, rest)
        }
    }
}

@Suite struct HeatEquationTests {
    /// The grid of NiLang's test/stdlib/bennett.jl: 100 points, h = π/100, dt = 0.01, α = 0.04.
    private let r = 0.01 * 0.04 / (Double.pi / 100 * Double.pi / 100)
    private let start = (0..<100).map { $0 == 49 ? 1.0 : 0.0 }
    private let zeros = [Double](repeating: 0, count: 100)

    /// Recomputed with mpmath at 50 digits. 100 steps of sums of numbers below 1: 1e-14 absolute.
    @Test func hundredSteps() throws {
        let (after, _, _, _) = try heat(zeros, start, r, 100)
        #expect(agrees(after.reduce(0, +), 1, 1e-14))
        #expect(agrees(after[49], 0.04421357215604, 1e-14))
        #expect(agrees([after[48], after[50]], [0.0439440568375363, 0.0439440568375363], 1e-14))
        #expect(agrees(after[59], 0.0239628385017632, 1e-14))
        try checkInverse(heat, zeros, start, r, 100, tolerance: 1e-14)
    }

    @Test func bennettComputesTheSame() throws {
        let (direct, _, _, _) = try heat(zeros, start, r, 100)
        let (recursive, _, _, _) = try bennettHeat(zeros, start, r, 100)
        #expect(recursive == direct)
    }

    /// The gradient of y₅₀, which is the step's symmetric matrix to the power 100 again.
    @Test func gradient() throws {
        let (dStart, _) = try pullback(heat)
        #expect(agrees(dStart[49], 0.04421357215604, 1e-14))
        #expect(agrees(dStart[50], 0.0439440568375363, 1e-14))
    }

    /// Identical with and without Bennett, up to the residue of scratch levels, which are undone to rounding.
    @Test func gradientByBennett() throws {
        let direct = try pullback(heat)
        let recursive = try pullback(bennettHeat)
        #expect(agrees(recursive.dStart, direct.dStart, 1e-14))
        #expect(agrees(recursive.dr, direct.dr, 1e-13))  // a sum of 10^4 products
    }

    private func pullback(
        _ f: ReversibleFunction<Vector, Vector, Scalar, Integer>
    ) throws -> (dStart: [Double], dr: Double) {
        var seed = zeros
        seed[49] = 1
        let back = try vjp(f, zeros, start, r, 100, cotangent: (seed, zeros, 0, ())).product
        return (back.1, back.2)
    }

    @Test(arguments: [1, 2, 5]) func gradientsAgreeWithDifferences(steps: Int) throws {
        try checkGrads(heat, sample(5), sample(5, seed: 0.1), 0.3, steps)
        try checkGrads(bennettHeat, sample(5), sample(5, seed: 0.1), 0.3, steps)
        try checkInverse(bennettHeat, sample(5), sample(5, seed: 0.1), 0.3, steps, tolerance: 1e-15)
    }
}
