import Synchronization

/// What a loaded library was made from.
struct LibraryRequest: Hashable, Sendable {
    var compilation: Compilation
    var compiler: CCompiler
    var folder: String
}

/// The libraries loaded so far, so that asking for the same one again costs microseconds.
///
/// They are held strongly and never let go, one table for the process. Code can then never be unloaded while it
/// runs or while somebody holds the address of a function, without every caller having to keep a library alive
/// around each call. The price is address space for every different program compiled, tens of kilobytes each.
package final class LoadedLibraries: Sendable {
    /// Those of this process.
    package static let shared = LoadedLibraries()

    /// One library, being made or made. Whoever holds the lock makes it; others wait for the result.
    private final class Slot: Sendable {
        let result = Mutex<Result<LoadedLibrary, NativeError>?>(nil)
    }

    private let slots = Mutex<[LibraryRequest: Slot]>([:])

    package init() {}

    /// The library for a request, made by the closure if it is not there: once, also if several threads ask.
    ///
    /// A failure goes to those who waited for it; who asks later tries again.
    func library(
        for request: LibraryRequest, make: () throws(NativeError) -> LoadedLibrary
    ) throws(NativeError) -> LoadedLibrary {
        let slot = slots.withLock { slots in
            if let slot = slots[request] { return slot }
            let slot = Slot()
            slots[request] = slot
            return slot
        }
        let result = slot.result.withLock { result -> Result<LoadedLibrary, NativeError> in
            if let result { return result }
            let made = Result { () throws(NativeError) in try make() }
            result = made
            return made
        }
        if case .failure = result {
            slots.withLock { slots in
                if slots[request] === slot { slots[request] = nil }
            }
        }
        return try result.get()
    }
}
