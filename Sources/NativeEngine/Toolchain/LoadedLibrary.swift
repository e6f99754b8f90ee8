#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A shared library opened by this process, closed when the last reference to it goes.
///
/// The libraries of a ``LibraryCache`` are held by its ``LoadedLibraries`` as well.
package final class LoadedLibrary: Sendable {
    /// The file it was opened from. The file may have been removed since.
    package let path: String
    // The handle of the dynamic linker, which any thread may use.
    nonisolated(unsafe) private let handle: UnsafeMutableRawPointer

    /// Opens a library, all its symbols resolved and none offered to other libraries.
    ///
    /// - Throws: `loadFailed` with what the dynamic linker says.
    package init(path: String) throws(NativeError) {
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw NativeError(.loadFailed, "The compiled library \(path) cannot be opened: \(Self.reason()).")
        }
        self.path = path
        self.handle = handle
    }

    deinit { dlclose(handle) }

    /// The address of a function or variable; it is good as long as this object lives.
    ///
    /// - Throws: `loadFailed` if the library has no such symbol.
    package func symbol(_ name: String) throws(NativeError) -> UnsafeMutableRawPointer {
        guard let address = dlsym(handle, name) else {
            throw NativeError(.loadFailed, "The compiled library \(path) has no \(name): \(Self.reason()).")
        }
        return address
    }

    private static func reason() -> String {
        dlerror().map { String(cString: $0) } ?? "the dynamic linker gives no reason"
    }
}
