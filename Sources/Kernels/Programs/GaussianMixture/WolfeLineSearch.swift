/// The search for a step's length that satisfies the strong Wolfe conditions.
///
/// Nocedal and Wright, "Numerical Optimization", 2nd edition, algorithms 3.5 and 3.6: the value must fall by a
/// share of what the slope promises, and the slope must flatten.
public struct WolfeLineSearch: Hashable, Sendable {
    /// The share c₁ of the promised decrease, between 0 and 1.
    public var decrease = 1e-4
    /// The share c₂ of the slope that may be left, between c₁ and 1.
    public var curvature = 0.9
    /// How many lengths are tried; at least 1.
    public var maximumTries = 30

    /// The defaults.
    public init() {}

    /// What is wrong with the options, in a sentence; nil if nothing is.
    var problem: String? {
        OptionRange.between(0, 1, decrease, "lineSearch.decrease")
            ?? OptionRange.between(decrease, 1, curvature, "lineSearch.curvature")
            ?? OptionRange.atLeast(1, maximumTries, "lineSearch.maximumTries")
    }

    /// A length that was tried, with what was found there.
    private struct Trial {
        var length: Double
        var location: Location
        var slope: Double
    }

    /// The point that the step leads to, and the step's length; nil if there is none that lowers the value.
    func search<Failure: Error>(
        from start: Location, along direction: [Double], firstStep: Double, _ evaluations: inout Int,
        _ function: ([Double]) throws(Failure) -> (value: Double, gradient: [Double])
    ) throws(Failure) -> (Location, step: Double)? {
        let slope = start.gradient.dot(direction)
        guard slope < 0, slope.isFinite else { return nil }
        // Near a minimum the values differ by rounding only; then the slopes decide.
        let slack = 4 * start.value.ulp
        let isLow = { (t: Trial) in
            t.location.value <= start.value + decrease * t.length * slope + slack
        }
        var low = Trial(length: 0, location: start, slope: slope)
        // The other end of the interval, once there is one; nil stands for a place that is too far.
        var high: Trial?
        var limit = Double.infinity
        var length = firstStep
        for _ in 0..<maximumTries {
            var point = start.point
            point.add(length, direction)
            if point == low.location.point { break }
            let (value, gradient) = try function(point)
            evaluations += 1
            let location = Location(point: point, value: value, gradient: gradient)
            guard location.isUsable else {
                (high, limit) = (nil, length)
                length = (low.length + limit) / 2
                continue
            }
            let trial = Trial(length: length, location: location, slope: gradient.dot(direction))
            if !isLow(trial) || (limit.isFinite || low.length > 0) && value > low.location.value + slack {
                (high, limit) = (trial, length)
            } else if abs(trial.slope) <= -curvature * slope {
                return (location, length)
            } else {
                // The minimum lies between the new low point and the end that its slope points to.
                let end = limit.isFinite ? limit : trial.length + 1
                if trial.slope * (end - low.length) >= 0 { (high, limit) = (low, low.length) }
                low = trial
            }
            length = next(low, high, limit)
        }
        // Flat enough or not, a lower point is a step.
        return low.length > 0 && low.location.value < start.value ? (low.location, low.length) : nil
    }

    /// Twice as far, or within the interval where the cubic through both ends has its minimum.
    private func next(_ low: Trial, _ high: Trial?, _ limit: Double) -> Double {
        guard limit.isFinite else { return 2 * low.length }
        let width = limit - low.length
        guard let high else { return low.length + width / 2 }
        let d1 =
            low.slope + high.slope - 3 * (low.location.value - high.location.value) / (low.length - limit)
        let d2 = (d1 * d1 - low.slope * high.slope).squareRoot() * (width < 0 ? -1 : 1)
        let share = 1 - (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2)
        // The tenths at both ends are left out, so that the interval shrinks; NaN takes the middle.
        return low.length + width * (share.isNaN ? 0.5 : min(max(share, 0.1), 0.9))
    }
}
