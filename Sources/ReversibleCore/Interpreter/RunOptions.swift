#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Tolerances and limits of a run. A run with an option outside its range throws an `invalidArgument` that names it.
public struct RunOptions: Hashable, Sendable {
    /// How far from 0 a real ancilla may be at the end of its block, relative to the larger of 1 and the
    /// largest value it held; finite and at least 0, and for `Float` at least 1e-5. Rounding leaves a residue of about 1e-16 times that value for each statement.
    public var tolerance = 1e-8
    /// How far numbers that an adjoint reads after undoing may be from what they were, relative to their magnitudes;
    /// finite and at least 0, and for `Float` at least 1e-5. See ``ReversibilityError/Kind/drift``.
    public var driftTolerance = 1e-8
    /// The number of turns after which a `While` is taken to be endless; at least 0.
    public var turnLimit = 10_000_000
    /// The number of nested calls after which a recursion is taken to be endless; at least 0.
    public var callDepthLimit = 1_000_000
    /// How many bytes one scratch array, or one stack, as that of a record, may take; at least 0. The memory of the machine
    /// if nothing is said.
    public var memoryLimit = RunOptions.installedMemory

    /// The defaults.
    public init() {}

    /// The memory of the machine, in bytes: a system that promises more than it has ends a process that uses it.
    package static let installedMemory =
        Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))

    /// What is wrong with the options, in a sentence; nil if nothing is.
    package var problem: String? {
        OptionRange.nonnegative(tolerance, "options.tolerance")
            ?? OptionRange.nonnegative(driftTolerance, "options.driftTolerance")
            ?? OptionRange.atLeast(0, turnLimit, "options.turnLimit")
            ?? OptionRange.atLeast(0, callDepthLimit, "options.callDepthLimit")
            ?? OptionRange.atLeast(0, memoryLimit, "options.memoryLimit")
    }

    /// Refuses options that make no sense, before a run of `function`.
    package func check(for function: String) throws(ReversibilityError) {
        if let problem { throw ReversibilityError(.invalidArgument, problem, function: function) }
    }

    /// The same options for a number type: `Float` has about 7 digits, and its ancillas may be off by 1e-5.
    package func adapted<Number>(to type: Number.Type) -> RunOptions {
        var adapted = self
        if type == Float.self {
            adapted.tolerance = max(tolerance, 1e-5)
            adapted.driftTolerance = max(driftTolerance, 1e-5)
        }
        return adapted
    }

    /// Below how many times the largest number a number of this type may be nothing but roundings: 64 of them.
    package static func roundings<Number>(of type: Number.Type) -> Double {
        64 * (type == Float.self ? Double(Float.ulpOfOne) : .ulpOfOne)
    }
}
