/// Turns C text into loaded libraries, and keeps them: on disk for later processes, in memory for this one.
package struct LibraryCache: Sendable {
    /// The folder the libraries are kept in.
    package var folder: String { cacheFolder.path }

    private let cacheFolder: CacheFolder
    private let environment: [String: String]
    private let memory: LoadedLibraries
    private let processor: HostProcessor
    private let timeLimit: Double
    private let sweep: CacheSweep

    /// A cache in the folder given, else in `REVERSIBLE_CACHE`, else in the usual place of the system, else in a
    /// temporary folder that goes with the process.
    ///
    /// - Parameters:
    ///   - override: The folder; made if it does not exist.
    ///   - environment: Says where, and is what the compiler runs with.
    ///   - memory: The table of loaded libraries.
    ///   - timeLimit: How many seconds the compiler may run by the clock.
    /// - Throws: `cacheUnusable` if the folder is named here or in the environment and cannot be made, is not
    ///   this user's, or can be written by others.
    package init(
        folder override: String? = nil,
        environment: [String: String] = ThisProcess.environment,
        memory: LoadedLibraries = .shared,
        timeLimit: Double = 3600
    ) throws(NativeError) {
        try self.init(
            folder: override, environment: environment, memory: memory, timeLimit: timeLimit,
            sweep: CacheSweep(), processor: .current)
    }

    init(
        folder override: String?, environment: [String: String], memory: LoadedLibraries, timeLimit: Double,
        sweep: CacheSweep, processor: HostProcessor
    ) throws(NativeError) {
        cacheFolder = try CacheFolder.choose(override: override, environment: environment)
        self.environment = environment
        self.memory = memory
        self.processor = processor
        self.timeLimit = timeLimit
        self.sweep = sweep
    }

    /// The library for a C text: loaded already, from the folder, or compiled now.
    ///
    /// Any number of threads and processes may ask at once. If the folder cannot be written, a temporary one is
    /// used.
    ///
    /// - Throws: `compilationFailed` if the compiler refuses the text, cannot be run or does not end;
    ///   `loadFailed` if its library cannot be opened; `cacheUnusable` if there is nowhere to put it.
    package func library(
        for compilation: Compilation, compiler: CCompiler
    ) throws(NativeError) -> LoadedLibrary {
        let request = LibraryRequest(compilation: compilation, compiler: compiler, folder: folder)
        return try memory.library(for: request) { () throws(NativeError) in
            try load(compilation, compiler)
        }
    }

    /// The path of the file that the library for a C text is, or would be, kept in.
    package func path(for compilation: Compilation, compiler: CCompiler) -> String {
        CacheEntry(folder: folder, key: key(compilation, compiler)).path
    }

    private func load(_ compilation: Compilation, _ compiler: CCompiler) throws(NativeError) -> LoadedLibrary
    {
        var entry = CacheEntry(folder: folder, key: key(compilation, compiler))
        if entry.isValid(), let library = try? LoadedLibrary(path: entry.path) { return library }
        // Not there, damaged, or deleted since it was checked: all the same.
        if try compile(compilation, compiler, into: entry) == nil,
            let library = try? LoadedLibrary(path: entry.path)
        {
            return library
        }
        // A folder that cannot be written, whose disk is full, that does not allow code to run from it, or that
        // another process empties.
        entry.folder = try CacheFolder.privateFolder(environment: environment).path
        if entry.isValid(), let library = try? LoadedLibrary(path: entry.path) { return library }
        if let reason = try compile(compilation, compiler, into: entry) {
            throw NativeError(
                .cacheUnusable,
                """
                A compiled library can be written neither to \(folder) nor to \(entry.folder): \(reason). Set \
                REVERSIBLE_CACHE to a folder that is yours alone.
                """)
        }
        return try LoadedLibrary(path: entry.path)
    }

    /// Compiles into the folder of the entry. Returns why that folder cannot be written, if it cannot.
    private func compile(
        _ compilation: Compilation, _ compiler: CCompiler, into entry: CacheEntry
    ) throws(NativeError) -> String? {
        guard let work = Files.makeUniqueFolder(in: entry.folder, prefix: CacheEntry.workPrefix) else {
            return Files.reason()
        }
        defer { Files.remove(work) }
        let run = CompilerRun(
            compilation: compilation, compiler: compiler, environment: environment, processor: processor,
            timeLimit: timeLimit, folder: work)
        do throws(CompilerRun.Failure) {
            guard entry.store(try run.run()) else { return Files.reason() }
        } catch {
            switch error {
            case .folder(let reason):
                return reason
            case .compiler(let message):
                let kept = entry.keep(source: "\(work)/source.c")
                let note = kept.map { "\nThe source is kept in \($0)." } ?? ""
                throw NativeError(.compilationFailed, message + note)
            }
        }
        sweep.run(in: entry.folder, except: entry.path)
        return nil
    }

    /// The hash of all that the library depends on.
    private func key(_ compilation: Compilation, _ compiler: CCompiler) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(field: "swift-reversible library 1")
        hasher.update(field: compiler.path)
        hasher.update(field: compiler.identity)
        hasher.update(field: processor.identity)
        for flags in [CompilerFlags.fixed] + CompilerFlags.tunings(for: processor) + [compilation.flags] {
            hasher.update(field: "\(flags.count)")
            for flag in flags { hasher.update(field: flag) }
        }
        hasher.update(field: compilation.source)
        return hasher.finish()
    }
}
