/// Elements in a device's memory.
///
/// A buffer is a reference: copies of it are the same elements. The memory is given back when the last goes; work
/// already given to a stream still has it. Calls that take a stream and name none use the one the buffer was made on;
/// work on another stream is in order with that only where events make it so (``CUDAStream/wait(for:)``).
public struct CUDABuffer<Element: BitwiseCopyable & Sendable>: Sendable {
    /// The number of elements.
    public let count: Int

    // None if there are no elements.
    let block: DeviceBlock?
    let home: CUDAStream

    /// Room for so many elements, not initialised.
    ///
    /// - Parameter stream: Where the memory is used first; the device's own stream by default.
    /// - Throws: `outOfMemory`, after everything unused was given back; `invalidArgument` for a count that makes no
    ///   sense.
    public init(count: Int, on device: CUDADevice, stream: CUDAStream? = nil) throws(CUDAError) {
        let home = stream ?? device.stream
        let (bytes, overflow) = max(count, 0).multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        let operation = "allocating \(count) elements"
        guard count >= 0, !overflow else {
            throw CUDAError(
                .invalidArgument, "there can be no buffer of \(count) elements of \(Element.self)",
                operation: operation)
        }
        try home.context.require(device.context, operation)
        try home.refuseWhileRecording(operation)
        self.count = count
        self.home = home
        block = bytes == 0 ? nil : try DeviceBlock(bytes: bytes, memory: home.memory, home: home)
    }

    /// A copy of an array.
    public init(_ elements: [Element], on device: CUDADevice, stream: CUDAStream? = nil) throws(CUDAError) {
        try self.init(count: elements.count, on: device, stream: stream)
        try copy(from: elements)
    }

    /// So many elements of which every byte is 0.
    public init(zeros count: Int, on device: CUDADevice, stream: CUDAStream? = nil) throws(CUDAError) {
        try self.init(count: count, on: device, stream: stream)
        try clear()
    }

    /// The address of the first element in the device's memory; 0 if there is none.
    public var address: UInt64 { block?.address ?? 0 }

    /// The size of all elements in bytes.
    public var bytes: Int { count * MemoryLayout<Element>.stride }

    // MARK: Copies that wait

