import AD
import Testing

/// The defects of NiLang that must not be inherited, by their number in the list of fourteen.
///
/// 7, 9 and 11 concern library routines, which have tests of their own.
struct NiLangDefectTests {
    /// 1. The inverse of a stepped range visited other indices.
    @Test(arguments: [(1, 4, 2), (1, 10, 2), (10, 2, -3), (5, 1, 1), (0, 0, 7), (3, 3, -1), (-7, 8, 4)])
    func steppedRangesInverse(start: Int, end: Int, step: Int) throws {
        let f = ReversibleFunction { (x: Scalar, y: Scalar, a: Integer, b: Integer, s: Integer) in
            For(a...b, by: s) { i in x += i * y }
        }
        let sum = stride(from: start, through: end, by: step).reduce(0, +)
        let result = try f(0, 0.5, start, end, step)
        #expect(result.0 == Double(sum) / 2)
        #expect(try (~f)(result.0, 0.5, start, end, step).0 == 0)
        #expect(try grad(f, 0, 0.5, start, end, step).1 == Double(sum))
        try checkInverse(f, 0.25, 0.5, start, end, step)
    }

    /// 1. The inverse visits the same indices in reverse order.
    @Test func steppedRangesReverseTheOrder() throws {
        let f = ReversibleFunction { (k: Integer, log: IntegerVector, n: Integer) in
            For(0..<n, by: 3) { i in
                log[k] += i
                k += 1
            }
        }
        let done = try f(0, [0, 0, 0, 0], 10)
        #expect(done == (4, [0, 3, 6, 9], 10))
        #expect(try (~f)(done.0, done.1, done.2) == (0, [0, 0, 0, 0], 10))
    }

