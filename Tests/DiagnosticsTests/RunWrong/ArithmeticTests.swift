import AD
import Testing

/// Integer arithmetic that leaves the range of Int, and factors that cannot be undone.
struct ArithmeticTests {
    @Test func overflowInAnUpdate() throws {
        let f = ReversibleFunction("f", parameters: ["k", "n"]) { (k: Integer, n: Integer) in
            k += n
        }
        expectFailure(
            f, .max, 1, kind: .integerOverflow, at: #line - 3,
            says: """
                in `f`, `k += n`: the integer result is outside the range of Int; it could not be undone
                  (k = 9223372036854775807, n = 1)
                """)
        expectFailure(
            ~f, .min, 1, kind: .integerOverflow, at: #line - 9,
            says: """
                in `f`, `k -= n`: the integer result is outside the range of Int; it could not be undone
                  (k = -9223372036854775808, n = 1)
                """)
        #expect(try f(.max, -1) == (.max - 1, -1))
    }

    @Test func overflowInAProduct() throws {
        let f = ReversibleFunction("f", parameters: ["k", "n"]) { (k: Integer, n: Integer) in
            k += n * n - n * n
        }
        expectFailure(
            f, 0, 1 << 32, kind: .integerOverflow, at: #line - 3,
            says: """
                in `f`, `k += n * n - n * n`: the integer result is outside the range of Int; it could \
                not be undone
                  (k = 0, n = 4294967296)
                """)
        expectFailure(
            ~f, 0, 1 << 32, kind: .integerOverflow, at: #line - 10,
            says: """
                in `f`, `k -= n * n - n * n`: the integer result is outside the range of Int; it could \
                not be undone
                  (k = 0, n = 4294967296)
                """)
        #expect(try f(0, 1 << 31) == (0, 1 << 31))
    }

    @Test func overflowOfAWholeVector() throws {
        let f = ReversibleFunction("f", parameters: ["p", "n"]) { (p: IntegerVector, n: Integer) in
            p += n
        }
        #expect(try f([1, 2], 3) == ([4, 5], 3))
        expectFailure(
            f, [1, .max], 1, kind: .integerOverflow, at: #line - 4,
            says: """
                in `f`, `p += n`: the integer result is outside the range of Int; it could not be undone
                  (p[1] = 9223372036854775807, n = 1)
                """)
    }

    @Test func overflowInASum() throws {
        let f = ReversibleFunction("f", parameters: ["k", "p", "q", "n"]) {
            (k: Integer, p: IntegerVector, q: IntegerVector, n: Integer) in
            For(0..<n) { i in k += sum(p * q) + sum(p) }
        }
        expectFailure(
            f, 0, [1, 2, 3], [4, 1 << 62, 5], 2, kind: .integerOverflow, at: #line - 3, column: 31,
            says: """
                in `f`, `k += sum(p * q) + sum(p)`: the integer result is outside the range of Int; it \
                could not be undone
                  (k = 0, p[1] = 2, q[1] = 4611686018427387904)
                """)
        #expect(try f(0, [1, 2], [3, 4], 2) == (28, [1, 2], [3, 4], 2))
    }

    @Test func negationOfTheLeastInteger() throws {
        let f = ReversibleFunction("f", parameters: ["k"]) { (k: Integer) in
            NEG(k)
        }
        expectFailure(
            f, .min, kind: .integerOverflow, at: #line - 3,
            says: """
                in `f`, `NEG(k)`: the integer result is outside the range of Int; it could not be undone
                  (k = -9223372036854775808)
                """)
        expectFailure(
            ~f, .min, kind: .integerOverflow, at: #line - 9,
            says: """
                in `f`, `NEG(k)`: the integer result is outside the range of Int; it could not be undone
                  (k = -9223372036854775808)
                """)
        #expect(try f(.max) == -.max)
    }

