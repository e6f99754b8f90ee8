import AD
import Testing

/// A call is given one place under two names.
struct CallAliasTests {
    let product = ReversibleFunction("product") { (out: Scalar, x: Scalar) in out += x * x }
    let shift = ReversibleFunction("shift") { (v: Vector, x: Scalar) in v += x }
    let distance = ReversibleFunction("distance") { (out: Scalar, x: Scalar, y: Scalar) in
        out += abs(x - y)
    }

    @Test func onePlaceForTwoParameters() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `product(x, x)`: `product` is given `x` twice and changes it; pass a copy, kept in an \
            ancilla
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                product(x, x)
            }
        }
    }

    @Test func vectorAndItsElement() {
        expectRefused(
            .aliasing, at: #line + 8, column: 21,
            """
            in `f`, `shift(v, v[i])`: `shift` is given `v` and `v[i]`, which share memory, and changes one \
            of them; pass a copy, kept in an ancilla
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                For(v.indices) { i in
                    shift(v, v[i])
                }
            }
        }
    }

    @Test func uncallAliasesLikeTheCall() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `(~product)(x, x)`: `product` is given `x` twice and changes it; pass a copy, kept \
            in an ancilla
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                (~product)(x, x)
            }
        }
    }

    @Test func structAndItsField() {
        let scale = ReversibleFunction("scale") { (z: Complex, x: Scalar) in
            z.re += x
            z.im += x
        }
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `scale(z.re, z.im, z.im)`: `scale` is given `z.im` twice and changes it; pass a \
            copy, kept in an ancilla
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["z"]) { (z: Complex) in
                scale(z, z.im)
            }
        }
    }

    @Test func indexThatTheCallChanges() {
        let advance = ReversibleFunction("advance") { (k: Integer, x: Scalar) in k += select(x > 0, 1, 0) }
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `advance(k, v[k])`: `k` is changed and used by the same statement; it could not \
            be undone. Copy what you need into an ancilla first
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v", "k"]) { (v: Vector, k: Integer) in
                advance(k, v[k])
            }
        }
    }

    @Test func recursiveCallAliasesToo() {
        expectRefused(
            .aliasing, at: #line + 9, column: 21,
            """
            in `f`, `f(out, out)`: `f` is given `out` twice and changes it; pass a copy, kept in an ancilla
            """
        ) {
            _ = try ReversibleFunction.recursive(checking: "f", parameters: ["out", "n"]) {
                (f, out: Integer, n: Integer) in
                If(n > 0, post: out > 0) {
                    out += n
                    f(out, out)
                }
            }
        }
    }

    /// Two names for a place that is only read do no harm.
    @Test func readingTwiceIsAllowed() throws {
        let f = try ReversibleFunction(checking: "f") { (out: Scalar, x: Scalar) in distance(out, x, x) }
        #expect(try f(1.0, 5.0) == (1, 5))
    }
}

struct Complex: Argument {
    var re: Scalar
    var im: Scalar
    struct Value: ArgumentValue, Equatable { var re: Double, im: Double }
}
