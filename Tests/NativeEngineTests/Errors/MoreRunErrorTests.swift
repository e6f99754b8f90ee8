import AD
import NativeEngine
import Testing

/// The rest of the errors of runs: stacks, factors, aliases, loops, parallel loops, calls.
@Suite(.enabled(if: compilerIsThere))
struct MoreRunErrorTests {
    @Test func stacks() throws {
        let f = ReversibleFunction("f", parameters: ["x", "k", "s"]) { (x: Scalar, k: Integer, s: Stack) in
            POP(x, from: s)
            POP(k, from: s)
        }
        try expectNoError(f, .real(0), .integer(0), .reals([7, 1.5]))
        try expectSameError(.emptyStack, f, .real(0), .integer(0), .reals([]))
        try expectSameError(.emptyStack, f, .real(0), .integer(0), .reals([1]))
        try expectSameError(.popMismatch, f, .real(2), .integer(0), .reals([1, 1]))
        try expectSameError(.popMismatch, f, .real(.nan), .integer(0), .reals([1, 1]))
        try expectSameError(.popMismatch, f, .real(0), .integer(3), .reals([1, 1]))
        for top in [1.5, .nan, .infinity, 1e300, -1e19] {
            try expectSameError(.popMismatch, f, .real(0), .integer(0), .reals([top, 1]))
        }
        for k in [(1 << 53) + 1, .max, -(1 << 53) - 1] {
            try expectSameError(.popMismatch, ~f, .real(0), .integer(k), .reals([]))
        }
        for k in [1 << 53, 1 << 60, .min] { try expectNoError(~f, .real(0), .integer(k), .reals([])) }
        let local = ReversibleFunction("g", parameters: ["x"]) { (x: Scalar) in
            let s = Stack.ancilla("s")
            PUSH(x, on: s)
        }
        try expectSameError(.ancillaNotRestored, local, .real(3))
        try expectSameError(.emptyStack, ~local, .real(0))
        let run = ReversibleFunction("h", parameters: ["x"]) { (x: Scalar) in
            let s = Stack("s")
            POP(x, from: s)
        }
        try expectSameError(.emptyStack, run, .real(0))
    }

