import NativeEngine
import Optimizers

extension BundleAdjustment.BAL {
    /// Adjusts cameras and points such that half the sum of ρ of the squared reprojection errors becomes least.
    ///
    /// The method is Levenberg's and Marquardt's, with the trust region of Madsen, Nielsen and Tingleff
    /// (Methods for Non-Linear Least Squares Problems, 2004) as the Ceres solver uses it; each step
    /// eliminates the points and factors the dense system of the cameras. The derivatives are those of
    /// ``linearization``.
    ///
    /// A camera that sees nothing, and a point that nobody sees, stay where they are; so does what the
    /// observations do not tell, such as the distance of a point that one camera sees. Points may lie behind
    /// cameras, as the camera model does not forbid it.
    ///
    /// - Parameter progress: Called after the start and after each iteration.
    /// - Throws: A ``BundleAdjustmentError``: an option makes no sense, there are too many cameras, an error at
    ///   the start is not finite, or the programs cannot be compiled or run.
    public static func solve(
        _ problem: Problem, options: BundleAdjustment.SolverOptions = .init(),
        progress: ((BundleAdjustment.Iteration) -> Void)? = nil
    ) throws(BundleAdjustmentError) -> Solution {
        try options.check()
        guard problem.cameras.rows <= options.maximumCameras else {
            throw BundleAdjustmentError(
                .invalidProblem,
                "the problem has \(problem.cameras.rows) cameras, and `maximumCameras` is \(options.maximumCameras); "
                    + "the solver needs 648 bytes for each pair of cameras")
        }
        try problem.checkFinite()
        var minimizer = try Minimizer(problem, options)
        let termination = try minimizer.run(progress)
        return Solution(
            problem: minimizer.problem, termination: termination, iterations: minimizer.iterations,
            isNative: minimizer.linearization.isNative)
    }
}

extension BundleAdjustment.BAL.Problem {
    /// Refuses observations that read a number which is not finite.
    fileprivate func checkFinite() throws(BundleAdjustmentError) {
        for i in cameraOf.indices {
            for (name, matrix, row) in [
                ("cameras", cameras, cameraOf[i]), ("points", points, pointOf[i]), ("features", features, i),
            ] {
                for column in 0..<matrix.columns where !matrix[row, column].isFinite {
                    throw BundleAdjustmentError(
                        .notFinite,
                        "observation \(i), of point \(pointOf[i]) by camera \(cameraOf[i]), has "
                            + "`\(name)[\(row), \(column)]`, which is \(matrix[row, column]); it must be finite"
                    )
                }
            }
        }
    }
}

/// The state of the iteration. The constants are those of Ceres' trust-region minimiser.
private struct Minimizer {
    typealias Termination = BundleAdjustment.Termination

    var problem: BundleAdjustment.BAL.Problem
    var linearization: BundleAdjustment.BAL.Linearization
    var iterations: [BundleAdjustment.Iteration] = []
    private let options: BundleAdjustment.SolverOptions
    private let threads: Int
    private let equations: NormalEquations
    private var cost = 0.0
    private var largestGradient = 0.0
    private var radius: TrustRadius

    private static let dampedDiagonal = 1e-6...1e32

    init(
        _ problem: BundleAdjustment.BAL.Problem, _ options: BundleAdjustment.SolverOptions
    ) throws(BundleAdjustmentError) {
        self.problem = problem
        self.options = options
        threads = options.threads == 0 ? ThisProcess.coreCount : options.threads
        linearization = try .init(options)
        equations = NormalEquations(problem)
        radius = TrustRadius(options.initialTrustRegionRadius)
    }

