// Methods that propose a direction, and let a line search say how far to go.

/// How a method finds its directions.
protocol DirectionMethod {
    /// A direction against the gradient, and the first length to try.
    ///
    /// - Parameters:
    ///   - gradient: The gradient, 0 for the variables that a bound holds.
    ///   - held: The numbers of those variables; the direction must be 0 there.
    mutating func direction(
        at point: [Double], against gradient: [Double], held: [Int]
    ) throws(OptimizerError) -> (direction: [Double], firstStep: Double)
    /// Learns from a step, and the change of the gradient along it.
    mutating func learn(step: [Double], change: [Double])
    /// Falls back to the gradient's own direction; false if it was the last one.
    mutating func forget() -> Bool
}

/// When a search ends, and who is told about it.
struct Watch {
    var gradientTolerance: Double
    var maximumIterations: Int
    var bounds: Bounds?

    /// The end of a search at a point.
    func minimum(
        _ here: Location, iterations: Int, evaluations: Int, _ reason: StopReason
    ) -> Minimum<[Double]> {
        Minimum(
            point: here.point, value: here.value, gradient: here.gradient,
            gradientNorm: bounds.free(here.gradient, at: here.point).largest, iterations: iterations,
            evaluations: evaluations, reason: reason)
    }

    /// Tells the callback of a step; true if it wants no more.
    func report(
        _ here: Location, from before: [Double], iterations: Int, evaluations: Int,
        _ progress: (inout Progress) -> Void
    ) -> Bool {
        var report = Progress(
            iteration: iterations, evaluations: evaluations, point: here.point, value: here.value,
            gradientNorm: bounds.free(here.gradient, at: here.point).largest,
            step: (here.point - before).norm)
        progress(&report)
        return report.stops
    }
}

extension DirectionMethod {
    /// Goes downhill until the watch or the line search says that it is enough.
    mutating func descend(
        from start: [Double], _ watch: Watch, _ lineSearch: WolfeLineSearch,
        _ progress: (inout Progress) -> Void, _ function: Objective
    ) throws(OptimizerError) -> Minimum<[Double]> {
        var evaluations = 0
        var iterations = 0
        var here = try Location(
            at: try watch.bounds.start(start), &evaluations, function)
        func end(_ reason: StopReason) -> Minimum<[Double]> {
            watch.minimum(here, iterations: iterations, evaluations: evaluations, reason)
        }
        guard here.isUsable else { return end(.notFiniteAtStart) }
        while true {
            let free = watch.bounds.free(here.gradient, at: here.point)
            // Written so that a tolerance of NaN never holds.
            if free.largest <= watch.gradientTolerance { return end(.gradientIsSmall) }
            if iterations >= watch.maximumIterations { return end(.iterationLimit) }
            let (direction, firstStep) = try direction(
                at: here.point, against: free, held: watch.bounds.held(here.gradient, at: here.point))
            let path = Path(here, direction, watch.bounds)
            let outcome = try lineSearch.search(
                along: path, firstStep: firstStep, &evaluations, function)
            guard case .step(let next) = outcome else {
                // Forget what may be misleading, and try the gradient itself.
                if forget() { continue }
                if case .rounding = outcome { return end(.precisionReached) }
                return end(.gradientMisleads)
            }
            let before = here
            here = next
            iterations += 1
            learn(step: here.point - before.point, change: here.gradient - before.gradient)
            if watch.report(
                here, from: before.point, iterations: iterations, evaluations: evaluations, progress)
            {
                return end(.stoppedByCallback)
            }
        }
    }
}
