#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Threads with deep stacks, for what recurses further than ordinary ones allow.
package enum DeepStack {
    /// Whether this thread is one of them already.
    @TaskLocal private static var isHere = false

    /// Runs `body` on a thread with a deep stack, and tells it how many bytes recursion may use there.
    ///
    /// Memory of a stack that is not touched costs nothing. Where no such thread can be had the result is nil.
    package static func run<Result>(_ body: @escaping (Int) -> Result) -> Result? {
        for size in [1 << 30, 1 << 28, 1 << 26] {
            if let result = onThread(stackBytes: size, { body(size - (1 << 20)) }) { return result }
        }
        return nil
    }

    /// Runs `body` on a thread with a stack of this many bytes; nil if there is none to be had.
    package static func run<Result>(bytes: Int, _ body: () -> Result) -> Result? {
        withoutActuallyEscaping(body) { body in onThread(stackBytes: bytes, body) }
    }

    /// The longest chain of functions that call one another in a program. Passes over programs follow calls by
    /// recursion, each function once, and each has 64 KiB of a deep stack.
    package static let chainLimit = 20_000

    /// Runs a pass that follows chains of this many calls by recursion.
    package static func following<Result>(chainOf length: Int, _ body: () -> Result) -> Result {
        // The stacks of threads that somebody else made hold half a megabyte, if not more.
        guard length > 16, !isHere else { return body() }
        let size = max(length << 16, 1 << 24)
        let result = withoutActuallyEscaping(body) { body in
            onThread(stackBytes: size) { $isHere.withValue(true) { body() } }
        }
        return result ?? body()
    }
}

/// Runs `body` on a thread of its own and waits for it; nil if there is none to be had.
private func onThread<Result>(stackBytes: Int, _ body: @escaping () -> Result) -> Result? {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return nil }
    defer { pthread_attr_destroy(&attributes) }
    guard pthread_attr_setstacksize(&attributes, stackBytes) == 0 else { return nil }
    var result: Result?
    let work = ThreadWork { result = body() }
    let argument = Unmanaged.passRetained(work)
    #if canImport(Darwin)
        var thread: pthread_t?
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                Unmanaged<ThreadWork>.fromOpaque(argument).takeUnretainedValue().body()
                return nil
            }, argument.toOpaque())
    #else
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                if let argument { Unmanaged<ThreadWork>.fromOpaque(argument).takeUnretainedValue().body() }
                return nil
            }, argument.toOpaque())
    #endif
    if status == 0 {
        #if canImport(Darwin)
            if let thread { pthread_join(thread, nil) }
        #else
            pthread_join(thread, nil)
        #endif
    }
    argument.release()
    return result
}

/// What a thread is to do. The thread that made it waits for its end.
private final class ThreadWork {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
}
