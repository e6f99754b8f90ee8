import Foundation
import Optimizers
import Testing

/// Conjugate gradients, MINRES and LSQR against SciPy 1.17 (`scipy.sparse.linalg` cg, minres, lsqr): iterates and their number.
@Suite struct LinearSolverTests {
    /// The matrix of a difference equation on 6 × 6 points, positive definite; with a shift indefinite.
    static func grid(shift: Double = 0) -> MatrixFreeOperator {
        MatrixFreeOperator(size: 36) { x in
            (0..<36).map { (k: Int) -> Double in
                var sum: Double = (4 + Double(k) / 10 - shift) * x[k]
                if k >= 6 { sum -= x[k - 6] }
                if k < 30 { sum -= x[k + 6] }
                if k % 6 > 0 { sum -= x[k - 1] }
                if k % 6 < 5 { sum -= x[k + 1] }
                return sum
            }
        }
    }

    static func diagonal(_ elements: [Double]) -> MatrixFreeOperator {
        MatrixFreeOperator(size: elements.count) { x in zip(elements, x).map { $0 * $1 } }
    }

    static func dense(_ rows: [[Double]]) -> MatrixFreeOperator {
        let m = DenseMatrix(rows)
        return MatrixFreeOperator(rows: m.rows, columns: m.columns) { x in
            (0..<m.rows).map { (i: Int) -> Double in
                (0..<m.columns).reduce(0.0) { $0 + m[i, $1] * x[$1] }
            }
        } transposed: { x in
            (0..<m.columns).map { (j: Int) -> Double in
                (0..<m.rows).reduce(0.0) { $0 + m[$1, j] * x[$1] }
            }
        }
    }

    static let b: [Double] = (0..<36).map { sin(Double($0) + 1) }

