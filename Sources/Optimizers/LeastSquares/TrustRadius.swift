import ReversibleCore

/// The radius of a trust region, which says how much the steps of Levenberg's and Marquardt's method are damped.
///
/// The rule is that of Madsen, Nielsen and Tingleff (Methods for Non-Linear Least Squares Problems, 2004), with the
/// constants of the Ceres solver.
package struct TrustRadius: Sendable {
    /// The radius; the damping is the diagonal of JᵀJ divided by it.
    package private(set) var value: Double
    private var shrinking = 2.0

    private static let largest = 1e16
    private static let smallest = 1e-32
    /// The share of what the linear model promised that must come true.
    package static let leastRatio = 1e-3
    /// After so many proposals that are no steps a search gives up.
    package static let invalidStepLimit = 5

    package init(_ value: Double) { self.value = value }

    /// Whether it has shrunk to nothing.
    package var isSpent: Bool { value < Self.smallest }

    /// After a step of which a share of what was promised came true.
    package mutating func grow(ratio: Double) {
        value = min(Self.largest, value / max(1 / 3, 1 - SystemMath.pow(2 * ratio - 1, 3)))
        shrinking = 2
    }

    /// After a step that was not taken.
    package mutating func shrink() {
        value /= shrinking
        shrinking *= 2
    }
}
