/// A point in the work of a stream, to be waited for or to measure from.
public final class CUDAEvent: Sendable {
    let handle: EventHandle
    private let context: DeviceContext
    /// Whether the event keeps the time.
    public let hasTime: Bool

    init(timing: Bool, context: DeviceContext) throws(CUDAError) {
        handle = try context.perform("making an event") { driver, handle throws(CUDAError) in
            try driver.makeEvent(timing: timing, in: handle)
        }
        self.context = context
        hasTime = timing
    }

    deinit {
        context.dispose { driver, context throws(CUDAError) in try driver.destroy(handle, in: context) }
    }

    /// Waits until the work before the event is done.
    ///
    /// - Throws: what went wrong in it.
    public func synchronize() throws(CUDAError) {
        try context.perform("waiting for an event") { driver, context throws(CUDAError) in
            try driver.synchronize(handle, in: context)
        }
    }

    /// Whether the work before the event is done.
    ///
    /// - Throws: what went wrong in it.
    public func isDone() throws(CUDAError) -> Bool {
        try context.perform("asking whether an event is done") { driver, context throws(CUDAError) in
            try driver.isDone(handle, in: context)
        }
    }

    /// The seconds from an earlier event to this one. Both must be done, and keep the time.
    ///
    /// - Throws: `invalidArgument` if one keeps no time; the driver's `CUDA_ERROR_NOT_READY` if one is not done.
    public func seconds(since start: CUDAEvent) throws(CUDAError) -> Double {
        let operation = "asking for the time between two events"
        guard hasTime, start.hasTime else {
            throw CUDAError(
                .invalidArgument, "an event keeps no time", operation: operation,
                advice: "record both with `timing: true`")
        }
        let milliseconds = try context.perform(operation) { driver, context throws(CUDAError) in
            try driver.milliseconds(from: start.handle, to: handle, in: context)
        }
        return Double(milliseconds) / 1000
    }
}
