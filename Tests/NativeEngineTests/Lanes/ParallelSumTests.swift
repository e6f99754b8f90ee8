import AD
import NativeEngine
import Testing

/// `loss += e` in a `ParallelFor`: a sum over the iterations, interpreted, in lanes and on threads.
@Suite(.enabled(if: compilerIsThere)) struct ParallelSumTests {
    /// Two sums of which one runs in a branch, with scratch, a shared factor and an inner loop.
    private static let f = ReversibleFunction("f", parameters: ["loss", "other", "x", "w"]) {
        (loss: Scalar, other: Scalar, x: Vector, w: Scalar) in
        loss *= 2
        ParallelFor(x.indices) { i in
            let t = Scalar.ancilla("t")
            Compute {
                t += sin(x[i] * w)
            } apply: {
                loss += t * t
                If(x[i] > 0.5) { other -= t * w }
            }
            For(0..<2) { j in loss += x[i] * j }
        }
        loss += other
    }

    private static func value(_ loss: Double, _ other: Double, _ x: [Double], _ w: Double) -> Double {
        let sums = x.map { x in
            let t = try? ReversibleFunction { (y: Scalar, x: Scalar, w: Scalar) in y += sin(x * w) }(0, x, w)
                .0
            return (t ?? .nan, x)
        }
        let first = sums.reduce(2 * loss) { $0 + $1.0 * $1.0 + $1.1 }
        return sums.filter { $0.1 > 0.5 }.reduce(first + other) { $0 - $1.0 * w }
    }

    /// Lengths around the number of lanes, and long enough for pieces on several threads.
    @Test(arguments: [0, 1, 3, 8, 17, 5000]) func valuesAndDerivatives(count: Int) throws {
        let f = ParallelSumTests.f
        let x = (0..<count).map { 0.001 * Double($0 * 37 % 1000) }
        let direction = x.map { 1 - $0 }
        let expected = ParallelSumTests.value(1.5, 0.25, x, 1.2)
        func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-12 * max(1, abs(b)) }
        let there = try f(1.5, 0.25, x, 1.2)
        #expect(close(there.0, expected))
        let back = try (~f)(there.0, there.1, there.2, there.3)
        #expect(abs(back.0 - 1.5) < 1e-11 && abs(back.1 - 0.25) < 1e-11 && back.2 == x)
        let gradient = try grad(f, 1.5, 0.25, x, 1.2)
        let product = try jvp(f, 1.5, 0.25, x, 1.2, tangent: (0, 0, direction, 1)).product
        let second = try hvp(f, 1.5, 0.25, x, 1.2, direction: (0, 0, direction, 1))
        if count < 20 { try checkGrads(f, 1.5, 0.25, x, 1.2) }
        for (checks, threads) in [(Checks.all, 1), (.none, 1), (.none, 2)] {
            let code = try native(f, checks, threads: threads)(1.5, 0.25, x, 1.2)
            #expect(close(code.0, expected) && close(code.1, there.1))
            let undone = try native(~f, checks, threads: threads)(code.0, code.1, code.2, code.3)
            #expect(abs(undone.0 - 1.5) < 1e-11 && abs(undone.1 - 0.25) < 1e-11)
            let slope = try native(grad(f), checks, threads: threads)(1.5, 0.25, x, 1.2)
            #expect(slope.0 == 2 && slope.1 == gradient.1 && close(slope.3, gradient.3))
            #expect(zip(slope.2, gradient.2).allSatisfy(close))
            try withOptions { options in
                let forward = try compile(jvp(f), checks: checks, threads: threads, options: options)
                let tangent = try forward(1.5, 0.25, x, 1.2, tangent: (0, 0, direction, 1)).product
                #expect(close(tangent.0, product.0) && close(tangent.1, product.1))
                let twice = try compile(hvp(f), checks: checks, threads: threads, options: options)
                let found = try twice(1.5, 0.25, x, 1.2, direction: (0, 0, direction, 1))
                #expect(zip(found.2, second.2).allSatisfy(close) && close(found.3, second.3))
            }
        }
    }

    @Test func sumsRunInLanes() throws {
        #expect(try native(ParallelSumTests.f).source.contains("LANES"))
        let single = try native(ParallelSumTests.f, precision: .single)
        let result = try single.run([.real(Float(1)), .real(0), .reals([1, 2, 3]), .real(0.5)])
        guard case .real(let loss) = result[0] else {
            Issue.record("\(result)")
            return
        }
        #expect(abs(Double(loss) - ParallelSumTests.value(1, 0, [1, 2, 3], 0.5)) < 1e-5)
    }

    /// Threads do not change a bit.
    @Test func threadsAgree() throws {
        let x = (0..<20_000).map { 0.001 * Double($0 * 37 % 1000) }
        let (one, two) = (
            try native(ParallelSumTests.f)(0, 0, x, 1.5),
            try native(ParallelSumTests.f, threads: 2)(0, 0, x, 1.5)
        )
        #expect(one == two)
    }

    /// Another use of the number, in any engine's order, would not mean the same in every order.
    @Test func anythingButSumsIsRefused() {
        func refuses(
            caller: Testing.SourceLocation = #_sourceLocation,
            @Reversible _ body: (Scalar, Vector, Integer, Integer) -> Statement
        ) {
            let error = #expect(throws: ReversibilityError.self, sourceLocation: caller) {
                _ = try ReversibleFunction(checking: "f") { (y: Scalar, v: Vector, n: Integer) in
                    ParallelFor(v.indices) { i in body(y, v, n, i) }
                }
            }
            #expect(error?.kind == .parallelConflict, sourceLocation: caller)
        }
        refuses { y, v, _, i in
            y += v[i]
            v[i] += y
        }
        refuses { y, v, _, i in
            y += v[i]
            If(y > 0) { NEG(v[i]) }
        }
        refuses { y, v, _, i in
            y += v[i]
            y *= 2
        }
        refuses { _, v, n, i in
            n += 1
            v[i] += v[n]
        }
        let add = ReversibleFunction { (y: Scalar, x: Scalar) in
            y += x
            x += y
        }
        refuses { y, v, _, i in
            y -= 1
            add(y, v[i])
        }
    }
}
