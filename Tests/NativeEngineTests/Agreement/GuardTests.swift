import AD
import NativeEngine
import ReversibleCore
import Testing

/// What a `select`, a `&&` or a `||` guards is not evaluated where it is not asked for, in gradients either.
@Suite(.enabled(if: compilerIsThere)) struct GuardTests {
    private static let far = 1 << 40

    /// The gradient in argument 1 on the interpreter, and that every form of native code has the same.
    private func slopes<A: Argument, B: Argument>(
        _ f: ReversibleFunction<Scalar, Vector, A, B>, _ v: [Double], _ a: A.Value, _ b: B.Value
    ) throws -> [Double] {
        let expected = try grad(f)(0.0, v, a, b).1
        for (checks, threads) in [(Checks.none, 1), (.none, 2), (.all, 1)] {
            let found = try native(grad(f), checks, threads: threads)(0.0, v, a, b).1
            #expect(found == expected, "checks \(checks), threads \(threads)")
        }
        return expected
    }

    @Test func theEndsOfAStencil() throws {
        let serial = ReversibleFunction { (y: Scalar, v: Vector, far: Integer, w: Vector) in
            For(v.indices) { i in y += w[i] * v[i] * select(i + far < v.count, v[i + far], 0) }
        }
        let parallel = ReversibleFunction { (y: Scalar, v: Vector, far: Integer, w: Vector) in
            let t = Vector.ancilla(count: v.count)
            Compute {
                ParallelFor(v.indices) { i in t[i] += v[i] * select(i + far < v.count, v[i + far], 0) }
            } apply: {
                y += sum(t * w)
            }
        }
        // Of 19 elements lanes make full groups, one with an end in it, and a rest.
        let (v, w) = (samples(19), samples(19, seed: 3))
        for far in [1, 3, 18, 19, GuardTests.far] {
            var expected = [Double](repeating: 0, count: 19)
            for i in v.indices where i + far < v.count {
                expected[i] += w[i] * v[i + far]
                expected[i + far] += w[i] * v[i]
            }
            for f in [serial, parallel] {
                let found = try slopes(f, v, far, w)
                #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-15 })
            }
        }
    }

    @Test func conditionsThatHoldOnlyUnderOthers() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, n: Integer, k: IntegerVector) in
            y += select(n != 0, select(10 / n > 2, v[10 / n - 3], 2 * v[0]), 0)
            y += select(n > 0 && k[10 / n - 1] < v.count, v[k[10 / n - 1]] * v[1], v[1])
            y += select(!(n == 0 || k[n] > 2), 5 * v[k[n]], 0) + select(n == 0, 0, v[0] / n)
        }
        #expect(try slopes(f, [1, 2, 3], 0, [0]) == [0, 1, 0])
        #expect(try slopes(f, [1, 2, 3], 10, [2, 7, 7, 7, 7, 7, 7, 7, 7, 7, 1]) == [2.1, 8, 2])
        #expect(try slopes(f, [1, 2, 3], 2, [0, 0, 9, 0, 1]) == [0.5, 4, 1])
    }

    @Test func elementsInFormulasOverArrays() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, w: Vector, n: Integer) in
            For(0..<n) { i in
                v += w
                y -= select(i + 1 < n, v[i + 1] * sum(abs(w)), 0)
            }
        }
        #expect(try slopes(f, [1, 2], [1, -2], 2) == [0, -3])
    }

    /// In the gradient both conditions of one choice may stand in statements of their own.
    @Test func divisionsByAConstantThatIsZero() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, n: Integer, k: Integer) in
            let zero = 0.expression
            y += select(zero != 0, select(10 / zero > 2, v[1], 2 * v[1]), v[n])
            y += select(k != 0, v[select(zero != 0, k / zero, k)], v[n])
        }
        #expect(try slopes(f, [1, 2, 3], 2, 0) == [0, 0, 2])
        #expect(try slopes(f, [1, 2, 3], 2, 1) == [0, 1, 1])
    }

    /// Reads that are the same for all lanes, under conditions that are not.
    @Test func uniformReadsUnderVaryingConditions() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, n: Integer, k: Integer) in
            let t = Vector.ancilla(count: v.count)
            Compute {
                ParallelFor(v.indices) { i in
                    t[i] += select(v[i] > 5, v[n] * v[n / k], v[i] * v[i])
                    t[i] += select(v[i] > 5 && v[n] > 1, v[i], 0)
                }
            } apply: {
                y += sum(t)
            }
        }
        #expect(
            try slopes(f, Array(repeating: 1, count: 11), GuardTests.far, 0) == Array(repeating: 2, count: 11)
        )
        #expect(
            try slopes(f, [6, 1, 1, 1, 1, 1, 1, 3, 1, 6], 7, 1) == [1, 2, 2, 2, 2, 2, 2, 18, 2, 1])
    }

    /// Elements that two guarded parts read, of which either may be asked for.
    @Test func sharedPartsOfGuardedParts() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, n: Integer, m: Integer) in
            let shared = v[n] * v[n]
            y += select(n < v.count, 3 * shared, 0) + select(n < v.count && m > 0, shared * v[m], 1)
            y += select(m < 0, select(n >= v.count, 0, shared), select(n >= v.count, 1, -shared))
        }
        #expect(try slopes(f, [1, 2], GuardTests.far, 1) == [0, 0])
        #expect(try slopes(f, [1, 2], 0, 1) == [8, 1])
        #expect(try slopes(f, [1, 2], 0, -GuardTests.far) == [8, 0])
    }

    @Test func secondDerivatives() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, far: Integer) in
            For(v.indices) { i in y += v[i] * select(i + far < v.count, v[i + far] * v[i + far], 0) }
        }
        // ∂y/∂v₀ = v₁², ∂y/∂v₁ = 2 v₀ v₁ + v₂², ∂y/∂v₂ = 2 v₁ v₂, along (1, 1, 1).
        let (near, nothing): ([Double], [Double]) = ([4, 12, 10], [0, 0, 0])
        let v: [Double] = [1, 2, 3]
        let ones: [Double] = [1, 1, 1]
        let compiled = try withOptions { try compile(hvp(f), options: $0) }
        for (far, expected) in [(1, near), (GuardTests.far, nothing)] {
            #expect(try hvp(f, 0.0, v, far, direction: (0.0, ones, ())).1 == expected)
            #expect(try compiled(0.0, v, far, direction: (0.0, ones, ())).1 == expected)
        }
    }

    @Test func domainsAndPoles() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, n: Integer, m: Integer) in
            y += select(v[0] >= 0, select(sqrt(v[0]) > 1, v[0], 2 * v[0]), -v[0])
            y += select(v[1] > 0, select(log(v[1]) > 0, log(v[1]), v[1]), 3 * v[1])
        }
        #expect(try slopes(f, [-4, -1], 0, 0) == [-1, 3])
        #expect(try slopes(f, [0.25, 2], 0, 0) == [2, 0.5])
    }

    @Test func aliasesAreAskedForUnderTheConditions() throws {
        let f = ReversibleFunction { (v: Vector, n: Integer) in v[0] += select(n != 0, v[10 / n], 0) }
        for (n, expected) in [(0, [1.0, 2]), (10, [3, 2])] {
            #expect(try f([1, 2], n).0 == expected)
            for checks in [Checks.none, .all] { #expect(try native(f, checks)([1, 2], n).0 == expected) }
        }
        #expect(throws: ReversibilityError.self) { try f([1, 2], 100) }
        #expect(throws: ReversibilityError.self) { try native(f, .all)([1, 2], 100) }
    }
}
