#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    // The table of variables is a global of C.
    @preconcurrency import Glibc
#elseif canImport(Musl)
    @preconcurrency import Musl
#endif

/// What the system knows of this process.
package enum ThisProcess {
    /// The variables of the environment. If one is set twice, the first counts, as for `getenv`.
    package static var environment: [String: String] {
        #if canImport(Darwin)
            var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = _NSGetEnviron().pointee
        #else
            var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
        #endif
        var variables: [String: String] = [:]
        while let position = next, let entry = position.pointee {
            let words = String(cString: entry).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if words.count == 2 {
                let name = String(words[0])
                if variables[name] == nil { variables[name] = String(words[1]) }
            }
            next = position + 1
        }
        return variables
    }

    /// The number of cores in use; at least 1.
    package static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// The path of the folder that relative paths start from; nil if it is gone.
    package static var currentFolder: String? {
        guard let pointer = getcwd(nil, 0) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}

/// The user whose rights this process has.
func currentUser() -> UInt32 { UInt32(geteuid()) }

/// The time in nanoseconds since 1970.
func currentTime() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec)
}
