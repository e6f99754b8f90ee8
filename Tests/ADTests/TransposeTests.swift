import AD
import Testing

/// Transposes of programs that are linear in some arguments. Expected values by hand, and of JAX in double precision.
struct TransposeTests {
    static let pair = ReversibleFunction("pair", parameters: ["y", "x"]) { (y: Vector, x: Vector) in
        y[0] += 3 * x[0] - 2 * x[1]
        y[1] += x[1] / 4
        SWAP(y[0], y[1])
    }

    @Test func sumsAndSwaps() throws {
        let t = try transpose(Self.pair, in: 0, with: 1)
        #expect(try t([1, 2], [0, 0]) == ([2, 1], [6, -3.75]))
        // What the input holds stays in it.
        #expect(try t([1, 2], [10, 100]) == ([2, 1], [16, 96.25]))
        #expect(try (~t)([2, 1], [6, -3.75]) == ([1, 2], [0, 0]))
        #expect(
            t.description == """
                ReversibleFunction("transpose(pair)") { (y: Vector, x: Vector) in
                    SWAP(y[0], y[1])
                    x[1] += y[1] * 0.25
                    x[0] += y[0] * 3.0
                    x[1] += y[0] * -2.0
                }
                """)
    }

    /// ⟨w, M d⟩ = ⟨Mᵀ w, d⟩, and the transpose of the transpose does what the program does.
    @Test func aMatrixThatIsAnArgument() throws {
        let product = ReversibleFunction("product", parameters: ["y", "a", "x"]) {
            (y: Vector, a: Matrix, x: Vector) in
            y += a * x
        }
        let a = DenseMatrix([[1, 2, 3], [4, 5, 6]])
        let t = try transpose(product, in: 0, with: 2)
        #expect(try t([1, -1], a, [0, 0, 0]) == ([1, -1], a, [-3, -3, -3]))
        #expect(try transpose(t, in: [2, 0])([0, 0], a, [1, 1, 1]) == ([6, 15], a, [1, 1, 1]))
        // Linear in the matrix as well, if the vector is not to be.
        let outer = try transpose(product, in: 0, with: 1)
        #expect(
            try outer([1, -1], DenseMatrix([[0, 0, 0], [0, 0, 0]]), [2, 3, 5]).1
                == DenseMatrix([[2, 3, 5], [-2, -3, -5]]))
    }

    @Test func everyLinearWord() throws {
        let words = ReversibleFunction("words", parameters: ["x", "y", "v", "k", "n"]) {
            (x: Scalar, y: Scalar, v: Vector, k: Scalar, n: Integer) in
            let t = Scalar.ancilla("t")
            x *= k
            k += 1
            ROT(x, y, k)
            NEG(y)
            HADAMARD(x, y)
            y /= exp(k)
            Compute {
                t += 2 * x - k * y
            } apply: {
                For(0..<n) { i in v[i] += t * sin(k) + i * x }
            }
            If(n > 2, post: n > 2) {
                x += sum(v)
            } else: {
                x -= v[0]
            }
            v -= k * v.count * x
            x += select(k > 1, y, 3 * y)
        }
        let t = try transpose(words, in: [0, 1, 2])
        let (d, w) = ((0.3, -0.7, [0.2, 1.1, -0.4]), (1.3, 0.4, [-0.6, 0.9, 0.25]))
        let forward = try words(d.0, d.1, d.2, 0.8, 3)
        let backward = try t(w.0, w.1, w.2, forward.3, forward.4)
        let there = w.0 * forward.0 + w.1 * forward.1 + zip(w.2, forward.2).reduce(0) { $0 + $1.0 * $1.1 }
        let back = backward.0 * d.0 + backward.1 * d.1 + zip(backward.2, d.2).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(there - back) < 1e-13 * abs(there))
        // What is not linear is undone.
        #expect(backward.3 == 0.8 && backward.4 == 3)
        let twice = try transpose(t, in: [0, 1, 2])(d.0, d.1, d.2, 0.8, 3)
        #expect(abs(twice.0 - forward.0) < 1e-13 && abs(twice.1 - forward.1) < 1e-13)
        #expect(zip(twice.2, forward.2).allSatisfy { abs($0 - $1) < 1e-13 })
    }

    /// Callees are transposed in what they are given; calls that concern nothing linear are undone.
    @Test func callsAndRecursion() throws {
        let add = ReversibleFunction("add") { (y: Scalar, x: Scalar, k: Scalar) in y += k * x }
        let grow = ReversibleFunction("grow") { (k: Scalar) in k *= 2 }
        let chain = ReversibleFunction("chain") { (y: Scalar, x: Scalar, k: Scalar) in
            add(y, x, k)
            grow(k)
            (~add)(x, y, k)
        }
        let t = try transpose(chain, in: 0, with: 1)
        // M = [[1, 3], [-6, -17]] for k = 3, which is 6 at the end.
        #expect(try t(1, 0, 6) == (1, 3, 3))
        #expect(try t(0, 1, 6) == (-6, -17, 3))
        let power = ReversibleFunction.recursive("power", parameters: ["y", "x", "n"]) {
            (power, y: Scalar, x: Scalar, n: Integer) in
            If(n > 0, post: n > 0) {
                y += n * x
                n -= 1
                power(x, y, n)
                n += 1
            }
        }
        let turned = try transpose(power, in: 0, with: 1)
        let rows = [try power(1, 0, 4), try power(0, 1, 4)]
        let columns = [try turned(1, 0, 4), try turned(0, 1, 4)]
        for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let a = j == 0 ? rows[i].0 : rows[i].1
            let b = i == 0 ? columns[j].0 : columns[j].1
            #expect(a == b)
        }
    }

    /// Numbers on stacks, of the run and of the program's arguments.
    @Test func stacks() throws {
        let through = ReversibleFunction("through") { (x: Scalar, y: Scalar, k: Scalar) in
            let s = Stack.ancilla("s")
            y += k * x
            PUSH(x, on: s)
            x += 2 * y
            PUSH(y, on: s)
            y += 5 * x
            POP(k, from: s)
        }
        #expect(throws: ReversibilityError.self) { try transpose(through, in: 0, with: 1) }
        let kept = ReversibleFunction("kept") { (x: Scalar, y: Scalar, s: Stack) in
            PUSH(x, on: s)
            x += 2 * y
        }
        let t = try transpose(kept, in: [0, 1, 2])
        #expect(try t(1, 10, [7, 3]) == (3, 12, [7]))
        #expect(try transpose(t, in: [0, 1, 2])(3, 12, [7]) == (24, 12, [7, 3]))
    }

    /// An uncalled function's pushes are pops: what their places hold of cotangents is dropped all the same.
    @Test func stacksOfUncalledFunctions() throws {
        let kept = ReversibleFunction("kept") { (x: Scalar, y: Scalar) in
            let s = Stack.ancilla("s")
            PUSH(x, on: s)
            y += 2 * x
            POP(x, from: s)
        }
        let f = ReversibleFunction("f") { (x: Scalar, y: Scalar) in
            kept(x, y)
            (~kept)(y, x)
            y += x
        }
        // Both calls do nothing, as the pushed place is 0 between: M = [[1, 0], [1, 1]].
        let t = try transpose(f, in: 0, with: 1)
        #expect(try t(1, 10) == (11, 10))
        #expect(try (~t)(11, 10) == (1, 10))
        #expect(try transpose(t, in: 0, with: 1)(1, 10) == (1, 11))
    }

    /// A number that nothing has been added to stays linear on a stack: the transpose of a transpose has such.
    @Test func zerosOnStacks() throws {
        let idle = ReversibleFunction("idle") { (x: Scalar, y: Scalar) in
            let z = Scalar.ancilla("z")
            let s = Stack.ancilla("s")
            z += 3 * x
            PUSH(z, on: s)
            y += 2 * x
            POP(z, from: s)
            z -= 3 * x
        }
        let t = try transpose(idle, in: 0, with: 1)
        #expect(try t(1, 10) == (21, 10))
        #expect(try transpose(t, in: 0, with: 1)(1, 10) == (1, 12))
    }

    /// The tangent's transpose is the adjoint, and asks for no derivative of sin.
    @Test func theAdjoint() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += x * sin(x)
        }
        let adjoint = try transpose(tangent(f))
        let (y, x) = try f(0, 2)
        let found = try adjoint(GVar(y, 1), GVar(x, 0))
        let expected = try AD.adjoint(f)(GVar(y, 1), GVar(x, 0))
        #expect(found == expected)
        #expect(abs(found.1.gradient - 0.0770037537313969) < 1e-15)
    }

    @Test func differentiatedAndCalled() throws {
        let scaled = ReversibleFunction("scaled") { (y: Vector, x: Vector, k: Scalar) in
            ParallelFor(0..<y.count) { i in y[i] += k * k * x[i] }
        }
        let t = try transpose(scaled, in: 0, with: 1)
        // ⟨y, x⟩ grows by k² |y|², whose derivative in k is 2 k |y|².
        let loss = ReversibleFunction("loss") { (l: Scalar, y: Vector, x: Vector, k: Scalar) in
            Compute {
                t(y, x, k)
            } apply: {
                l += sum(x * y)
            }
        }
        #expect(try grad(loss, 0, [1, 2], [0, 0], 3).3 == 30)
    }

    // MARK: What is not linear

    private func reason(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch let error as ReversibilityError {
            return error.kind == .notLinear ? "\(error.statement ?? ""): \(error.message)" : "\(error)"
        } catch { return "\(error)" }
    }

    @Test func statementsThatAreNotLinear() throws {
        func check(_ expected: String, _ g: ReversibleFunction<Vector, Vector, Scalar>) {
            #expect(reason { _ = try transpose(g, in: 0, with: 1) } == expected)
        }
        func program(
            @Reversible _ body: (Vector, Vector, Scalar) -> Statement
        ) -> ReversibleFunction<Vector, Vector, Scalar> {
            ReversibleFunction("g", parameters: ["y", "x", "k"], body)
        }
        check(
            "y[0] += x[0] * x[1]: `x[0]` and `x[1]`, which are both linear, are multiplied",
            program { y, x, _ in y[0] += x[0] * x[1] })
        check(
            "y[0] += x[0] + 1: `1` does not depend on linear places: adding it is affine, and not linear",
            program { y, x, _ in y[0] += x[0] + 1 })
        check(
            "y += k: `k` does not depend on linear places: adding it is affine, and not linear",
            program { y, x, k in y += k })
        check(
            "y += sin(x): `sin` is applied to `x`, which is linear", program { y, x, _ in y += sin(x) })
        check(
            "y[0] *= x[0]: the factor depends on `x[0]`, which is linear",
            program { y, x, _ in y[0] *= x[0] })
        check(
            "y[0] += 1 / x[0]: `x[0]`, which is linear, is divided by",
            program { y, x, _ in y[0] += 1 / x[0] })
        check(
            "ROT(y[0], y[1], x[0]): the angle depends on `x[0]`, which is linear",
            program { y, x, _ in ROT(y[0], y[1], x[0]) })
        check(
            "If(x[0] > 0) { … }: `x[0] > 0` depends on `x[0]`, which is linear",
            program { y, x, _ in If(x[0] > 0) { y[0] += x[1] } })
        check(
            "y[0] += select(x[0] > 0, x[0], 0): `x[0] > 0` depends on a linear place",
            program { y, x, _ in y[0] += select(x[0] > 0, x[0], 0) })
        check(
            "y[0] += max(x[0], x[1]): `max` is applied to linear places in `max(x[0], x[1])`",
            program { y, x, _ in y[0] += max(x[0], x[1]) })
        check(
            ": `k` depends on the linear arguments, and is not one of those named; a transpose is made in all of them "
                + "together", program { y, x, k in k += x[0] })
        let counted = ReversibleFunction("g", parameters: ["y", "x", "n"]) {
            (y: Vector, x: Vector, n: Integer) in
            n += argmax(x)
            y[0] += x[n]
        }
        #expect(
            reason { _ = try transpose(counted, in: 0, with: 1) }
                == "n += argmax(x): `n` is an integer and depends on `x`, which is linear")
        let topmost = ReversibleFunction("g") { (y: Scalar, x: Scalar) in
            let s = Stack.ancilla("s")
            PUSH(x, on: s)
            y += 3 * s.top
            POP(x, from: s)
        }
        #expect(
            reason { _ = try transpose(topmost, in: 0, with: 1) }
                == "$0 += 3 * s.top: `s.top` is read on a stack of linear numbers; pop it into a place")
        // Zeros may be added.
        #expect(
            reason { _ = try transpose(program { y, x, k in y[0] += select(k > 0, x[0], 0) }, in: [0, 1]) }
                == "")
    }

    @Test func theStatementOfACallee() throws {
        let inner = ReversibleFunction("inner", parameters: ["a", "b"]) { (a: Scalar, b: Scalar) in
            a += b * b
        }
        let outer = ReversibleFunction("outer") { (y: Scalar, x: Scalar) in
            let t = Scalar.ancilla("t")
            Compute {
                t += 2 * x
            } apply: {
                inner(y, t)
            }
        }
        let error = #expect(throws: ReversibilityError.self) { try checkLinear(outer, in: [1]) }
        #expect(error?.kind == .notLinear && error?.function == "inner")
        #expect(error?.location?.fileID == "ADTests/TransposeTests.swift")
        // In a result alone nothing is: what is added to it is a constant then.
        #expect(reason { try checkLinear(outer, in: [0]) }.hasPrefix("a += b * b: `b * b` does not depend"))
        try checkLinear(Self.pair, in: [1])
    }

    @Test func wrongArguments() throws {
        let g = ReversibleFunction("g", parameters: ["y", "n"]) { (y: Scalar, n: Integer) in y *= 2 }
        #expect(
            reason { _ = try transpose(g, in: 0, with: 2) }
                == "in `g`: there is no argument 2; the function has 2, counted from 0")
        #expect(
            reason { try checkLinear(g, in: [1]) }
                == "in `g`: argument 1 has no real numbers, which a program could be linear in")
    }
}
