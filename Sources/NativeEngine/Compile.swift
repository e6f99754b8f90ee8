import AD
import ReversibleCore

/// Turns a function into native code: emits C, compiles it with the machine's C compiler, and loads it.
///
/// The compiled library is kept on disk, so that the next process that compiles the same program only loads
/// it. The first compilation takes tenths of a second.
///
/// - Parameters:
///   - checks: Whether the code makes the interpreter's checks. `.none` is faster and trusts the program.
///   - threads: On how many threads the iterations of a `ParallelFor` run; 0 for all cores.
///   - schedule: The passes that the program goes through before C is written.
/// - Throws: A ``NativeError``, for example if the machine has no C compiler.
public func compile<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, checks: Checks = .all, threads: Int = 1,
    optimizing schedule: Schedule = .standard, options: CompileOptions = CompileOptions()
) throws(NativeError) -> NativeFunction<repeat each A> {
    let executable = try Executable(
        try f.program(), inverted: f.isInverted, checks: checks, options.optimizing(schedule))
    return NativeFunction<repeat each A>(
        executable, options: f.options, threads: try threadCount(threads))
}

/// The number of threads meant by an argument.
func threadCount(_ threads: Int) throws(NativeError) -> Int {
    if let problem = OptionRange.atLeast(0, threads, "threads") { throw NativeError(.invalidOption, problem) }
    return threads == 0 ? ThisProcess.coreCount : threads
}

extension ReversibleFunction {
    /// The program, or why there is none.
    package func program() throws(NativeError) -> Definition {
        do {
            let made = try definition
            try made.checkDirection(inverted: isInverted)
            return made
        } catch {
            throw NativeError(.invalidProgram, "\(error)")
        }
    }
}
