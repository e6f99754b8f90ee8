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
            in `f`, `$0 -= sin($1 + cos($0))`: `$0` is changed and used by the same statement; it could \
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
            A square does not tell the sign: add it to another place, as in `y += x * x`
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
            Use an ancilla, or the words made for it (`NEG`, `SWAP`)
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
            .aliasing, at: #line + 8, column: 21,
            """
            in `f`, `v[i] += v[i + 0]`: `v[i]` and `v[i + 0]` share memory; it could not be undone. Use an \
            ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)
            """
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
            Double it with `v *= 2`
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
            could not be undone. Double it with `m[i, j] *= 2`
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
            .aliasing, at: #line + 6,
            """
            in `f`, `SWAP(x, x)`: `SWAP` needs two different places, and both are `x`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                SWAP(x, x)
            }
        }
    }

    @Test func swapOfAnElementWithItself() {
        expectRefused(
            .aliasing, at: #line + 6,
            """
            in `f`, `SWAP(v[1], v[1])`: `SWAP` needs two different places, and both are `v[1]`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: Vector) in
                SWAP(v[1], v[1])
            }
        }
    }

    @Test func rotationOfAPointOnTheDiagonal() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `ROT(x, x, angle)`: `ROT` needs two different places, and both are `x`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "angle"]) {
                (x: Scalar, angle: Scalar) in
                ROT(x, x, angle)
            }
        }
    }

    @Test func rotationByAnAngleItChanges() {
        expectRefused(
            .aliasing, at: #line + 7,
            """
            in `f`, `IROT(x, y, 2 * y)`: `y` is changed and used by the same statement; it could not be \
            undone. Copy what you need into an ancilla first
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
                IROT(x, y, 2 * y)
            }
        }
    }

    @Test func hadamardOfAPlaceWithItself() {
        expectRefused(
            .aliasing, at: #line + 6,
            """
            in `f`, `HADAMARD(x, x)`: `HADAMARD` needs two different places, and both are `x`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                HADAMARD(x, x)
            }
        }
    }
}
