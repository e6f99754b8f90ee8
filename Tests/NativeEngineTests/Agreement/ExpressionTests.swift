import AD
import NativeEngine
import Testing

/// Every elementary function and operator at every kind of value, against the interpreter.
@Suite(.enabled(if: compilerIsThere))
struct ExpressionTests {
    /// Ordinary numbers, ends of domains, and all that is special about floating-point numbers.
    private static let numbers: [Double] =
        [
            0, 1, 0.5, 0.75, 1.5, 2, 3, 10, 0.1, 1e-3, 1e-9, 1e-17, 1e-160, 1e-300, 5e-324, 2.2e-308, 7.25,
            20, 27, 36, 100, 709, 710, 745.5, 1000, 1e5, 1e6, 1e9, 1e15, 4_503_599_627_370_497, 1e22, 1e100,
            1e154, 1e300, .greatestFiniteMagnitude, .infinity, 0.999_999_999, 1.000_000_001, 0.346_573,
            1.570_796_326_794_896_6, 3.141_592_653_589_793, 355, 171.5, 0.84375, 6.25, 26.6,
        ].flatMap { [$0, -$0] } + [.nan] + samples(40).map { 12 * $0 }

    /// One function writes the value of every formula in a column of its own, so that one compilation is enough.
    private func table(_ formulas: [(Expr, Expr) -> Expr]) -> ReversibleFunction<Matrix, Vector, Vector> {
        ReversibleFunction("table", parameters: ["out", "x", "y"]) { (out: Matrix, x: Vector, y: Vector) in
            For(x.indices) { i in
                formulas.enumerated().map { column, formula in
                    out[i, column] += formula(x[i].expression, y[i].expression)
                }
            }
        }
    }

    private func zeros(_ rows: Int, _ columns: Int) -> Leaf<Double> {
        .matrix(rows: rows, columns: columns, .init(repeating: 0, count: rows * columns))
    }

    /// In single precision a constant that `Float` cannot hold is an infinity.
    @Test func constantsBeyondSinglePrecision() throws {
        let f = ReversibleFunction("largest", parameters: ["out", "x"]) { (out: Scalar, x: Scalar) in
            out += max(x, -Double.greatestFiniteMagnitude) + min(x, Double.greatestFiniteMagnitude)
        }
        var options = CompileOptions()
        options.precision = .single
        #expect(try compile(f, options: options)(1.0, 3.0).0 == 7)
    }

    @Test func functionsOfOneNumber() throws {
        let formulas: [(Expr, Expr) -> Expr] = [
            { x, _ in abs(x) }, { x, _ in sign(x) }, { x, _ in floor(x) }, { x, _ in sqrt(x) },
            { x, _ in cbrt(x) }, { x, _ in exp(x) }, { x, _ in exp2(x) }, { x, _ in expm1(x) },
            { x, _ in log(x) }, { x, _ in log2(x) }, { x, _ in log10(x) }, { x, _ in log1p(x) },
            { x, _ in sin(x) }, { x, _ in cos(x) }, { x, _ in tan(x) }, { x, _ in asin(x) },
            { x, _ in acos(x) }, { x, _ in atan(x) }, { x, _ in sinh(x) }, { x, _ in cosh(x) },
            { x, _ in tanh(x) }, { x, _ in asinh(x) }, { x, _ in acosh(x) }, { x, _ in atanh(x) },
            { x, _ in erf(x) }, { x, _ in erfc(x) }, { x, _ in lgamma(x) }, { x, _ in digamma(x) },
            { x, _ in -x }, { x, _ in 1 / x }, { x, _ in x * x - x }, { x, _ in pow(x, 3) },
            { x, _ in pow(x, -0.5) }, { x, _ in pow(2, x) },
        ]
        let x = Self.numbers
        let forms = try Forms(table(formulas))
        try forms.agree(zeros(x.count, formulas.count), .reals(x), .reals(x))
    }

    @Test func functionsOfTwoNumbers() throws {
        let formulas: [(Expr, Expr) -> Expr] = [
            { x, y in x + y }, { x, y in x - y }, { x, y in x * y }, { x, y in x / y },
            { x, y in min(x, y) }, { x, y in max(x, y) }, { x, y in pow(x, y) }, { x, y in atan2(x, y) },
            { x, y in hypot(x, y) }, { x, y in x * y + x }, { x, y in x - y * y },
        ]
        var (x, y): ([Double], [Double]) = ([], [])
        for a in Self.numbers {
            for b in Self.numbers.enumerated().filter({ $0.offset % 3 == 0 }).map(\.element) {
                x.append(a)
                y.append(b)
            }
        }
        let forms = try Forms(table(formulas))
        try forms.agree(zeros(x.count, formulas.count), .reals(x), .reals(y))
    }

