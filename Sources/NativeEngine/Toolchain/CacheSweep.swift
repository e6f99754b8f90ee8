/// Keeps a cache folder bounded.
struct CacheSweep: Hashable, Sendable {
    /// More files than this, or more bytes, and the oldest go.
    var files = 1000
    var bytes = 512 << 20

    /// Deletes the files longest unused until nine tenths of the limits are kept, and what an interrupted
    /// compilation left.
    ///
    /// Several processes may do so at once: a file that is gone already is no failure, one that another is about
    /// to open is compiled again there, and one that is loaded stays loaded.
    func run(in folder: String, except kept: String) {
        var found: [(path: String, size: Int, modified: Int)] = []
        for name in Files.names(in: folder) {
            let isWork = name.hasPrefix(CacheEntry.workPrefix)
            // Whatever else somebody put there is not touched.
            guard isWork || name.hasSuffix(CacheEntry.suffix) || name.hasPrefix(CacheEntry.failedPrefix)
            else { continue }
            let path = "\(folder)/\(name)"
            guard let status = Files.status(path, followingLinks: false) else { continue }
            if isWork {
                // No compilation takes an hour: nobody is at work there.
                if currentTime() - status.modified > 3_600_000_000_000 { Files.remove(path) }
            } else if status.isFile {
                found.append((path, status.size, status.modified))
            }
        }
        var size = found.reduce(0) { $0 + $1.size }
        guard found.count > files || size > bytes else { return }
        var count = found.count
        for file in found.sorted(by: { $0.modified < $1.modified }) where file.path != kept {
            if count <= files / 10 * 9 && size <= bytes / 10 * 9 { break }
            Files.remove(file.path)
            count -= 1
            size -= file.size
        }
    }
}
