import ReversibleCore

/// The search for a step's length that satisfies the strong Wolfe conditions.
///
/// Nocedal and Wright, "Numerical Optimization", 2nd edition, algorithms 3.5 and 3.6: the value must fall by a
/// share of what the slope promises, and the slope must flatten. Within bounds both count along the way that is bent
/// at the bounds.
public struct WolfeLineSearch: Hashable, Sendable, Codable {
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

    /// What a search found.
    enum Outcome {
        /// A lower point.
        case step(Location)
        /// No lower point, and none to be expected: what the slope promises is less than the value's rounding.
        case rounding
        /// No lower point, though the slope promises one.
        case nothing
    }

    /// A point on the way that has a lower value.
    func search(
        along path: Path, firstStep: Double, _ evaluations: inout Int, _ function: Objective
    ) throws(OptimizerError) -> Outcome {
        let start = path.start
        guard path.slope < 0, path.slope.isFinite else { return path.slope == 0 ? .rounding : .nothing }
        // Near a minimum the values differ by rounding only; then the slopes decide.
        let slack = 4 * start.value.ulp
        let isLow = { (t: Trial) in
            let promised = path.promised(t.length, at: t.location.point)
            return t.location.value <= start.value + decrease * promised + slack
        }
        var low = Trial(length: 0, location: start, slope: path.slope)
        // The other end of the interval, once there is one; nil stands for a place that is too far.
        var high: Trial?
        var limit = Double.infinity
        var length = firstStep
        // How much lower the minimum is, by the parabolas through what was tried.
        var depth = Double.infinity
        for _ in 0..<maximumTries {
            let point = path.point(length)
            if point == low.location.point { break }
            let location = try Location(at: point, &evaluations, function)
            guard location.isUsable else {
                (high, limit) = (nil, length)
                length = (low.length + limit) / 2
                continue
            }
            let trial = Trial(length: length, location: location, slope: path.slope(length, at: location))
            depth = min(depth, self.depth(path.slope, trial))
            if !isLow(trial)
                || (limit.isFinite || low.length > 0) && location.value > low.location.value + slack
            {
                (high, limit) = (trial, length)
            } else if abs(trial.slope) <= -curvature * path.slope {
                return .step(location)
            } else {
                // The minimum lies between the new low point and the end that its slope points to.
                let end = limit.isFinite ? limit : trial.length + 1
                if trial.slope * (end - low.length) >= 0 { (high, limit) = (low, low.length) }
                low = trial
            }
            length = next(low, high, limit)
        }
        // Flat enough or not, a lower point is a step.
        if low.length > 0, low.location.value < start.value { return .step(low.location) }
        return depth <= 1e4 * start.value.ulp ? .rounding : .nothing
    }

    /// How far below the start the minimum of a parabola is, by the slopes at the start and at a trial.
    private func depth(_ slope: Double, _ trial: Trial) -> Double {
        let curvature = (trial.slope - slope) / trial.length
        return curvature > 0 ? slope * slope / (2 * curvature) : .infinity
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
