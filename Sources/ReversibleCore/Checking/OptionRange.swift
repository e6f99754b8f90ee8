/// Sentences about options outside their range: every structure of options checks its fields with these.
///
/// A structure lists its fields in a `problem` that is the first sentence there is:
///
/// ```swift
/// package var problem: String? {
///     OptionRange.atLeast(0, turnLimit, "turnLimit") ?? OptionRange.nonnegative(tolerance, "tolerance")
/// }
/// ```
///
/// Comparisons are written so that a NaN is outside every range.
package enum OptionRange {
    /// For a count.
    package static func atLeast(_ least: Int, _ value: Int, _ name: String) -> String? {
        value >= least ? nil : "`\(name)` is \(value); it must be at least \(least)"
    }

    /// For a count with a largest value.
    package static func within(_ range: ClosedRange<Int>, _ value: Int, _ name: String) -> String? {
        range.contains(value)
            ? nil : "`\(name)` is \(value); it must be from \(range.lowerBound) to \(range.upperBound)"
    }

    /// For a tolerance: 0 is the strictest.
    package static func nonnegative(_ value: Double, _ name: String) -> String? {
        value >= 0 && value.isFinite ? nil : "`\(name)` is \(value); it must be finite and at least 0"
    }

    /// For a length, a radius or a width.
    package static func positive(_ value: Double, _ name: String) -> String? {
        value > 0 && value.isFinite ? nil : "`\(name)` is \(value); it must be positive and finite"
    }

    /// For a share between two others, neither of which it may be.
    package static func between(_ low: Double, _ high: Double, _ value: Double, _ name: String) -> String? {
        value > low && value < high ? nil : "`\(name)` is \(value); it must lie between \(low) and \(high)"
    }

    /// For anything else.
    package static func demand(_ condition: Bool, _ sentence: @autoclosure () -> String) -> String? {
        condition ? nil : sentence()
    }
}
