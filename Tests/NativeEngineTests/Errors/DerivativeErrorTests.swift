import AD
import ReversiblePrograms
import NativeEngine
import Testing

/// What derivatives check by default, and the words of their errors.
@Suite struct DerivativeErrorTests {
    static let whole = ReversibleFunction("whole", parameters: ["l", "x", "y"]) {
        (l: Scalar, x: Vector, y: Vector) in
        x += y * y
        l += sum(x * y)
    }
    static let branch = ReversibleFunction("branch", parameters: ["l", "x"]) { (l: Scalar, x: Scalar) in
        If(x > 0) { x -= 2 }
        l += x * x
    }

    @Test(arguments: [Checks.undoing, .all])
    func sizesOfWholeArrays(checks: Checks) throws {
        let own = failure { try Self.whole(0, [1, 2, 3, 4, 5], [1]) }
        #expect(own?.kind == .lengthMismatch)
        try withOptions { options in
            let slope = try compile(grad(Self.whole), checks: checks, options: options)
            #expect(failure { try slope(0, [1, 2, 3, 4, 5], [1]) } == own)
            #expect(failure { try slope(0, [1], [1, 2, 3, 4, 5]) }?.kind == .lengthMismatch)
            #expect(try slope(0, [1, 2], [1, 3]).2 == [4, 29])
            let product = try compile(hvp(Self.whole), checks: checks, options: options)
            #expect(
                failure { try product(0, [1, 2, 3], [1], direction: (0, [1, 2, 3], [1])) }?.kind
                    == .lengthMismatch)
        }
    }

    @Test func sizesOfWholeArraysInsideIterationsAndConditions() throws {
        let f = ReversibleFunction { (l: Scalar, m: Matrix, n: Matrix, v: Vector, w: Vector) in
            ParallelFor(v.indices) { i in
                If(sum(m * n) > 0) { v[i] += w[i] * w[i] }
            }
            l += sum(v * w)
        }
        let (m, short): (DenseMatrix, DenseMatrix) = ([[1, 2], [3, 4]], [[1, 2]])
        try withOptions { options in
            let slope = try compile(grad(f), options: options)
            #expect(failure { try slope(0, m, short, [1, 2], [1, 2]) }?.kind == .lengthMismatch)
            #expect(try slope(0, m, m, [1, 2], [1, 2]).4 == (try grad(f, 0, m, m, [1, 2], [1, 2]).4))
        }
    }

    @Test func sizesInPlace() throws {
        func places(_ numbers: [[Double]]) -> [Memory<Double>] {
            numbers.enumerated().map { Memory($0.offset < 2 ? .real($0.element[0]) : .reals($0.element)) }
        }
        try withOptions { options in
            let slope = try compile(grad(Self.whole), options: options)
            let unlike = places([[0], [1], [1, 2, 3], [0, 0, 0], [1], [0]])
            let error = failure { try slope.run(inPlace: unlike.map(\.buffer)) }
            #expect(error?.kind == .lengthMismatch)
            #expect(error?.message.contains("in `whole`: arrays that go together differ in size") == true)
            let short = places([[0], [1], [1, 2, 3], [0], [1, 2, 3], [0, 0, 0]])
            #expect(
                failure { try slope.run(inPlace: short.map(\.buffer)) }?.message
                    == "the memory of a derivative of `x` is for 1 numbers, and that of its value for 3; give memory of one "
                    + "size and shape")
        }
    }

    @Test(arguments: [Checks.undoing, .all])
    func endlessRecursion(checks: Checks) throws {
        let f = ReversibleFunction<Scalar>.recursive("f", parameters: ["x"]) { (f, x: Scalar) in
            x += 1.5
            f(x)
        }
        try withOptions { options in
            var slope = try compile(grad(f), checks: checks, options: options)
            slope.options.callDepthLimit = 1000
            #expect(failure { try slope(1) }?.kind == .callDepth)
        }
    }

    @Test(arguments: [Checks.undoing, .all])
    func errorsNameTheFunctionAsItWasWritten(checks: Checks) throws {
        let own = failure { try Self.branch(0, 1) }
        #expect(own?.kind == .postcondition)
        try withOptions { options in
            let slope = try compile(grad(Self.branch), checks: checks, options: options)
            #expect(failure { try slope(0, 1) } == own)
            let tangent = try compile(jvp(Self.branch), checks: .all, options: options)
            #expect(failure { try tangent(0, 1, tangent: (0, 1)) } == own)
        }
    }

    @Test func whatOnlyUndoingRunsIntoIsDrift() {
        let f = ReversibleFunction("f", parameters: ["loss", "m", "v"]) {
            (loss: Scalar, m: Scalar, v: Vector) in
            For(v.indices) { i in
                m *= 0.5
                m += v[i]
            }
            loss += 1e-200 * m
        }
        let error = failure { try grad(f, 0, 0, (0..<1100).map { 1e300 * (0.1 + 0.01 * Double($0 % 3)) }) }
        #expect(error?.kind == .drift && error?.function == "f" && error?.statement == "m /= 0.5")
        #expect(error?.values.first?.name == "m")
        #expect(error?.message.hasPrefix("undoing failed where the function had run: ") == true)
    }

    @Test(arguments: [Checks.none, .undoing, .all])
    func gradientsInStacks(checks: Checks) throws {
        let pop = ReversibleFunction("pop", parameters: ["l", "x", "s"]) { (l: Scalar, x: Scalar, s: Stack) in
            POP(x, from: s)
            l += x * x
        }
        try withOptions { options in
            #expect(
                try compile(grad(pop), checks: checks, options: options)(0, 0, [1, 2, 3]).2 == [0, 0, 6])
            let product = try compile(hvp(pop), checks: checks, options: options)
            #expect(try product(0, 0, [1, 2, 3], direction: (0, 0, [0, 0, 1])).2 == [0, 0, 2])
            let rows = try compile(jacobian(pop, of: 0, with: 2), checks: checks, options: options)
            #expect(try rows(0, 0, [1, 2, 3]) == [[0, 0, 6]])
        }
    }

    @Test func solvesHaveTheirOwnName() {
        let error = failure { try LinearAlgebra.triangularSolve(.lower)([1, 2, 3], [[1, 0], [1, 1]]) }
        #expect(error?.function == "triangularSolve")
    }
}
