/// The library file of one compilation in a cache folder.
///
/// The file is a library with a trailer that linkers ignore: a mark, the key, and the SHA-256 of all before
/// that. A file cut short, changed, or meant for another key is thus known before the dynamic linker sees it:
/// that would crash or load something else.
struct CacheEntry {
    var folder: String
    /// The hash of all that the library depends on: 32 bytes.
    var key: [UInt8]

    private static let mark = Array("reversible-lib-1".utf8)
    private static let trailerSize = 16 + 32 + 32
    /// The ending of the files, by which a sweep knows them.
    static let suffix = ".so"
    static let workPrefix = "work-"
    static let failedPrefix = "failed-"

    var path: String { "\(folder)/\(SHA256.hexadecimal(key))\(Self.suffix)" }

    /// Whether the file is there, this user's, and whole.
    func isValid() -> Bool {
        guard let status = Files.status(path, followingLinks: false), status.isFile,
            status.owner == currentUser(), status.size > Self.trailerSize,
            let bytes = Files.read(path), bytes.count == status.size
        else { return false }
        let trailer = bytes.suffix(Self.trailerSize)
        let content = bytes.dropLast(Self.trailerSize)
        guard trailer.elementsEqual(Self.mark + key + SHA256.hash(content)) else { return false }
        // What is used counts as young; once an hour is often enough.
        if currentTime() - status.modified > 3_600_000_000_000 { Files.touch(path) }
        return true
    }

    /// Puts the compiled library in place, at once, whoever else does the same.
    ///
    /// False, with `errno` set, if that cannot be done.
    func store(_ library: String) -> Bool {
        guard let content = Files.read(library) else { return false }
        let trailer = Self.mark + key + SHA256.hash(content)
        guard Files.write(library, trailer, appending: true) else { return false }
        if Files.rename(library, to: path) { return true }
        // A folder in its place cannot be replaced by renaming.
        Files.remove(path)
        return Files.rename(library, to: path)
    }

    /// Keeps a source that the compiler refused, for whoever wants to look into it; its path, if that worked.
    func keep(source: String) -> String? {
        let kept = "\(folder)/\(Self.failedPrefix)\(SHA256.hexadecimal(key.prefix(8))).c"
        return Files.rename(source, to: kept) ? kept : nil
    }
}
