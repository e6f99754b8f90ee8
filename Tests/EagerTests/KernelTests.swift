import Eager
import Testing

/// Compiled programs under callbacks.
@Suite struct KernelTests {
    private let turn = ReversibleFunction("turn", parameters: ["v", "w"]) { (v: Vector, w: Vector) in
        ROT(v[0], v[1], w[0])
        v[0] += sin(w[1] * v[1])
    }

    @Test func aLongWalkWithOneState() throws {
        let cell = try kernel(turn)
        let (v, w) = try (State([1, 0.5]), State([0.3, 0.7]))
        func walk(_ n: Int, _ rest: () throws -> Void) throws {
            if n == 0 { try rest() } else { try cell(v, w) { try walk(n - 1, rest) } }
        }
        var end: [Double] = []
        try reset { _ in
            try walk(50) {
                end = try v.value
                try v.setGradient([1, 0])
            }
        }
        // The same as one program.
        let whole = ReversibleFunction { (y: Scalar, v: Vector, w: Vector) in
            let turn = turn
            For(0..<50) { _ in turn(v, w) }
            y += v[0]
        }
        let (_, expectedEnd, _) = try whole(0, [1, 0.5], [0.3, 0.7])
        let (_, dv, dw) = try grad(whole, 0, [1, 0.5], [0.3, 0.7])
        #expect(close(end, expectedEnd, 1e-12))
        #expect(try close(v.gradient, dv, 1e-11) && close(w.gradient, dw, 1e-11))
        #expect(try close(v.value, [1, 0.5], 1e-12))
    }

    /// What shrinks comes back with other digits, and was once read by kernels before.
    @Test func undoingThatLosesDigits() throws {
        let shrink = ReversibleFunction("shrink", parameters: ["x", "total"]) { (x: Scalar, total: Scalar) in
            total += x * x
            x *= 0.5
            x += 0.1
        }
        func slope(_ cell: Kernel<Scalar, Scalar>, _ steps: Int) throws -> Double {
            let (x, total) = try (Variable<Scalar>(1), Variable<Scalar>(0))
            func walk(_ n: Int) throws {
                if n == 0 { try total.setGradient(1) } else { try cell(x, total) { try walk(n - 1) } }
            }
            try walk(steps)
            return try x.gradient
        }
        let cell = try kernel(shrink)
        // d/dx Σ (2⁻ᵏ x + …)² with x going to 0.2: 2 Σ 2⁻ᵏ (0.2 + 0.8 · 2⁻ᵏ) over ten steps.
        let expected = 2 * (0.2 * (2 - 0x1p-9) + 0.8 * (1 - 0x1p-20) / 0.75)
        #expect(try abs(slope(cell, 10) - expected) < 1e-12)
        expectError(.drift, saying: "did not bring back `x`") { _ = try slope(cell, 100) }
        #expect(try slope(kernel(shrink, checks: .none), 100).isFinite)
    }

    /// An update of weights in place: of every real place its value and its gradient.
    @Test func memory() throws {
        let m = try Variable<Matrix>(DenseMatrix([[1, 2], [3, 4]]))
        try m.setGradient(DenseMatrix([[1, 0], [0, -1]]))
        m.withMemory { values, gradients in
            for k in values.indices { values[k] -= 0.5 * gradients[k] }
        }
        #expect(try m.value == DenseMatrix([[0.5, 2], [3, 4.5]]))
        let n = try Variable<Integer>(3)
        n.withMemory { _, _ in Issue.record("an integer has no real place") }
        let x = try Variable<Scalar>(2)
        x.withMemory { values, gradients in (values[0], gradients[0]) = (5, 7) }
        #expect(try x.value == 5 && x.gradient == 7)
    }

    /// Zeros that come back as roundings, and numbers that are not finite, are none of that.
    @Test func statesThatAreNothing() throws {
        let add = ReversibleFunction("add", parameters: ["y", "x"]) { (y: Vector, x: Vector) in
            For(y.indices) { i in
                y[i] += 0.1 * x[i]
                y[i] += sin(x[i]) * 0.3
            }
        }
        let cell = try kernel(add)
        let (y, x) = try (State([0, 0, 0]), State([0.7, 1e-3, 3]))
        try cell(y, x) { try cell(y, x) { try y.setGradient([1, 1, 1]) } }
        #expect(try abs(x.gradient[0] - 2 * (0.1 + 0.3 * 0.7648421872844885)) < 1e-15)
        let wild = try State([.infinity, 0, .nan])
        try cell(wild, x) {}
    }

    @Test func errorsOfTheRestLeaveTheValues() throws {
        struct Mine: Error {}
        let cell = try kernel(turn)
        let (v, w) = try (State([1, 0.5]), State([0.3, 0.7]))
        #expect(throws: Mine.self) { try cell(v, w) { try cell(v, w) { throw Mine() } } }
        #expect(try close(v.value, [1, 0.5]))
    }

    @Test func errorsOfTheProgram() throws {
        let cell = try kernel(
            ReversibleFunction("divide", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in y /= x })
        let (y, x) = try (Variable<Scalar>(3), Variable<Scalar>(0))
        expectError(.zeroFactor, saying: "divide") { try cell(y, x) {} }
        #expect(try y.value == 3)
        let product = try kernel(turn)
        let v = try State([1, 0.5])
        expectError(.invalidArgument, saying: "overlaps") { try product(v, v) {} }
        expectError(.indexOutOfRange, saying: "turn") { try product(State([1]), v) {} }
    }

    @Test func anExhaustedStackIsAnError() throws {
        let cell = try kernel(turn, checks: .none)
        let (v, w) = try (State([1, 0.5]), State([0.3, 0.7]))
        func walk() throws { try cell(v, w) { try walk() } }
        expectError(.callDepth, saying: "a stack of 1048576 bytes") {
            try reset(stack: 1 << 20) { _ in try walk() }
        }
        #expect(try close(v.value, [1, 0.5], 1e-10))
    }

    @Test func variablesOfEveryKind() throws {
        let matrix = try Variable<Matrix>([[1, 2], [3, 4]])
        #expect(try matrix.value == [[1, 2], [3, 4]] && matrix.gradient == [[0, 0], [0, 0]])
        try matrix.set([[5, 6], [7, 8]])
        #expect(try matrix.value == [[5, 6], [7, 8]])
        expectError(.lengthMismatch, saying: "the value has 1×2 numbers, and the variable 2×2 numbers") {
            try matrix.set([[1, 2]])
        }
        try matrix.setGradient([[1, 1], [1, 1]])
        matrix.clearGradient()
        #expect(try matrix.gradient == [[0, 0], [0, 0]])
        let indices = try Variable<IntegerVector>([3, 1])
        #expect(try indices.value == [3, 1])
        let empty = try State([])
        #expect(try empty.value == [])
        let pair = try Variable<Pair>(Pair.Value(a: 1, v: [2, 3], n: 4))
        #expect(try pair.value.v == [2, 3] && pair.value.n == 4 && pair.gradient.v == [0, 0])
    }

    private struct Pair: Argument {
        var a: Scalar
        var v: Vector
        var n: Integer
        struct Value: ArgumentValue { var a: Double, v: [Double], n: Int }
    }
}
