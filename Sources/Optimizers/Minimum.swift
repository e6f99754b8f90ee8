import ReversibleCore

/// Where a search ended, and why.
///
/// `Point` is `[Double]` for functions of numbers. For programs it is the tuple of all arguments, in the types that they
/// were given in: those that were searched have what was found, the others what they had.
public struct Minimum<Point> {
    /// The best point.
    public var point: Point
    /// The value there; for least squares half the sum of the squares.
    public var value: Double
    /// The gradient there, in the order of the searched numbers.
    public var gradient: [Double]
    /// The gradient's largest element, without sign; elements that only push against a bound do not count.
    public var gradientNorm: Double
    /// The number of steps that were made.
    public var iterations: Int
    /// How often the function was evaluated.
    public var evaluations: Int
    /// Why the search ended.
    public var reason: StopReason

    /// Whether the point is what was looked for, to the tolerance or to rounding.
    public var isConverged: Bool { reason.isConvergence }
}

extension Minimum: Sendable where Point: Sendable {}
extension Minimum: Equatable where Point: Equatable {}
extension Minimum: Hashable where Point: Hashable {}
extension Minimum: Encodable where Point: Encodable {}
extension Minimum: Decodable where Point: Decodable {}

extension Minimum: CustomStringConvertible {
    /// A sentence: value, iterations, evaluations and the reason.
    public var description: String {
        "\(value) after \(iterations) iterations and \(evaluations) evaluations: \(reason)"
    }
}

/// How far a search is; callbacks get one after every iteration.
///
/// ```swift
/// progress: { print($0) }                              // a line for every iteration
/// progress: { if $0.value < 0.01 { $0.stop() } }       // good enough
/// ```
public struct Progress: Hashable, Sendable, CustomStringConvertible {
    /// The number of the iteration, from 1.
    public let iteration: Int
    /// How often the function has been evaluated.
    public let evaluations: Int
    /// The point after the iteration, as numbers.
    public let point: [Double]
    /// The value after the iteration.
    public let value: Double
    /// The gradient's largest element, without sign; elements that only push against a bound do not count.
    public let gradientNorm: Double
    /// The length of the step.
    public let step: Double
    private(set) var stops = false

    init(
        iteration: Int, evaluations: Int, point: [Double], value: Double, gradientNorm: Double, step: Double
    ) {
        self.iteration = iteration
        self.evaluations = evaluations
        self.point = point
        self.value = value
        self.gradientNorm = gradientNorm
        self.step = step
    }

    /// Ends the search after this iteration; its reason is ``StopReason/stoppedByCallback``.
    public mutating func stop() { stops = true }

    /// One line, whose numbers stand below one another.
    public var description: String {
        formatted(
            "%5ld  value %15.8e  |gradient| %8.2e  |step| %8.2e  evaluations %ld", iteration, value,
            gradientNorm, step, evaluations)
    }
}