    /// The derivatives' own functions: gradients at the same values.
    @Test func derivatives() throws {
        let f = ReversibleFunction("all", parameters: ["out", "x"]) { (out: Scalar, x: Scalar) in
            out += abs(x) + sign(x) + floor(x) + sqrt(x) + cbrt(x) + exp(x) + exp2(x) + expm1(x)
            out += log(x) + log2(x) + log10(x) + log1p(x) + sin(x) + cos(x) + tan(x)
            out += atan(x) + sinh(x) + cosh(x) + tanh(x) + asinh(x) + acosh(x + 1) + erf(x) + erfc(x)
            out += lgamma(x) + digamma(x) + pow(x, 0.3) + atan2(x, 2) + hypot(x, 3) + min(x, 2) + max(2, x)
            out += asin(x / 1000) + acos(x / 1000) + atanh(x / 1000)
        }
        let gradient = try native(grad(f))
        for x in [1e-3, 0.3, 1, 1.5, 2, 7.5, 30] + samples(20).map({ 40 * ($0 + 1.01) }) {
            // The native code adds the terms in the same order.
            #expect(try gradient(0, x).1.bitPattern == grad(f, 0, x).1.bitPattern, "x = \(x)")
        }
    }

    @Test func integers() throws {
        let f = ReversibleFunction("integers", parameters: ["out", "a", "b"]) {
            (out: IntegerVector, a: Integer, b: Integer) in
            out[0] += a + b
            out[1] += a - b
            out[2] += a * b % 1000
            out[3] += a / (b * b + 1)
            out[4] += a % (b * b + 1)
            out[5] += -a / 3
            out[6] += a / -3
            out[7] += -a % 7
            out[8] += a % -7
            out[9] += select(b == 0, 0, a / select(b == 0, 1, b))
            out[10] += select(b != 0 && a % b == 0, a / b + (a / b) * 2, a)
            out[11] ^= a
            out[12] ^= b + a
            out[13] += select(a < b, 1, select(a > b, 2, 3)) + select(a <= b, 10, 20)
            out[14] += select(!(a >= b) || b == -3 || (b != 0 && 12 / b > a), 100, 200)
        }
        let ends: [Int] = [
            0, 1, -1, 2, 3, -3, 7, -8, 1000, -999, 1 << 31, -(1 << 31), 1 << 53, .max / 4, .min / 4,
        ]
        let forms = try Forms(f)
        for a in ends {
            for b in ends where abs(b) < 1 << 30 && (abs(a) <= 1 << 31 || abs(b) < 4) {
                try forms.agree(.integers(.init(repeating: 0, count: 15)), .integer(a), .integer(b))
            }
        }
    }

    /// A choice evaluates one side, and a condition stops when it knows.
    @Test func onlyWhatIsNeededIsEvaluated() throws {
        let f = ReversibleFunction("guards", parameters: ["out", "v", "k", "p"]) {
            (out: Scalar, v: Vector, k: Integer, p: IntegerVector) in
            out += select(k < v.count, v[k], -1) + select(k < v.count, v[k] * v[k], -1)
            If(k < v.count && v[k] > 0) { out += 2 }
            If(k >= v.count || v[k] > 0) {
                out += 4
            } else: {
                out -= v[k]
            }
            If(k < p.count && p[k] < v.count && v[p[k]] > 0 && (k == 0 || 6 / k > 2)) { out += v[p[k]] }
            If(!(k < v.count && !(v[k] > 0 || v[k] < -0.5))) { out += 8 }
            out += select(k != 0, (12 / select(k == 0, 1, k)) * 1.0, 0)
            out += select(v.count > 3, select(k < 3, v[k + 1], v[0]), select(v.count > 0, v[0], 5))
        }
        let forms = try Forms(f)
        for count in [0, 1, 3, 5] {
            for k in 0...6 {
                try forms.agree(.real(0), .reals(samples(count)), .integer(k), .integers([2, 4, 0, 9]))
            }
        }
    }

    @Test func conditions() throws {
        let f = ReversibleFunction("conditions", parameters: ["out", "x", "y", "k"]) {
            (out: Scalar, x: Scalar, y: Scalar, k: Integer) in
            out += select(x < y, 1, 0) + select(x <= y, 2, 0) + select(x == y, 4, 0)
            out += select(x != y, 8, 0) + select(x > y, 16, 0) + select(x >= y, 32, 0)
            out += select(k < x, 64, 0) + select(k == y, 128, 0) + select(!(x < y) && !(k > 2), 256, 0)
        }
        let forms = try Forms(f)
        let ends: [Double] = [0, -0.0, 1, -1, 2, 5e-324, .infinity, -.infinity, 1e300]
        for x in ends {
            for y in ends {
                for k in [-1, 0, 2, 3] {
                    try forms.agree(.real(0), .real(x), .real(y), .integer(k))
                }
            }
        }
    }
}