    @Test(arguments: [Int.min])
    func absoluteValueOfTheLeastInteger(least: Int) throws {
        let f = ReversibleFunction { (k: Integer, n: Integer) in k += abs(n) }
        let g = ReversibleFunction { (k: Integer, n: Integer) in k += -n }
        let h = ReversibleFunction { (k: Integer, n: Integer) in k += n / -1 }
        let r = ReversibleFunction { (k: Integer, n: Integer) in k += n % -1 }
        for function in [f, g, h, r] {
            do {
                _ = try function(0, least)
                Issue.record("no overflow was found")
            } catch {
                #expect(error.kind == .integerOverflow)
            }
        }
    }

    @Test func divisionByZero() throws {
        let f = ReversibleFunction("f", parameters: ["k", "n"]) { (k: Integer, n: Integer) in
            k += 7 / n
        }
        expectFailure(
            f, 1, 0, kind: .divisionByZero, at: #line - 3,
            says: """
                in `f`, `k += 7 / n`: an integer is divided by 0
                  (k = 1, n = 0)
                """)
        expectFailure(
            ~f, 1, 0, kind: .divisionByZero, at: #line - 9,
            says: """
                in `f`, `k -= 7 / n`: an integer is divided by 0
                  (k = 1, n = 0)
                """)
        #expect(try f(1, 2) == (4, 2))
    }

    @Test func remainderByZero() throws {
        let f = ReversibleFunction("f", parameters: ["k", "n"]) { (k: Integer, n: Integer) in
            k += 7 % n
        }
        expectFailure(
            f, 1, 0, kind: .divisionByZero, at: #line - 3,
            says: """
                in `f`, `k += 7 % n`: an integer is divided by 0
                  (k = 1, n = 0)
                """)
        expectFailure(
            ~f, 1, 0, kind: .divisionByZero, at: #line - 9,
            says: """
                in `f`, `k -= 7 % n`: an integer is divided by 0
                  (k = 1, n = 0)
                """)
        #expect(try f(1, -4) == (4, -4))
    }

    /// Constants that cannot be computed are left to the run, which names the statement.
    @Test func divisionOfConstantsByZero() throws {
        let f = ReversibleFunction("f", parameters: ["k", "n"]) { (k: Integer, n: Integer) in
            k += Int.max * (n + 1 - n) + 1 / (n - n)
        }
        expectFailure(
            f, 0, 5, kind: .divisionByZero, at: #line - 3,
            says: """
                in `f`, `k += 9223372036854775807 * (n + 1 - n) + 1 / (n - n)`: an integer is divided by 0
                  (k = 0, n = 5)
                """)
    }

    @Test func factorIsZeroAtRunTime() throws {
        let f = ReversibleFunction("f", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
            x *= y
        }
        expectFailure(
            f, 2, 0, kind: .zeroFactor, at: #line - 3,
            says: """
                in `f`, `x *= y`: a place is multiplied or divided by 0.0; the factor must be finite and \
                not 0 to be undone
                  (x = 2.0, y = 0.0)
                """)
        expectFailure(
            ~f, 2, 0, kind: .zeroFactor, at: #line - 10,
            says: """
                in `f`, `x /= y`: a place is multiplied or divided by 0.0; the factor must be finite and \
                not 0 to be undone
                  (x = 2.0, y = 0.0)
                """)
        expectFailure(
            f, 2, .infinity, kind: .zeroFactor, at: #line - 17,
            says: """
                in `f`, `x *= y`: a place is multiplied or divided by inf; the factor must be finite and \
                not 0 to be undone
                  (x = 2.0, y = inf)
                """)
        expectFailure(
            ~f, 2, .nan, kind: .zeroFactor, at: #line - 24,
            says: """
                in `f`, `x /= y`: a place is multiplied or divided by nan; the factor must be finite and \
                not 0 to be undone
                  (x = 2.0, y = nan)
                """)
        #expect(try f(2, 3) == (6, 3))
    }

