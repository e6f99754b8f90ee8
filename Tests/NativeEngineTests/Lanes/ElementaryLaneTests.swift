import AD
import NativeEngine
import Testing

/// Elementary functions side by side: special values, conditions, integers.
@Suite(.enabled(if: compilerIsThere))
struct ElementaryLaneTests {
    private static let numbers: [Double] =
        [
            0, 1, 0.5, 1.5, 2, 3, 10, 0.1, 1e-3, 1e-9, 1e-17, 1e-160, 1e-300, 5e-324, 2.2e-308, 20, 27, 36,
            100, 709, 710, 745.5, 1000, 1e5, 1e6, 1e9, 1e15, 1e22, 1e100, 1e300, .greatestFiniteMagnitude,
            .infinity, 0.999_999_999, 1.000_000_001, 1.570_796_326_794_896_6, 3.141_592_653_589_793, 171.5,
        ].flatMap { [$0, -$0] } + [.nan] + samples(60).map { 12 * $0 }

    /// Every function in every lane: within 2 units in the last place of the interpreter, and special values
    /// alike.
    @Test func everyFunction() throws {
        let formulas: [(Expr, Expr) -> Expr] = [
            { x, _ in abs(x) }, { x, _ in sign(x) }, { x, _ in floor(x) }, { x, _ in sqrt(x) },
            { x, _ in cbrt(x) }, { x, _ in exp(x) }, { x, _ in exp2(x) }, { x, _ in expm1(x) },
            { x, _ in log(x) }, { x, _ in log2(x) }, { x, _ in log10(x) }, { x, _ in log1p(x) },
            { x, _ in sin(x) }, { x, _ in cos(x) }, { x, _ in tan(x) }, { x, _ in asin(x) },
            { x, _ in acos(x) }, { x, _ in atan(x) }, { x, _ in sinh(x) }, { x, _ in cosh(x) },
            { x, _ in tanh(x) }, { x, _ in asinh(x) }, { x, _ in acosh(x) }, { x, _ in atanh(x) },
            { x, _ in erf(x) }, { x, _ in erfc(x) }, { x, _ in lgamma(x) }, { x, _ in digamma(x) },
            { x, y in pow(x, y) }, { x, y in atan2(x, y) }, { x, y in hypot(x, y) }, { x, y in min(x, y) },
            { x, y in max(x, y) }, { x, y in x / y },
        ]
        let f = ReversibleFunction("table", parameters: ["out", "x", "y"]) {
            (out: Matrix, x: Vector, y: Vector) in
            ParallelFor(x.indices) { i in
                formulas.enumerated().map { column, formula in
                    out[i, column] += formula(x[i].expression, y[i].expression)
                }
            }
        }
        var (x, y) = (Self.numbers, Self.numbers)
        for shift in [1, 7, 40] {
            x += Self.numbers
            y += Self.numbers[shift...] + Self.numbers[..<shift]
        }
        let zeros = DenseMatrix(rows: x.count, columns: formulas.count)
        let expected = try f(zeros, x, y).0
        for lanes in [2, 8] {
            let found = try native(f, lanes: lanes)(zeros, x, y).0
            for row in x.indices {
                for column in formulas.indices {
                    let (a, b) = (found[row, column], expected[row, column])
                    let isSame = a == b || (a.isNaN && b.isNaN)
                    // The sums behind `lgamma` and `digamma` cancel near their zeros: there both are right to
                    // some units of the sums' terms, which are about 1.
                    let unit = [26, 27].contains(column) ? 4 * max(1, abs(b)).ulp : max(a.ulp, b.ulp)
                    if !isSame && !(abs(a - b) <= 2 * unit) {
                        Issue.record("formula \(column) at (\(x[row]), \(y[row])): \(a), expected \(b)")
                    }
                }
            }
        }
    }

    /// Values of lanes that are out of play must not matter: neither traps nor NaNs.
    @Test func lanesOutOfPlay() throws {
        let f = ReversibleFunction("f", parameters: ["y", "p", "x", "at", "d"]) {
            (y: Vector, p: IntegerVector, x: Vector, at: IntegerVector, d: Integer) in
            ParallelFor(y.indices) { i in
                If(at[i] >= 0 && at[i] < x.count && x[at[i]] > 0) {
                    y[i] += log(x[at[i]]) / x[at[i]]
                    p[i] += 100 / (at[i] + 1) + 7 % (at[i] + 1)
                } else: {
                    y[i] -= 1
                    If(at[i] != 0) { p[i] -= 60 / at[i] }
                }
                p[i] += select(at[i] == 0 || d == 0, -1, 12 / select(at[i] == 0, 1, at[i]))
                y[i] += select(at[i] >= 0 && at[i] < x.count, x[max(at[i], 0) % x.count] * 2, i)
                If(d != 0) { p[i] += 5 / d }
            }
        }
        for lanes in [2, 4, 16] {
            let (there, back) = (try native(f, lanes: lanes), try native(~f, lanes: lanes))
            for n in [0, 1, 3, 16, 21] {
                let at = (0..<n).map { ($0 * 5) % 13 - 4 }
                for (x, d) in [([1.0, 0, 4, 0.25, -1], 0), ([2, .nan, -0.0], 3)] {
                    let places: [Leaf<Double>] = [
                        .reals(samples(n)), .integers(.init(repeating: 3, count: n)), .reals(x),
                        .integers(at),
                        .integer(d),
                    ]
                    guard let expected = try? f.run(places) else { continue }
                    let found = try there.run(places)
                    expectClose(found, expected)
                    expectClose(try back.run(expected), try (~f).run(expected))
                }
            }
        }
    }

    private func expectClose(_ found: [Leaf<Double>], _ expected: [Leaf<Double>]) {
        expectSame(Array(found[1...]), Array(expected[1...]), "integers and inputs")
        // A logarithm within 2 units, divided and added.
        #expect(agree(found[0].numbers, expected[0].numbers, 1e-15))
    }
}
