#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How much of a thread's stack recursion may use before it moves to a thread made for it.
let ordinaryStack = 256 << 10

/// Runs `body` on a thread with a deep stack, and tells it how many bytes recursion may use there.
///
/// Memory of a stack that is not touched costs nothing. Where no such thread can be had the result is nil.
func onDeepStack<Result>(_ body: @escaping (Int) -> Result) -> Result? {
    for size in [1 << 30, 1 << 28, 1 << 26] {
        if let result = onThread(stackBytes: size, { body(size - (1 << 20)) }) { return result }
    }
    return nil
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
