import AD
import Testing

/// Numbers, arrays and conditions that do not go together.
struct TypeTests {
    @Test func integerChangedByARealNumber() {
        expectRefused(
            .invalidStatement, at: #line + 7,
            """
            in `f`, `k += x`: an Integer cannot change by a real number; make the expression an \
            integer, or the place a Scalar
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["k", "x"]) { (k: Integer, x: Scalar) in
                k += x
            }
        }
    }

    @Test func integerElementChangedByARealLiteral() {
        expectRefused(
            .invalidStatement, at: #line + 7,
            """
            in `f`, `v[0] -= 0.5`: an Integer cannot change by a real number; make the expression an \
            integer, or the place a Scalar
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: IntegerVector) in
                v[0] -= 0.5
            }
        }
    }

    @Test func realIndex() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `v[x] += 1`: `v` is indexed by a real number; an index must be an integer
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v", "x"]) { (v: Vector, x: Scalar) in
                v[x] += 1
            }
        }
    }

    @Test func realIndexOnTheRight() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `x += m[0, 1.5]`: `m` is indexed by a real number; an index must be an integer
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "m"]) { (x: Scalar, m: Matrix) in
                x += m[0, 1.5]
            }
        }
    }

    @Test func wholeVectorAsIndex() {
        expectRefused(
            .invalidStatement, at: #line + 7,
            """
            in `f`, `v[p] += 1`: `v` is indexed by an integer vector; an index must be an integer
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["v", "p"]) {
                (v: Vector, p: IntegerVector) in
                v[p] += 1
            }
        }
    }

    @Test func sumOfAScalar() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `y += sum(x)`: `sum` adds up a whole vector or matrix, and `x` is a real number
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
                y += sum(x)
            }
        }
    }

    @Test func scalarChangedByAVector() {
        expectRefused(
            .invalidStatement, at: #line + 7,
            """
            in `f`, `x += v * v`: a real number cannot change by a vector; use `sum(…)` to add up \
            elements
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "v"]) { (x: Scalar, v: Vector) in
                x += v * v
            }
        }
    }

    @Test func matrixChangedByAVector() {
        expectRefused(
            .invalidStatement, at: #line + 7,
            """
            in `f`, `m += v`: a matrix cannot change by a vector; change one row or column at a time in a \
            `For`
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["m", "v"]) { (m: Matrix, v: Vector) in
                m += v
            }
        }
    }

    @Test func vectorTimesMatrix() {
        expectRefused(
            .invalidStatement, at: #line + 8,
            """
            in `f`, `x += sum(v * m)`: `*` cannot combine a vector with a matrix; it works element by \
            element. For the product of a vector and a matrix say `y += transpose(a) * x`, for two places
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "v", "m"]) {
                (x: Scalar, v: Vector, m: Matrix) in
                x += sum(v * m)
            }
        }
    }

    @Test func remainderOfRealNumbers() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `y += x % 2`: `%` needs two integers
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
                y += x % 2
            }
        }
    }

    @Test func conditionComparesArrays() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `If(v > 0) { … }`: `>` compares single numbers; compare arrays element by element
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "v"]) { (x: Scalar, v: Vector) in
                If(v > 0) { x += 1 }
            }
        }
    }

    @Test func rotationOfIntegers() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `ROT(j, k, 0.5)`: `ROT` needs real places, not integers
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["j", "k"]) { (j: Integer, k: Integer) in
                ROT(j, k, 0.5)
            }
        }
    }

    @Test func hadamardOfIntegers() {
        expectRefused(
            .invalidStatement, at: #line + 6,
            """
            in `f`, `HADAMARD(j, k)`: `HADAMARD` needs real places, not integers
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["j", "k"]) { (j: Integer, k: Integer) in
                HADAMARD(j, k)
            }
        }
    }

    @Test func angleOfAnotherShape() {
        expectRefused(
            .invalidStatement, at: #line + 7,
            """
            in `f`, `ROT(x, y, v)`: the angle of `ROT` must be one number, or one for every element
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x", "y", "v"]) {
                (x: Scalar, y: Scalar, v: Vector) in
                ROT(x, y, v)
            }
        }
    }

    @Test func structWithoutAHostField() {
        let f = ReversibleFunction("f", parameters: ["p"]) { (p: Mismatched) in p.x += 1 }
        expectThrown(
            .invalidArgument, at: nil,
            says: """
                in `f`: Mismatched.Value has no field for the place `x` of Mismatched
                """
        ) {
            _ = try f(Mismatched.Value(y: 1))
        }
    }
}

/// A struct of places whose host value names its field otherwise.
private struct Mismatched: Argument {
    var x: Scalar
    struct Value: ArgumentValue { var y: Double }
}
