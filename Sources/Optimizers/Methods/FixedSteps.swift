// Methods that go on by a rule, and look at no value on the way.

/// How a method turns gradients into steps.
protocol StepRule {
    /// What is added to the point, given the gradient there.
    mutating func step(_ gradient: [Double]) -> [Double]
}

extension StepRule {
    /// Steps until the watch says that it is enough; the result is the lowest point that was met.
    mutating func run(
        from start: [Double], _ watch: Watch, _ progress: (inout Progress) -> Void, _ function: Objective
    ) throws(OptimizerError) -> Minimum<[Double]> {
        var evaluations = 0
        var iterations = 0
        var here = try Location(
            at: try watch.bounds.start(start), &evaluations, function)
        var best = here
        func end(_ location: Location, _ reason: StopReason) -> Minimum<[Double]> {
            watch.minimum(location, iterations: iterations, evaluations: evaluations, reason)
        }
        guard here.isUsable else { return end(here, .notFiniteAtStart) }
        while true {
            let free = watch.bounds.free(here.gradient, at: here.point)
            if free.largest <= watch.gradientTolerance { return end(here, .gradientIsSmall) }
            if iterations >= watch.maximumIterations { return end(best, .iterationLimit) }
            var point = here.point
            point.add(1, step(free))
            point = watch.bounds?.nearest(point) ?? point
            guard point.allSatisfy(\.isFinite) else { return end(best, .diverged) }
            let before = here.point
            here = try Location(at: point, &evaluations, function)
            iterations += 1
            guard here.isUsable else { return end(best, .diverged) }
            if here.value < best.value { best = here }
            if watch.report(
                here, from: before, iterations: iterations, evaluations: evaluations, progress)
            {
                return end(best, .stoppedByCallback)
            }
        }
    }
}
