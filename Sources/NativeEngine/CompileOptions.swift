import ReversibleCore

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

    /// The level of the C compiler's optimization; nil for what `REVERSIBLE_OPTIMIZATION` names, else the highest.
    package var optimization: Int?

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
        if let problem = problem ?? schedule.problem { throw NativeError(.invalidOption, problem) }
    }
}
