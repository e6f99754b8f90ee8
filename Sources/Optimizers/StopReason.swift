/// Why a search ended.
public enum StopReason: String, Hashable, Sendable, Codable, CaseIterable, CustomStringConvertible {
    /// The gradient is as small as was asked for: a minimum, where the function is convex.
    case gradientIsSmall
    /// No step lowers the value by more than its rounding: a minimum, as exactly as the function can be computed.
    case precisionReached
    /// The last step was as small as was asked for.
    case stepIsSmall
    /// The number of iterations was reached.
    case iterationLimit
    /// The callback asked for it.
    case stoppedByCallback
    /// The value or the gradient at the start is infinite or NaN. No step was made.
    case notFiniteAtStart
    /// The value or the gradient has become infinite or NaN: the steps are too long for this function.
    case diverged
    /// The value has grown, though every step was to lower it: the function is too far from what a step takes it for.
    case valueGrows
    /// No step along the gradient lowers the value, though the gradient promises it: the gradient is wrong, or the
    /// function has an edge here.
    case gradientMisleads

    /// Whether the point is what was looked for, to the tolerance or to rounding.
    public var isConvergence: Bool {
        switch self {
        case .gradientIsSmall, .precisionReached, .stepIsSmall: true
        case .iterationLimit, .stoppedByCallback, .notFiniteAtStart, .diverged, .valueGrows,
            .gradientMisleads:
            false
        }
    }

    /// The reason in words.
    public var description: String {
        switch self {
        case .gradientIsSmall: "the gradient is small"
        case .precisionReached: "precision reached"
        case .stepIsSmall: "the step is small"
        case .iterationLimit: "limit of iterations reached"
        case .stoppedByCallback: "stopped by the callback"
        case .notFiniteAtStart: "the function is not finite at the start"
        case .diverged: "the function is no longer finite; try shorter steps"
        case .valueGrows: "the value grows from step to step; begin nearer, or use LevenbergMarquardt"
        case .gradientMisleads: "no step downhill lowers the value; check the gradient"
        }
    }
}
