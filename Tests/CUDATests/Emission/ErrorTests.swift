import AD
import CUDAEngine
import ReversibleCore
import Testing

/// Programs that have no kernels say which statement is in the way, and where.
@Suite struct ErrorTests {
    private func error<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ options: PTXOptions = PTXOptions()
    ) -> PTXError? {
        do {
            _ = try ptx(f, options: options)
            return nil
        } catch {
            return error
        }
    }

    @Test func nothingParallel() {
        let line = #line + 1
        let found = error(ReversibleFunction("plain") { (y: Scalar, x: Scalar) in y += x * x })
        #expect(found?.kind == .nothingParallel)
        #expect(found?.location?.line == line)
        #expect(found?.message.contains("`plain` has no `ParallelFor`") == true)
        #expect(found?.description.contains("ErrorTests.swift:\(line)") == true)
    }

    @Test func stacksAndRecordedTurns() {
        let line = #line + 4
        let pushes = error(
            ReversibleFunction("pushes") { (x: Vector, s: Stack) in
                ParallelFor(x.indices) { i in x[i] += 1 }
                PUSH(x[0], on: s)
            })
        #expect(pushes?.kind == .unsupportedStatement)
        #expect(pushes?.location?.line == line)
        #expect(pushes?.message.contains("PUSH(") == true)
        for asks in [true, false] {
            let found = error(
                ReversibleFunction("asks") { (x: Vector, y: Scalar, s: Stack) in
                    ParallelFor(x.indices) { i in x[i] += 1 }
                    if asks {
                        y += s.top
                    } else {
                        If(s.isEmpty) { ParallelFor(x.indices) { i in x[i] += 2 } }
                    }
                })
            #expect(found?.kind == .unsupportedStatement)
            #expect(found?.message.contains("uses a stack") == true, "\(found?.message ?? "")")
        }
        let counted = error(
            ReversibleFunction("counted") { (x: Vector, n: Integer) in
                ParallelFor(x.indices) { i in x[i] += 1 }
                While(n < 10) { n += 3 }
            })
        #expect(counted?.kind == .unsupportedStatement)
        let around = error(
            ReversibleFunction("around") { (x: Vector, n: Integer) in
                While(n < 10) {
                    ParallelFor(x.indices) { i in x[i] += 1 }
                    n += 3
                }
            })
        for around in [true, false] {
            let found = error(
                ReversibleFunction("decides") { (x: Vector, n: Integer) in
                    ParallelFor(x.indices) { i in x[i] += 1 }
                    If(n < 10, post: .recorded) {
                        if around { ParallelFor(x.indices) { i in x[i] += 2 } }
                        n += 3
                    }
                })
            #expect(
                found?.message.contains(
                    "If($1 < 10, post: .recorded) { … }` keeps its decision on a stack, which has no form on a GPU"
                ) == true,
                "\(found?.message ?? "")")
        }
        #expect(around?.message.contains("give it a `post:` condition") == true)
        #expect(counted?.message.contains("give it a `post:` condition") == true)
    }

    @Test func recordsOfDerivatives() {
        let halves = ReversibleFunction("halves") { (y: Scalar, x: Vector) in
            ParallelFor(x.indices) { i in
                x[i] *= 0.5
                x[i] += 0.1
                y += x[i] * x[i]
                x[i] *= 0.5
            }
        }
        for way in [Undoing.recorded, .checkpoints(2)] {
            do {
                _ = try ptx(grad(halves, undoing: way))
                Issue.record("a kernel with a record")
            } catch {
                #expect(error.kind == .unsupportedStatement)
                #expect(
                    error.message.contains(
                        "keep old values of `halves` on a stack, which has no form on a GPU"),
                    "\(error.message)")
            }
        }
    }

    @Test func recursion() {
        let countdown = ReversibleFunction.recursive("countdown") { (f, y: Integer, n: Integer) in
            If(n > 0) {
                n -= 1
                y += 1
                f(y, n)
                n += 1
            }
        }
        let found = error(
            ReversibleFunction("recursing") { (y: IntegerVector, n: Integer) in
                ParallelFor(y.indices) { i in
                    let k = Integer.ancilla("k")
                    Compute {
                        k += n
                    } apply: {
                        countdown(y[i], k)
                    }
                }
            })
        #expect(found?.kind == .unsupportedStatement)
        #expect(found?.message.contains("countdown") == true)
        #expect(found?.message.contains("calls itself") == true)
    }

    @Test func unknownBeforeLaunch() {
        let bounds = error(
            ReversibleFunction("bounds", parameters: ["x", "n"]) { (x: Vector, n: IntegerVector) in
                ParallelFor(0..<n[0]) { i in x[i] += 1 }
            })
        #expect(bounds?.kind == .unknownBeforeLaunch)
        #expect(bounds?.message.contains("ParallelFor(0..<n[0])") == true)
        let size = error(
            ReversibleFunction("size", parameters: ["x", "n", "best"]) {
                (x: Vector, n: IntegerVector, best: IntegerVector) in
                ParallelFor(x.indices) { i in
                    let t = Vector.ancilla(count: n[i], "t")
                    Compute {
                        For(t.indices) { j in t[j] += x[i] }
                    } apply: {
                        best[i] += argmax(t)
                    }
                }
            })
        #expect(size?.kind == .unknownBeforeLaunch)
        #expect(size?.message.contains("the size `n[i]` of the ancilla `t`") == true)
        let line = #line + 4
        let top = error(
            ReversibleFunction("top", parameters: ["x", "n"]) { (x: Vector, n: IntegerVector) in
                let t = Vector.ancilla(count: n[0], "t")
                ParallelFor(x.indices) { i in x[i] += t.count }
            })
        #expect(top?.message.contains("the size `n[0]` of the ancilla `t`") == true)
        #expect(top?.location?.line == line)
    }

    /// Additions that cannot wait: the iterations read what they and others may add to.
    @Test func noFixedOrder() throws {
        var options = PTXOptions()
        options.reductions = .deterministic
        let f = ReversibleFunction("pairs", parameters: ["m", "x", "to"]) {
            (m: Matrix, x: Vector, to: IntegerVector) in
            ParallelFor(x.indices) { i in m[to[i], 0] += m[to[i], 1] * x[i] }
        }
        let pullback = try f.definition.pullback(inverted: false)
        func plan() throws -> String {
            try KernelPlan(
                pullback, of: pullback, inverted: false, wanted: pullback.parameters.map { _ in true },
                options
            ).text
        }
        let found = #expect(throws: PTXError.self) { try plan() }
        #expect(found?.kind == .invalidOption)
        #expect(found?.message.contains("read or change elements of `m.gradient` as well") == true)
        options.reductions = .atomic
        #expect(try plan().contains("red.global.add.f64"))
    }

    @Test func options() {
        var options = PTXOptions()
        options.threadsPerBlock = 100
        #expect(error(Programs.saxpy, options)?.kind == .invalidOption)
        options.threadsPerBlock = 64
        options.maximumBlocks = 0
        #expect(error(Programs.saxpy, options)?.message.contains("`maximumBlocks` is 0") == true)
        options.maximumBlocks = 1
        options.iterationsPerThread = 9
        #expect(error(Programs.saxpy, options)?.message.contains("`iterationsPerThread` is 9") == true)
        options.iterationsPerThread = 1
        for (sizes, message) in [
            ([3: [1]], "names place 3; the function has 3 places"), ([2: [1]], "place 2, of type Scalar"),
            ([0: [1, nil]], "sizes [1, nil]"), ([0: [-1]], "no size is negative"),
            ([-1: [1]], "names place -1"),
        ] as [([Int: [Int?]], String)] {
            options.knownSizes = sizes
            #expect(error(Programs.saxpy, options)?.kind == .invalidOption)
            #expect(error(Programs.saxpy, options)?.message.contains(message) == true, "\(message)")
        }
    }

    @Test func argumentsThatStartAtZero() {
        var options = PTXOptions()
        for number in [-1, 3] {
            options.startingAtZero = [0, number]
            let found = error(Programs.saxpy, options)
            #expect(found?.kind == .invalidOption)
            #expect(
                found?.message
                    == "`startingAtZero` names argument \(number), and `saxpy` has 3, counted from 0")
        }
        options.startingAtZero = [1]
        let integers = error(Programs.total, options)
        #expect(integers?.kind == .invalidOption)
        #expect(integers?.message.contains("argument 1 of `total`, which is of type IntegerVector") == true)
    }

    @Test func expressions() {
        let f = ReversibleFunction("trigamma") { (y: Vector, x: Vector) in
            ParallelFor(y.indices) { i in y[i] += Expr.evaluate(.polygamma, Expr(.real(1)), Expr(x[i].node)) }
        }
        #expect(error(f)?.kind == .unsupportedExpression)
    }
}
