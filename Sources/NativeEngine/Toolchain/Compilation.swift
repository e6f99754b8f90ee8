/// A C text and the flags it wants beside the usual ones.
package struct Compilation: Hashable, Sendable {
    /// The C text. Headers cost tens of milliseconds; it does best without.
    package var source: String
    /// Flags of its own, such as `-DLANES=8`.
    package var flags: [String]
    /// How many seconds of CPU time the compiler may take.
    package var cpuLimit: Int

    package init(source: String, flags: [String] = [], cpuLimit: Int = 300) {
        self.source = source
        self.flags = flags
        self.cpuLimit = cpuLimit
        // For straight-line code this pass of the optimizer takes time that grows like the square of its length,
        // and finds little: what is to run side by side is written as lanes.
        if source.utf8.count > Compilation.largeSource { self.flags.append("-fno-tree-slp-vectorize") }
    }

    /// The length of a source, in bytes, from which on the compiler leaves out what takes it longest.
    private static let largeSource = 60_000
}

/// The flags of every compilation.
enum CompilerFlags {
    /// Results must be those of the interpreter to the last bit: no contraction into fused operations and no
    /// freedom with signed zeros. The functions that set `errno`, and operations that could trap, give the same
    /// numbers without: nobody reads `errno` or unmasks traps, and loops become vector code.
    ///
    /// Neither lld instead of ld nor `-pipe` is quicker, and what takes the time is the optimizer.
    static let fixed = [
        "-x", "c", "-std=gnu11", "-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math",
        "-Wno-psabi", "-fPIC", "-shared",
    ]

    /// The ways to ask for this processor's instructions, best first: not every compiler knows each.
    static func tunings(for processor: HostProcessor) -> [[String]] {
        // Both clang and gcc keep to 256 bits otherwise.
        let wide = processor.features.lanes == 8 ? [["-march=native", "-mprefer-vector-width=512"]] : []
        #if arch(x86_64)
            return wide + [["-march=native"], []]
        #else
            return wide + [["-mcpu=native"], ["-march=native"], []]
        #endif
    }

    /// Whether a compiler that said this may do better with the next tuning.
    static func complainsOfTuning(_ diagnostics: String) -> Bool {
        ["native", "-march", "-mcpu", "mprefer-vector-width"].contains { diagnostics.contains($0) }
    }

    /// Whether a compiler that said this has found no linker; clang can bring its own.
    static func missesLinker(_ diagnostics: String) -> Bool {
        diagnostics.contains("\"ld\"") || diagnostics.contains("ld: command not found")
    }
}

extension CompilerFlags {
    /// The level that this process's environment asks for; looked up once, as a program at hand costs microseconds.
    static let chosenLevel = Result { () throws(NativeError) in try level(ThisProcess.environment) }

    /// The level of optimization that the environment asks for, if it does.
    ///
    /// - Throws: `invalidOption` if there is no such level.
    static func level(_ environment: [String: String]) throws(NativeError) -> Int? {
        guard let named = environment["REVERSIBLE_OPTIMIZATION"], !named.isEmpty else { return nil }
        if let level = Int(named), (0...3).contains(level) { return level }
        throw NativeError(
            .invalidOption, "REVERSIBLE_OPTIMIZATION is \(named); it must be 0, 1, 2 or 3, or not be set")
    }
}

/// One run of the compiler on one source, in a folder of its own.
struct CompilerRun {
    /// How a source became no library.
    enum Failure: Error {
        /// The compiler ran: what it and this process have to say.
        case compiler(String)
        /// A file could not be written; another folder may do.
        case folder(String)
    }

    var compilation: Compilation
    var compiler: CCompiler
    var environment: [String: String]
    var processor: HostProcessor
    /// How many seconds the compiler may run by the clock. It is there for compilers that hang: on a busy machine
    /// one that works may need many times its CPU time.
    var timeLimit: Double
    /// Where the source, the library and what comes between them go.
    var folder: String

    /// Compiles the source, and returns the path of the library.
    func run() throws(Failure) -> String {
        let source = "\(folder)/source.c"
        guard Files.write(source, compilation.source.utf8) else { throw .folder(Files.reason()) }
        var tunings = CompilerFlags.tunings(for: processor)[...]
        var linker: [String] = []
        while true {
            let library = "\(folder)/library.so"
            let log = "\(folder)/log"
            let arguments =
                CompilerFlags.fixed + (tunings.first ?? []) + linker + compilation.flags
                + ["-o", library, source, "-lm"]
            Files.remove(library)
            Files.remove(log)
            let outcome = CommandRunner(
                program: compiler.path, arguments: arguments, environment: settings, output: log,
                timeLimit: timeLimit, cpuLimit: compilation.cpuLimit
            ).run()
            let made = (Files.status(library)?.size ?? 0) > 0
            if made && (outcome == .exited(0) || outcome == .unknown) { return library }
            let told = String(decoding: Files.read(log, atMost: 65_536) ?? [], as: UTF8.self)
            // On a full disk what the compiler says may be lost with the rest: only trying tells.
            guard Files.write("\(folder)/room", [UInt8](repeating: 1, count: 1 << 20)) else {
                throw .folder(Files.reason())
            }
            Files.remove("\(folder)/room")
            if case .exited = outcome {
                if linker.isEmpty && compiler.isClang && CompilerFlags.missesLinker(told) {
                    linker = ["-fuse-ld=lld"]
                    continue
                }
                if tunings.count > 1 && CompilerFlags.complainsOfTuning(told) {
                    tunings.removeFirst()
                    continue
                }
            }
            let isOverLimit =
                outcome == .outOfCPUTime || told.contains(CommandRunner.cpuLimitText)
            throw .compiler(isOverLimit ? limitMessage : message(outcome, told: told))
        }
    }

    /// The environment of the compiler: its own temporary files go into the folder, its messages are English.
    private var settings: [String: String] {
        environment.merging(["TMPDIR": folder, "LC_ALL": "C"]) { $1 }
    }

    private var name: String { "The C compiler \(compiler.path)" }

    private var limitMessage: String {
        let size = compilation.source.utf8.count
        let lines = compilation.source.utf8.count { $0 == UInt8(ascii: "\n") }
        return """
            \(name) was stopped after \(Self.seconds(Double(compilation.cpuLimit))) of CPU time, its limit. The \
            program is \(lines) lines of C, \(size / 1024) KiB. Raise `compilerTimeLimit` in the `CompileOptions`, or \
            make the program shorter: a `For` loop instead of statements that were unrolled while it was traced, \
            or functions that are called instead of repeated.
            """
    }

    private func message(_ outcome: CommandRunner.Outcome, told: String) -> String {
        let what =
            switch outcome {
            case .notStarted(let reason): "\(name) could not be run: \(reason)"
            case .exited(0), .unknown: "\(name) ended without making a library"
            case .exited(let status): "\(name) failed with exit status \(status)"
            case .signalled(let signal): "\(name) was ended by signal \(signal)"
            case .outOfCPUTime: limitMessage
            case .timedOut: "\(name) was stopped after \(Self.seconds(timeLimit)), its time limit"
            }
        // The folder's name is chance and gone by the time somebody reads it.
        let lines = told.replacing("\(folder)/", with: "").split(separator: "\n").prefix(10)
        guard !lines.isEmpty else { return what + "." }
        return what + ":\n" + lines.joined(separator: "\n").prefix(4000)
    }

    private static func seconds(_ limit: Double) -> String {
        limit == 1 ? "1 second" : limit == limit.rounded() ? "\(Int(limit)) seconds" : "\(limit) seconds"
    }
}