    mutating func run(_ progress: ((BundleAdjustment.Iteration) -> Void)?) throws(BundleAdjustmentError)
        -> Termination
    {
        func report(_ iteration: BundleAdjustment.Iteration) {
            iterations.append(iteration)
            progress?(iteration)
        }
        try linearize()
        report(iteration(successful: true))
        var invalidSteps = 0
        while true {
            if largestGradient <= options.gradientTolerance { return .gradient }
            if radius.isSpent { return .trustRegion }
            if iterations.count > options.maximumIterations { return .iterations }
            guard let step = proposal() else {
                invalidSteps += 1
                radius.shrink()
                report(iteration(successful: false))
                if invalidSteps == TrustRadius.invalidStepLimit { return .invalidSteps }
                continue
            }
            invalidSteps = 0
            let candidateCost = try linearization.cost(of: step.problem)
            let change = cost - candidateCost
            let ratio = candidateCost.isFinite ? change / step.promised : 0
            let isSmall =
                step.length <= options.stepTolerance * (step.parameterLength + options.stepTolerance)
            let isFlat = abs(change) <= options.costTolerance * cost
            // A step that ends the iteration is taken if it is of any use.
            var isTaken = ratio > (isSmall || isFlat ? 0 : TrustRadius.leastRatio)
            if isTaken { isTaken = try move(to: step.problem) }
            if isTaken {
                radius.grow(ratio: ratio)
            } else {
                radius.shrink()
            }
            report(
                iteration(
                    change: candidateCost.isFinite ? change : -.infinity, step: step.length, ratio: ratio,
                    successful: isTaken))
            if isSmall { return .step }
            if isFlat { return .cost }
        }
    }

    private func iteration(
        change: Double = 0, step: Double = 0, ratio: Double = 0, successful: Bool
    ) -> BundleAdjustment.Iteration {
        .init(
            number: iterations.count, cost: cost, costChange: change, gradient: largestGradient, step: step,
            ratio: ratio, radius: radius.value, isSuccessful: successful)
    }

    private mutating func linearize() throws(BundleAdjustmentError) {
        cost = try linearization.update(problem)
        equations.assemble(errors: linearization.errors, rows: linearization.rows)
        largestGradient = 0
        for (k, scale) in linearization.scale.enumerated() {
            largestGradient = max(largestGradient, abs(equations.gradient[k] / scale))
        }
    }

    /// Takes a step; false, and nothing is changed, if a derivative is not finite there.
    private mutating func move(to candidate: BundleAdjustment.BAL.Problem) throws(BundleAdjustmentError)
        -> Bool
    {
        let before = problem
        problem = candidate
        do throws(BundleAdjustmentError) {
            try linearize()
            return true
        } catch {
            guard error.kind == .notFinite else { throw error }
            problem = before
            try linearize()
            return false
        }
    }

    private struct Step {
        var problem: BundleAdjustment.BAL.Problem
        var promised: Double
        var length: Double
        var parameterLength: Double
    }

    /// The step of the damped linear model; nil if there is none, or it would not lower the model's cost.
    private func proposal() -> Step? {
        let scale = linearization.scale
        let damping = scale.indices.map { k in
            min(max(equations.diagonal(k), Self.dampedDiagonal.lowerBound), Self.dampedDiagonal.upperBound)
                / radius.value
        }
        guard equations.solve(damping: damping, threads: threads) else { return nil }
        let promised = linearization.decrease(problem, by: equations.step)
        guard promised > 0, promised.isFinite else { return nil }
        var (moved, square, parameterSquare) = (problem, 0.0, 0.0)
        let cameraCount = problem.cameras.elements.count
        func move(_ matrix: DenseMatrix, _ first: Int) -> DenseMatrix {
            var elements = matrix.elements
            for k in elements.indices {
                let step = scale[first + k] * equations.step[first + k]
                parameterSquare += elements[k] * elements[k]
                square += step * step
                elements[k] += step
            }
            return DenseMatrix(unchecked: matrix.rows, matrix.columns, elements)
        }
        moved.cameras = move(problem.cameras, 0)
        moved.points = move(problem.points, cameraCount)
        guard square.isFinite else { return nil }
        return Step(
            problem: moved, promised: promised, length: square.squareRoot(),
            parameterLength: parameterSquare.squareRoot())
    }
}
