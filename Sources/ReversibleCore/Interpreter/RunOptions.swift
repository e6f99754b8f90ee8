/// Tolerances and limits of a run.
public struct RunOptions: Hashable, Sendable {
    /// How far from 0 a real ancilla may be at the end of its block, relative to the larger of 1 and the
    /// largest value it held; for `Float` at least 1e-5. Rounding leaves a residue of about 1e-16 times that value for each statement.
    public var tolerance = 1e-8
    /// How far numbers that an adjoint reads after undoing may be from what they were, relative to their magnitudes;
    /// for `Float` at least 1e-5. See ``ReversibilityError/Kind/drift``.
    public var driftTolerance = 1e-8
    /// The number of turns after which a `While` is taken to be endless.
    public var turnLimit = 10_000_000
    /// The number of nested calls after which a recursion is taken to be endless.
    public var callDepthLimit = 1_000_000

    /// The defaults.
    public init() {}

    /// The same options for a number type: `Float` has about 7 digits, and its ancillas may be off by 1e-5.
    package func adapted<Number>(to type: Number.Type) -> RunOptions {
        var adapted = self
        if type == Float.self {
            adapted.tolerance = max(tolerance, 1e-5)
            adapted.driftTolerance = max(driftTolerance, 1e-5)
        }
        return adapted
    }
}
