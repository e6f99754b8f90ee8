import AD
import Testing

/// Mistakes of people who are new to the language, found when the function is made.
struct TeachingTests {
    @Test func parametersWithoutNames() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `$1.im += $1.im * $0`: `$1.im` is changed and used by the same statement; it could not be \
            undone. Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f") { (x: Scalar, z: Pair) in
                z.im += z.im * x
            }
        }
        let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += x * x }
        #expect("\(f)" == "ReversibleFunction { ($0: Scalar, $1: Scalar) in\n    $0 += $1 * $1\n}")
        #expect("\(adjoint(f))".contains("$1.gradient += "), "\(adjoint(f))")
    }

    private struct Pair: Argument {
        var re: Scalar
        var im: Scalar
        struct Value: ArgumentValue { var re: Double, im: Double }
    }

    @Test func quotientByItself() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `x /= x`: `x` is changed and used by the same statement; it could not be undone. It would be 1, \
            whatever it was
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                x /= x
            }
        }
    }

    @Test func factorThatContainsThePlace() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `x *= x + 1.0`: `x` is changed and used by the same statement; it could not be undone. Multiply \
            by a copy, kept in an ancilla, or add the product to another place
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                x *= x + 1.0
            }
        }
    }

    @Test func floorIsARealNumber() {
        expectRefused(
            .invalidStatement, at: #line + 7,
            """
            in `f`, `n += floor(x)`: an Integer cannot change by a real number, and `floor` gives one, if a whole one; \
            make the expression an integer, or the place a Scalar
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["n", "x"]) { (n: Integer, x: Scalar) in
                n += floor(x)
            }
        }
    }

    @Test func matrixTimesVector() {
        expectRefused(
            .invalidStatement, at: #line + 8,
            """
            in `f`, `y += (a + b) * x`: `*` cannot combine a matrix with a vector; it works element by element. The \
            product of a matrix and a vector is a statement of its own, for two places: `y += a * x`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["y", "a", "b", "x"]) {
                (y: Vector, a: Matrix, b: Matrix, x: Vector) in
                y += (a + b) * x
            }
        }
    }

    @Test(arguments: [0, 1, 2])
    func divisionByTheConstantZero(form: Int) {
        let zero = 0
        let error = #expect(throws: ReversibilityError.self) {
            _ = try ReversibleFunction(checking: "f", parameters: ["n", "v"]) { (n: Integer, v: Vector) in
                if form == 0 { n += 5 / (zero + n * 0 + 0 * zero).zeroed }
                if form == 1 { n += (n + v.count) % zero }
                if form == 2 { v[3 / zero.expression] += 1 }
            }
        }
        #expect(error?.kind == .divisionByZero)
        #expect(
            error?.message
                == "an integer is divided by the constant 0; if the divisor comes from Swift and may be 0, "
                + "choose with Swift's `if`")
    }

    /// What a condition guards may never be evaluated.
    @Test func guardedDivisionByTheConstantZero() throws {
        let zero = 0
        let f = ReversibleFunction { (n: Integer, k: Integer) in n += select(k == 0, 7, k / zero) }
        #expect(try f(1, 0).0 == 8)
        #expect(throws: ReversibilityError.self) { try f(1, 1) }
    }

    @Test func placesPrintTheirNames() throws {
        nonisolated(unsafe) var printed: [String] = []
        _ = ReversibleFunction(parameters: ["x", "v", "n"]) { (x: Scalar, v: Vector, n: Integer) in
            let t = Scalar.ancilla("t")
            For(v.indices) { i in
                let _ =
                    (printed = [
                        "\(x)", "\(v)", "\(v[i + 1])", "\(n)", "\(i)", "\(t)", "\(x * t)", "\(x > 0)",
                    ])
                x += v[i]
            }
        }
        #expect(printed == ["x", "v", "v[i + 1]", "n", "i", "t", "x * t", "x > 0"])
        let f = ReversibleFunction { (m: Matrix, k: IntegerVector, s: Stack) in
            let _ = (printed = ["\(m[0, 1])", "\(k)", "\(s)"])
        }
        #expect(printed == ["$0[0, 1]", "$1", "$2"])
        #expect(f.description.contains("$2: Stack"))
        #expect("\(Scalar.ancilla())" == "a Scalar")
        #expect("\(IntegerVector.ancilla(count: 2)[0])" == "an element of an IntegerVector")
    }
}

extension Expr {
    /// The constant 0 in place of a formula that is 0.
    fileprivate var zeroed: Expr { 0.expression }
}
