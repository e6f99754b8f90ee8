import AD
import Testing

/// Requests about arguments that do not fit the function.
struct RequestTests {
    let f = ReversibleFunction("f", parameters: ["y", "v", "k", "m"]) {
        (y: Scalar, v: Vector, k: Integer, m: Matrix) in
        y += v[k] * m[0, 0]
    }
    let m: DenseMatrix = [[1, 2, 3], [4, 5, 6]]

    @Test func wrongKindsOfLeaves() {
        expectThrown(
            .invalidArgument, at: nil,
            says: """
                in `f`: `v` is of type Vector and was given the value of a place of type Scalar
                """
        ) {
            _ = try f.run([.real(0.0), .real(1), .integer(0), .matrix(rows: 1, columns: 1, [1])])
        }
        expectThrown(
            .invalidArgument, at: nil,
            says: """
                in `f`: the function takes 4 values, and 3 were given
                """
        ) {
            _ = try f.run([.real(0.0), .reals([1]), .integer(0)])
        }
        expectThrown(
            .invalidArgument, at: nil,
            says: """
                in `f`: `y` is of type Scalar and was given the value of a place of type Integer
                """
        ) {
            _ = try f.run([.integer(0), .reals([1.0]), .integer(0), .matrix(rows: 1, columns: 1, [1])])
        }
        expectThrown(
            .invalidArgument, at: nil,
            says: """
                in `f`: the function takes 4 values, and 0 were given
                """
        ) {
            _ = try f.run([Leaf<Float>]())
        }
    }

    @Test func matrixLeafWithTooFewNumbers() {
        expectThrown(
            .invalidArgument, at: nil,
            says: "in `f`: `m` was given 1 number for a matrix of 1×2 elements"
        ) {
            _ = try f.run([.real(0.0), .reals([1]), .integer(0), .matrix(rows: 1, columns: 2, [1])])
        }
        expectThrown(
            .invalidArgument, at: nil,
            says: "in `f`: `m` was given 2 numbers for a matrix of -1×-2 elements"
        ) {
            _ = try f.run([.real(0.0), .reals([1]), .integer(0), .matrix(rows: -1, columns: -2, [1, 2])])
        }
    }

    @Test func lossIsAVector() {
        expectThrown(
            .invalidArgument, at: nil,
            says: """
                in `f`: the loss must be a Scalar, and argument 1 is of type Vector; name another with `loss:`, \
                or use `vjp` or `jacobian` for more than one number
                """
        ) {
            _ = try grad(f, 0, [1], 0, m, loss: 1)
        }
    }

    @Test func lossIsAnInteger() {
        expectThrown(
            .invalidArgument, at: nil,
            says: """
                in `f`: the loss must be a Scalar, and argument 2 is of type Integer; name another with `loss:`, \
                or use `vjp` or `jacobian` for more than one number
                """
        ) {
            _ = try valueAndGrad(f, 0, [1], 0, m, loss: 2)
        }
    }

    @Test(arguments: [4, -1])
    func lossIsNoArgument(loss: Int) {
        let text =
            "in `f`: `loss: \(loss)` names no argument: the function has 4, counted from 0"
        expectThrown(.invalidArgument, at: nil, says: text) { _ = try grad(f, 0, [1], 0, m, loss: loss) }
        expectThrown(.invalidArgument, at: nil, says: text) {
            _ = try valueAndGrad(f, 0, [1], 0, m, loss: loss)
        }
        expectThrown(.invalidArgument, at: nil, says: text) { _ = try hessian(f, 0, [1], 0, m, loss: loss) }
        expectThrown(.invalidArgument, at: nil, says: text) { _ = try grad(f, loss: loss).program }
        #expect(grad(f, loss: loss).description == text)
    }

    @Test func jacobianOfAnInteger() {
        expectThrown(
            .invalidArgument, at: nil,
            says: """
                in `f`: `with: 2` is of type Integer; integers have no derivative
                """
        ) {
            _ = try jacobian(f, 0, [1], 0, m, of: 0, with: 2)
        }
        expectThrown(
            .invalidArgument, at: nil,
            says: """
                in `f`: `of: 2` is of type Integer; integers have no derivative
                """
        ) {
            _ = try jacobian(f, 0, [1], 0, m, of: 2, with: 0)
        }
        expectThrown(
            .invalidArgument, at: nil,
            says: """
                in `f`: `with: 7` names no argument: the function has 4, counted from 0
                """
        ) {
            _ = try jacobian(f, 0, [1], 0, m, of: 0, with: 7)
        }
        expectThrown(
            .invalidArgument, at: nil,
            says: """
                in `f`: `with: 2` is of type Integer; integers have no derivative
                """
        ) {
            _ = try hessian(f, 0, [1], 0, m, with: 2)
        }
    }

