import AD
import NativeEngine
import ReversibleCore
import Testing

/// Arrays that only a chosen part goes over together need be of one size only where it is chosen, in values and in
/// every derivative.
@Suite(.enabled(if: compilerIsThere)) struct GuardedSizeTests {
    private static let forms: [(Checks, Int)] = [(.none, 1), (.undoing, 2), (.all, 1)]

    /// Arguments of a function of a number and two vectors, and what must come of them.
    private struct Example {
        let (v, w): ([Double], [Double])
        let value: Double
        let slopes: ([Double], [Double])
        /// The second derivatives along ones.
        let curvature: ([Double], [Double])

        init(
            _ v: [Double], _ w: [Double], value: Double, _ slopes: ([Double], [Double]),
            curvature: ([Double], [Double])? = nil
        ) {
            (self.v, self.w, self.value, self.slopes) = (v, w, value, slopes)
            self.curvature = curvature ?? (v.map { _ in 0 }, w.map { _ in 0 })
        }
    }

    private func expect(
        _ f: ReversibleFunction<Scalar, Vector, Vector>, _ examples: Example...,
        at caller: Testing.SourceLocation = #_sourceLocation
    ) throws {
        func same(_ found: ([Double], [Double]), _ expected: ([Double], [Double]), _ what: String) {
            #expect(found == expected, "\(what)", sourceLocation: caller)
        }
        for e in examples {
            let ones = (e.v.map { _ in 1.0 }, e.w.map { _ in 1.0 })
            #expect(try f(0, e.v, e.w).0 == e.value, sourceLocation: caller)
            let gradient = try grad(f, 0, e.v, e.w)
            same((gradient.1, gradient.2), e.slopes, "grad")
            let curvature = try hvp(f, 0, e.v, e.w, direction: (0, ones.0, ones.1))
            same((curvature.1, curvature.2), e.curvature, "hvp")
            let pulled = try vjp(f, 0, e.v, e.w, cotangent: 1, of: 0).product
            same((pulled.1, pulled.2), e.slopes, "vjp")
            let along = e.slopes.0.reduce(0, +) + e.slopes.1.reduce(0, +)
            let pushed = try jvp(f, 0, e.v, e.w, tangent: (0, ones.0, ones.1)).product.0
            #expect(pushed == along, sourceLocation: caller)
            let rows = try [1, 2].map { try jacobian(f, 0, e.v, e.w, of: 0, with: $0).elements }
            same((rows[0], rows[1]), e.slopes, "jacobian")
        }
        for (checks, threads) in Self.forms {
            let what = "checks \(checks), threads \(threads)"
            let (values, slopes, curvatures) = try withOptions {
                (
                    try compile(f, checks: checks, threads: threads, options: $0),
                    try compile(grad(f), checks: checks, threads: threads, options: $0),
                    checks == .undoing ? try compile(hvp(f), threads: threads, options: $0) : nil
                )
            }
            for e in examples {
                #expect(try values(0, e.v, e.w).0 == e.value, "\(what)", sourceLocation: caller)
                let gradient = try slopes(0, e.v, e.w)
                same((gradient.1, gradient.2), e.slopes, "grad, \(what)")
                let direction = (0.0, e.v.map { _ in 1.0 }, e.w.map { _ in 1.0 })
                guard let curvature = try curvatures?(0, e.v, e.w, direction: direction) else { continue }
                same((curvature.1, curvature.2), e.curvature, "hvp, \(what)")
            }
        }
    }

    @Test func sumsUnderAComparisonOfSizes() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, w: Vector) in
            y += select(v.count == w.count, sum(v * w), 0)
        }
        try expect(
            f,
            .init([1, 2], [3, 4], value: 11, ([3, 4], [1, 2]), curvature: ([1, 1], [1, 1])),
            .init([1, 2], [3], value: 0, ([0, 0], [0])),
            .init([1], [3, 4, 5], value: 0, ([0], [0, 0, 0])))
    }

    @Test func conditionsWithinConditions() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, w: Vector) in
            y += select(
                v.count > 1, select(v.count == w.count, sum(v * v * w), sum(v)), sum(w) - v[0])
            y += select(!(v.count != w.count || sum(v * w) < 0), 0, sum(w))
            If(v.count == w.count && sum(v * w) > 0) { y += sum(v + w) }
        }
        try expect(
            f,
            .init([1, 2], [3, 1], value: 14, ([7, 5], [2, 5]), curvature: ([8, 6], [2, 4])),
            .init([1, 2], [3], value: 6, ([1, 1], [1])),
            .init([1], [3, 4], value: 13, ([-1], [2, 2])))
    }

    @Test func choicesBetweenArraysWithinASum() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, w: Vector) in
            y += sum(exp(select(v.count < w.count, v, w) * 0) * select(v.count < w.count, v * v, 3 * w))
            y += sum(select(v.count == w.count, v * w, 1))
        }
        // The constant is added once for every element of the array that is named first.
        try expect(
            f,
            .init([1, 2], [3, 4, 5], value: 7, ([2, 4], [0, 0, 0]), curvature: ([2, 2], [0, 0, 0])),
            .init([1, 2, 3], [4], value: 15, ([0, 0, 0], [3])),
            .init([1, 2], [3, 4], value: 32, ([3, 4], [4, 5]), curvature: ([1, 1], [1, 1])))
    }

    @Test func extremaUnderAComparisonOfSizes() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, w: Vector) in
            y += select(v.count == w.count, v[argmax(v * w)] * w[argmin(v - w)], 0)
            y += select(v.count > 0, v[argmax(select(v.count < w.count, v, -v))], 0)
        }
        try expect(
            f,
            .init(
                [1, 2, 3], [5, 0, 6], value: 16, ([1, 0, 5], [3, 0, 0]), curvature: ([0, 0, 1], [1, 0, 0])),
            .init([1, 2], [3], value: 1, ([1, 0], [0])),
            .init([1, 2], [3, 4, 5], value: 2, ([0, 1], [0, 0, 0])),
            .init([], [3], value: 0, ([], [0])))
    }

    @Test func loopsWhoseConditionsGuardSizes() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, w: Vector) in
            let n = Integer.ancilla()
            While(n < 2 && (v.count != w.count || sum(v * w) > 0), post: n > 0) {
                y += v[0] * v[0] + select(v.count == w.count, sum(v * w), 0)
                n += 1
            }
            n -= select(v.count == w.count && sum(v * w) <= 0, 0, 2)
        }
        try expect(
            f,
            .init([1, 2], [3, 4], value: 24, ([10, 8], [2, 4]), curvature: ([6, 2], [2, 2])),
            .init([1, 2], [3], value: 2, ([4, 0], [0]), curvature: ([4, 0], [0])),
            .init([1, 2], [-3, -4], value: 0, ([0, 0], [0, 0])))
    }

    @Test func wholeArraysUnderAComparisonOfSizes() throws {
        let step = ReversibleFunction { (u: Vector, t: Vector, v: Vector, w: Vector) in
            u += select(v.count == w.count, v * w, t)
            u -= select(w.count == u.count, select(v.count == u.count, 2 * w, w * w), 1)
        }
        let f = ReversibleFunction { (y: Scalar, v: Vector, w: Vector) in
            let u = Vector.ancilla(count: 2), t = Vector.ancilla(count: 2)
            Compute {
                step(u, t, v, w)
            } apply: {
                y += u[0] + 10 * u[1]
            }
        }
        #expect(try step([0, 0], [5, 6], [1, 2], [3, 4]).0 == [-3, 0])
        #expect(throws: ReversibilityError.self) { try step([0, 0], [5, 6], [1], [3]) }
        #expect(try step([0, 0], [5, 6], [1, 2], [3]).0 == [4, 5])
        #expect(try step([0, 0], [5, 6], [1], [3, 4]).0 == [-4, -10])
        try expect(
            f,
            .init([1, 2], [3, 4], value: -3, ([3, 40], [-1, 0]), curvature: ([1, 10], [1, 10])),
            .init([1, 2], [3], value: -11, ([0, 0], [0])),
            .init([1], [3, 4], value: -169, ([0], [-6, -80]), curvature: ([0], [-2, -20])))
    }

    /// What a condition lets through must go together.
    @Test func sizesThatMatterAreCompared() throws {
        let single = ReversibleFunction { (y: Scalar, v: Vector, w: Vector) in
            y += select(v[0] > 0, sum(v * w), 0)
        }
        let whole = ReversibleFunction { (y: Scalar, u: Vector, w: Vector) in
            u += select(u.count > 1, w, 1)
            y += sum(u)
        }
        for (f, v) in [(single, [1.0, 2]), (whole, [1, 2])] {
            #expect(throws: ReversibilityError.self) { try f(0, v, [3]) }
            #expect(throws: ReversibilityError.self) { try grad(f, 0, v, [3]) }
            for (checks, threads) in Self.forms where checks != .none {
                try withOptions { options in
                    let compiled = try compile(grad(f), checks: checks, threads: threads, options: options)
                    let error = #expect(throws: ReversibilityError.self) { try compiled(0, v, [3]) }
                    #expect(error?.kind == .lengthMismatch)
                }
            }
        }
        #expect(try grad(single, 0, [-1, 2], [3]).1 == [0, 0])
        #expect(try grad(whole, 0, [2], [3, 4]).1 == [1])
    }

    @Test func matrices() throws {
        let f = ReversibleFunction { (y: Scalar, m: Matrix, n: Matrix) in
            y += select(m.rows == n.rows && m.columns == n.columns, sum(m * n), sum(m))
            m += select(m.rows == n.rows, select(m.columns == n.columns, n, 1), 0)
            y += m[0, 0] * m[0, 0]
        }
        let compiled = try Self.forms.map { try native(grad(f), $0, threads: $1) }
        func slopes(_ m: DenseMatrix, _ n: DenseMatrix) throws -> [[Double]] {
            let (_, dm, dn) = try grad(f, 0, m, n)
            for (form, what) in zip(compiled, Self.forms) {
                let (_, a, b) = try form(0, m, n)
                #expect(a == dm && b == dn, "\(what)")
            }
            return [dm.elements, dn.elements]
        }
        #expect(try slopes([[1, 2]], [[3, 4]]) == [[11, 4], [9, 2]])
        // As many elements, and other rows.
        #expect(try slopes([[1, 2]], [[3], [4]]) == [[3, 1], [0, 0]])
        #expect(try slopes([[1, 2]], [[3]]) == [[5, 1], [0]])
    }

    /// In lanes the conditions differ from iteration to iteration.
    @Test func conditionsOfIterations() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, w: Vector) in
            let t = Vector.ancilla(count: v.count)
            Compute {
                ParallelFor(v.indices) { i in
                    t[i] += select(v[i] > 0 && v.count == w.count, sum(v * w) * v[i], v[i])
                    t[i] += select(v[i] > 5, sum(v * w), 0)
                }
            } apply: {
                y += sum(t)
            }
        }
        let v = (0..<11).map { $0 % 2 == 0 ? 1.0 : -1.0 }
        let w = v.map { _ in 1.0 }
        // Six terms v[i] Σ v w, with Σ v w = 1.
        try expect(
            f,
            .init(v, [7], value: 1, (v.map { _ in 1 }, [0])),
            .init(
                v, w, value: 1, (v.map { _ in 7 }, v.map { 6 * $0 }),
                curvature: (v.map { $0 > 0 ? 24 : 12 }, v.map { 6 + 6 * $0 })))
        for (checks, threads) in Self.forms where checks != .none {
            try withOptions { options in
                let compiled = try compile(grad(f), checks: checks, threads: threads, options: options)
                #expect(throws: ReversibilityError.self) { try compiled(0, v.map { $0 * 6 }, [7]) }
            }
        }
    }

    /// What undoing may have changed is compared under the same conditions.
    @Test func readsThatAreVerified() throws {
        let f = ReversibleFunction { (y: Scalar, v: Vector, w: Vector) in
            ROT(v[0], v[1], 0.5)
            y += select(v.count == w.count, sum(v * v * w), v[0] * v[1])
            v *= select(v.count == w.count, exp(w), 2)
            y += select(v.count == w.count && v[0] > 0, v[argmax(v - w)], 0)
        }
        for w: [Double] in [[3, 4], [5]] {
            let v: [Double] = [1, 2]
            let slopes = try grad(f, 0, v, w)
            try checkGrads(f, 0, v, w)
            for (checks, threads) in Self.forms {
                let found = try native(grad(f), checks, threads: threads)(0, v, w)
                let apart = zip(found.1 + found.2, slopes.1 + slopes.2).map { abs($0 - $1) / (1 + abs($1)) }
                #expect(apart.allSatisfy { $0 < 1e-14 })
            }
        }
    }
}
