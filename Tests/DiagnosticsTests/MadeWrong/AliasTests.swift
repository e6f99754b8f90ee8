import AD
import Testing

/// A statement changes a place that it uses under another name.
struct AliasTests {
    @Test func placeOnBothSides() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `x += x * y`: `x` is changed and used by the same statement; it could not be \
            undone. Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
                x += x * y
            }
        }
    }

    @Test func placeInsideAnElementaryFunction() {
        expectRefused(
            .aliasing, at: #line + 8,
            """
            in `f`, `a -= sin(b + cos(a))`: `a` is changed and used by the same statement; it could \
            not be undone. Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f") { (a: Scalar, b: Scalar) in
                b += a
                a -= sin(b + cos(a))
            }
        }
    }

    @Test func factorIsThePlaceItself() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `x *= x`: `x` is changed and used by the same statement; it could not be undone. \
            Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                x *= x
            }
        }
    }

    @Test func integerXorWithItself() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `k ^= k`: `k` is changed and used by the same statement; it could not be undone. \
            Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["k"]) { (k: Integer) in
                k ^= k
            }
        }
    }

    @Test func elementByTheSameIndex() {
        expectRefused(
            .aliasing, at: #line + 8, column: 21,
            """
            in `f`, `v[i] += v[i] * 2`: `v[i]` is changed and used by the same statement; it could \
            not be undone. Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                For(v.indices) { i in
                    v[i] += v[i] * 2
                }
            }
        }
    }

    @Test func elementByAnIndexThatAddsNothing() {
        expectRefused(
            .aliasing, at: #line + 10,
            """
            in `f`, `v[i] += v[i + 0]`: `v[i]` and `v[i + 0]` share memory; it could not be undone. Use an ancilla, or \
            the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """,
            known:
                "indices that are always equal are compared by their text, and found only when the function runs"
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                For(v.indices) { i in
                    v[i] += v[i + 0]
                }
            }
        }
    }

    @Test func wholeVectorByItsElement() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `v += v[0]`: `v` and `v[0]` share memory; it could not be undone. Use an ancilla, \
            or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                v += v[0]
            }
        }
    }

    @Test func elementByTheSumOfItsVector() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `v[0] += sum(v)`: `v[0]` and `v` share memory; it could not be undone. Use an \
            ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                v[0] += sum(v)
            }
        }
    }

    @Test func wholeVectorByItself() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `v += v`: `v` is changed and used by the same statement; it could not be undone. \
            Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                v += v
            }
        }
    }

    @Test func matrixElementByEqualIndices() {
        expectRefused(
            .aliasing, at: #line + 8,
            """
            in `f`, `m[i, j] += m[i, j]`: `m[i, j]` is changed and used by the same statement; it \
            could not be undone. Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["m", "i", "j"]) {
                (m: Matrix, i: Integer, j: Integer) in
                m[i, j] += m[i, j]
            }
        }
    }

    @Test func swapOfAPlaceWithItself() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `SWAP(x, x)`: `SWAP` needs two different places, and both are `x`
            """,
            known: "the advice is to use the word that is misused"
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                SWAP(x, x)
            }
        }
    }

    @Test func swapOfAnElementWithItself() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `SWAP(v[1], v[1])`: `SWAP` needs two different places, and both are `v[1]`
            """,
            known: "the advice is to use the word that is misused"
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                SWAP(v[1], v[1])
            }
        }
    }

    @Test func rotationOfAPointOnTheDiagonal() {
        expectRefused(
            .aliasing, at: #line + 8,
            """
            in `f`, `ROT(x, x, angle)`: `ROT` needs two different places, and both are `x`
            """,
            known: "the advice is to use the word that is misused"
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "angle"]) {
                (x: Scalar, angle: Scalar) in
                ROT(x, x, angle)
            }
        }
    }

    @Test func rotationByAnAngleItChanges() {
        expectRefused(
            .aliasing, at: #line + 8,
            """
            in `f`, `IROT(x, y, 2 * y)`: `y` is changed and used by the same statement; it could not be undone. Copy \
            what you need into an ancilla first
            """,
            known: "the advice is to use the word that is misused"
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
                IROT(x, y, 2 * y)
            }
        }
    }

    @Test func hadamardOfAPlaceWithItself() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `HADAMARD(x, x)`: `HADAMARD` needs two different places, and both are `x`
            """,
            known: "the advice is to use the word that is misused"
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                HADAMARD(x, x)
            }
        }
    }
}

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
            in `f`, `product(x, x)`: `product` is given `x` twice and changes it; pass a copy, kept in an ancilla
            """,
            known: "the advice does not fit a call"
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                product(x, x)
            }
        }
    }

    @Test func vectorAndItsElement() {
        expectRefused(
            .aliasing, at: #line + 9,
            """
            in `f`, `shift(v, v[i])`: `shift` is given `v` and `v[i]`, which share memory, and changes one of them; \
            pass a copy, kept in an ancilla
            """,
            known: "the advice does not fit a call"
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
            in `f`, `(~product)(x, x)`: `x` is changed and used by the same statement; it could not \
            be undone. Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
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
            in `f`, `scale(z.re, z.im, z.im)`: `z.im` is changed and used by the same statement; it \
            could not be undone. Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
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
            be undone. Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v", "k"]) { (v: Vector, k: Integer) in
                advance(k, v[k])
            }
        }
    }

    @Test func recursiveCallAliasesToo() {
        expectRefused(
            .aliasing, at: #line + 10, column: 21,
            """
            in `f`, `f(out, out)`: `out` is changed and used by the same statement; it could not be \
            undone. Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
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
