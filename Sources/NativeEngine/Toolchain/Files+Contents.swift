#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

// Files of users, whose links are followed, unlike those of the cache.
extension Files {
    /// Why a file could not be read or written: the system's words.
    package struct Failure: Error {
        /// The reason: "No such file or directory".
        package var reason: String
    }

    /// The bytes of a file, a pipe or a device.
    package static func contents(of path: String) throws(Failure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure(reason: reason()) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Failure(reason: reason()) }
        guard !Status(status).isFolder else { throw Failure(reason: "it is a folder") }
        guard let bytes = readAll(file, expecting: Status(status).size) else {
            throw Failure(reason: reason())
        }
        return bytes
    }

    /// Writes a file, in the place of the one that is there. It appears when it is complete.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(Failure) {
        // A link stays, and leads to the new content.
        let target = resolved(path) ?? path
        let known = status(target)
        if let known, known.isFolder { throw Failure(reason: "it is a folder") }
        if let known, !known.isFile {
            // A pipe or a device is written to.
            let file = open(target, O_WRONLY | O_CLOEXEC)
            guard file >= 0, writeAll(file, bytes) else { throw Failure(reason: reason()) }
            return
        }
        let temporary = "\(target).\(String(UInt32.random(in: .min ... .max), radix: 36))"
        let file = open(temporary, O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL, 0o666)
        guard file >= 0 else { throw Failure(reason: reason()) }
        if let known { _ = fchmod(file, mode_t(known.mode)) }
        guard writeAll(file, bytes), rename(temporary, to: target) else {
            let failure = Failure(reason: reason())
            remove(temporary)
            throw failure
        }
    }

    /// Makes a folder and those above it, unless they are there.
    package static func makeFolder(_ path: String) throws(Failure) {
        guard makeFolders(path, mode: 0o777) else { throw Failure(reason: reason()) }
        guard status(path)?.isFolder == true else { throw Failure(reason: "\(path) is no folder") }
    }
}
