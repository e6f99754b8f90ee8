/// A C compiler on this machine.
package struct CCompiler: Hashable, Sendable {
    /// The path it is run by. Links are not resolved: some compilers look at the name they were called by.
    package let path: String
    /// Whether its name says that it is clang; otherwise it is taken for gcc.
    package let isClang: Bool
    /// What changes when the compiler is replaced: path, size and time of the program that the path leads to.
    /// Asking the compiler for its version would cost more than loading a library from the cache.
    package let identity: String

    /// The compiler at a path.
    ///
    /// - Throws: `compilerNotFound` if there is no program.
    package init(path: String) throws(NativeError) {
        guard Files.isExecutable(path), let resolved = Files.resolved(path) else {
            throw NativeError(
                .compilerNotFound, "There is no program at \(path) that could be the C compiler.")
        }
        let name = resolved.split(separator: "/").last ?? ""
        self.path = path
        #if canImport(Darwin)
            // There, cc and gcc are clang too.
            isClang = !name.contains("gcc-")
        #else
            isClang = name.contains("clang")
        #endif
        identity = ([resolved] + Self.behind(resolved)).map(Self.stamp).joined(separator: "\n")
    }

    /// The first lines of what the compiler says about its version: for reports, as it takes a while.
    ///
    /// - Throws: `cacheUnusable` if there is no place for a temporary file, `compilationFailed` if the compiler
    ///   cannot say it.
    package func version(
        environment: [String: String] = ThisProcess.environment
    ) throws(NativeError) -> String {
        let folder = try CacheFolder.privateFolder(environment: environment).path
        guard let work = Files.makeUniqueFolder(in: folder, prefix: "work-") else {
            throw NativeError(.cacheUnusable, "No folder can be made in \(folder): \(Files.reason()).")
        }
        defer { Files.remove(work) }
        let runner = CommandRunner(
            program: path, arguments: ["--version"], environment: environment, output: "\(work)/output",
            timeLimit: 10)
        guard case .exited(0) = runner.run(), let bytes = Files.read(runner.output) else {
            throw NativeError(.compilationFailed, "The C compiler \(path) does not answer --version.")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The compiler to use: `REVERSIBLE_CC` if set; else the `clang` that came with the `swift` on the search
    /// path; else `clang`, `cc` or `gcc` on the search path.
    ///
    /// - Throws: `compilerNotFound`, saying where was looked for what.
    package static func find(
        environment: [String: String] = ThisProcess.environment
    ) throws(NativeError) -> CCompiler {
        let folders = searchPath(environment)
        if let wanted = environment["REVERSIBLE_CC"], !wanted.isEmpty {
            let candidates = wanted.contains("/") ? [wanted] : folders.map { "\($0)/\(wanted)" }
            if let path = candidates.first(where: Files.isExecutable) { return try CCompiler(path: path) }
            let place = wanted.contains("/") ? "" : " in the folders of PATH: \(listed(folders))"
            throw NativeError(
                .compilerNotFound,
                """
                REVERSIBLE_CC names the C compiler \(wanted), but there is no such program\(place). Set it to the \
                path of clang or gcc, without arguments, or unset it. The interpreter runs the program without a \
                compiler.
                """)
        }
        let toolchains = swiftFolders(folders)
        let candidates =
            toolchains.map { "\($0)/clang" }
            + ["clang", "cc", "gcc"].flatMap { name in folders.map { "\($0)/\(name)" } }
        if let path = candidates.first(where: Files.isExecutable) { return try CCompiler(path: path) }
        let beside =
            toolchains.isEmpty ? "there is no swift on PATH to have one beside it" : listed(toolchains)
        throw NativeError(
            .compilerNotFound,
            """
            There is no C compiler. Looked for: clang beside swift (\(beside)); clang, cc and gcc in the folders \
            of PATH: \(listed(folders)). Install clang or gcc, or set REVERSIBLE_CC to the path of one. The \
            interpreter runs the program without a compiler.
            """)
    }

    /// The absolute folders of `PATH`: a program in whatever folder is the current one is not to be trusted.
    private static func searchPath(_ environment: [String: String]) -> [String] {
        (environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }.map(String.init)
    }

    /// The folders of the first `swift` on the search path: where links lead, and where it was found.
    private static func swiftFolders(_ folders: [String]) -> [String] {
        guard let swift = folders.map({ "\($0)/swift" }).first(where: Files.isExecutable) else { return [] }
        var found: [String] = []
        for path in [Files.resolved(swift), swift] {
            guard let folder = path.flatMap(parent), !found.contains(folder) else { continue }
            found.append(folder)
            // A swift in the `bin` of a toolchain folder may have its clang in `usr/bin`.
            if let root = parent(folder), folder.hasSuffix("/bin"), !root.hasSuffix("/usr") {
                found.append("\(root)/usr/bin")
            }
        }
        return found
    }

    private static func parent(_ path: String) -> String? {
        path.lastIndex(of: "/").map { String(path[..<$0]) }
    }

    private static func listed(_ folders: [String]) -> String {
        folders.isEmpty ? "none" : folders.joined(separator: ", ")
    }

    private static func stamp(_ path: String) -> String {
        guard let status = Files.status(path) else { return "\(path) missing" }
        return "\(path) \(status.size) \(status.modified)"
    }

    /// On macOS, the programs in `/usr/bin` only pass the call on to those of the selected developer folder.
    private static func behind(_ path: String) -> [String] {
        #if os(macOS)
            guard path.hasPrefix("/usr/bin/") else { return [] }
            let environment = ThisProcess.environment["DEVELOPER_DIR"]
            let selected = environment ?? Files.resolved("/var/db/xcode_select_link")
            let folder = selected ?? "/Library/Developer/CommandLineTools"
            return ["\(folder)/Toolchains/XcodeDefault.xctoolchain/usr/bin/clang", "\(folder)/usr/bin/clang"]
        #else
            return []
        #endif
    }
}
