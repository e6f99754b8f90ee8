import AD
import Testing

/// Gradients in stacks that a run leaves shorter or longer than they were.
struct StackGradientTests {
    static let pop = ReversibleFunction("pop", parameters: ["l", "x", "s"]) {
        (l: Scalar, x: Scalar, s: Stack) in
        POP(x, from: s)
        l += x * x
    }
    static let popTwice = ReversibleFunction { (l: Scalar, x: Scalar, y: Scalar, s: Stack) in
        POP(x, from: s)
        POP(y, from: s)
        l += x * x + 3 * y * y
    }

    @Test func aPoppedStackHasAGradientForEveryEntryItHad() throws {
        let (dl, dx, ds) = try grad(Self.pop, 0, 0, [1, 2, 3])
        #expect(dl == 1 && dx == 0 && ds == [0, 0, 6])
        #expect(try grad(Self.popTwice, 0, 0, 0, [1, 2, 2]).3 == [0, 12, 4])
        #expect(try valueAndGrad(Self.pop, 0, 0, [1, 2, 3]).gradient.2 == [0, 0, 6])
        #expect(try vjp(Self.pop, 0, 0, [1, 2, 3], cotangent: 1, of: 0).product.2 == [0, 0, 6])
    }

    @Test func secondDerivativesAndJacobians() throws {
        #expect(try hvp(Self.pop, 0, 0, [1, 2, 3], direction: (0, 0, [0, 0, 1])).2 == [0, 0, 2])
        #expect(try hessian(Self.pop, 0, 0, [1, 2], with: 2) == DenseMatrix([[0, 0], [0, 2]]))
        #expect(try jacobian(Self.pop, 0, 0, [1, 2, 3], of: 0, with: 2) == DenseMatrix([[0, 0, 6]]))
    }

    @Test func aJacobianOfAStackIsRefusedWithTheReason() {
        let error = #expect(throws: ReversibilityError.self) {
            try jacobian(Self.pop, 0, 0, [1, 2, 3], of: 2, with: 0)
        }
        #expect(
            error?.message
                == "`of: 2` is of type Stack; a run can change how many numbers a stack has, so that a Jacobian of "
                + "them has no fixed number of rows; use `vjp` or `jvp`")
    }

    /// `POP` needs `x` to be 0: it has no difference, and its gradient is compared with duals only.
    @Test func checkGradsLeavesOutWhatCannotMove() throws {
        try checkGrads(Self.pop, 0.5, 0, [1, 2, 3])
        try checkGrads(Self.popTwice, 0.5, 0, 0, [1, 2, 3])
    }

    @Test func checkGradsSaysWhyThereIsNoDifference() {
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            let t = Scalar.ancilla("t")
            t += x - 1
            y += x
        }
        let error = #expect(throws: ReversibilityError.self) { try checkGrads(f, 0, 1) }
        #expect(error?.kind == .gradientMismatch)
        let start =
            "the gradient in `x` cannot be compared with differences: the function does not run where that number is "
            + "a little larger or smaller (the ancilla `t` is "
        #expect(error?.message.hasPrefix(start) == true, "\(error?.message ?? "")")
    }
}
