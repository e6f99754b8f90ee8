import AD
import Testing

/// Factors and expressions that cannot be used, seen when the function is made.
struct ExpressionTests {
    @Test func factorIsZero() {
        expectRefused(
            .zeroFactor, at: #line + 6,
            """
            in `f`, `x *= 0`: a place cannot be multiplied or divided by 0: it could not be undone
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                x *= 0
            }
        }
    }

    @Test func divisorFoldsToZero() {
        expectRefused(
            .zeroFactor, at: #line + 7,
            """
            in `f`, `m /= 0.0`: a place cannot be multiplied or divided by 0: it could not be undone
            """
        ) {
            let size = 2.0
            _ = try ReversibleFunction(checking: "f", parameters: ["m"]) { (m: Matrix) in
                m /= size - 2
            }
        }
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func literalFactorIsNotFinite(factor: Double) {
        expectRefused(
            .zeroFactor, at: #line + 7, column: 17,
            """
            in `f`, `x *= \(factor)`: a place is multiplied or divided by \(factor); the factor must be \
            finite and not 0 to be undone
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                x *= factor
            }
        }
    }

    /// Every level would double the work: an error, and not a program that never ends.
    @Test func choicesThatShareChoices() {
        func chain(_ depth: Int, _ x: Scalar) -> Expr {
            (0..<depth).reduce(x * x) { e, k in select(x > Double(k), e * sin(x), e + x) }
        }
        func sides(_ depth: Int, _ x: Scalar) -> Expr { (0..<depth).reduce(x * 1) { e, k in max(e, x * e) } }
        for make in [chain, sides] {
            do throws(ReversibilityError) {
                _ = try ReversibleFunction(checking: "f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
                    y += make(40, x)
                }
                Issue.record("2⁴⁰ choices were accepted")
            } catch {
                #expect(error.kind == .invalidStatement)
                #expect(
                    error.message.hasPrefix(
                        "the choices (`select`, `max`, `min`) of this expression share parts"))
                #expect(error.location?.line == #line - 8)
            }
        }
    }

    /// Choices beside one another, and parts that are shared outside of choices, are as many as they are.
    @Test func choicesBesideOneAnother() throws {
        let f = try ReversibleFunction(checking: "f", parameters: ["y", "x", "v"]) {
            (y: Scalar, x: Scalar, v: Vector) in
            y += (0..<400).reduce(x * 0) { e, k in e + select(v[k] > 0, v[k] * x, -v[k]) }
            y += (0..<20).reduce(max(x, 0)) { e, _ in e * e - e }
        }
        let v = (0..<400).map { $0 % 3 == 0 ? -1.0 : 2 }
        let found = try grad(f, 0, 0.5, v).1
        // e′ = (2e − 1) e′ for every turn of the second sum.
        var (e, slope) = (0.5, 1.0)
        for _ in 0..<20 { (e, slope) = (e * e - e, (2 * e - 1) * slope) }
        #expect(abs(found - (v.filter { $0 > 0 }.reduce(0, +) + slope)) < 1e-9)
    }

    @Test func nestingTooDeep() {
        do throws(ReversibilityError) {
            _ = try ReversibleFunction(checking: "f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
                y += (0..<2000).reduce(x * 1) { sum, i in sum * x + Double(i + 1) }
            }
            Issue.record("an expression of 4,000 levels was accepted")
        } catch {
            #expect(error.kind == .invalidStatement)
            #expect(error.location?.line == #line - 5)
            #expect(
                error.message == """
                    the expression is nested more than 512 deep; add it up in several statements, or use a \
                    `For` loop
                    """)
            #expect("\(error)".count < 400)
        }
    }

    @Test func misuseSurvivesASum() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `y += x + sum(x)`: `sum` adds up a whole vector or matrix, and `x` is a real number
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
                y += x + sum(x)
            }
        }
    }

    @Test func misuseSurvivesAProduct() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `y += sum(x) * 2`: `sum` adds up a whole vector or matrix, and `x` is a real number
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
                y += sum(x) * 2
            }
        }
    }

    @Test func misuseSurvivesASign() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `y += -sum(x)`: `sum` adds up a whole vector or matrix, and `x` is a real number
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
                y += -sum(x)
            }
        }
    }

    @Test func remainderOfAnIntegerVector() {
        expectRefused(
            .invalidStatement, at: #line + 8,
            """
            in `f`, `k += p % 2`: an integer cannot change by an integer vector; use `sum(…)` to add up \
            elements
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["k", "p"]) {
                (k: Integer, p: IntegerVector) in
                k += p % 2
            }
        }
    }

    @Test func swapOfStacks() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `SWAP(s, t)`: `SWAP` needs numbers or arrays, and `s` is a Stack
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["s", "t"]) { (s: Stack, t: Stack) in
                SWAP(s, t)
            }
        }
    }

    @Test func signOfAStack() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `NEG(s)`: `NEG` needs numbers or arrays, and `s` is a Stack
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["s"]) { (s: Stack) in
                NEG(s)
            }
        }
    }
}
