import Optimizers
import Testing

/// The method of Gauss and Newton against NumPy: steps by `numpy.linalg.lstsq` of the Jacobian written by hand.
@Suite struct GaussNewtonTests {
    static let residuals = ReversibleFunction("residuals", parameters: ["r", "p", "t", "y"]) {
        (r: Vector, p: Vector, t: Vector, y: Vector) in
        For(t.indices) { i in
            r[i] += p[0] * exp(-p[1] * t[i]) * sin(p[2] * t[i] + p[3]) - y[i]
        }
    }
    static let times = [0, 0.25, 0.5, 0.75, 1]
    static let zeros = [0.0, 0, 0, 0, 0]
    static let start = [1.1, 0.9, 3.1, 0.1]
    static let exactData = [
        0.19866933079506122, 0.6659682888015107, 0.6647328013944221, 0.3500126896214564,
        -0.02622919339754468,
    ]
    static let otherData = [1, 0.6, 0.2, -0.1, -0.2]

    @Test func errorsAreSquared() throws {
        var steps: [Optimizers.Progress] = []
        let fit = try GaussNewton().minimize(
            Self.residuals, Self.zeros, Self.start, Self.times, Self.exactData, of: 0, with: 1,
            progress: { steps.append($0) })
        #expect(fit.reason == .gradientIsSmall && fit.iterations == 4 && fit.evaluations == 5, "\(fit)")
        #expect(zip(fit.point.1, [1, 0.8, 3, 0.2]).allSatisfy { abs($0 - $1) < 2e-15 })
        #expect(fit.point.3 == Self.exactData && fit.value < 1e-29)
        let values = [6.638759150834645e-05, 1.459488689771792e-11]
        for (step, value) in zip(steps, values) { #expect(abs(step.value / value - 1) < 1e-9) }
        #expect(steps[2].value < 2e-20 && steps.count == 4)
        let first = [0.9986808568091423, 0.8071073509062939, 3.009788637911877, 0.1904248610707701]
        #expect(zip(steps[0].point, first).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    /// Steps by conjugate gradients for JᵀJ are the same.
    @Test func stepsOfTheNormalEquations() throws {
        var p = Self.start
        for _ in 0..<4 {
            let (r, J) = try linearize(
                Self.residuals, Self.zeros, p, Self.times, Self.exactData, of: 0, with: 1)
            let step = try J.normal.solve(J.transposed(r), tolerance: 1e-13)
            #expect(step.isConverged, "\(step)")
            p = zip(p, step.solution).map { $0 - $1 }
        }
        #expect(zip(p, [1, 0.8, 3, 0.2]).allSatisfy { abs($0 - $1) < 1e-14 })
    }

    /// From here the method leaves what it should find: after three steps half the sum is 9.3e11, after eight 350,789.
    @Test func divergenceIsSaid() throws {
        let fit = try GaussNewton().minimize(
            Self.residuals, Self.zeros, Self.start, Self.times, Self.otherData, of: 0, with: 1)
        #expect(fit.reason == .valueGrows && !fit.isConverged && fit.iterations == 3, "\(fit)")
        #expect(abs(fit.value - 0.46101503535005073) < 1e-9)
        #expect(abs(fit.point.1[0] - 0.20036654) < 1e-7)
        var method = GaussNewton()
        method.growthLimit = .infinity
        method.maximumIterations = 8
        var last = 0.0
        let far = try method.minimize(
            Self.residuals, Self.zeros, Self.start, Self.times, Self.otherData, of: 0, with: 1,
            progress: { last = $0.value })
        #expect(far.reason == .valueGrows && far.iterations == 8 && far.value == fit.value)
        #expect(abs(last / 350788.8453140913 - 1) < 0.05, "\(last)")
        #expect(
            "\(far.reason)" == "the value grows from step to step; begin nearer, or use LevenbergMarquardt")
        let damped = try LevenbergMarquardt().minimize(
            Self.residuals, jacobian(Self.residuals, of: 0, with: 1), Self.zeros, Self.start, Self.times,
            Self.otherData)
        #expect(damped.isConverged && damped.value < fit.value, "\(damped)")
    }

    /// One step solves a linear problem, in a struct's own type, also where a parameter does nothing.
    @Test func linearProblems() throws {
        struct Line: Argument {
            var slope: Scalar
            var idle: Scalar
            struct Value: ArgumentValue { var slope: Double, idle: Double }
        }
        let line = ReversibleFunction { (r: Vector, line: Line, x: Vector) in
            For(r.indices) { i in r[i] += line.slope * x[i] - 2 }
        }
        let fit = try GaussNewton().minimize(
            line, [0, 0, 0], Line.Value(slope: 7, idle: 5), [1, 2, 3], of: 0, with: 1)
        #expect(fit.isConverged && fit.iterations <= 2, "\(fit)")
        #expect(abs(fit.point.1.slope - 6.0 / 7) < 1e-15 && fit.point.1.idle == 5)
    }

    @Test func endsOfASearch() throws {
        func search(
            _ r: [Double], _ j: [Double], by method: GaussNewton = GaussNewton(), from start: [Double] = [1],
            progress: (inout Optimizers.Progress) -> Void = { _ in }
        ) throws -> Minimum<[Double]> {
            try method.minimize(from: start, progress: progress) { _ in
                (r, LinearSolverTests.dense(j.map { [$0] }))
            }
        }
        #expect(try search([.nan], [1]).reason == .notFiniteAtStart)
        #expect(try search([1], [.infinity]).reason == .notFiniteAtStart)
        #expect(try search([0, 1], [1, 0]).reason == .gradientIsSmall)
        #expect(try search([1], [1], progress: { $0.stop() }).reason == .stoppedByCallback)
        var method = GaussNewton()
        method.maximumIterations = 3
        #expect(try search([1], [1], by: method).reason == .iterationLimit)
        let pole = try GaussNewton().minimize(from: [4]) { x in
            ([x[0].squareRoot()], LinearSolverTests.dense([[0.5 / x[0].squareRoot()]]))
        }
        #expect(pole.reason == .diverged && pole.point == [4])
        func message(_ body: () throws -> Void) -> String? {
            let error = #expect(throws: OptimizerError.self) { try body() }
            return error?.message
        }
        method.growthLimit = 0.5
        #expect(
            message { _ = try search([1], [1], by: method) } == "`growthLimit` is 0.5; it must be at least 1")
        method.growthLimit = 2
        method.solver.tolerance = -1
        #expect(
            message { _ = try search([1], [1], by: method) }
                == "`solver`: `tolerance` is -1.0; it must be finite and at least 0")
        #expect(
            message { _ = try search([1], [1, 2]) }
                == "the Jacobian has 2 rows and 1 columns; with 1 residuals and 1 variables it must have 1 and 1"
        )
        #expect(
            message { _ = try search([1], [1], from: [.nan]) }
                == "variable 0 of the start is nan; a search begins at finite numbers")
        let wrong = message {
            _ = try GaussNewton().minimize(
                Self.residuals, Self.zeros, Self.start, Self.times, Self.otherData, of: 7, with: 1)
        }
        #expect(wrong?.contains("`of: 7` names no argument") ?? false, "\(wrong ?? "")")
    }
}
