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

    /// An integer has an entry on the stack, and no derivative: those of the others stay where they are.
    @Test func integersBesideNumbers() throws {
        let taken = ReversibleFunction { (y: Scalar, x: Scalar, n: Integer, s: Stack) in
            POP(n, from: s)
            y += n * x
            POP(x, from: s)
            y += x * x
        }
        #expect(try grad(taken, 0, 0, 0, [7, 5]).3 == [14, 0])
        #expect(try hvp(taken, 0, 0, 0, [7, 5], direction: (0, 0, (), [1, 1])).3 == [2, 0])
        let exchanged = ReversibleFunction { (y: Scalar, x: Scalar, n: Integer, s: Stack) in
            let t = Scalar.ancilla("t")
            PUSH(n, on: s)
            POP(t, from: s)
            y += x * t
            PUSH(t, on: s)
            POP(n, from: s)
        }
        #expect(try grad(exchanged, 0, 3, 2, [7, 5]).3 == [0, 0])
        let used = ReversibleFunction { (y: Scalar, x: Scalar, n: Integer, s: Stack) in
            let u = Scalar.ancilla("u")
            POP(n, from: s)
            POP(u, from: s)
            y += u * u * x
            PUSH(u, on: s)
            PUSH(n, on: s)
        }
        #expect(try grad(used, 0, 3, 0, [7, 5]).3 == [42, 0])
        #expect(try jvp(used, 0, 3, 0, [7, 5], tangent: (0, 0, (), [1, 0])).product.3 == [1, 0])
    }

    @Test func secondDerivativesAndJacobians() throws {
        #expect(try hvp(Self.pop, 0, 0, [1, 2, 3], direction: (0, 0, [0, 0, 1])).2 == [0, 0, 2])
        #expect(try hessian(Self.pop, 0, 0, [1, 2], with: 2) == DenseMatrix([[0, 0], [0, 2]]))
        #expect(try jacobian(Self.pop, 0, 0, [1, 2, 3], of: 0, with: 2) == DenseMatrix([[0, 0, 6]]))
    }

    /// Every row of an interpreted Jacobian is a run with its own records.
    @Test func rowsOfJacobiansKeepTheirRecords() throws {
        let stacked = ReversibleFunction { (v: Vector, w: Vector) in
            let s = Stack("s")
            v[0] += w[0] * w[1]
            PUSH(w[0], on: s)
            v[1] *= w[3]
        }
        let slopes = try jacobian(stacked, [0.3, 0.5], [0.1, 0.2, 0.3, 0.4], of: 0, with: 1)
        #expect(slopes == [[0.2, 0.1, 0, 0], [0, 0, 0, 0.5]])
        let counted = ReversibleFunction { (v: Vector, w: Vector) in
            While(w[0] < 2) {
                w[0] += 0.5
                v[1] += w[0] * w[1]
            }
            v[0] += w[2] * w[3]
        }
        // w[0] is 0.75, 1.25, 1.75 and 2.25 in the turns.
        let rows = try jacobian(counted, [0.3, 0.5], [0.25, 0.2, 0.3, 0.4], of: 0, with: 1)
        #expect(rows == [[0, 0, 0.4, 0.3], [0.8, 6, 0, 0]])
    }

    /// What one call pushes another pops, and its cotangent with it.
    @Test func aCallThatTakesBackAnother() throws {
        let g = ReversibleFunction("g") { (y: Scalar, x: Scalar) in
            PUSH(x, on: Stack())
            y += x * x
        }
        let kept = ReversibleFunction("kept") { (y: Scalar, x: Scalar, s: Scalar) in
            let stack = Stack()
            y += x * x * s
            PUSH(x, on: stack)
        }
        let f = ReversibleFunction { (loss: Scalar, x: Scalar, y: Scalar) in
            g(y, x)
            (~g)(y, x)
            loss += x
        }
        let loops = ReversibleFunction { (loss: Scalar, v: Vector, x: Scalar, y: Scalar) in
            For(v.indices) { i in kept(y, v[i], x) }
            loss += y
            For(v.count - 1...0, by: -1) { i in (~kept)(y, v[i], x) }
            loss += v[0] + v[1] * x
        }
        #expect(try grad(f, 0, 3, 2).1 == 1)
        let found = try grad(loops, 0, [3, 4], 5, 0)
        // y is (v₀² + v₁²) x.
        #expect(found.1 == [31, 45] && found.2 == 29)
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
