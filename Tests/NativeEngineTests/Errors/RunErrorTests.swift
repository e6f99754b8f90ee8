import AD
import NativeEngine
import Testing

/// Programs that are wrong for their arguments: checked code must say what the interpreter says.
@Suite(.enabled(if: compilerIsThere))
struct RunErrorTests {
    @Test func conditions() throws {
        let post = ReversibleFunction("f", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
            If(x > 0) { x -= y }
        }
        try expectSameError(.postcondition, post, .real(1), .real(2))
        try expectNoError(post, .real(1), .real(0.5))
        try expectSameError(.postcondition, ~post, .real(0.5), .real(-2))
        try expectSameError(.nanInCondition, post, .real(.nan), .real(1))
        try expectSameError(.nanInCondition, post, .real(1), .real(.nan))
        let choice = ReversibleFunction("f", parameters: ["x", "y", "k"]) {
            (x: Scalar, y: Scalar, k: Integer) in
            x += select(k > 0 && y <= 1, 1, 2)
        }
        try expectSameError(.nanInCondition, choice, .real(1), .real(.nan), .integer(1))
        try expectNoError(choice, .real(1), .real(.nan), .integer(0))
    }

    @Test func whileLoops() throws {
        let f = ReversibleFunction("f", parameters: ["x", "n"]) { (x: Scalar, n: Integer) in
            While(x < 100, post: n > 0) {
                x *= 2
                n += 1
            }
        }
        try expectSameError(.loopCondition, f, .real(1), .integer(1))
        try expectSameError(.loopCondition, f, .real(1), .integer(-3))
        try expectSameError(.loopCondition, ~f, .real(50), .integer(3))
        try expectSameError(.nanInCondition, f, .real(.nan), .integer(0))
        var short = f
        short.options.turnLimit = 1000
        try expectSameError(.turnLimit, short, .real(0), .integer(0))
        short.options.turnLimit = 7
        try expectNoError(short, .real(1), .integer(0))
        short.options.turnLimit = 6
        try expectSameError(.turnLimit, short, .real(1), .integer(0))
        let recorded = ReversibleFunction("g", parameters: ["x"]) { (x: Scalar) in
            While(x < 100) { x *= 2 }
        }
        var bounded = recorded
        bounded.options.turnLimit = 50
        try expectSameError(.turnLimit, bounded, .real(0))
        try expectSameError(.emptyStack, ~recorded, .real(128))
    }

    @Test func limitsOfZero() throws {
        let f = ReversibleFunction("f", parameters: ["x", "n"]) { (x: Scalar, n: Integer) in
            While(x < 100, post: n > 0) {
                x *= 2
                n += 1
            }
        }
        var none = f
        none.options.turnLimit = 0
        let residue = ReversibleFunction("g", parameters: ["x"]) { (x: Scalar) in
            let t = Scalar.ancilla("t")
            t += x
        }
        var strict = residue
        strict.options.tolerance = 0
        try expectSameError(.turnLimit, none, .real(1), .integer(0))
        try expectSameError(.ancillaNotRestored, strict, .real(1e-300))
        try expectNoError(strict, .real(0))
        strict.options.tolerance = 0.5
        try expectNoError(strict, .real(0.25))
        try expectSameError(.ancillaNotRestored, strict, .real(0.75))
    }

    @Test func ancillas() throws {
        let f = ReversibleFunction("f", parameters: ["x", "residue", "k"]) {
            (x: Scalar, residue: Scalar, k: Integer) in
            let (t, n) = (Scalar.ancilla("t"), Integer.ancilla("n"))
            let v = Vector.ancilla(count: 3, "v")
            t += x
            n += k
            v[1] += residue
            t -= x - residue
            n -= k / 2 * 2
            v[1] -= residue
        }
        try expectSameError(.ancillaNotRestored, f, .real(1), .real(1e-7), .integer(0))
        try expectSameError(.ancillaNotRestored, f, .real(1), .real(.nan), .integer(0))
        try expectSameError(.ancillaNotRestored, f, .real(1), .real(.infinity), .integer(0))
        try expectSameError(.ancillaNotRestored, f, .real(1), .real(0), .integer(5))
        try expectSameError(.ancillaNotRestored, ~f, .real(1), .real(0), .integer(5))
        // Within the tolerance, and judged by the size of what was held.
        try expectNoError(f, .real(1), .real(1e-9), .integer(4))
        try expectNoError(f, .real(1e6), .real(1e-3), .integer(4))
        try expectSameError(.ancillaNotRestored, f, .real(1e6), .real(1), .integer(4))
        let elements = ReversibleFunction("g", parameters: ["v", "n"]) { (v: Vector, n: Integer) in
            let t = Vector.ancilla(count: v.count, "t")
            let m = Matrix.ancilla(rows: n, columns: n, "m")
            let p = IntegerVector.ancilla(count: n, "p")
            t += v
            For(1..<v.count) { i in t[i] -= v[i] }
            m[n - 1, n - 2] += v[1]
            p[n - 1] += n - 2
        }
        try expectNoError(elements, .reals([0, 0]), .integer(2))
        try expectSameError(.ancillaNotRestored, elements, .reals([4, 0]), .integer(2))
        try expectSameError(.ancillaNotRestored, elements, .reals([0, 3]), .integer(2))
        try expectSameError(.ancillaNotRestored, elements, .reals([0, 0]), .integer(3))
        let computed = ReversibleFunction("h", parameters: ["out", "x"]) { (out: Scalar, x: Scalar) in
            let t = Scalar.ancilla("t")
            Compute {
                t += x * x
            } apply: {
                out += t
                x += out
            }
        }
        try expectSameError(.ancillaNotRestored, computed, .real(0), .real(3))
        try expectSameError(.ancillaNotRestored, ~computed, .real(1), .real(3))
        try expectNoError(computed, .real(0), .real(0))
        let scratch = ReversibleFunction("i", parameters: ["out", "x"]) { (out: Scalar, x: Scalar) in
            let t = Scalar.ancilla("t")
            Compute {
                t += 1 / x
            } apply: {
                out += select(t > 5, 1, 0)
            }
        }
        try expectSameError(.ancillaNotRestored, scratch, .real(0), .real(0))
        try expectNoError(scratch, .real(0), .real(0.1))
    }

