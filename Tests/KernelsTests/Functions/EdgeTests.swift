import ReversiblePrograms
import NativeEngine
import Testing

/// Arguments that a ready program cannot work with: the same error, about the argument, from every engine, with and
/// without checks, for values and derivatives.
@Suite struct EdgeTests {
    private let infinity = Double.infinity
    private let nan = Double.nan

    private func refuses<each A: Argument>(
        _ kind: ReversibilityError.Kind, _ message: String, _ f: ReversibleFunction<repeat each A>,
        _ arguments: repeat (each A).Value, isLoss: Bool = true,
        location: Testing.SourceLocation = #_sourceLocation
    ) throws {
        func check(_ engine: String, _ run: () throws -> Void) {
            let error = #expect(throws: ReversibilityError.self, "\(engine)", sourceLocation: location) {
                try run()
            }
            #expect(error?.kind == kind, "\(engine)", sourceLocation: location)
            #expect(error?.message == message, "\(engine)", sourceLocation: location)
        }
        check("interpreter") { _ = try f(repeat each arguments) }
        let (checked, plain) = (try compile(f), try compile(f, checks: .none))
        check("checked code") { _ = try checked(repeat each arguments) }
        check("code without checks") { _ = try plain(repeat each arguments) }
        guard isLoss else { return }
        check("gradient") { _ = try grad(f, repeat each arguments) }
        let slope = try compile(grad(f))
        check("compiled gradient") { _ = try slope(repeat each arguments) }
    }

    @Test func softmax() throws {
        let sentence = "`x[1]` is inf; it must be finite, or −∞ for a probability of 0"
        try refuses(.invalidArgument, sentence, Softmax.logSumExp, 0, [1, infinity])
        try refuses(.invalidArgument, sentence, Softmax.softmax, [0, 0], [1, infinity], isLoss: false)
        try refuses(
            .invalidArgument, "the elements of `x` are all −∞, so there are no probabilities",
            Softmax.softmax,
            [0], [-infinity], isLoss: false)
        try refuses(
            .lengthMismatch, "`out` has 1 element and `x` has 2 elements; they must agree",
            Softmax.logSoftmax,
            [0], [1, 2], isLoss: false)
        try refuses(
            .indexOutOfRange, "`label` is 2, and `logits` has 2 elements; indices are counted from 0",
            Softmax.crossEntropy, 0, [1, 2], 2)
        try refuses(
            .indexOutOfRange, "`labels[1]` is -1, and `logits` has 2 columns; indices are counted from 0",
            Softmax.batchCrossEntropy, 0, [[1, 2], [3, 4]], [1, -1])
    }

    /// scipy.special.logsumexp gives −∞; no number moves it, so its gradient is 0.
    @Test func logSumExpOfNothingButMinusInfinity() throws {
        let x = [-infinity, -infinity]
        #expect(try Softmax.logSumExp(0, x).0 == -infinity)
        #expect(try compile(Softmax.logSumExp, checks: .none)(0, x).0 == -infinity)
        #expect(try grad(Softmax.logSumExp, 0, x).1 == [0, 0])
        #expect(try compile(grad(Softmax.logSumExp))(0, x).1 == [0, 0])
        #expect(try compile(grad(Softmax.logSumExp), checks: .all)(0, x).1 == [0, 0])
        #expect(try jvp(Softmax.logSumExp, 0, x, tangent: (0, [1, 1])).product.0 == 0)
    }

    @Test func norms() throws {
        try refuses(
            .invalidArgument, "`x[0]` is inf; it must be finite", LinearAlgebra.norm2, 0, [infinity, 1])
        try refuses(.invalidArgument, "`x[1]` is nan; it must be finite", LinearAlgebra.norm2, 0, [1, nan])
        // The largest element must not hide a NaN.
        try refuses(
            .invalidArgument, "`x[0]` is nan; it must be a number", LinearAlgebra.normInfinity, 0, [nan, 1])
        try refuses(
            .invalidArgument, "`a[1, 0]` is -inf; it must be finite", LinearAlgebra.frobeniusNorm, 0,
            [[1, 2], [-infinity, 3]])
        #expect(try LinearAlgebra.normInfinity(0, [1, -infinity]).0 == infinity)
    }

    @Test func statistics() throws {
        let empty = "`x` has no elements; it needs at least 1"
        try refuses(.invalidArgument, empty, Statistics.variance, 0, [])
        try refuses(.invalidArgument, empty, Statistics.populationVariance, 0, [])
        try refuses(
            .invalidArgument, "`x[2]` is nan; it must be finite", Statistics.variance, 0, [1, 2, nan])
        try refuses(
            .lengthMismatch, "`x` has 2 elements and `y` has 1 element; they must agree",
            Statistics.covariance, 0, [1, 2], [1])
        try refuses(
            .invalidArgument, "`deviation` is -1.0; it must be positive and finite",
            Statistics.normalLogDensity, 0, 1, 2, -1)
        try refuses(
            .invalidArgument, "`x` has no rows; it needs at least 1", Statistics.columnMeans, [0, 0],
            DenseMatrix(rows: 0, columns: 2), isLoss: false)
    }

    @Test func matrices() throws {
        let square = "`a` has 2 rows and 3 columns; it must be square"
        let wide: DenseMatrix = [[1, 2, 3], [2, 4, 5]]
        try refuses(.lengthMismatch, square, LinearAlgebra.solve, [1, 2], wide, isLoss: false)
        try refuses(.lengthMismatch, square, LinearAlgebra.determinant, 0, wide)
        try refuses(.lengthMismatch, square, LinearAlgebra.luFactorization, wide, [0, 0], isLoss: false)
        try refuses(.lengthMismatch, square, LinearAlgebra.logDeterminant, 0, wide)
        let lengths = "`x` has 3 elements and `a` has 2 rows; they must agree"
        try refuses(
            .lengthMismatch, lengths, LinearAlgebra.solve, [1, 2, 3], [[1, 2], [2, 5]], isLoss: false)
        let singular = "`a` is singular, or its numbers differ so much in size that it is to rounding"
        for matrix in [[[1, 2], [2, 4]], [[0, 0], [0, 0]]] as [DenseMatrix] {
            try refuses(.invalidArgument, singular, LinearAlgebra.solve, [1, 2], matrix, isLoss: false)
            try refuses(.invalidArgument, singular, LinearAlgebra.logDeterminant, 0, matrix)
        }
        let indefinite =
            "`a` is not positive definite, to rounding at least; the diagonal and what is below it are read"
        try refuses(
            .invalidArgument, indefinite, LinearAlgebra.cholesky, [[0, 0], [0, 0]], [[1, 2], [2, 1]],
            isLoss: false)
        for matrix in [[[1, 2], [2, 1]], [[1, 1], [1, 1]], [[-1, 0], [0, 1]]] as [DenseMatrix] {
            try refuses(
                .invalidArgument, indefinite, LinearAlgebra.positiveDefiniteSolve, [1, 1], matrix,
                isLoss: false)
            try refuses(
                .invalidArgument, indefinite, LinearAlgebra.positiveDefiniteLogDeterminant, 0, matrix)
        }
        try refuses(
            .zeroFactor, "`t[1, 1]` is 0.0; it must be finite and not 0",
            LinearAlgebra.triangularSolve(.lower),
            [1, 2], [[1, 0], [1, 0]], isLoss: false)
        try refuses(
            .lengthMismatch, "`a` has 2 columns and `b` has 3 rows; they must agree", LinearAlgebra.product,
            [[0], [0]], [[1, 2], [3, 4]], [[1], [2], [3]], isLoss: false)
        try refuses(
            .lengthMismatch, "`angles` has 2 elements and `x` has 3 pairs of elements; they must agree",
            LinearAlgebra.givensProduct, [1, 2, 3], [1, 2], isLoss: false)
    }

    @Test func networksAndIntegrators() throws {
        try refuses(
            .lengthMismatch, "`input` has 1 element and `weights` has 2 columns; they must agree",
            DenseLayer.forward(.tanh), [0], [[1, 2]], [0], [1], isLoss: false)
        let field = ReversibleFunction { (rate: Vector, y: Vector) in rate[0] += y[0] * y[0] }
        try refuses(
            .lengthMismatch, "`end` has 2 elements and `start` has 1 element; they must agree",
            Integrators.rungeKutta4(of: field), [0, 0], [1], 0.1, isLoss: false)
        // The solution of y′ = y² goes to infinity.
        try refuses(
            .invalidArgument, "the state of the system is not finite after this step; a smaller `h` may help",
            Integrators.rungeKutta4(of: field), [0], [1e80], 1e80, isLoss: false)
    }

    /// Inside another program the error is at the call, with the callee's name and argument.
    @Test func callsInsidePrograms() throws {
        let user = ReversibleFunction("user", parameters: ["y", "v"]) { (y: Scalar, v: Vector) in
            Softmax.logSumExp(y, v)
        }
        let sentence =
            "in a call of `logSumExp`, `x[0]` is inf; it must be finite, or −∞ for a probability of 0"
        let native = try compile(user)
        let interpreted = #expect(throws: ReversibilityError.self) { try user(0, [.infinity, 1]) }
        let checked = #expect(throws: ReversibilityError.self) { try native(0, [.infinity, 1]) }
        for error in [interpreted, checked] {
            #expect(error?.message == sentence && error?.function == "user")
            #expect(error?.statement == "logSumExp(y, v)" && error?.location?.line == #line - 9)
        }
        let tooTall = ReversibleFunction("tall", parameters: ["c", "a", "b"]) {
            (c: Matrix, a: Matrix, b: Matrix) in
            LinearAlgebra.product(c, a, b)
        }
        let compiled = try compile(tooTall)
        let tall: DenseMatrix = [[1], [2], [3]]
        let first = #expect(throws: ReversibilityError.self) { try tooTall([[0]], [[1, 2]], tall) }
        let second = #expect(throws: ReversibilityError.self) { try compiled([[0]], [[1, 2]], tall) }
        for error in [first, second] {
            #expect(error?.kind == .lengthMismatch)
            #expect(
                error?.message
                    == "in a call of `product`, `a` has 2 columns and `b` has 3 rows; they must agree")
        }
    }

    /// Options of runs, of every sort of function.
    @Test func runOptions() throws {
        let changes: [(String, (inout RunOptions) -> Void)] = [
            ("`options.tolerance` is nan; it must be finite and at least 0", { $0.tolerance = .nan }),
            ("`options.tolerance` is -1.0; it must be finite and at least 0", { $0.tolerance = -1 }),
            ("`options.tolerance` is inf; it must be finite and at least 0", { $0.tolerance = .infinity }),
            ("`options.turnLimit` is -1; it must be at least 0", { $0.turnLimit = -1 }),
            ("`options.callDepthLimit` is -7; it must be at least 0", { $0.callDepthLimit = -7 }),
            ("`options.memoryLimit` is -1; it must be at least 0", { $0.memoryLimit = -1 }),
        ]
        var f = LinearAlgebra.dot
        var native = try compile(LinearAlgebra.dot, checks: .none)
        var slope = try compile(grad(LinearAlgebra.dot))
        for (message, change) in changes {
            (f.options, native.options, slope.options) = (RunOptions(), RunOptions(), RunOptions())
            change(&f.options)
            change(&native.options)
            change(&slope.options)
            func refuses(_ run: () throws -> Void) {
                let error = #expect(throws: ReversibilityError.self) { try run() }
                #expect(error?.kind == .invalidArgument && error?.message == message)
            }
            refuses { _ = try f(0, [1], [2]) }
            refuses { _ = try grad(f, 0, [1], [2]) }
            refuses { _ = try hessian(f, 0, [1], [2], with: 1) }
            refuses { _ = try checkInverse(f, 0, [1], [2]) }
            refuses { _ = try native(0, [1], [2]) }
            refuses { _ = try slope(0, [1], [2]) }
        }
    }

    @Test func otherOptions() throws {
        let f = LinearAlgebra.dot
        #expect(throws: ReversibilityError.self) { try checkInverse(f, 0, [1], [2], tolerance: .nan) }
        #expect(throws: ReversibilityError.self) { try checkGrads(f, 0, [1], [2], tolerance: -1) }
        #expect(throws: ReversibilityError.self) { try checkGrads(f, 0, [1], [2], limit: 0) }
        var options = CompileOptions()
        options.lanes = 3
        // A program without a parallel loop has no lanes; the option is wrong all the same.
        #expect(throws: NativeError.self) { try compile(f, options: options) }
        options = CompileOptions()
        options.cacheFolder = ""
        #expect(throws: NativeError.self) { try compile(f, options: options) }
        var native = try compile(f)
        native.threads = -1
        #expect(throws: ReversibilityError.self) { try native(0, [1], [2]) }
        native.threads = 0
        #expect(try native(0, [3], [2]).0 == 6)
    }
}