    /// 2. Conditions after the one that is taken were evaluated too.
    @Test func conditionsAreLazy() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, k: Integer) in
            If(k >= v.count) {
                y += 1
            } else: {
                If(v[k] > 0) {
                    y += 2
                } else: {
                    y += 3
                }
            }
            If(k < v.count && v[k] > 0) { y += 10 }
            If(k >= v.count || v[k] > 0) { y += 100 }
            y += select(k < v.count, v[min(k, v.count - 1)], 0)
        }
        #expect(try f(0, [5], 7).0 == 101)
        #expect(try f(0, [5], 0).0 == 117)
        #expect(try (~f)(101, [5], 7).0 == 0)
        #expect(try grad(f, 0, [5], 0).1 == [1])
    }

    /// 3. A name allocated in a loop hid an outer one, whose value was lost.
    @Test func ancillaInALoopHidesNothing() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector) in
            let t = Scalar.ancilla("t")
            t += 7
            For(v.indices) { i in
                let t = Scalar.ancilla("t")
                t += v[i]
                y += t
                t -= v[i]
            }
            y += t
            t -= 7
        }
        #expect(try f(0, [1, 2]).0 == 10)
        #expect(try (~f)(10, [1, 2]).0 == 0)
        let unfreed = ReversibleFunction { (x: Scalar, k: Integer) in
            let t = Scalar.ancilla("t")
            t += x
            If(k > 0) { t -= x }
        }
        #expect(try unfreed(3, 1) == (3, 1))
        #expect(throws: ReversibilityError.self) { try unfreed(3, 0) }
        #expect(throws: ReversibilityError.self) { try (~unfreed)(3, 0) }
    }

    /// 4. A conversion that loses digits was not checked.
    @Test func conversionsAreExact() throws {
        let f = ReversibleFunction { (k: Integer, s: Stack) in PUSH(k, on: s) }
        #expect(throws: ReversibilityError.self) { try f((1 << 53) + 1, []) }
        #expect(throws: ReversibilityError.self) { try (~f)(0, [0.5]) }
        #expect(throws: ReversibilityError.self) { try (~f)(0, [1e300]) }
    }

    /// 5. Exclusive or had no check for aliases.
    @Test func exclusiveOrChecksAliases() throws {
        #expect(throws: ReversibilityError.self) {
            try ReversibleFunction(checking: "f") { (k: Integer) in k ^= k }
        }
        #expect(throws: ReversibilityError.self) {
            try ReversibleFunction(checking: "f") { (p: IntegerVector) in p ^= p[0] }
        }
        let f = ReversibleFunction { (p: IntegerVector, i: Integer, j: Integer) in p[i] ^= p[j] }
        #expect(throws: ReversibilityError.self) { try f([3, 5], 1, 1) }
        #expect(try f([3, 5], 0, 1).0 == [6, 5])
    }

    /// 6. A power restored its result through x^(n-1)·x: not exactly, and NaN at 0.
    @Test(arguments: [0.0, 0.5, 1, 2, -0.0])
    func powerRestoresExactly(exponent: Double) throws {
        let f = ReversibleFunction { (y: Scalar, x: Scalar, n: Scalar) in y += pow(x, n) }
        for x in [0.0, 1, 3, 4] {
            let done = try f(0, x, exponent)
            let back = try (~f)(done.0, done.1, done.2)
            #expect(back == (0, x, exponent))
            let gradient = try grad(f, 0, x, exponent)
            #expect(gradient.1.isFinite && gradient.2.isFinite)
        }
    }

    /// 8. A sparse dot product was wrong if a column of either matrix was empty.
    @Test func sparseDotWithEmptyColumns() throws {
        // Compressed columns: values, row indices, and where each column begins.
        let dot = ReversibleFunction {
            (
                out: Scalar, a: Vector, ra: IntegerVector, ca: IntegerVector, b: Vector, rb: IntegerVector,
                cb: IntegerVector
            ) in
            For(0..<ca.count - 1) { column in
                For(ca[column]..<ca[column + 1]) { i in
                    For(cb[column]..<cb[column + 1]) { j in
                        If(ra[i] == rb[j]) { out += a[i] * b[j] }
                    }
                }
            }
        }
        let (a, ra, ca) = ([1.0, 4, 2, 5], [0, 2, 0, 2], [0, 2, 2, 4])
        let (b, rb, cb) = ([0.5, 3, 1], [0, 2, 1], [0, 2, 3, 3])
        let result = try dot(0, a, ra, ca, b, rb, cb)
        #expect(result.0 == 12.5)
        #expect(try (~dot)(12.5, a, ra, ca, b, rb, cb).0 == 0)
        let gradient = try grad(dot, 0, a, ra, ca, b, rb, cb)
        #expect(gradient.1 == [0.5, 3, 0, 0])
        #expect(gradient.4 == [1, 4, 0])
        let nothing = try dot(0, [], [], [0, 0, 0, 0], b, rb, cb)
        #expect(nothing.0 == 0)
        #expect(try grad(dot, 0, [], [], [0, 0, 0, 0], b, rb, cb).4 == [0, 0, 0])
    }

    /// 10. Exported names were not defined, and rules with a constant operand were missing.
    @Test func constantsOnEitherSide() throws {
        let f = ReversibleFunction { (y: Scalar, x: Scalar) in
            y += 2 * x + x * 2 + 2 / x + x / 2 + 2 - x - 2 + pow(2, x) + pow(x, 2) + atan2(2, x) + atan2(x, 2)
            y += min(x, 2) + max(2, x) + hypot(x, 2)
        }
        try checkGrads(f, 0, 0.7)
        try checkGrads(f, 0, 2.9)
    }

    /// 12. A loop over elements had no gradient.
    @Test func loopsOverElementsCarryGradients() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector) in
            For(v.indices) { i in y += v[i] * v[i] }
        }
        #expect(try grad(f, 0, [1, 2, 3]).1 == [2, 4, 6])
        #expect(try grad(f, 0, []).1 == [])
    }

    /// 13. An ancilla that is NaN passed the check.
    @Test func ancillaThatIsNotANumber() throws {
        let f = ReversibleFunction { (x: Scalar) in
            let t = Vector.ancilla(count: 2)
            t[1] += x
            t[1] -= x
        }
        #expect(throws: ReversibilityError.self) { try f(.nan) }
        #expect(throws: ReversibilityError.self) { try (~f)(.nan) }
        #expect(try f(2) == 2)
    }

    /// 14. The tolerance was one for the process.
    @Test func toleranceBelongsToAFunction() throws {
        let strict = ReversibleFunction { (x: Scalar) in
            let t = Scalar.ancilla()
            t += x
        }
        var loose = strict
        loose.options.tolerance = 1
        #expect(try loose(0.5) == 0.5)
        #expect(throws: ReversibilityError.self) { try strict(0.5) }
        #expect(try (~loose)(0.5) == 0.5)
    }

    /// 14. The stacks were one for the process; an error left values on them.
    @Test func stacksBelongToARun() throws {
        let f = ReversibleFunction { (x: Scalar, v: Vector, k: Integer) in
            let s = Stack()
            PUSH(x, on: s)
            v[k] += 1
        }
        for _ in 0..<10 { #expect(throws: ReversibilityError.self) { try f(3, [], 0) } }
        #expect(try f(3, [0], 0) == (0, [1], 0))
        #expect(throws: ReversibilityError.self) { try (~f)(0, [1], 0) }
    }
}
