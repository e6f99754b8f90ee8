import AD
import NativeEngine
import Testing

/// `h[k] += e` in a `ParallelFor`, where several iterations add to one element.
@Suite(.enabled(if: compilerIsThere)) struct HistogramTests {
    /// A number, a vector, a matrix and integers that iterations add to, in a branch and an inner loop, with scratch.
    private static let f = ReversibleFunction(
        "f", parameters: ["loss", "h", "m", "x", "w", "k", "n", "count"]
    ) {
        (
            loss: Scalar, h: Vector, m: Matrix, x: Vector, w: Scalar, k: IntegerVector, n: IntegerVector,
            count: Integer
        ) in
        h *= 2
        ParallelFor(x.indices) { i in
            let t = Scalar.ancilla("t")
            Compute {
                t += sin(x[i] * w)
            } apply: {
                h[k[i]] += t * t
                If(x[i] > 0.5) {
                    h[k[i] + 1] -= t
                    n[k[i]] += 2
                    count -= 1
                } else: {
                    n[0] -= k[i]
                }
                For(0..<m.columns) { j in m[k[i], j] += t * (j + 1) }
                loss -= t
            }
            count += 3
            n += 1
        }
        For(h.indices) { j in loss += h[j] * m[j, 0] }
    }

    private struct Places: Equatable {
        var loss = 0.25
        var h = [0.5, 0, 0, 0, 1]
        var m = [[Double]](repeating: [0.125, 0], count: 5)
        var n = [10, 0, 0, 0]
        var count = 100
        var (x, k): ([Double], [Int])

        init(count: Int) {
            x = (0..<count).map { 0.001 * Double($0 * 37 % 1000) }
            k = (0..<count).map { $0 * 7 % 4 }
        }

        /// What the program makes of them, by Swift's own loops.
        func after(_ w: Double, sine: (Double) -> Double) -> Places {
            var result = self
            result.h = h.map { 2 * $0 }
            for (x, k) in zip(x, k) {
                let t = sine(x * w)
                result.h[k] += t * t
                if x > 0.5 {
                    result.h[k + 1] -= t
                    result.n[k] += 2
                    result.count -= 1
                } else {
                    result.n[0] -= k
                }
                for j in 0..<2 { result.m[k][j] += t * Double(j + 1) }
                result.loss -= t
                result.count += 3
                for j in 0..<4 { result.n[j] += 1 }
            }
            result.loss += zip(result.h, result.m).reduce(0) { $0 + $1.0 * $1.1[0] }
            return result
        }
    }

    private func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-11 * max(1, abs(b)) }
    private func close(_ a: [Double], _ b: [Double]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy(close)
    }

    /// Lengths around the number of lanes, and long enough for pieces on several threads.
    @Test(arguments: [0, 1, 3, 8, 17, 5000]) func valuesAndDerivatives(count: Int) throws {
        let f = HistogramTests.f
        let p = Places(count: count)
        let sine = ReversibleFunction { (y: Scalar, x: Scalar) in y += sin(x) }
        let expected = p.after(1.2) { (try? sine(0, $0).0) ?? .nan }
        let m = DenseMatrix(p.m)
        func expect(
            _ found: (Double, [Double], DenseMatrix, [Double], Double, [Int], [Int], Int),
            caller: Testing.SourceLocation = #_sourceLocation
        ) {
            #expect(close(found.0, expected.loss) && close(found.1, expected.h), sourceLocation: caller)
            #expect(close(found.2.elements, expected.m.flatMap { $0 }), sourceLocation: caller)
            #expect(found.6 == expected.n && found.7 == expected.count, sourceLocation: caller)
        }
        /// Undoing takes large numbers off again.
        func came(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-12 * max(1, abs(expected.loss)) }
        let there = try f(p.loss, p.h, m, p.x, 1.2, p.k, p.n, p.count)
        expect(there)
        let back = try (~f)(there.0, there.1, there.2, there.3, there.4, there.5, there.6, there.7)
        #expect(came(back.0, p.loss) && close(back.1, p.h) && back.6 == p.n && back.7 == p.count)
        let gradient = try grad(f, p.loss, p.h, m, p.x, 1.2, p.k, p.n, p.count)
        let direction = (0.0, p.h, m, p.x.map { 1 - $0 }, 1.0, (), (), ())
        let product = try jvp(f, p.loss, p.h, m, p.x, 1.2, p.k, p.n, p.count, tangent: direction).product
        let second = try hvp(f, p.loss, p.h, m, p.x, 1.2, p.k, p.n, p.count, direction: direction)
        if count < 20 { try checkGrads(f, p.loss, p.h, m, p.x, 1.2, p.k, p.n, p.count) }
        for (checks, threads, lanes) in [
            (Checks.all, 1, nil), (.none, 1, 2), (.none, 1, 4), (.none, 1, 8), (.none, 2, nil),
            (.undoing, 2, nil),
        ] as [(Checks, Int, Int?)] {
            let code = try native(f, checks, lanes: lanes, threads: threads)(
                p.loss, p.h, m, p.x, 1.2, p.k, p.n, p.count)
            expect(code)
            let undone = try native(~f, checks, lanes: lanes, threads: threads)(
                code.0, code.1, code.2, code.3, code.4, code.5, code.6, code.7)
            #expect(came(undone.0, p.loss) && close(undone.1, p.h) && undone.6 == p.n)
            #expect(undone.7 == p.count)
            let slope = try native(grad(f), checks, lanes: lanes, threads: threads)(
                p.loss, p.h, m, p.x, 1.2, p.k, p.n, p.count)
            #expect(close(slope.1, gradient.1) && close(slope.3, gradient.3) && close(slope.4, gradient.4))
            try withOptions(lanes: lanes) { options in
                let forward = try compile(jvp(f), checks: checks, threads: threads, options: options)
                let tangent = try forward(
                    p.loss, p.h, m, p.x, 1.2, p.k, p.n, p.count, tangent: direction
                ).product
                #expect(close(tangent.0, product.0) && close(tangent.1, product.1))
                let twice = try compile(hvp(f), checks: checks, threads: threads, options: options)
                let found = try twice(
                    p.loss, p.h, m, p.x, 1.2, p.k, p.n, p.count, direction: direction)
                #expect(close(found.3, second.3) && close(found.4, second.4))
            }
        }
    }

    private static let histogram = ReversibleFunction("histogram", parameters: ["h", "n", "x", "k"]) {
        (h: Vector, n: IntegerVector, x: Vector, k: IntegerVector) in
        ParallelFor(x.indices) { i in
            h[k[i]] += sqrt(x[i])
            n[k[i]] += 1
        }
    }

    @Test func theyRunInLanes() throws {
        #expect(try native(HistogramTests.f).source.contains("LANES"))
        let code = try native(HistogramTests.histogram, precision: .single)
        let result = try code.run(
            [.reals([1, 0] as [Float]), .integers([0, 5]), .reals([4, 9, 16]), .integers([0, 1, 0])])
        #expect(result[0] == .reals([7, 3]) && result[1] == .integers([2, 6]))
    }

    /// Threads do not change a bit, whatever the histogram's size.
    @Test(arguments: [1, 10, 300, 3000, 200_000]) func threadsAgree(size: Int) throws {
        let f = HistogramTests.histogram
        let k = (0..<20_000).map { $0 * 7919 % size }
        let x = (0..<20_000).map { 0.001 * Double($0 * 37 % 1000) }
        let h = [Double](repeating: 0, count: size)
        let n = [Int](repeating: 0, count: size)
        let one = try native(f)(h, n, x, k)
        for threads in [2, 3, 8] { #expect(try native(f, threads: threads)(h, n, x, k) == one) }
        #expect(one.1.reduce(0, +) == 20_000)
        let serial = try f(h, n, x, k)
        #expect(one.1 == serial.1 && close(one.0, serial.0))
    }

    /// A function that only adds to an argument may be called in every iteration, forward and backward.
    @Test func calls() throws {
        let add = ReversibleFunction("add") { (h: Vector, k: Integer, y: Scalar, n: Integer, x: Scalar) in
            h[k] += x * x
            y -= x
            n += 1
        }
        let twice = ReversibleFunction("twice") { (h: Vector, k: Integer, y: Scalar, n: Integer, x: Scalar) in
            add(h, k, y, n, x)
            If(x > 0) { add(h, k, y, n, x) }
        }
        let pair = ReversibleFunction("pair") { (a: Scalar, b: Scalar, c: Integer, d: Integer, x: Scalar) in
            a += x
            b += 2 * x
            c += 1
            d += 2
        }
        let f = ReversibleFunction("f", parameters: ["h", "y", "n", "m", "k", "x"]) {
            (h: Vector, y: Scalar, n: Integer, m: IntegerVector, k: IntegerVector, x: Vector) in
            ParallelFor(x.indices) { i in
                twice(h, k[i], y, n, x[i])
                (~add)(h, k[i], y, m[0], x[i])
                // Both numbers are one element.
                pair(h[2], h[2], m[1], m[1], x[i])
            }
            y += h[0] * h[2]
        }
        for count in [0, 5, 3000] {
            let x = (0..<count).map { 0.001 * Double($0 * 37 % 1000) - 0.25 }
            let k = (0..<count).map { $0 * $0 % 3 }
            var (h, y) = ([1.0, 2, 3], 0.5)
            for (x, k) in zip(x, k) {
                if x > 0 {
                    h[k] += x * x
                    y -= x
                }
                h[2] += 3 * x
            }
            y += h[0] * h[2]
            let n = 7 + count + x.count { $0 > 0 }
            let m = [-count, 3 * count]
            let there = try f([1, 2, 3], 0.5, 7, [0, 0], k, x)
            let slope = try grad(f, loss: 1)([1, 2, 3], 0.5, 7, [0, 0], k, x)
            if count < 10 { try checkGrads(f, [1, 2, 3], 0.5, 7, [0, 0], k, x) }
            for (checks, threads) in [(nil, 1), (.all, 1), (Checks.none, 1), (Checks.none, 2)]
                as [(Checks?, Int)]
            {
                let found =
                    try checks.map { try native(f, $0, threads: threads)([1, 2, 3], 0.5, 7, [0, 0], k, x) }
                    ?? there
                #expect(close(found.0, h) && close(found.1, y) && found.2 == n && found.3 == m)
                let back = try (~f)(found.0, found.1, found.2, found.3, k, x)
                #expect(close(back.0, [1, 2, 3]) && close(back.1, 0.5) && back.2 == 7 && back.3 == [0, 0])
                guard let checks else { continue }
                let again = try native(grad(f, loss: 1), checks, threads: threads)(
                    [1, 2, 3], 0.5, 7, [0, 0], k, x)
                #expect(close(again.0, slope.0) && close(again.5, slope.5))
            }
        }
    }

    /// Loops in iterations, elements of their own, and whole arrays.
    @Test func nested() throws {
        // Elements that others have are read.
        let error = #expect(throws: ReversibilityError.self) {
            _ = try ReversibleFunction(checking: "f") { (g: Vector, v: Vector, x: Matrix) in
                ParallelFor(0..<x.rows) { i in
                    ParallelFor(0..<x.columns) { j in v[i] += x[i, j] * x[i, j] }
                    g += v[i] * v
                }
            }
        }
        #expect(error?.kind == .parallelConflict)
        let own = ReversibleFunction("own", parameters: ["h", "g", "v", "w", "x"]) {
            (h: Vector, g: Vector, v: Vector, w: Vector, x: Matrix) in
            ParallelFor(0..<x.rows) { i in
                ParallelFor(0..<x.columns) { j in
                    h[(i + j) % 3] += x[i, j]
                    v[i] += x[i, j] * x[i, j]
                }
                g += v[i] * w
                v[i] *= 2
            }
        }
        let x: DenseMatrix = [[1, 2], [3, 4], [5, 6]]
        let expected = ([7.0, 5, 9], [91.0, 182], [10.0, 50, 122])
        let zeros = [0.0, 0, 0]
        try checkGrads(own, zeros, [0, 0], zeros, [1, 2], x)
        let found = try [nil, Checks.all, Checks.none].map { checks in
            try checks.map { try native(own, $0)(zeros, [0, 0], zeros, [1, 2], x) }
                ?? own(zeros, [0, 0], zeros, [1, 2], x)
        }
        for found in found {
            #expect(found.0 == expected.0 && found.1 == expected.1 && found.2 == expected.2)
        }
    }

    /// Where the text tells that iterations have elements of their own, nothing is summed up apart.
    @Test func ownElementsAreNoSums() throws {
        func isSum(@Reversible _ body: (Vector, Matrix, Vector, Integer) -> Statement) throws -> Bool {
            let f = ReversibleFunction("f", parameters: ["h", "m", "x"]) {
                (h: Vector, m: Matrix, x: Vector) in
                ParallelFor(x.indices) { i in body(h, m, x, i) }
            }
            return try native(f).source.contains("h_sums")
        }
        #expect(try isSum { h, _, x, i in h[i % 2] += x[i] })
        #expect(try isSum { h, _, x, i in h[i * x.count] += x[i] })
        #expect(
            try isSum { h, _, x, i in
                h[2 * i] += x[i]
                h[2 * i + 2] += x[i]
            })
        #expect(try isSum { h, m, x, i in For(0...m.rows) { j in h[i * m.rows + j] += x[i] } })
        #expect(try isSum { h, _, x, i in For(0..<4) { j in h[3 * i + j] += x[i] } })
        #expect(
            try !isSum { h, _, x, i in
                h[2 * i] += x[i]
                h[2 * i + 1] -= x[i]
            })
        #expect(try !isSum { h, m, x, i in h[m.rows - 3 * i] += x[i] })
        #expect(try !isSum { h, m, x, i in For(0..<m.rows) { j in h[i * m.rows + j] += x[i] } })
        #expect(try !isSum { h, _, x, i in For(0..<3) { j in h[3 * i + j] += x[i] } })
    }

    /// What a sum was before is lost to rounding: a gradient that reads it says so, or has kept it.
    @Test func lostSumsAreNoticed() throws {
        func f(_ isParallel: Bool) -> ReversibleFunction<Scalar, Vector, Vector, IntegerVector> {
            ReversibleFunction("f", parameters: ["y", "h", "x", "k"]) {
                (y: Scalar, h: Vector, x: Vector, k: IntegerVector) in
                For(h.indices) { j in y += h[j] * h[j] }
                ParallelRecordTests.loop(isParallel, 0..<x.count) { i in h[k[i]] += 1e17 * x[i] }
                For(h.indices) { j in y += h[j] * 1e-17 }
            }
        }
        let (h, x, k) = ([0.7, 0.3], [1.0, 2, 3], [0, 1, 0])
        let expected = [2 * 0.7 + 1e-17, 2 * 0.3 + 1e-17]
        for isParallel in [false, true] {
            let f = f(isParallel)
            let error = #expect(throws: ReversibilityError.self) { try grad(f, 0, h, x, k) }
            #expect(error?.kind == .drift)
            for checks in [Checks.undoing, .all] {
                let slope = try native(grad(f), checks)
                #expect(throws: (any Error).self) { try slope(0, h, x, k) }
            }
            for way in [Undoing.recorded, .checkpoints(1)] {
                #expect(try grad(f, 0, h, x, k, undoing: way).1 == expected)
                #expect(try native(grad(f, undoing: way), threads: 2)(0, h, x, k).1 == expected)
            }
        }
    }
}
