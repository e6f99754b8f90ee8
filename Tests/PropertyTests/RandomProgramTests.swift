import AD
import Testing

/// Laws that every program must obey, on programs and inputs drawn at random from fixed seeds.
struct RandomProgramTests {
    typealias Function = ReversibleFunction<Scalar, Scalar, Scalar, Integer, Vector, Matrix>

    /// Runs `body` on programs with an input each, `all` of them or the first quarter; a failing run names the
    /// program.
    func forPrograms(
        _ all: Int, seed: UInt64,
        _ body: (Function, (Double, Double, Double, Int, [Double], DenseMatrix)) throws -> Void
    ) throws {
        var refused = 0
        let count = isExhaustive ? all : (all + 3) / 4
        for number in 0..<count {
            var writer = ProgramWriter(generator: RepeatableGenerator(seed: seed &+ UInt64(number)))
            let function = writer.function()
            let extent = ProgramWriter.extent
            let input = (
                writer.constant(), writer.constant(), writer.constant(), writer.below(9),
                (0..<extent).map { _ in writer.constant() },
                DenseMatrix((0..<extent).map { _ in (0..<extent).map { _ in writer.constant() } })
            )
            do {
                try body(function, input)
            } catch let error as ReversibilityError where error.kind == .zeroFactor || error.kind == .aliasing
            {
                // Equal indices and factors that overflow cannot be seen while the program is written.
                refused += 1
            } catch {
                Issue.record("seed \(seed &+ UInt64(number)): \(error)\n\(function)\ninput \(input)")
                return
            }
        }
        #expect(refused * 4 < count)
    }

    @Test func inverseRestoresTheArguments() throws {
        try forPrograms(1500, seed: 1) { f, x in
            // Nested loops of rotations amplify rounding (seed 264: to 3e-9); a wrong inverse is off by order 1.
            try checkInverse(f, x.0, x.1, x.2, x.3, x.4, x.5, tolerance: 1e-6)
        }
    }

    @Test func inverseOfTheInverseIsTheProgram() throws {
        try forPrograms(200, seed: 10_000) { f, _ in
            #expect(~(~f) == f)
            #expect("\(~(~f))" == "\(f)")
        }
    }

    @Test func gradientsAgreeWithDualsAndDifferences() throws {
        try forPrograms(250, seed: 20_000) { f, x in
            try checkGrads(f, x.0, x.1, x.2, x.3, x.4, x.5, tolerance: 1e-5)
        }
    }

    @Test func gradientsOfTheInverseAgreeToo() throws {
        try forPrograms(60, seed: 30_000) { f, x in
            let y = try f(x.0, x.1, x.2, x.3, x.4, x.5)
            try checkGrads(~f, y.0, y.1, y.2, y.3, y.4, y.5, tolerance: 1e-5)
        }
    }

    @Test func adjointIsReversible() throws {
        try forPrograms(150, seed: 40_000) { f, x in
            let a = adjoint(f)
            let ones = DenseMatrix([[0.3, -0.2, 0.9], [0.1, 0.7, -0.4], [0.6, 0.2, -0.8]])
            try checkInverse(
                a, GVar(x.0, 0.7), GVar(x.1, -0.3), GVar(x.2, 0.2), GVar(x.3), GVar(x.4, [0.3, -0.6, 0.1]),
                GVar(x.5, ones), tolerance: 1e-6)
        }
    }

    @Test func adjointsCanBeDifferentiated() throws {
        try forPrograms(60, seed: 50_000) { f, x in
            let a = adjoint(f)
            let ones = DenseMatrix([[0.3, -0.2, 0.9], [0.1, 0.7, -0.4], [0.6, 0.2, -0.8]])
            try checkGrads(
                a, GVar(x.0, 0.7), GVar(x.1, -0.3), GVar(x.2, 0.2), GVar(x.3), GVar(x.4, [0.3, -0.6, 0.1]),
                GVar(x.5, ones), tolerance: 1e-4)
        }
    }

    @Test func hessiansAreSymmetric() throws {
        try forPrograms(60, seed: 60_000) { f, x in
            let h = try hessian(f, x.0, x.1, x.2, x.3, x.4, x.5)
            for row in 0..<h.rows {
                for column in 0..<row {
                    let scale = max(1, abs(h[row, column]))
                    if !(abs(h[row, column] - h[column, row]) <= 1e-9 * scale) {
                        Issue.record("[\(row), \(column)]: \(h[row, column]) and \(h[column, row])\n\(f)")
                        return
                    }
                }
            }
        }
    }
}
