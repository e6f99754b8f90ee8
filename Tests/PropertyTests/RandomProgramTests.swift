import AD
import ProgramOracle
import TestSupport
import Testing

/// Laws that every program must obey, on programs and inputs drawn at random from fixed seeds.
struct RandomProgramTests {
    /// Runs `body` on programs with an input each, `all` of them or the first quarter; a failing run names the
    /// program.
    ///
    /// The programs have nothing whose undoing loses digits or goes astray, and leave nothing on stacks: they can be
    /// undone, and differences tell their slopes.
    ///
    /// - Parameters:
    ///   - omitting: What the programs do not have.
    ///   - leaving: What `body` may be refused for.
    func forPrograms(
        _ all: Int, seed: UInt64, omitting: Set<OracleWriter.Feature> = OracleWriter.Feature.untamed,
        leaving: Set<ReversibilityError.Kind> = [],
        _ body: (OracleFunction, ProgramInput, OracleWriter) throws -> Void
    ) throws {
        var refused = 0
        let count = isExhaustive ? all : (all + 9) / 10
        for number in 0..<count {
            let own = seed &+ UInt64(number)
            var writer = OracleWriter(seed: own, omitting: omitting, iterations: .never)
            let program = writer.program()
            let function = try ProgramBuilder.function(of: program)
            let input = writer.plainInput()
            do {
                var isModerate = false
                do {
                    isModerate = try staysModerate(function, input, input.direction(writer))
                } catch let error as ReversibilityError where error.kind == .indexOutOfRange {
                    // An index that is counted, or read from another array: the program itself is refused.
                }
                guard isModerate else {
                    refused += 1
                    continue
                }
                // Differences across a kink tell nothing. What is wrong is so a step beside it too, and at small numbers,
                // whose steps are small.
                for (shift, factor) in [(0, 1), (0.03, 1.03), (0.11, 0.02)] {
                    var beside = input
                    beside.reals = input.reals.map { shift + factor * $0 }
                    do {
                        try body(function, beside, writer)
                        break
                    } catch let error as ReversibilityError
                        where factor >= 1 && error.message.contains("differences give")
                    {}
                }
            } catch let error as ReversibilityError
                where Self.refusals.union(leaving).contains(error.kind)
            {
                refused += 1
            } catch {
                Issue.record(
                    "seed \(own): \(error)\n\(SwiftPrinter.source(of: program))\n// at \(SwiftPrinter.arguments(of: program, input))"
                )
                return
            }
        }
        #expect(refused * 4 < count, "\(refused) of \(count)")
    }

    /// Where numbers or tangents become large all the same, undoing and differences lose the digits of small ones.
    private func staysModerate(
        _ f: OracleFunction, _ x: ProgramInput, _ d: ProgramInput
    ) throws -> Bool {
        let end = try jvp(f, x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p, tangent: d.slopes)
        let (y, t) = (end.value, end.product)
        let numbers = [y.0, y.1, y.2] + y.4 + y.5 + y.6.elements
        let tangents = [t.0, t.1, t.2] + t.4 + t.5 + t.6.elements
        return (numbers + tangents).allSatisfy { abs($0) <= 1_000 }
    }

    /// What cannot be seen while a program is written: factors that are 0, and what leaves the range of numbers.
    private static let refusals: Set<ReversibilityError.Kind> = [.zeroFactor]

    @Test func inverseRestoresTheArguments() throws {
        try forPrograms(1500, seed: 1) { f, x, _ in
            // Nested loops of rotations amplify rounding; a wrong inverse is off by order 1.
            try checkInverse(f, x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p, tolerance: 1e-6)
        }
    }

    @Test func inverseOfTheInverseIsTheProgram() throws {
        try forPrograms(200, seed: 10_000) { f, _, _ in
            #expect(~(~f) == f)
            #expect("\(~(~f))" == "\(f)")
        }
    }

    @Test func gradientsAgreeWithDualsAndDifferences() throws {
        try forPrograms(250, seed: 20_000) { f, x, _ in
            try checkGrads(f, x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p, tolerance: 1e-5)
        }
    }

