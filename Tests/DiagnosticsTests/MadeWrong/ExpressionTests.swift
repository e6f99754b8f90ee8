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
