/// Work recorded once and started many times, with less to do for the host each time.
///
/// ```swift
/// let graph = try CUDAGraph(on: device) { stream throws(CUDAError) in
///     try first.launch(shape, [.buffer(x)], on: stream)
///     try second.launch(shape, [.buffer(x)], on: stream)
/// }
/// for _ in 0..<1000 { try graph.launch() }
/// ```
///
/// Each start does the same with the same buffers, whose elements may differ. The graph holds the buffers and modules
/// of its kernels.
public final class CUDAGraph: Sendable {
    private let handle: GraphHandle
    private let contents: CUDAStream.Recording
    private let stream: CUDAStream

    /// Records what the closure gives to its stream; nothing of it is done yet.
    ///
    /// In the closure no buffer is made on the stream, nothing is waited for and no array is copied.
    ///
    /// - Throws: what the closure throws; `notSupported` where the driver knows no graphs.
    public init(
        on device: CUDADevice, _ work: (CUDAStream) throws(CUDAError) -> Void
    ) throws(CUDAError) {
        let recorder = try CUDAStream(on: device)
        try recorder.perform("recording a graph") { driver, stream, context throws(CUDAError) in
            try driver.beginCapture(on: stream, in: context)
        }
        recorder.beginRecording()
        var failure: CUDAError?
        do {
            try work(recorder)
        } catch {
            failure = error
        }
        contents = recorder.endRecording()
        stream = device.stream
        let context = device.context
        if let failure {
            // Whatever was recorded is dropped, with the error this makes.
            if let partial = try? context.driver.endCapture(on: recorder.handle, in: context.handle) {
                context.dispose { driver, handle throws(CUDAError) in try driver.destroy(partial, in: handle)
                }
            }
            throw failure
        }
        handle = try recorder.perform("making a graph of what was recorded") {
            driver, stream, context throws(CUDAError) in
            try driver.endCapture(on: stream, in: context)
        }
    }

    deinit {
        stream.context.dispose { driver, context throws(CUDAError) in
            try driver.destroy(handle, in: context)
        }
    }

    /// Starts the recorded work; does not wait for it, unless the device's ``CUDADevice/debugging`` is set.
    ///
    /// - Parameter stream: Where; the device's own stream by default.
    public func launch(on stream: CUDAStream? = nil) throws(CUDAError) {
        let stream = stream ?? self.stream
        let operation = "starting a graph"
        try stream.context.require(self.stream.context, operation)
        try stream.refuseWhileRecording(operation)
        for block in contents.blocks.values { try block.use(on: stream) }
        try stream.perform(operation) { driver, stream, context throws(CUDAError) in
            try driver.launch(handle, on: stream, in: context)
        }
        if stream.context.isDebugging { try stream.synchronize() }
    }
}