    @Test func cotangentOfTheWrongLength() {
        expectThrown(
            .lengthMismatch, at: nil,
            says: """
                in `f`: the cotangent of `v` has 3 numbers and its value has 2; give one for each of them
                """
        ) {
            _ = try vjp(f, 0, [1, 2], 0, m, cotangent: (1, [0, 0, 0], (), m))
        }
    }

    @Test func tangentOfTheWrongLength() {
        expectThrown(
            .lengthMismatch, at: nil,
            says: """
                in `f`: the tangent of `v` has 0 numbers and its value has 2; give one for each of them
                """
        ) {
            _ = try jvp(f, 0, [1, 2], 0, m, tangent: (1, [], (), m))
        }
    }

    @Test func directionOfTheWrongLength() {
        expectThrown(
            .lengthMismatch, at: nil,
            says: """
                in `f`: the direction of `m` has 1×1 elements and its value has 2×3; give one number for each of them
                """
        ) {
            _ = try hvp(f, 0, [1, 2], 0, m, direction: (1, [0, 0], (), DenseMatrix([[1]])))
        }
    }

    @Test func cotangentOfTheWrongShape() {
        let add = ReversibleFunction("add", parameters: ["a", "b"]) { (a: Matrix, b: Matrix) in
            For(0..<a.rows) { i in For(0..<a.columns) { j in a[i, j] += b[i, j] } }
        }
        expectThrown(
            .lengthMismatch, at: nil,
            says:
                "in `add`: the cotangent of `a` has 3×2 elements and its value has 2×3; give one number for each of them"
        ) {
            _ = try vjp(add, m, m, cotangent: (m.transposed, m.transposed))
        }
    }

    @Test func gradientsNameTheUsersStatement() throws {
        let g = ReversibleFunction("g", parameters: ["y", "v", "k"]) { (y: Scalar, v: Vector, k: Integer) in
            y += v[k] * v[k]
        }
        expectThrown(
            .indexOutOfRange, at: #line - 3,
            says: """
                in `g`, `y += v[k] * v[k]`: index 2 is outside `v`, which has 2 elements
                  (y = 0.0, k = 2)
                """
        ) { _ = try grad(g, 0, [1, 2], 2) }
        expectThrown(
            .indexOutOfRange, at: #line - 10,
            says: """
                in `g`, `y += v[k] * v[k]`: index -1 is outside `v`, which has 2 elements
                  (y = 0.0, k = -1)
                """
        ) { _ = try valueAndGrad(g, 0, [1, 2], -1) }
        expectThrown(
            .indexOutOfRange, at: #line - 17,
            says: """
                in `g`, `y += v[k] * v[k]`: index 2 is outside `v`, which has 2 elements
                  (y = 0.0, k = 2)
                """
        ) { _ = try hessian(g, 0, [1, 2], 2, with: 1) }
        expectThrown(
            .indexOutOfRange, at: #line - 24,
            says: """
                in `g`, `y += v[k] * v[k]`: index 2 is outside `v`, which has 2 elements
                  (y = 0.0, k = 2)
                """
        ) {
            _ = try jacobian(g, 0, [1, 2], 2, of: 0, with: 1)
        }
        #expect(try grad(g, 0, [1, 2], 1).1 == [0, 4])
    }

    @Test func helpersFindMismatches() throws {
        let jump = ReversibleFunction("jump", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += 1e300 * x
            y -= 1e300 * x
        }
        expectThrown(
            .inverseMismatch, at: nil,
            says: """
                in `jump`: `y` is 0.0 after running forward and back, and was 1.0; the difference is more \
                than 1e-08 of its size
                """
        ) { _ = try checkInverse(jump, 1, 1) }
        let kink = ReversibleFunction("kink", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += floor(x * 1e4) * 1e-4
        }
        do throws(ReversibilityError) {
            try checkGrads(kink, 0, 0.3)
            Issue.record("a gradient of 0 was accepted for a function that grows")
        } catch {
            #expect(error.kind == .gradientMismatch)
            #expect(
                "\(error)".hasPrefix("in `kink`: the gradient in `x` of the weighted sum of all results is "))
        }
    }
}