    @Test func integerFactorIsZero() throws {
        let f = ReversibleFunction("f", parameters: ["v", "k"]) { (v: Vector, k: Integer) in
            v[1] /= k
        }
        expectFailure(
            f, [1, 2], 0, kind: .zeroFactor, at: #line - 3,
            says: """
                in `f`, `v[1] /= k`: a place is multiplied or divided by 0.0; the factor must be finite \
                and not 0 to be undone
                  (v[1] = 2.0, k = 0)
                """)
        expectFailure(
            ~f, [1, 2], 0, kind: .zeroFactor, at: #line - 10,
            says: """
                in `f`, `v[1] *= k`: a place is multiplied or divided by 0.0; the factor must be finite \
                and not 0 to be undone
                  (v[1] = 2.0, k = 0)
                """)
        #expect(try f([1, 2], 4) == ([1, 0.5], 4))
    }

    @Test func factorOfOneElementIsZero() throws {
        let f = ReversibleFunction("f", parameters: ["v", "w"]) { (v: Vector, w: Vector) in
            v *= w
        }
        #expect(try f([1, 2], [3, 4]) == ([3, 8], [3, 4]))
        expectFailure(
            f, [1, 2], [3, 0], kind: .zeroFactor, at: #line - 4,
            says: """
                in `f`, `v *= w`: a place is multiplied or divided by 0.0; the factor must be finite \
                and not 0 to be undone
                  (v[1] = 2.0, w[1] = 0.0)
                """)
    }

    @Test func factorOfOneMatrixElementIsZero() throws {
        let f = ReversibleFunction("f", parameters: ["a", "b"]) { (a: Matrix, b: Matrix) in
            For(0..<2) { i in
                For(3..<5) { j in a *= b + (i * j - 4) }
            }
        }
        expectFailure(
            f, [[1, 2, 3], [4, 5, 6]], [[7, 7, 7], [7, 0, 7]], kind: .zeroFactor, at: #line - 4,
            column: 35,
            says: """
                in `f`, `a *= b + (i * j - 4)`: a place is multiplied or divided by 0.0; the factor must be \
                finite and not 0 to be undone
                  (a[1, 1] = -80.0, b[1, 1] = 0.0, i = 1, j = 4)
                """)
    }

    @Test func stepIsZeroAtRunTime() throws {
        let f = ReversibleFunction("f", parameters: ["x", "n"]) { (x: Scalar, n: Integer) in
            For(0..<10, by: n) { i in x += i }
        }
        #expect(try f(0, 3) == (18, 3))
        expectFailure(
            ~f, 0, 0, kind: .zeroStep, at: #line - 4,
            says: """
                in `f`, `For(0..<10, by: n) { /* backward */ i in … }`: the step of the loop is 0; it \
                must be a positive or negative integer
                  (n = 0)
                """)
        expectFailure(
            f, 0, 0, kind: .zeroStep, at: #line - 11,
            says: """
                in `f`, `For(0..<10, by: n) { i in … }`: the step of the loop is 0; it must be a positive \
                or negative integer
                  (n = 0)
                """)
    }

    @Test func elementBoundChanges() throws {
        let f = ReversibleFunction("f", parameters: ["x", "p", "k"]) {
            (x: Scalar, p: IntegerVector, k: Integer) in
            For(0..<p[0]) { i in
                x += i
                p[k] += 1
            }
        }
        #expect(try f(0, [3, 0], 1) == (3, [3, 3], 1))
        expectFailure(
            f, 0, [3, 0], 0, kind: .loopBoundsChanged, at: #line - 7,
            says: """
                in `f`, `For(0..<p[0]) { i in … }`: the bounds of the loop changed while it ran; the \
                inverse would visit other indices
                  (p[0] = 6)
                """)
        expectFailure(
            ~f, 0, [3, 0], 0, kind: .loopBoundsChanged, at: #line - 14,
            says: """
                in `f`, `For(0..<p[0]) { /* backward */ i in … }`: the bounds of the loop changed while \
                it ran; the inverse would visit other indices
                  (p[0] = 0)
                """)
    }
}
