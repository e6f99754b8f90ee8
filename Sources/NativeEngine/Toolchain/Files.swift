#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The few calls of the system that are needed for files, each repeated when a signal interrupts it.
package enum Files {
    /// What `stat` says of a path.
    struct Status: Hashable, Sendable {
        var isFolder: Bool
        var isFile: Bool
        var isLink: Bool
        var owner: UInt32
        /// The permission bits.
        var mode: UInt32
        var size: Int
        /// Time of the last change of the content, in nanoseconds since 1970.
        var modified: Int

        init(_ status: stat) {
            let kind = UInt32(status.st_mode) & 0o170_000
            isFolder = kind == 0o040_000
            isFile = kind == 0o100_000
            isLink = kind == 0o120_000
            owner = UInt32(status.st_uid)
            mode = UInt32(status.st_mode) & 0o7777
            size = Int(status.st_size)
            #if canImport(Darwin)
                let time = status.st_mtimespec
            #else
                let time = status.st_mtim
            #endif
            modified = Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec)
        }
    }

    /// The status of what the path leads to, or with `followingLinks: false` of the link itself.
    static func status(_ path: String, followingLinks: Bool = true) -> Status? {
        var result = stat()
        let code = followingLinks ? stat(path, &result) : lstat(path, &result)
        return code == 0 ? Status(result) : nil
    }

    /// Whether the path leads to a file this process may run.
    static func isExecutable(_ path: String) -> Bool {
        status(path)?.isFile == true && access(path, X_OK) == 0
    }

    /// The path without links and dots, if it exists.
    static func resolved(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    /// The text for the last failure of a call of the system.
    static func reason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

    /// The bytes of a file, or nil if it cannot be read. A link as the last part of the path is not followed.
    static func read(_ path: String, atMost limit: Int = .max) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, Status(status).isFile else { return nil }
        return readAll(file, atMost: limit, expecting: Status(status).size)
    }

    /// What is left of an open file. Nil, with `errno` set, if it cannot be read.
    static func readAll(_ file: Int32, atMost limit: Int = .max, expecting size: Int) -> [UInt8]? {
        // One more than its size, so that the end is met without growing; files of /proc have size 0.
        var capacity = min(limit, max(size + 1, 4096))
        var bytes: [UInt8] = []
        while bytes.count < limit {
            var failed = false
            var ended = false
            let part = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                while count < buffer.count {
                    let got = retrying {
                        systemRead(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
                    }
                    if got < 0 { failed = true }
                    if got <= 0 { ended = true; break }
                    count += got
                }
            }
            if failed { return nil }
            bytes = bytes.isEmpty ? part : bytes + part
            if ended { break }
            capacity = min(limit - bytes.count, max(4096, bytes.count))
        }
        return bytes
    }

    /// Writes a new file, or adds to one, for this user only. False, with `errno` set, if that fails.
    static func write(_ path: String, _ bytes: some Sequence<UInt8>, appending: Bool = false) -> Bool {
        let flags = appending ? O_APPEND : O_CREAT | O_EXCL
        let file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags, 0o600)
        guard file >= 0 else { return false }
        return writeAll(file, Array(bytes))
    }

    /// Writes to an open file, and closes it. False, with `errno` set, if that fails.
    static func writeAll(_ file: Int32, _ bytes: [UInt8]) -> Bool {
        let complete = bytes.withUnsafeBytes { buffer in
            var start = 0
            while start < buffer.count {
                let put = retrying {
                    systemWrite(file, buffer.baseAddress.map { $0 + start }, buffer.count - start)
                }
                guard put > 0 else { return false }
                start += put
            }
            return true
        }
        let code = errno
        // A full disk may be told of only here.
        guard close(file) == 0 else { return false }
        errno = code
        return complete
    }

    /// Makes a folder of a new name in another, mode 0700. Nil, with `errno` set, if that fails.
    static func makeUniqueFolder(in folder: String, prefix: String) -> String? {
        var template = Array("\(folder)/\(prefix)XXXXXX".utf8CString)
        return template.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, mkdtemp(start) != nil else { return nil }
            return String(cString: start)
        }
    }

    /// Makes a folder and those above it, for this user only or with another mode. False, with `errno` set, if that
    /// fails.
    static func makeFolders(_ path: String, mode: mode_t = 0o700) -> Bool {
        if mkdir(path, mode) == 0 || errno == EEXIST { return true }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex,
            makeFolders(String(path[..<slash]), mode: mode)
        else { return false }
        return mkdir(path, mode) == 0 || errno == EEXIST
    }

    /// The names in a folder; none if it cannot be read.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                    String(cString: $0)
                }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a file, a link, or a folder with all in it; what another process removed first is no failure.
    static func remove(_ path: String) {
        guard unlink(path) != 0, let found = status(path, followingLinks: false), found.isFolder else {
            return
        }
        for name in names(in: path) { remove("\(path)/\(name)") }
        rmdir(path)
    }

    /// Gives a file another name in the same file system, replacing what has it. False, with `errno` set, if not.
    static func rename(_ path: String, to other: String) -> Bool { systemRename(path, other) == 0 }

    /// Makes now the time of the last change of a file, if that is allowed.
    static func touch(_ path: String) { _ = utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW) }

    private static func retrying(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}

// Within the enum, these names are those of its own functions.
private func systemRead(_ file: Int32, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
    read(file, buffer, count)
}
private func systemWrite(_ file: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(file, buffer, count)
}
private func systemRename(_ path: String, _ other: String) -> Int32 { rename(path, other) }