    /// Copies an array to the device, from the place `start` on; waits until it is read.
    ///
    /// - Throws: `invalidArgument` if it does not fit.
    public func copy(
        from elements: [Element], at start: Int = 0, on stream: CUDAStream? = nil
    ) throws(CUDAError) {
        let failure = elements.withUnsafeBufferPointer { source -> CUDAError? in
            do throws(CUDAError) {
                try copy(from: source, at: start, on: stream)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// Copies elements of the host to the device, from the place `start` on; waits until they are read.
    ///
    /// - Throws: `invalidArgument` if they do not fit.
    public func copy(
        from source: UnsafeBufferPointer<Element>, at start: Int = 0, on stream: CUDAStream? = nil
    ) throws(CUDAError) {
        try startCopy(from: source, at: start, on: stream, waits: true)
    }

    /// The same without waiting, unless `waits`: the elements must stay where they are until the stream was waited for.
    func startCopy(
        from source: UnsafeBufferPointer<Element>, at start: Int = 0, on stream: CUDAStream?,
        waits: Bool = false
    ) throws(CUDAError) {
        let operation = "copying \(source.count) elements to the device"
        let (stream, address) = try place(start, source.count, stream, operation)
        try stream.refuseWhileRecording(operation)
        guard source.count > 0 else { return }
        try stream.perform(operation) { driver, stream, context throws(CUDAError) in
            try driver.copy(from: UnsafeRawBufferPointer(source), to: address, on: stream, in: context)
            // Here and not by another call, which might have something else to report and not wait.
            if waits { try driver.synchronize(stream, in: context) }
        }
    }

    /// The elements, once the stream's work so far is done.
    ///
    /// - Throws: what went wrong in that work.
    public func elements(on stream: CUDAStream? = nil) throws(CUDAError) -> [Element] {
        var failure: CUDAError?
        let elements = [Element](unsafeUninitializedCapacity: count) { target, initialized in
            do throws(CUDAError) {
                // An array may have more room than was asked for.
                try copy(to: UnsafeMutableBufferPointer(rebasing: target.prefix(count)), on: stream)
                initialized = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return elements
    }

    /// Copies elements from the place `start` on to the host, once the stream's work so far is done.
    ///
    /// - Throws: `invalidArgument` if there are not so many; what went wrong in the stream's work.
    public func copy(
        to target: UnsafeMutableBufferPointer<Element>, from start: Int = 0, on stream: CUDAStream? = nil
    ) throws(CUDAError) {
        try startCopy(to: target, from: start, on: stream, waits: true)
    }

    /// The same without waiting, unless `waits`: the elements are there once the stream was waited for.
    func startCopy(
        to target: UnsafeMutableBufferPointer<Element>, from start: Int = 0, on stream: CUDAStream?,
        waits: Bool = false
    ) throws(CUDAError) {
        let operation = "copying \(target.count) elements from the device"
        let (stream, address) = try place(start, target.count, stream, operation)
        try stream.refuseWhileRecording(operation)
        guard target.count > 0 else { return }
        try stream.perform(operation) { driver, stream, context throws(CUDAError) in
            try driver.copy(
                from: address, to: UnsafeMutableRawBufferPointer(target), on: stream, in: context)
            if waits { try driver.synchronize(stream, in: context) }
        }
    }

    // MARK: Copies that do not wait

    /// Copies all elements of another buffer of the device to the place `start` on.
    ///
    /// - Throws: `invalidArgument` if they do not fit, or are of another device.
    public func copy(
        from source: CUDABuffer, at start: Int = 0, on stream: CUDAStream? = nil
    ) throws(CUDAError) {
        let operation = "copying \(source.count) elements on the device"
        let (stream, address) = try place(start, source.count, stream, operation)
        let (_, origin) = try source.place(0, source.count, stream, operation)
        guard source.count > 0 else { return }
        if let block, block === source.block {
            throw CUDAError(
                .invalidArgument, "source and target are the same buffer", operation: operation)
        }
        try stream.perform(operation) { driver, stream, context throws(CUDAError) in
            try driver.copy(from: origin, to: address, bytes: source.bytes, on: stream, in: context)
        }
    }

    /// Sets every byte to 0.
    public func clear(on stream: CUDAStream? = nil) throws(CUDAError) {
        let operation = "clearing \(count) elements"
        let (stream, address) = try place(0, count, stream, operation)
        guard count > 0 else { return }
        try stream.perform(operation) { driver, stream, context throws(CUDAError) in
            try driver.fill(address, with: 0, bytes: bytes, on: stream, in: context)
        }
    }

    /// The stream and the address for work on some of the elements, which is noted.
    func place(
        _ start: Int, _ number: Int, _ stream: CUDAStream?, _ operation: String
    ) throws(CUDAError) -> (stream: CUDAStream, address: DeviceAddress) {
        let stream = stream ?? home
        try stream.context.require(home.context, operation)
        guard start >= 0, number >= 0, start <= count, number <= count - start else {
            throw CUDAError(
                .invalidArgument,
                "\(number) elements from place \(start) on are not inside a buffer of \(count)",
                operation: operation)
        }
        try block?.use(on: stream)
        return (stream, address + UInt64(start * MemoryLayout<Element>.stride))
    }
}

extension DeviceContext {
    /// Refuses what belongs to another device.
    func require(_ other: DeviceContext, _ operation: String) throws(CUDAError) {
        guard isSame(as: other) else {
            throw CUDAError(
                .invalidArgument,
                "the stream is of device \(ordinal) and the memory or kernel of device \(other.ordinal)",
                operation: operation, advice: "copy through the host, or use a stream of the same device")
        }
    }
}