    @Test func gradientsOfTheInverseAgreeToo() throws {
        try forPrograms(60, seed: 30_000) { f, x, _ in
            let y = try f(x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p)
            try checkGrads(~f, y.0, y.1, y.2, y.3, y.4, y.5, y.6, y.7, tolerance: 1e-5)
        }
    }

    @Test func adjointIsReversible() throws {
        // The adjoint begins at what is no result: undoing may count an index out of its array.
        try forPrograms(150, seed: 40_000, leaving: [.indexOutOfRange]) { f, x, writer in
            let g = x.direction(writer)
            try checkInverse(
                adjoint(f), GVar(x.y, g.y), GVar(x.a, g.a), GVar(x.b, g.b), GVar(x.n), GVar(x.v, g.v),
                GVar(x.w, g.w), GVar(x.matrix, g.matrix), GVar(x.p), tolerance: 1e-6)
        }
    }

    @Test func adjointsCanBeDifferentiated() throws {
        // As above.
        try forPrograms(60, seed: 50_000, leaving: [.indexOutOfRange]) { f, x, writer in
            let g = x.direction(writer)
            try checkGrads(
                adjoint(f), GVar(x.y, g.y), GVar(x.a, g.a), GVar(x.b, g.b), GVar(x.n), GVar(x.v, g.v),
                GVar(x.w, g.w), GVar(x.matrix, g.matrix), GVar(x.p), tolerance: 1e-4)
        }
    }

    /// Reverse over reverse is forward over reverse, also where numbers are left on stacks: a program that runs a function
    /// and its adjoint, and is differentiated itself.
    @Test func gradientsOfGradients() throws {
        try forPrograms(
            120, seed: 70_000, omitting: OracleWriter.Feature.untamed.subtracting([.leftovers]),
            leaving: [.emptyStack, .popMismatch]
        ) { f, x, writer in
            let d = x.direction(writer)
            let expected = try hvp(
                f, x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p, direction: d.slopes)
            let twice = ReversibleFunction {
                (
                    loss: Scalar, y: GVar<Scalar>, a: GVar<Scalar>, b: GVar<Scalar>, n: GVar<Integer>,
                    v: GVar<Vector>, w: GVar<Vector>, m: GVar<Matrix>, p: GVar<IntegerVector>
                ) in
                f(y.value, a.value, b.value, n.value, v.value, w.value, m.value, p.value)
                y.gradient += 1
                adjoint(f)(y, a, b, n, v, w, m, p)
                loss += d.y * y.gradient + d.a * a.gradient + d.b * b.gradient
                for i in d.v.indices { loss += d.v[i] * v.gradient[i] }
                for i in d.w.indices { loss += d.w[i] * w.gradient[i] }
                for i in 0..<d.matrix.rows {
                    for j in 0..<d.matrix.columns { loss += d.matrix[i, j] * m.gradient[i, j] }
                }
            }
            let g = try grad(
                twice, 0, GVar(x.y), GVar(x.a), GVar(x.b), GVar(x.n), GVar(x.v), GVar(x.w), GVar(x.matrix),
                GVar(x.p))
            let found =
                [g.1.value, g.2.value, g.3.value] + g.5.value + g.6.value + g.7.value.elements
            let right = [expected.0, expected.1, expected.2] + expected.4 + expected.5 + expected.6.elements
            let scale = right.reduce(1) { max($0, abs($1)) }
            if !zip(found, right).allSatisfy({ abs($0 - $1) <= 1e-9 * scale }) {
                Issue.record("\(found)\n\(right)\n\(f)")
            }
        }
    }

    @Test func hessiansAreSymmetric() throws {
        try forPrograms(60, seed: 60_000) { f, x, _ in
            let h = try hessian(f, x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p)
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

extension ProgramInput {
    var slopes: (Double, Double, Double, Void, [Double], [Double], DenseMatrix, Void) {
        (y, a, b, (), v, w, matrix, ())
    }

    /// A direction, in the shape of the input.
    func direction(_ writer: OracleWriter) -> ProgramInput {
        var (writer, result) = (writer, self)
        result.reals = writer.direction(for: self)
        return result
    }
}
