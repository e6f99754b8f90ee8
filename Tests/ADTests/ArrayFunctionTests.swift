import AD
import Testing

/// Functions of whole arrays: derivative rules that choose do so for every element.
struct ArrayFunctionTests {
    private let v = [0.37, 0.0, -0.83, 0.9]
    private let w = [0.6, 0.0, 0.41, -1.2]
    private let dv = [0.3, -0.2, 0.7, 0.1]
    private let dw = [0.5, 0.4, -0.6, 0.2]

    /// Where a function is not defined, or infinite, its argument is moved to where it is.
    private func moved(_ x: some Operand, for function: ElementaryFunction) -> Expr {
        switch function {
        case .log, .log2, .log10, .lgamma, .acosh, .pow, .divide, .fmod, .polygamma: x + 2.5
        case .sqrt: x + 0.83
        default: x * 0.9
        }
    }

    @Test(arguments: ElementaryFunction.allCases.prefix { $0 != .add })
    func ofOneArgument(_ function: ElementaryFunction) throws {
        func apply(_ x: some Operand) -> Expr { Expr(.unary(function, moved(x, for: function).node)) }
        let whole = ReversibleFunction("whole") { (out: Scalar, a: Vector) in out += sum(apply(a) * a) }
        let loop = ReversibleFunction("loop") { (out: Scalar, a: Vector) in
            For(a.indices) { i in out += apply(a[i]) * a[i] }
        }
        // Sums of four terms in another order.
        #expect(agrees(try grad(whole, 0, v).1, try grad(loop, 0, v).1, 1e-15))
        let speed = try jvp(loop, 0, v, tangent: (0, dv)).product.0
        let forward = tangent(whole)
        #expect(agrees(try forward(DualVar(0), DualVar(v, dv)).0.tangent, speed, 1e-15))
    }

    @Test(arguments: ElementaryFunction.allCases.drop { $0 != .add })
    func ofTwoArguments(_ function: ElementaryFunction) throws {
        func apply(_ x: some Operand, _ y: some Operand) -> Expr {
            let first = function == .polygamma ? Node.real(1) : moved(x, for: function).node
            return Expr(.binary(function, first, moved(y, for: function).node))
        }
        // Two arrays, and a number beside an array on either side.
        let whole = ReversibleFunction("whole") { (out: Scalar, a: Vector, b: Vector, x: Scalar) in
            out += sum(apply(a, b) * a) + sum(apply(x, b) * 1)
            out += sum(apply(a, x) * a)
        }
        let loop = ReversibleFunction("loop") { (out: Scalar, a: Vector, b: Vector, x: Scalar) in
            For(a.indices) { i in
                out += apply(a[i], b[i]) * a[i] + apply(x, b[i])
                out += apply(a[i], x) * a[i]
            }
        }
        let expected = try grad(loop, 0, v, w, 0.45)
        let found = try grad(whole, 0, v, w, 0.45)
        // Sums of a dozen terms in another order.
        #expect(agrees(found.1 + found.2 + [found.3], expected.1 + expected.2 + [expected.3], 1e-14))
        let speed = try jvp(loop, 0, v, w, 0.45, tangent: (0, dv, dw, -0.9)).product.0
        let forward = tangent(whole)
        let pushed = try forward(DualVar(0), DualVar(v, dv), DualVar(w, dw), DualVar(0.45, -0.9))
        #expect(agrees(pushed.0.tangent, speed, 1e-14))
    }
}