    /// A stack of single precision holds whole numbers up to 2 to the power 24.
    @Test func integersOnAStackOfSinglePrecision() throws {
        let f = ReversibleFunction("f", parameters: ["k", "s"]) { (k: Integer, s: Stack) in PUSH(k, on: s) }
        let places: [Leaf<Float>] = [.integer((1 << 24) + 1), .reals([])]
        let checked = try native(f, .all, precision: .single)
        let expected = failure { try f.run(places) }
        #expect(expected?.kind == .popMismatch)
        #expect(failure { try checked.run(places) } == expected)
        #expect(
            "\(try checked.run([.integer(1 << 24), .reals([Float]())]))"
                == "\(try f.run([.integer(1 << 24), .reals([Float]())]))")
    }

    @Test func factors() throws {
        let f = ReversibleFunction("f", parameters: ["x", "y", "v"]) { (x: Scalar, y: Scalar, v: Vector) in
            x *= y - 1
            v /= y
        }
        try expectNoError(f, .real(1), .real(2), .reals([1, 2]))
        for y in [1, 0, Double.nan, .infinity, -Double.infinity] {
            try expectSameError(.zeroFactor, f, .real(1), .real(y), .reals([1, 2]))
            try expectSameError(.zeroFactor, ~f, .real(1), .real(y), .reals([1, 2]))
        }
    }

    @Test func aliases() throws {
        let product = ReversibleFunction("product") { (out: Scalar, x: Scalar) in out += x * x }
        let f = ReversibleFunction("f", parameters: ["v", "m", "p", "j", "k"]) {
            (v: Vector, m: Matrix, p: IntegerVector, j: Integer, k: Integer) in
            v[j] += v[k] * 2
            SWAP(m[j, 0], m[k, 0])
        }
        let (v, m) = (Leaf.reals([1.0, 2, 3]), sampleMatrix(3, 3))
        try expectNoError(f, v, m, .integers([]), .integer(0), .integer(1))
        try expectSameError(.aliasing, f, v, m, .integers([]), .integer(1), .integer(1))
        let g = ReversibleFunction("g", parameters: ["v", "m", "p", "j", "k"]) {
            (v: Vector, m: Matrix, p: IntegerVector, j: Integer, k: Integer) in
            SWAP(m[j, k], m[k, j])
            ROT(v[0], v[j - 1], 0.5)
            HADAMARD(v[j], v[k])
            product(v[j], v[p[0]])
            p[p[0]] += 1
        }
        try expectNoError(g, v, m, .integers([1, 0, 0]), .integer(2), .integer(0))
        for (p, j, k) in [(1, 2, 2), (1, 1, 2), (0, 2, 1), (2, 2, 0), (0, 2, 0)] {
            try expectSameError(.aliasing, g, v, m, .integers([p, 0, 0]), .integer(j), .integer(k))
        }
        let h = ReversibleFunction("h", parameters: ["v", "j", "k"]) { (v: Vector, j: Integer, k: Integer) in
            product(v[j], v[k])
        }
        try expectSameError(.aliasing, h, v, .integer(1), .integer(1))
        try expectSameError(.aliasing, ~h, v, .integer(1), .integer(1))
    }

    /// What a statement changes is an index that says which element it changes.
    @Test func changedIndices() throws {
        let grow = ReversibleFunction("grow") { (k: Integer) in k += 1 }
        let both = ReversibleFunction("both") { (k: Integer, x: Scalar) in
            k += 1
            x += 10
        }
        let pop = ReversibleFunction("f", parameters: ["p", "s"]) { (p: IntegerVector, s: Stack) in
            POP(p[p[0]], from: s)
        }
        try expectNoError(pop, .integers([1, 0]), .reals([7]))
        try expectSameError(.aliasing, pop, .integers([0, 5]), .reals([1]))
        try expectSameError(.aliasing, ~pop, .integers([0, 5]), .reals([]))
        let own = ReversibleFunction("f", parameters: ["p"]) { (p: IntegerVector) in grow(p[p[0]]) }
        try expectNoError(own, .integers([1, 5]))
        try expectSameError(.aliasing, own, .integers([0, 5]))
        try expectSameError(.aliasing, ~own, .integers([0, 5]))
        let other = ReversibleFunction("f", parameters: ["v", "p", "j"]) {
            (v: Vector, p: IntegerVector, j: Integer) in
            both(p[j], v[p[0]])
        }
        try expectNoError(other, .reals([1, 2]), .integers([0, 0]), .integer(1))
        try expectSameError(.aliasing, other, .reals([1, 2]), .integers([0, 0]), .integer(0))
        try expectSameError(.aliasing, ~other, .reals([1, 2]), .integers([0, 0]), .integer(0))
    }

    /// Elements that are arguments, whether or not the function that is called comes to use them.
    @Test func elementsThatAreArguments() throws {
        let maybe = ReversibleFunction("maybe") { (x: Scalar, y: Scalar, n: Integer) in
            If(n > 0) {
                x += 1
                y += 1
            }
        }
        let f = ReversibleFunction("f", parameters: ["v", "m", "j", "k", "n"]) {
            (v: Vector, m: Matrix, j: Integer, k: Integer, n: Integer) in
            maybe(m[j, 0], m[k, 0], n)
            maybe(v[j], v[k], n)
        }
        let (v, m) = (Leaf.reals([1.0, 2, 3]), sampleMatrix(2, 2))
        for n in 0...1 {
            try expectNoError(f, v, m, .integer(0), .integer(1), .integer(n))
            try expectSameError(.aliasing, f, v, m, .integer(1), .integer(1), .integer(n))
            try expectSameError(.aliasing, ~f, v, m, .integer(0), .integer(0), .integer(n))
            for (j, k) in [(0, 2), (-1, 0), (1, 3), (0, .max)] {
                try expectSameError(.indexOutOfRange, f, v, m, .integer(j), .integer(k), .integer(n))
                try expectSameError(.indexOutOfRange, ~f, v, m, .integer(j), .integer(k), .integer(n))
            }
        }
    }

    @Test func loops() throws {
        let f = ReversibleFunction("f", parameters: ["x", "a", "s", "p"]) {
            (x: Scalar, a: Integer, s: Integer, p: IntegerVector) in
            For(0..<4, by: s) { _ in x += 1 }
            For(0..<p[0]) { i in p[i] += a }
        }
        try expectNoError(f, .real(0), .integer(0), .integer(2), .integers([2, 2]))
        try expectSameError(.zeroStep, f, .real(0), .integer(0), .integer(0), .integers([2, 2]))
        try expectSameError(.loopBoundsChanged, f, .real(0), .integer(1), .integer(2), .integers([2, 2]))
        try expectSameError(.loopBoundsChanged, ~f, .real(0), .integer(1), .integer(2), .integers([2, 2]))
    }

    @Test func parallelLoops() throws {
        let f = ReversibleFunction("f", parameters: ["v", "w", "p", "k"]) {
            (v: Vector, w: Vector, p: IntegerVector, k: Integer) in
            ParallelFor(w.indices) { i in v[p[i]] *= 2 + w[i] * w[i] }
            ParallelFor(w.indices) { i in
                If(i != k) {
                    v[i] += 1
                } else: {
                    v[i] += v[i + 1]
                }
            }
        }
        let w = Leaf.reals(samples(3))
        try expectNoError(f, .reals(samples(4)), w, .integers([2, 0, 1]), .integer(5))
        try expectNoError(f, .reals(samples(4)), w, .integers([2, 0, 1]), .integer(2))
        try expectSameError(.parallelConflict, f, .reals(samples(4)), w, .integers([2, 0, 2]), .integer(5))
        try expectSameError(.parallelConflict, f, .reals(samples(4)), w, .integers([2, 0, 1]), .integer(1))
        try expectSameError(.parallelConflict, f, .reals(samples(4)), w, .integers([2, 0, 1]), .integer(0))
        try expectSameError(.indexOutOfRange, f, .reals(samples(3)), w, .integers([2, 0, 1]), .integer(2))
        let helper = ReversibleFunction("helper", parameters: ["v", "i", "d"]) {
            (v: Vector, i: Integer, d: Integer) in
            v[i] *= 2
            v[i + d] *= 4
        }
        let call = ReversibleFunction("g", parameters: ["v", "d"]) { (v: Vector, d: Integer) in
            ParallelFor(0..<3) { i in helper(v, i, d) }
        }
        try expectNoError(call, .reals(samples(9)), .integer(3))
        try expectSameError(.parallelConflict, call, .reals(samples(9)), .integer(1))
        try expectSameError(.parallelConflict, ~call, .reals(samples(9)), .integer(2))
    }

    @Test func calls() throws {
        var f = ReversibleFunction.recursive("f", parameters: ["n"]) { (f, n: Integer) in
            If(n > 0) {
                n -= 1
                f(n)
                n += 1
            }
        }
        f.options.callDepthLimit = 100
        try expectNoError(f, .integer(90))
        for n in [99, 100, 101, 102, 5000] where (try? f(n)) == nil {
            try expectSameError(.callDepth, f, .integer(n))
        }
        #expect((try? f(99)) != nil && (try? f(102)) == nil)
        let endless = ReversibleFunction.recursive("g", parameters: ["x"]) { (g, x: Scalar) in g(x) }
        try expectSameError(.callDepth, endless, .real(1))
    }

    /// Which of two errors comes first must not depend on who runs the program.
    @Test func theFirstErrorCounts() throws {
        let f = ReversibleFunction("f", parameters: ["v", "k", "d"]) { (v: Vector, k: Integer, d: Integer) in
            v[k] += v[k + 1] * (k / d)
            v[k / d] *= v[k]
            If(v[0] > d) { v[0] -= v[k + 1] / d }
        }
        let forms = (try native(f, .all), try native(~f, .all))
        for v in [[1.0], [1, 0], [0, 1, 2], [.nan, 3, 4], [5, 6, .infinity]] {
            for k in -1...3 {
                for d in -1...2 {
                    let places: [Leaf<Double>] = [.reals(v), .integer(k), .integer(d)]
                    #expect(failure { try forms.0.run(places) } == failure { try f.run(places) }, "\(places)")
                    #expect(
                        failure { try forms.1.run(places) } == failure { try (~f).run(places) }, "\(places)")
                }
            }
        }
    }

    @Test func gradientsReportTheProgramsErrors() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "v", "k"]) {
            (y: Scalar, x: Scalar, v: Vector, k: Integer) in
            let t = Scalar.ancilla("t")
            t += x
            If(x > 0) { y += v[k] / x }
            t -= v[0]
        }
        let gradient = try native(grad(f), .all)
        for (x, v, k) in [(1.0, [2.0], 0), (1, [1], 1), (.nan, [1], 0), (1, [1], 0), (-1, [-1], 7)] {
            let expected = failure { try grad(f, 0, x, v, k) }
            #expect(failure { try gradient(0, x, v, k) } == expected, "\(x) \(v) \(k)")
        }
        try withOptions { options in
            let rows = try compile(jacobian(f, of: 0, with: 2), checks: .all, options: options)
            #expect(failure { try rows(0, 1, [1], 1) }?.kind == .indexOutOfRange)
            let product = try compile(hvp(f), checks: .all, options: options)
            #expect(
                failure { try product(0, 1, [1], 1, direction: (0, 1, [1], ())) }?.kind == .indexOutOfRange)
            #expect(
                failure { try product(0, 1, [1], 0, direction: (0, 1, [1, 2], ())) }
                    == failure { try hvp(f, 0, 1, [1], 0, direction: (0, 1, [1, 2], ())) })
        }
    }
}
