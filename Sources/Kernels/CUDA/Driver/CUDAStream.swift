import Synchronization

/// A queue of work on a device: each piece starts when the one before has ended.
///
/// Calls give work to the stream and return before it is done, unless they say that they wait.
public final class CUDAStream: Sendable {
    let memory: DeviceMemory
    let handle: StreamHandle

    /// What a graph being recorded uses; nil when none is.
    private let recording = Mutex<Recording?>(nil)

    /// What must live as long as a graph.
    struct Recording: Sendable {
        var blocks: [ObjectIdentifier: DeviceBlock] = [:]
        var modules: [ObjectIdentifier: CUDAModule] = [:]
    }

    /// A new stream of a device, whose work has no order with that of other streams.
    public convenience init(on device: CUDADevice) throws(CUDAError) {
        try self.init(device.memory)
    }

    init(_ memory: DeviceMemory) throws(CUDAError) {
        handle = try memory.context.perform("making a stream") { driver, handle throws(CUDAError) in
            try driver.makeStream(in: handle)
        }
        self.memory = memory
    }

    deinit {
        // Another stream may get the same handle, and must not get memory that this one still uses.
        memory.dropCache(of: handle)
        context.dispose { driver, context throws(CUDAError) in try driver.destroy(handle, in: context) }
    }

    var context: DeviceContext { memory.context }

    /// Waits for the stream's work.
    ///
    /// - Throws: what went wrong in it.
    public func synchronize() throws(CUDAError) {
        try refuseWhileRecording("waiting for a stream")
        try perform("waiting for a stream") { driver, stream, context throws(CUDAError) in
            try driver.synchronize(stream, in: context)
        }
    }

    /// Waits for the stream's work without holding a thread.
    ///
    /// - Throws: what went wrong in it.
    public func finished() async throws(CUDAError) {
        var pause = 20
        while try !isDone() {
            // A cancelled task does not sleep, and must go on: the device still uses the memory.
            try? await Task.sleep(for: .microseconds(pause))
            await Task.yield()
            pause = min(2 * pause, 2000)
        }
    }

    /// Whether all work given so far is done.
    ///
    /// - Throws: what went wrong in it.
    public func isDone() throws(CUDAError) -> Bool {
        try refuseWhileRecording("asking whether a stream is done")
        return try perform("asking whether a stream is done") { driver, stream, context throws(CUDAError) in
            try driver.isDone(stream, in: context)
        }
    }

    /// An event after the work given so far.
    ///
    /// - Parameter timing: Whether it keeps the time. Without, it costs less.
    public func record(timing: Bool = false) throws(CUDAError) -> CUDAEvent {
        let event = try CUDAEvent(timing: timing, context: context)
        try perform("recording an event") { driver, stream, context throws(CUDAError) in
            try driver.record(event.handle, on: stream, in: context)
        }
        return event
    }

    /// Lets the work that follows wait for an event, of another stream or device.
    public func wait(for event: CUDAEvent) throws(CUDAError) {
        try perform("letting a stream wait for an event") { driver, stream, context throws(CUDAError) in
            try driver.wait(for: event.handle, on: stream, in: context)
        }
    }

    /// The seconds that work takes on the device, from before its first piece to after its last; waits for it.
    public func seconds(_ work: () throws(CUDAError) -> Void) throws(CUDAError) -> Double {
        try refuseWhileRecording("measuring the time of work")
        let start = try record(timing: true)
        try work()
        let end = try record(timing: true)
        try end.synchronize()
        return try end.seconds(since: start)
    }

    /// Calls the driver with this stream.
    func perform<Result>(
        _ operation: @autoclosure () -> String,
        _ body: (any DeviceDriver, StreamHandle, ContextHandle) throws(CUDAError) -> Result
    ) throws(CUDAError) -> Result {
        try context.perform(operation()) { driver, context throws(CUDAError) in
            try body(driver, handle, context)
        }
    }
}

// MARK: Recording of graphs

extension CUDAStream {
    var isRecording: Bool { recording.withLock { $0 != nil } }

    /// Waiting for a stream that only writes down would never end well: the driver then breaks the recording off.
    func refuseWhileRecording(_ operation: String) throws(CUDAError) {
        guard isRecording else { return }
        throw CUDAError(
            .invalidArgument, "the stream is recording a graph, in which nothing is waited for",
            operation: operation,
            advice: "make buffers before, and copy to and from arrays outside the recording")
    }

    func beginRecording() { recording.withLock { $0 = Recording() } }

    func endRecording() -> Recording {
        recording.withLock { recording in
            defer { recording = nil }
            return recording ?? Recording()
        }
    }

    /// Keeps a block for the graph being recorded; false if none is.
    func keep(_ block: DeviceBlock) -> Bool {
        recording.withLock { $0?.blocks[ObjectIdentifier(block)] = block } != nil
    }

    /// Keeps a module for the graph being recorded, if one is.
    func keep(_ module: CUDAModule) {
        recording.withLock { $0?.modules[ObjectIdentifier(module)] = module }
    }
}