    private func near(_ a: [Double], _ b: [Double], _ limit: Double) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= limit * (1 + abs($1)) }
    }

    private func some(_ x: [Double]) -> [Double] { [x[0], x[17], x[35]] }

    // MARK: Against SciPy

    @Test(arguments: [(1e-4, 11, 9), (1e-8, 18, 16), (1e-12, 24, 21)])
    func conjugateGradients(tolerance: Double, iterations: Int, preconditioned: Int) throws {
        let method = ConjugateGradients(tolerance: tolerance)
        let found = try method.solve(Self.grid(), Self.b)
        #expect(found.reason == .residualIsSmall && found.iterations == iterations, "\(found)")
        let exact = [0.4394346854520107, -0.29869873721349616, -0.17563001639218467]
        #expect(near(some(found.solution), exact, tolerance))
        let inverse = Self.diagonal((0..<36).map { (k: Int) -> Double in 1 / (4 + Double(k) / 10) })
        let turned = try method.solve(Self.grid(), Self.b, preconditioner: inverse)
        #expect(turned.reason == .residualIsSmall && turned.iterations == preconditioned, "\(turned)")
        #expect(near(some(turned.solution), exact, tolerance))
    }

    @Test func conjugateGradientsAfterFiveSteps() throws {
        var norms: [Double] = []
        let found = try ConjugateGradients(limit: 5).solve(
            Self.grid(), Self.b, progress: { norms.append($0.residualNorm) })
        #expect(found.reason == .iterationLimit && !found.isConverged && found.iterations == 5)
        #expect(
            near(
                some(found.solution), [0.43459141095577825, -0.2985996771837867, -0.1762066002987127], 1e-14))
        #expect(abs(found.residualNorm - 0.06777597292626195) < 1e-14)
        #expect(norms.count == 5 && abs(norms[4] - found.residualNorm) < 1e-12)
        #expect(found.description == "|residual| 6.78e-02 after 5 iterations: limit of iterations reached")
    }

    /// Iterates, and after how many SciPy's residual is small; its own rules for stopping are others.
    @Test func minimalResiduals() throws {
        let matrix = Self.grid(shift: 5.05)
        for (limit, x, residual) in [
            (5, [-0.25847886341107, 0.3813355324208503, 0.02247893477711785], 1.7880083996867566),
            (12, [-0.08049414284191059, 0.40890724502295817, -0.05292544174368927], 1.112598572347909),
        ] {
            let found = try MINRES(limit: limit).solve(matrix, Self.b)
            #expect(found.reason == .iterationLimit && found.iterations == limit)
            #expect(near(some(found.solution), x, 1e-12) && abs(found.residualNorm - residual) < 1e-12)
        }
        let exact = [1.1409008951397872, 0.053975992109625, 0.8064342165525547]
        // After 36 steps rounding has its say, and that of other machines and orders of sums.
        for (tolerance, iterations, spread) in [(1e-4, 40, 0), (1e-8, 42, 2)] {
            let found = try MINRES(tolerance: tolerance).solve(matrix, Self.b)
            #expect(found.reason == .residualIsSmall, "\(found)")
            #expect(abs(found.iterations - iterations) <= spread, "\(found)")
            #expect(near(some(found.solution), exact, 100 * tolerance))
        }
        let inverse = Self.diagonal((0..<36).map { (k: Int) -> Double in 1 / abs(Double(k) / 10 - 1.049) })
        let turned = try MINRES(limit: 7).solve(matrix, Self.b, preconditioner: inverse)
        #expect(
            near(
                some(turned.solution), [-0.26867689879247114, 0.15004793622415158, 0.16778403448983767], 1e-12
            ))
        let solved = try MINRES().solve(matrix, Self.b, preconditioner: inverse)
        #expect(solved.reason == .residualIsSmall && near(some(solved.solution), exact, 1e-8), "\(solved)")
    }

    static let tall: [[Double]] = (0..<12).map { (i: Int) -> [Double] in
        (0..<7).map { (j: Int) -> Double in
            let wave = sin(Double(1 + 3 * i + i * j))
            return i == j ? wave + 2 : wave
        }
    }
    static let right: [Double] = (0..<12).map { cos(Double($0)) }

    @Test func leastSquares() throws {
        let matrix = Self.dense(Self.tall)
        let found = try LSQR().solve(matrix, Self.right)
        #expect(found.reason == .leastSquares && found.isConverged && found.iterations == 7, "\(found)")
        let expected = [
            0.3979435818154613, 0.19102584130938194, -0.5066654284907169, -0.10705319321522075,
            -0.2222265088579175, 0.0903141107200511, 0.2278100690083874,
        ]
        #expect(near(found.solution, expected, 1e-14))
        #expect(abs(found.residualNorm - 1.4670015490417945) < 1e-14 && found.gradientNorm < 1e-14)
        let third = try LSQR(limit: 3).solve(matrix, Self.right)
        let thirdExpected = [
            0.41693024713348853, 0.19123093951643258, -0.47813081428411824, -0.11224977856584037,
            -0.2419408601409586, 0.07620659162220178, 0.2177283213864579,
        ]
        #expect(third.reason == .iterationLimit && near(third.solution, thirdExpected, 1e-14))
        let exact = try LSQR(tolerance: 1e-8).solve(matrix, try matrix(Array(repeating: 1, count: 7)))
        #expect(exact.reason == .residualIsSmall && exact.iterations == 7)
        #expect(near(exact.solution, Array(repeating: 1, count: 7), 1e-14))
    }

    @Test func dampedLeastSquares() throws {
        let matrix = Self.dense(Self.tall)
        let found = try LSQR(damping: 0.5).solve(matrix, Self.right)
        #expect(found.reason == .leastSquares && found.iterations == 7, "\(found)")
        let expected = [
            0.38109184469969226, 0.18429951393289662, -0.4757560313876613, -0.10228969329577317,
            -0.2238240205793153, 0.09221783691779288, 0.220126555014954,
        ]
        #expect(near(found.solution, expected, 1e-14))
        #expect(abs(found.residualNorm - 1.4690461797979177) < 1e-13 && found.gradientNorm < 1e-14)
        let third = try LSQR(limit: 3, damping: 0.5).solve(matrix, Self.right)
        let thirdExpected = [
            0.39703369556799417, 0.18425911361550168, -0.4520999757893369, -0.1066644221474071,
            -0.23898450064766863, 0.08024247636777634, 0.21355804381944773,
        ]
        #expect(near(third.solution, thirdExpected, 1e-14))
        // Any preconditioner leaves the answer, and one of the columns' lengths is as good as none here.
        let turned = try LSQR(damping: 0.5).solve(
            matrix, Self.right, preconditioner: Self.diagonal([1, 0.5, 2, 1, 0.25, 1, 1]))
        #expect(turned.reason == .leastSquares && near(turned.solution, expected, 1e-9))
        #expect(abs(turned.residualNorm - 1.4690461797979177) < 1e-10)
    }

    /// Of all solutions the shortest: `numpy.linalg.lstsq`.
    @Test func shortestSolutions() throws {
        let repeated = Self.tall.map { row in Array(row[..<6]) + [row[0]] }
        let found = try LSQR(tolerance: 1e-12).solve(Self.dense(repeated), Self.right)
        #expect(found.reason == .leastSquares && found.iterations == 6, "\(found)")
        let expected = [
            0.2367002785913218, 0.18188583023668373, -0.4607008523181115, -0.1137713481340807,
            -0.3468043467427525, 0.06992593256452369, 0.23670027859132176,
        ]
        #expect(near(found.solution, expected, 1e-12))
        let wide = (0..<7).map { (j: Int) -> [Double] in Self.tall.map { $0[j] } }
        let under = try LSQR(tolerance: 1e-12).solve(Self.dense(wide), [-2, -1, 0, 1, 2, 3, 4])
        #expect(under.reason == .residualIsSmall && under.iterations == 7)
        #expect(abs(under.solution[0] - 0.3247954855086986) < 1e-12)
        #expect(abs(under.solution[11] + 0.5530390612918812) < 1e-12)
    }

    /// A singular matrix and a right-hand side that it never gives: `numpy.linalg.lstsq`, but for the constant vector, of which
    /// any multiple may be added. (SciPy's `minres` ends here with five times the smallest residual.)
    @Test func singularMatrices() throws {
        let neumann = MatrixFreeOperator(size: 8) { x in
            (0..<8).map { (k: Int) -> Double in
                let before: Double = k > 0 ? x[k] - x[k - 1] : 0
                return k < 7 ? before + x[k] - x[k + 1] : before
            }
        }
        let b: [Double] = (0..<8).map { Double($0 * $0) }
        let found = try MINRES().solve(neumann, b)
        #expect(found.reason == .leastSquares, "\(found)")
        let mean = found.solution.reduce(0, +) / 8
        let expected = [-136.5, -119, -85, -37.5, 18.5, 76, 126, 157.5]
        #expect(near(found.solution.map { $0 - mean }, expected, 1e-9))
        #expect(abs(found.residualNorm - 17.5 * 8.0.squareRoot()) < 1e-9)
        let squares = try LSQR().solve(neumann, b)
        #expect(squares.reason == .leastSquares && near(squares.solution, expected, 1e-9), "\(squares)")
        let gradients = try ConjugateGradients().solve(neumann, b)
        #expect(!gradients.isConverged, "\(gradients)")
        // A right-hand side whose sum is 0 has solutions.
        let consistent = b.map { $0 - 17.5 }
        for found in [
            try ConjugateGradients().solve(neumann, consistent), try MINRES().solve(neumann, consistent),
        ] {
            #expect(found.reason == .residualIsSmall && near(found.solution, expected, 1e-9), "\(found)")
        }
    }

    // MARK: Maps

    @Test func maps() throws {
        let f = ReversibleFunction { (y: Vector, x: Vector) in
            For(y.indices) { i in
                For(x.indices) { j in y[i] += sin(x[j] * (i + 1) + j) }
            }
        }
        let zeros = [0.0, 0, 0, 0, 0]
        let J = try linearize(f, zeros, [0.5, -0.25, 1], of: 0, with: 1).map
        let b = [1.0, 2, -1, 0.5, 0]
        let squares = try J.solve(b)
        #expect(squares.reason == .leastSquares && squares.iterations == 3)
        let normal = try J.normal.solve(J.transposed(b), tolerance: 1e-12, limit: 20)
        #expect(normal.reason == .residualIsSmall && near(normal.solution, squares.solution, 1e-10))
        let damped = try LSQR(damping: 0.5).solve(J, b)
        let shifted = try (J.normal + 0.25 * .identity(3)).solve(J.transposed(b))
        #expect(shifted.reason == .residualIsSmall && near(shifted.solution, damped.solution, 1e-9))
        #expect(J.normal.isNonnegative && !J.isNonnegative && !(J.normal - .identity(3)).isNonnegative)
        // With units of one millionth the normal equations lose twice the digits; a preconditioner mends it.
        let units = Self.diagonal([1, 1e-6, 1])
        let scaled = MatrixFreeOperator(rows: 5, columns: 3) {
            try J(units($0))
        } transposed: {
            try units(J.transposed($0))
        }
        let mended = try LSQR().solve(scaled, b, preconditioner: Self.diagonal([1, 1e6, 1]))
        let back = try units(mended.solution)
        #expect(mended.reason == .leastSquares && near(back, squares.solution, 1e-9))
    }

    // MARK: Whatever else is given

    @Test func nothingToSolve() throws {
        let empty = MatrixFreeOperator(size: 0) { $0 }
        for found in [
            try ConjugateGradients().solve(empty, []), try MINRES().solve(empty, []),
            try LSQR().solve(empty, []),
            try LSQR(damping: 1).solve(empty, []),
        ] {
            #expect(found.solution.isEmpty && found.reason == .residualIsSmall && found.iterations == 0)
        }
        let zeros = Array(repeating: 0.0, count: 36)
        for found in [
            try ConjugateGradients().solve(Self.grid(), zeros), try MINRES().solve(Self.grid(), zeros),
            try LSQR(damping: 2).solve(Self.grid(), zeros),
        ] {
            #expect(found.solution == zeros && found.reason == .residualIsSmall && found.iterations == 0)
        }
        let noUnknowns = try LSQR().solve(Self.dense([[], [], []]), [1, 2, 2])
        #expect(noUnknowns.reason == .leastSquares && noUnknowns.residualNorm == 3)
        let noEquations = try LSQR().solve(
            MatrixFreeOperator(rows: 0, columns: 3) { _ in
                []
            } transposed: { _ in
                [0, 0, 0]
            }, [])
        #expect(noEquations.solution == [0, 0, 0] && noEquations.reason == .residualIsSmall)
        let zero = Self.diagonal([0, 0, 0])
        let found = try MINRES().solve(zero, [1, 2, 2])
        #expect(found.reason == .leastSquares && found.residualNorm == 3 && found.solution == [0, 0, 0])
        #expect(try LSQR().solve(zero, [1, 2, 2]).reason == .leastSquares)
        #expect(try ConjugateGradients().solve(zero, [1, 2, 2]).reason == .notPositiveDefinite)
    }

    @Test func matricesOfOtherKinds() throws {
        let indefinite = Self.diagonal([1, -2, 3])
        let found = try ConjugateGradients().solve(indefinite, [1, 1, 1])
        #expect(found.reason == .notPositiveDefinite && !found.isConverged)
        let solved = try MINRES().solve(indefinite, [1, 1, 1])
        #expect(solved.reason == .residualIsSmall && near(solved.solution, [1, -0.5, 1 / 3], 1e-12))
        let asymmetric = Self.dense([[2, 1, 0], [0, 3, 0], [0, 0, 1]])
        for found in [
            try ConjugateGradients().solve(asymmetric, [1, 1, 1]), try MINRES().solve(asymmetric, [1, 1, 1]),
        ] {
            #expect(found.reason == .notSymmetric && found.iterations == 0 && !found.isConverged)
            #expect(found.residualNorm == 3.0.squareRoot())
        }
        #expect(try LSQR().solve(asymmetric, [1, 1, 1]).isConverged)
        let negative = Self.diagonal([-1, 1, 1])
        let positive = Self.diagonal([1, 2, 3])
        for found in [
            try ConjugateGradients().solve(positive, [3, 1, 1], preconditioner: negative),
            try MINRES().solve(positive, [3, 1, 1], preconditioner: negative),
        ] {
            #expect(found.reason == .preconditionerNotPositiveDefinite && !found.isConverged)
        }
        for bad in [Double.nan, .infinity, -.infinity] {
            let broken = Self.diagonal([1, bad, 3])
            for found in [
                try ConjugateGradients().solve(broken, [1, 1, 1]), try MINRES().solve(broken, [1, 1, 1]),
                try LSQR().solve(broken, [1, 1, 1]),
                try ConjugateGradients().solve(positive, [1, 1, 1], preconditioner: broken),
                try MINRES().solve(positive, [1, 1, 1], preconditioner: broken),
                try LSQR(damping: 1).solve(positive, [1, 1, 1], preconditioner: broken),
            ] {
                #expect(!found.isConverged && found.reason == .notFinite, "\(bad): \(found)")
            }
        }
    }

    /// Hilbert's matrix has no digit left for its solution, and none of the methods says that it solved what it did not.
    @Test func badCondition() throws {
        let n = 12
        let hilbert = Self.dense(
            (0..<n).map { (i: Int) -> [Double] in
                (0..<n).map { (j: Int) -> Double in 1 / Double(i + j + 1) }
            })
        let b = (0..<n).map { (i: Int) -> Double in i % 3 == 0 ? 1 : -1 }
        for found in [
            try ConjugateGradients(limit: 500).solve(hilbert, b), try MINRES(limit: 500).solve(hilbert, b),
            try LSQR(limit: 500).solve(hilbert, b),
        ] {
            let residual = zip(b, try hilbert(found.solution)).map { $0 - $1 }
            let norm = residual.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(found.residualNorm - norm) <= 1e-6 * norm)
            if found.reason == .residualIsSmall { #expect(norm <= 1e-10 * Double(n).squareRoot()) }
        }
        // A tolerance that no number of double precision reaches ends where rounding does.
        for tolerance in [0, 1e-17] {
            for found in [
                try ConjugateGradients(tolerance: tolerance).solve(Self.grid(), Self.b),
                try MINRES(tolerance: tolerance).solve(Self.grid(), Self.b),
                try LSQR(tolerance: tolerance).solve(Self.grid(), Self.b),
            ] {
                #expect(found.reason == .precisionReached || found.reason == .residualIsSmall, "\(found)")
                #expect(found.residualNorm < 1e-14)
            }
        }
    }

    /// Very large and very small numbers are solved as others are.
    @Test(arguments: [1e-300, 1e-160, 1e160, 1e300]) func sizes(scale: Double) throws {
        let scaled = Self.b.map { $0 * scale }
        for (found, expected) in [
            (
                try ConjugateGradients().solve(Self.grid(), scaled),
                try ConjugateGradients().solve(Self.grid(), Self.b)
            ),
            (
                try MINRES().solve(Self.grid(shift: 5), scaled),
                try MINRES().solve(Self.grid(shift: 5), Self.b)
            ),
            (
                try LSQR(damping: 1).solve(Self.grid(), scaled),
                try LSQR(damping: 1).solve(Self.grid(), Self.b)
            ),
        ] {
            #expect(found.isConverged, "\(found)")
            #expect(near(found.solution.map { $0 / scale }, expected.solution, 1e-8))
        }
        let small = Self.diagonal([scale, 2 * scale, 4 * scale])
        for found in [
            try ConjugateGradients().solve(small, [1, 1, 1]), try MINRES().solve(small, [1, 1, 1]),
            try LSQR().solve(small, [1, 1, 1]),
        ] {
            let isRight = near(found.solution.map { $0 * scale }, [1, 0.5, 0.25], 1e-9)
            #expect(found.isConverged == isRight, "\(found)")
        }
    }

    /// A solution of 1e400 is no number.
    @Test func overflow() throws {
        let matrix = Self.diagonal([1e-300, 1e-300])
        for found in [
            try ConjugateGradients().solve(matrix, [1e100, 1]), try MINRES().solve(matrix, [1e100, 1]),
            try LSQR().solve(matrix, [1e100, 1]),
        ] { #expect(found.reason == .notFinite && !found.isConverged, "\(found)") }
    }

    @Test func callbacks() throws {
        var lines: [String] = []
        let found = try LSQR().solve(
            Self.dense(Self.tall), Self.right,
            progress: {
                lines.append("\($0)")
                if $0.iteration == 2 { $0.stop() }
            })
        #expect(found.reason == .stoppedByCallback && found.iterations == 2 && lines.count == 2)
        #expect(lines[0].hasPrefix("    1  |residual| "))
        #expect(
            try ConjugateGradients().solve(Self.grid(), Self.b, progress: { $0.stop() }).reason
                == .stoppedByCallback)
        #expect(try MINRES().solve(Self.grid(), Self.b, progress: { $0.stop() }).iterations == 1)
    }

    @Test func wrongUses() throws {
        func expect(_ text: String, _ body: () throws -> LinearSolution) {
            let error = #expect(throws: OptimizerError.self) { _ = try body() }
            #expect(error?.message == text, "\(String(describing: error))")
        }
        let tall = Self.dense(Self.tall)
        expect("the right-hand side has 2 numbers, and the matrix 12 rows; it needs one for each") {
            try LSQR().solve(tall, [1, 2])
        }
        expect("number 1 of the right-hand side is nan; equations are solved for finite numbers") {
            try MINRES().solve(Self.diagonal([1, 2]), [1, .nan])
        }
        expect(
            "the matrix has 12 rows and 7 columns; `ConjugateGradients` is for symmetric ones, and `LSQR` for others"
        ) { try ConjugateGradients().solve(tall, Self.right) }
        expect("the preconditioner has 2 rows and 2 columns; with 7 unknowns it must have as many of both") {
            try LSQR().solve(tall, Self.right, preconditioner: Self.diagonal([1, 2]))
        }
        expect("`tolerance` is -1.0; it must be finite and at least 0") {
            try MINRES(tolerance: -1).solve(Self.diagonal([1]), [1])
        }
        expect("`limit` is -1; it must be at least 0") {
            try ConjugateGradients(limit: -1).solve(Self.diagonal([1]), [1])
        }
        expect("`damping` is nan; it must be finite and at least 0") {
            try LSQR(damping: .nan).solve(Self.diagonal([1]), [1])
        }
        expect(
            "the product with the transposed matrix has 1 numbers; for 2 rows and 2 columns it must have 2"
        ) {
            try MINRES().solve(MatrixFreeOperator(size: 2) { _ in [1] }, [1, 2])
        }
        struct Refusal: Error, Equatable {}
        let error = #expect(throws: OptimizerError.self) {
            _ = try LSQR().solve(MatrixFreeOperator(size: 2) { _ in throw Refusal() }, [1, 2])
        }
        #expect(error?.kind == .functionFailed && error?.cause as? Refusal == Refusal())
    }

    /// Sentences for those who read them.
    @Test func reasons() {
        #expect(
            SolverStopReason.allCases.map(\.description) == [
                "the residual is small", "a least-squares solution: no other has a smaller residual",
                "precision reached",
                "rounding keeps the residual from getting smaller; try a preconditioner",
                "limit of iterations reached", "stopped by the callback",
                "a product with the matrix, or the solution, is not finite",
                "the matrix is not symmetric; use LSQR",
                "the matrix is not positive definite; use MINRES, or LSQR",
                "the preconditioner is not positive definite",
            ])
        #expect(
            SolverStopReason.allCases.filter(\.isConvergence) == [
                .residualIsSmall, .leastSquares, .precisionReached,
            ])
    }

    /// Random systems of all shapes and ranks: what is called a solution is one, by products made here.
    @Test(arguments: 0..<30) func solutionsAreSolutions(seed: UInt64) throws {
        var random = RandomNumbers(seed: seed)
        let (m, n) = (1 + random.integer(below: 9), 1 + random.integer(below: 9))
        let rank = 1 + random.integer(below: 9)
        let (left, right) = (
            (0..<m).map { _ in random.normal(rank) }, (0..<rank).map { _ in random.normal(n) }
        )
        let rows = left.map { (row: [Double]) -> [Double] in
            (0..<n).map { (j: Int) -> Double in (0..<rank).reduce(0.0) { $0 + row[$1] * right[$1][j] } }
        }
        let matrix = Self.dense(rows)
        let b = random.normal(m)
        let damping = Double(seed % 3)
        let found = try LSQR(tolerance: 1e-12, limit: 200, damping: damping).solve(matrix, b)
        #expect(found.isConverged, "\(found)")
        var gradient = try matrix.transposed(zip(b, try matrix(found.solution)).map { $0 - $1 })
        for j in 0..<n { gradient[j] -= damping * damping * found.solution[j] }
        #expect(gradient.allSatisfy { abs($0) < 1e-9 })
        let normal = MatrixFreeOperator(size: n) { (x: [Double]) throws -> [Double] in
            let product = try matrix.transposed(matrix(x))
            return zip(product, x).map { $0 + damping * damping * $1 }
        }
        let right2 = try matrix.transposed(b)
        for same in [
            try ConjugateGradients(tolerance: 1e-9, limit: 400).solve(normal, right2),
            try MINRES(tolerance: 1e-9, limit: 400).solve(normal, right2),
        ] {
            #expect(same.isConverged, "\(same)")
            let rest = zip(right2, try normal(same.solution)).map { abs($0 - $1) }
            #expect(rest.allSatisfy { $0 < 1e-7 })
        }
    }
}
