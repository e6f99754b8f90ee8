import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The temporary folder of this process for compiled libraries.
final class PrivateFolder: Sendable {
    /// That of this process: made when first asked for, as few processes need it.
    static let shared = PrivateFolder()

    private struct Made {
        var path: String
        var process: Int32
    }

    private let made = Mutex<Made?>(nil)

    /// The folder; made anew if something removed it.
    ///
    /// - Throws: `cacheUnusable` if none can be made.
    func get(environment: [String: String]) throws(NativeError) -> CacheFolder {
        let path = try made.withLock { (made) throws(NativeError) -> String in
            if let made, made.process == getpid(), Files.status(made.path)?.isFolder == true {
                return made.path
            }
            let places = [environment["TMPDIR"], "/tmp", "/var/tmp"].compactMap { $0 }.filter {
                $0.hasPrefix("/")
            }
            for place in places {
                guard let path = Files.makeUniqueFolder(in: place, prefix: "swift-reversible-") else {
                    continue
                }
                if made == nil { atexit { PrivateFolder.shared.remove() } }
                made = Made(path: path, process: getpid())
                return path
            }
            throw NativeError(
                .cacheUnusable,
                """
                There is no place for compiled libraries: no folder can be made in \
                \(places.joined(separator: ", ")) (\(Files.reason())). Set REVERSIBLE_CACHE to a folder that is \
                yours alone.
                """)
        }
        return try CacheFolder(path: path)
    }

    /// Removes the folder; libraries loaded from it stay usable.
    private func remove() {
        made.withLock { made in
            // A fork of this process must not take the folder away from it.
            if let made, made.process == getpid() { Files.remove(made.path) }
        }
    }
}
