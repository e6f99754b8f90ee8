import Synchronization

/// Elements in the host's memory that the device copies directly, faster than an array and without waiting.
///
/// Who reads or writes the elements waits for the copies given before.
public final class CUDAHostBuffer<Element: BitwiseCopyable & Sendable>: Sendable {
    /// The number of elements.
    public let count: Int

    private let context: DeviceContext
    // Read and written only under the lock of `users`, and by the device between `use` and the end of its stream.
    nonisolated(unsafe) private let memory: UnsafeMutableRawPointer?
    private let users = Mutex<[StreamHandle: CUDAStream]>([:])

    /// So many elements of which every byte is 0.
    ///
    /// - Throws: `outOfMemory`; `invalidArgument` for a count that makes no sense.
    public init(zeros count: Int, on device: CUDADevice) throws(CUDAError) {
        let operation = "allocating \(count) elements of the host"
        let (bytes, overflow) = max(count, 0).multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        guard count >= 0, !overflow else {
            throw CUDAError(
                .invalidArgument, "there can be no buffer of \(count) elements of \(Element.self)",
                operation: operation)
        }
        context = device.context
        self.count = count
        guard bytes > 0 else {
            memory = nil
            return
        }
        let memory = try device.context.perform(operation) { driver, context throws(CUDAError) in
            try driver.allocateHost(bytes: bytes, in: context)
        }
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        self.memory = memory
    }

    /// A copy of an array.
    public convenience init(_ elements: [Element], on device: CUDADevice) throws(CUDAError) {
        try self.init(zeros: elements.count, on: device)
        try withElements { target in _ = target.update(from: elements) }
    }

    deinit {
        guard let memory else { return }
        for user in users.withLock({ $0 }).values {
            context.dispose { driver, context throws(CUDAError) in
                try driver.synchronize(user.handle, in: context)
            }
        }
        context.dispose { driver, context throws(CUDAError) in try driver.freeHost(memory, in: context) }
    }

    /// The elements, once the copies given before are done.
    public func elements() throws(CUDAError) -> [Element] {
        try withElements { Array($0) }
    }

    /// Reads or writes the elements, once the copies given before are done. No copy can be given meanwhile.
    ///
    /// - Throws: what went wrong on the streams of the copies.
    public func withElements<Result: Sendable>(
        _ body: (UnsafeMutableBufferPointer<Element>) -> Result
    ) throws(CUDAError) -> Result {
        let result = users.withLock { users -> Swift.Result<Result, CUDAError> in
            do throws(CUDAError) {
                for user in users.values { try user.synchronize() }
            } catch {
                return .failure(error)
            }
            users = [:]
            return .success(
                body(
                    UnsafeMutableBufferPointer(
                        start: memory?.assumingMemoryBound(to: Element.self), count: memory == nil ? 0 : count
                    )))
        }
        return try result.get()
    }

    /// Gives the memory to a copy on a stream.
    func use(
        on stream: CUDAStream, _ copy: (UnsafeMutableRawBufferPointer) throws(CUDAError) -> Void
    ) throws(CUDAError) {
        let failure = users.withLock { users -> CUDAError? in
            users[stream.handle] = stream
            do throws(CUDAError) {
                try copy(
                    UnsafeMutableRawBufferPointer(
                        start: memory, count: count * MemoryLayout<Element>.stride))
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }
}

extension CUDABuffer {
    /// Copies all elements of a host buffer to the device, from the place `start` on; does not wait.
    ///
    /// - Throws: `invalidArgument` if they do not fit, or while a graph is recorded.
    public func copy(
        from source: CUDAHostBuffer<Element>, at start: Int = 0, on stream: CUDAStream? = nil
    ) throws(CUDAError) {
        let operation = "copying \(source.count) elements to the device"
        let (stream, address) = try place(start, source.count, stream, operation)
        try stream.refuseWhileRecording(operation)
        guard source.count > 0 else { return }
        try source.use(on: stream) { bytes throws(CUDAError) in
            try stream.perform(operation) { driver, stream, context throws(CUDAError) in
                try driver.copy(from: UnsafeRawBufferPointer(bytes), to: address, on: stream, in: context)
            }
        }
    }

    /// Copies elements from the place `start` on into all of a host buffer; does not wait.
    ///
    /// - Throws: `invalidArgument` if there are not so many, or while a graph is recorded.
    public func copy(
        to target: CUDAHostBuffer<Element>, from start: Int = 0, on stream: CUDAStream? = nil
    ) throws(CUDAError) {
        let operation = "copying \(target.count) elements from the device"
        let (stream, address) = try place(start, target.count, stream, operation)
        try stream.refuseWhileRecording(operation)
        guard target.count > 0 else { return }
        try target.use(on: stream) { bytes throws(CUDAError) in
            try stream.perform(operation) { driver, stream, context throws(CUDAError) in
                try driver.copy(from: address, to: bytes, on: stream, in: context)
            }
        }
    }
}
