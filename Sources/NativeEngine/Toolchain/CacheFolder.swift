/// The folder that compiled libraries are kept in: one that nobody but this user can write.
struct CacheFolder: Hashable, Sendable {
    /// The path of the folder, without links.
    let path: String

    /// A folder that exists, or can be made, and is this user's.
    ///
    /// A library in it will be loaded into this process: who can write to the folder can run code as this user.
    ///
    /// - Throws: `cacheUnusable`, saying what is wrong with the folder.
    init(path given: String) throws(NativeError) {
        let wanted = given.hasPrefix("/") ? given : (ThisProcess.currentFolder ?? ".") + "/" + given
        guard Files.makeFolders(wanted) else {
            throw Self.unusable(wanted, "it cannot be made: \(Files.reason())")
        }
        guard let entry = Files.status(wanted, followingLinks: false) else {
            throw Self.unusable(wanted, "its state cannot be read: \(Files.reason())")
        }
        let user = currentUser()
        guard entry.owner == user else {
            throw Self.unusable(
                wanted,
                "\(entry.isLink ? "it is a link that" : "it") belongs to another user (\(entry.owner))")
        }
        guard let status = Files.status(wanted), status.isFolder, let resolved = Files.resolved(wanted) else {
            throw Self.unusable(wanted, "it is not a folder")
        }
        guard status.owner == user else {
            throw Self.unusable(wanted, "it leads to a folder of another user (\(status.owner))")
        }
        guard status.mode & 0o022 == 0 else {
            let mode = String(status.mode, radix: 8)
            throw Self.unusable(
                wanted, "other users may write to it (mode \(mode); chmod 700 would end that)")
        }
        path = resolved
    }

    /// The folder named explicitly, else by the environment, else the usual one of the system, else a private
    /// one for this process only.
    ///
    /// - Throws: `cacheUnusable` if a folder was named explicitly and is unusable, or if there is no place at all.
    static func choose(override: String?, environment: [String: String]) throws(NativeError) -> CacheFolder {
        if let override { return try CacheFolder(path: override) }
        if let named = environment["REVERSIBLE_CACHE"], !named.isEmpty { return try CacheFolder(path: named) }
        // Nobody asked for the usual folder by name, so nobody is told that it cannot be had.
        if let usual = usual(environment), let folder = try? CacheFolder(path: usual) { return folder }
        return try privateFolder(environment: environment)
    }

    /// Where caches are kept on this system, if the environment tells.
    private static func usual(_ environment: [String: String]) -> String? {
        // A relative XDG_CACHE_HOME is to be ignored, says its specification.
        if let caches = environment["XDG_CACHE_HOME"], caches.hasPrefix("/") {
            return caches + "/swift-reversible"
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        #if canImport(Darwin)
            return home + "/Library/Caches/swift-reversible"
        #else
            return home + "/.cache/swift-reversible"
        #endif
    }

    /// A fresh folder in the temporary directory, the same for all of this process, removed when it ends.
    ///
    /// - Throws: `cacheUnusable` if none can be made.
    static func privateFolder(environment: [String: String]) throws(NativeError) -> CacheFolder {
        try PrivateFolder.shared.get(environment: environment)
    }

    private static func unusable(_ path: String, _ reason: String) -> NativeError {
        NativeError(
            .cacheUnusable,
            """
            The folder \(path) cannot hold compiled libraries: \(reason). Set REVERSIBLE_CACHE to a folder that is \
            yours alone.
            """)
    }
}
