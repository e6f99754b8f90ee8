import Synchronization

/// The memory of a device: taken from the driver's pool where it has one, else kept in a cache of sizes.
///
/// Every block belongs to a stream. What is given back is there for later work on the same stream; so nothing has to
/// be waited for, and a kernel still running never loses its memory.
final class DeviceMemory: Sendable {
    let context: DeviceContext

    private struct Slot: Hashable, Sendable {
        var stream: StreamHandle
        var bytes: Int
    }

    /// Free blocks; only without a pool.
    private let cache = Mutex<[Slot: [DeviceAddress]]>([:])

    init(_ context: DeviceContext) {
        self.context = context
    }

    deinit { dropCache() }

    /// A block of at least so many bytes. On lack of memory everything unused is given back and the driver asked once
    /// more.
    func allocate(bytes: Int, on stream: CUDAStream) throws(CUDAError) -> DeviceAddress {
        let operation = "allocating \(bytes) bytes"
        if let address = takeCached(bytes, stream.handle) { return address }
        do {
            return try request(bytes, on: stream, operation)
        } catch  where error.code == 2 {
            try context.perform(operation) { driver, handle throws(CUDAError) in
                try driver.synchronize(handle)
            }
            try dropUnused()
            // What others gave back meanwhile is in the cache no more, so this asks the driver.
            do {
                return try request(bytes, on: stream, operation)
            } catch {
                throw described(error, operation)
            }
        }
    }

    /// Gives a block back, for work after what is on its stream now.
    func free(_ address: DeviceAddress, bytes: Int, of stream: CUDAStream) {
        if context.properties.hasMemoryPools {
            context.dispose { driver, handle throws(CUDAError) in
                try driver.free(address, on: stream.handle, in: handle)
            }
        } else if context.lost != nil {
            context.dispose { driver, handle throws(CUDAError) in try driver.free(address, in: handle) }
        } else {
            let slot = Slot(stream: stream.handle, bytes: Self.size(for: bytes))
            cache.withLock { $0[slot, default: []].append(address) }
        }
    }

    /// Returns to the system what nobody uses.
    func dropUnused() throws(CUDAError) {
        if context.properties.hasMemoryPools {
            try context.perform("trimming the memory pool") { driver, handle throws(CUDAError) in
                try driver.trimPool(ofDevice: context.ordinal, in: handle)
            }
        }
        dropCache()
    }

    /// Bytes of the blocks that are kept for later.
    var cachedBytes: Int {
        cache.withLock { $0.reduce(0) { $0 + $1.key.bytes * $1.value.count } }
    }

    /// Frees the blocks that are kept for later, those of one stream or all.
    func dropCache(of stream: StreamHandle? = nil) {
        let blocks = cache.withLock { cache in
            let dropped = cache.filter { stream == nil || $0.key.stream == stream }
            for slot in dropped.keys { cache[slot] = nil }
            return dropped.values.flatMap { $0 }
        }
        for address in blocks {
            context.dispose { driver, handle throws(CUDAError) in try driver.free(address, in: handle) }
        }
    }

    private func takeCached(_ bytes: Int, _ stream: StreamHandle) -> DeviceAddress? {
        if context.properties.hasMemoryPools || context.lost != nil { return nil }
        let slot = Slot(stream: stream, bytes: Self.size(for: bytes))
        return cache.withLock { $0[slot]?.popLast() }
    }

    private func request(
        _ bytes: Int, on stream: CUDAStream, _ operation: String
    ) throws(CUDAError) -> DeviceAddress {
        try context.perform(operation) { driver, handle throws(CUDAError) in
            context.properties.hasMemoryPools
                ? try driver.allocate(bytes: bytes, on: stream.handle, in: handle)
                : try driver.allocate(bytes: Self.size(for: bytes), in: handle)
        }
    }

    /// The error with how much memory there is, if the driver says.
    private func described(_ error: CUDAError, _ operation: String) -> CUDAError {
        guard error.code == 2,
            let memory = try? context.driver.memoryInfo(in: context.handle)
        else { return error }
        return error.during("\(operation), with \(memory.free) of \(memory.total) bytes free,")
    }

    /// The size of the block that serves: four sizes between a power of two and the next, at least 512 bytes.
    static func size(for bytes: Int) -> Int {
        let least = 512
        if bytes <= least { return least }
        let step = (1 << (Int.bitWidth - 1 - (bytes - 1).leadingZeroBitCount)) / 4
        let (padded, overflow) = bytes.addingReportingOverflow(step - 1)
        return overflow ? bytes : padded / step * step
    }
}

/// A piece of the device's memory, given back when the last that uses it goes.
final class DeviceBlock: Sendable {
    let address: DeviceAddress
    let bytes: Int
    let memory: DeviceMemory
    /// Work on it is in the order of this stream, unless another is among the users.
    let home: CUDAStream

    private let users = Mutex<[StreamHandle: CUDAStream]>([:])

    init(bytes: Int, memory: DeviceMemory, home: CUDAStream) throws(CUDAError) {
        address = try memory.allocate(bytes: bytes, on: home)
        self.bytes = bytes
        self.memory = memory
        self.home = home
    }

    deinit {
        // Work of other streams may still be using it; what its stream does with the memory next must wait for them.
        for user in users.withLock({ $0 }).values {
            memory.context.dispose { driver, handle throws(CUDAError) in
                try order(user.handle, before: home.handle, driver, handle)
            }
        }
        memory.free(address, bytes: bytes, of: home)
    }

    private func order(
        _ first: StreamHandle, before second: StreamHandle, _ driver: any DeviceDriver,
        _ context: ContextHandle
    ) throws(CUDAError) {
        do {
            let event = try driver.makeEvent(timing: false, in: context)
            // Destroying an event does not harm those that wait for it.
            defer {
                memory.context.dispose { _, _ throws(CUDAError) in try driver.destroy(event, in: context) }
            }
            try driver.record(event, on: first, in: context)
            try driver.wait(for: event, on: second, in: context)
        } catch {
            try driver.synchronize(first, in: context)
        }
    }

    /// Lets work that follows on a stream use the block, for as long as it runs.
    ///
    /// Another stream than the block's own first waits for that one's work so far: what had the memory before may
    /// still be running there. It waits once; what else is done in which order is the caller's affair.
    func use(on stream: CUDAStream) throws(CUDAError) {
        if stream.handle == home.handle { return }
        if stream.keep(self) { return }
        let failure = users.withLock { users -> CUDAError? in
            if users[stream.handle] != nil { return nil }
            do throws(CUDAError) {
                try memory.context.perform("letting a stream use memory of another") {
                    driver, context throws(CUDAError) in
                    try order(home.handle, before: stream.handle, driver, context)
                }
                users[stream.handle] = stream
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }
}
