import ReversibleCore

/// Which checks compiled code makes while it runs.
public enum Checks: Hashable, Sendable {
    /// All of the interpreter's: the same errors, with the same places in the source.
    ///
    /// Iterations of a `ParallelFor` run one after the other, and the in-place call copies what it may have
    /// to put back.
    case all
    /// That undoing lost nothing which a derivative reads: the numbers that a gradient reads again after undoing, and
    /// the decisions that it takes, are compared with those of the program, by sums of which one or two operations a
    /// read are spent (nothing where only arguments are read that never change). What differs throws an error of kind
    /// `.drift`.
    ///
    /// Beside it: that the arrays of a statement over whole arrays are of one size, and that recursion ends. Otherwise
    /// the program is trusted, as with ``none``.
    case undoing
    /// None: no instruction is spent on them. The program must be right for its arguments: an index outside
    /// its array is undefined behaviour, as in C. An integer divided by 0 gives 0, and leaves itself as the remainder. The
    /// lengths of arguments that go together are not known to the caller, and are not checked either, but for those of ready programs, which are checked before a run.
    /// A recursion without end is undefined behaviour too: it may run on forever, where ``all`` and ``undoing`` stop at
    /// `callDepthLimit`.
    case none
}

/// The number type compiled code computes with.
public enum Precision: Hashable, Sendable {
    /// 64 bits.
    case double
    /// 32 bits. Arguments are rounded to `Float` and results come back as `Double`.
    case single
}

/// How code is emitted, compiled and kept.
public struct CompileOptions: Hashable, Sendable {
    /// The number type of the emitted code.
    public var precision = Precision.double
    /// How many iterations of a `ParallelFor` run side by side, a power of 2 from 2 to 64; nil for what the machine's
    /// vectors hold.
    public var lanes: Int?
    /// Whether a product and a sum may become one fused operation, rounded once. Faster on most machines;
    /// results then differ from the interpreter's in the last bits.
    public var fusesProducts = false
    /// The folder of compiled libraries; nil for `REVERSIBLE_CACHE`, or the user's cache folder.
    public var cacheFolder: String?

    /// How much CPU time the C compiler may take for one program before it is stopped. What it needs grows with
    /// the number of statements: about a second for a thousand, gradients and second derivatives more.
    public var compilerTimeLimit = Duration.seconds(300)

    /// The passes that a program goes through; `compile` and `exportC` take them as an argument of their own.
    package var schedule = Schedule.standard

    /// The defaults.
    public init() {}

    func optimizing(_ schedule: Schedule) -> CompileOptions {
        var options = self
        options.schedule = schedule
        return options
    }

    /// Throws if an option makes no sense, whether or not the program at hand would use it.
    package func check() throws(NativeError) {
        let problem =
            lanes.flatMap { lanes in
                OptionRange.demand(
                    (2...64).contains(lanes) && lanes & (lanes - 1) == 0,
                    "`lanes` is \(lanes); it must be a power of 2 between 2 and 64")
            }
            ?? OptionRange.demand(
                cacheFolder != "", "`cacheFolder` is empty; give a path, or nil for the usual folder")
        if let problem { throw NativeError(.invalidOption, problem) }
        try schedule.check()
    }
}