    @Test func indices() throws {
        let f = ReversibleFunction("f", parameters: ["v", "m", "p", "k", "l"]) {
            (v: Vector, m: Matrix, p: IntegerVector, k: Integer, l: Integer) in
            v[k] += m[l, p[0]]
            m[0, k] -= v[p[l]]
            SWAP(v[0], m[k, l])
        }
        let (v, m, p) = (Leaf.reals([1.0, 2]), Leaf.matrix(rows: 2, columns: 2, [1.0, 2, 3, 4]), [0, 1])
        try expectNoError(f, v, m, .integers([1, 0]), .integer(1), .integer(1))
        for (k, l) in [(2, 0), (-1, 0), (0, 2), (0, -1), (.max, 0), (0, .min), (1, 1)] {
            try expectSameError(
                k == 1 ? .aliasing : .indexOutOfRange, k == 1 ? Self.alias : f, v, m, .integers(p),
                .integer(k),
                .integer(l))
        }
        try expectSameError(.indexOutOfRange, f, v, m, .integers([2, 0]), .integer(0), .integer(0))
        try expectSameError(.indexOutOfRange, f, v, m, .integers([]), .integer(0), .integer(0))
        let call = ReversibleFunction("g", parameters: ["v", "k"]) { (v: Vector, k: Integer) in
            let add = ReversibleFunction("add") { (x: Scalar) in x += 1 }
            For(0..<k) { i in add(v[i]) }
        }
        try expectSameError(.indexOutOfRange, call, v, .integer(3))
    }
    private static let alias = ReversibleFunction("f", parameters: ["v", "m", "p", "k", "l"]) {
        (v: Vector, m: Matrix, p: IntegerVector, k: Integer, l: Integer) in
        v[k] += v[l]
    }

    @Test func lengthsAndSizes() throws {
        let f = ReversibleFunction("f", parameters: ["v", "w", "m", "n"]) {
            (v: Vector, w: Vector, m: Matrix, n: Matrix) in
            v += w * 2
            SWAP(m, n)
            HADAMARD(v, w)
        }
        let (two, three) = (Leaf.reals([1.0, 2]), Leaf.reals([1.0, 2, 3]))
        try expectSameError(.lengthMismatch, f, two, three, sampleMatrix(1, 2), sampleMatrix(1, 2))
        try expectSameError(.lengthMismatch, f, two, two, sampleMatrix(1, 2), sampleMatrix(2, 1))
        try expectSameError(.lengthMismatch, ~f, three, two, sampleMatrix(1, 2), sampleMatrix(1, 2))
        try expectNoError(f, two, two, sampleMatrix(2, 1), sampleMatrix(2, 1))
        let sized = ReversibleFunction("g", parameters: ["n"]) { (n: Integer) in
            let t = Vector.ancilla(count: n - 3, "t")
            let m = Matrix.ancilla(rows: n, columns: n, "m")
            t += 1
            m += 1
            t -= 1
            m -= 1
        }
        try expectNoError(sized, .integer(3))
        for n in [1, -5, .max, 1 << 32, 1 << 60] { try expectSameError(.invalidSize, sized, .integer(n)) }
        try expectSameError(.integerOverflow, sized, .integer(.min))
    }

    @Test func integers() throws {
        let f = ReversibleFunction("f", parameters: ["k", "n", "p"]) {
            (k: Integer, n: Integer, p: IntegerVector) in
            k += n * n - n * n
            k -= n
            p += n
            p[0] += k + n
            NEG(n)
        }
        try expectNoError(f, .integer(1), .integer(2), .integers([3]))
        try expectSameError(.integerOverflow, f, .integer(0), .integer(1 << 32), .integers([3]))
        try expectSameError(.integerOverflow, f, .integer(.min), .integer(1), .integers([3]))
        try expectSameError(.integerOverflow, f, .integer(0), .integer(1), .integers([1, .max]))
        try expectSameError(.integerOverflow, ~f, .integer(0), .integer(-1), .integers([1, .min]))
        let negated = ReversibleFunction("g", parameters: ["k", "p"]) { (k: Integer, p: IntegerVector) in
            NEG(k)
            NEG(p)
        }
        try expectSameError(.integerOverflow, negated, .integer(.min), .integers([]))
        try expectSameError(.integerOverflow, negated, .integer(1), .integers([2, .min]))
        let divided = ReversibleFunction("h", parameters: ["k", "n", "d", "p"]) {
            (k: Integer, n: Integer, d: Integer, p: IntegerVector) in
            k += n / d
            k += n % d
            k -= sum(p)
            If(n > 4) { k += -n }
        }
        try expectSameError(.divisionByZero, divided, .integer(0), .integer(1), .integer(0), .integers([]))
        try expectSameError(
            .integerOverflow, divided, .integer(0), .integer(.min), .integer(-1), .integers([]))
        try expectSameError(
            .integerOverflow, divided, .integer(0), .integer(5), .integer(2), .integers([.max, 1]))
        try expectNoError(divided, .integer(0), .integer(5), .integer(-1), .integers([7]))
    }
}
