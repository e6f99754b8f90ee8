/// A kernel of a module, ready to be started.
public struct CUDAKernel: Sendable {
    /// The name in the module's text.
    public let name: String
    /// The module it is of, which lives as long as it is held here.
    public let module: CUDAModule

    let handle: FunctionHandle
    /// The size of each parameter in bytes.
    let parameters: [Int]

    init(name: String, module: CUDAModule, handle: FunctionHandle, parameters: [Int]) {
        self.name = name
        self.module = module
        self.handle = handle
        self.parameters = parameters
    }

    /// The number of the kernel's parameters.
    public var parameterCount: Int { parameters.count }

    /// What the kernel takes of a multiprocessor.
    public func resources() throws(CUDAError) -> CUDAKernelResources {
        try module.context.perform("asking what the kernel \(name) needs") {
            driver, context throws(CUDAError) in
            try driver.resources(of: handle, in: context)
        }
    }

    /// How many blocks of the kernel a multiprocessor runs at a time.
    ///
    /// - Throws: `invalidArgument` for blocks that the device has no room for; what the driver says.
    public func residentBlocks(
        threadsPerBlock: Int, dynamicSharedBytes: Int = 0
    ) throws(CUDAError) -> Int {
        let operation = "asking how many blocks of the kernel \(name) fit"
        try check(threads: CUDAExtent(threadsPerBlock), sharedBytes: dynamicSharedBytes, operation)
        return try module.context.perform(operation) { driver, context throws(CUDAError) in
            try driver.residentBlocks(
                of: handle, threadsPerBlock: threadsPerBlock, dynamicSharedBytes: dynamicSharedBytes,
                in: context)
        }
    }

    /// Starts the kernel; does not wait for it, unless the device's ``CUDADevice/debugging`` is set.
    ///
    /// Buffers among the arguments live until the kernel has ended, whatever becomes of the caller's references.
    ///
    /// - Parameter stream: Where; the device's own stream by default.
    /// - Throws: `invalidArgument` if number or size of the arguments differ from the kernel's parameters, or the
    ///   device has no room for such blocks; what the driver says. What goes wrong in the kernel itself is thrown by
    ///   the next call that waits.
    public func launch(
        _ shape: CUDALaunchShape, _ arguments: [CUDAArgument], on stream: CUDAStream? = nil
    ) throws(CUDAError) {
        let stream = stream ?? module.stream
        try check(shape)
        try check(arguments, for: stream)
        let context = module.context
        let needsLimit = shape.dynamicSharedBytes > context.properties.sharedBytesPerBlock
        // Noted before the start: what a kernel uses must be known as soon as it runs.
        for argument in arguments { try argument.block?.use(on: stream) }
        stream.keep(module)
        try stream.perform(operation(shape)) { driver, stream, context throws(CUDAError) in
            if needsLimit {
                try driver.setDynamicSharedLimit(shape.dynamicSharedBytes, of: handle, in: context)
            }
            try driver.launch(
                handle, shape: shape, arguments: arguments.map(\.word), on: stream, in: context)
        }
        guard context.isDebugging, !stream.isRecording else { return }
        do {
            try stream.synchronize()
        } catch {
            throw error.during(operation(shape), advice: "the device is lost to this process")
        }
    }

    private func operation(_ shape: CUDALaunchShape) -> String { "running the kernel \(name) with \(shape)" }

    private func refuse(_ text: String, _ operation: String) throws(CUDAError) -> Never {
        throw CUDAError(.invalidArgument, text, operation: operation)
    }

    private func check(_ shape: CUDALaunchShape) throws(CUDAError) {
        let properties = module.context.properties
        let (grid, block) = (shape.grid, shape.block)
        guard min(grid.x, grid.y, grid.z) > 0, min(block.x, block.y, block.z) > 0 else {
            try refuse("there must be at least one block and one thread", operation(shape))
        }
        guard grid.x <= properties.maximumBlocks, grid.y <= 65_535, grid.z <= 65_535 else {
            try refuse(
                "a grid has at most \(properties.maximumBlocks)×65535×65535 blocks", operation(shape))
        }
        try check(threads: block, sharedBytes: shape.dynamicSharedBytes, operation(shape))
    }

    private func check(
        threads block: CUDAExtent, sharedBytes: Int, _ operation: String
    ) throws(CUDAError) {
        let properties = module.context.properties
        guard min(block.x, block.y, block.z) > 0 else {
            try refuse("there must be at least one thread", operation)
        }
        let (plane, overflow) = block.x.multipliedReportingOverflow(by: block.y)
        let (threads, tooMany) = plane.multipliedReportingOverflow(by: block.z)
        guard !overflow, !tooMany, threads <= properties.maximumThreadsPerBlock, block.z <= 64 else {
            try refuse(
                "a block has at most \(properties.maximumThreadsPerBlock) threads, at most 64 of them in the "
                    + "third direction", operation)
        }
        guard (0...properties.maximumSharedBytesPerBlock).contains(sharedBytes) else {
            try refuse(
                "a block has at most \(properties.maximumSharedBytesPerBlock) bytes of shared memory, and at least 0",
                operation)
        }
    }

    private func check(_ arguments: [CUDAArgument], for stream: CUDAStream) throws(CUDAError) {
        let operation = "starting the kernel \(name)"
        guard arguments.count == parameters.count else {
            try refuse(
                "it has \(parameters.count) parameters, and \(arguments.count) arguments were given",
                operation)
        }
        for (index, (argument, bytes)) in zip(arguments, parameters).enumerated()
        where argument.bytes != bytes {
            try refuse(
                "parameter \(index) has \(bytes) bytes, and the argument \(argument.bytes)", operation)
        }
        try stream.context.require(module.context, operation)
        for argument in arguments {
            if let block = argument.block { try stream.context.require(block.memory.context, operation) }
        }
    }
}

/// An argument of a kernel: a number, or the address of a buffer.
public struct CUDAArgument: Sendable {
    let word: UInt64
    let bytes: Int
    let block: DeviceBlock?

    private init(_ word: UInt64, bytes: Int, block: DeviceBlock? = nil) {
        self.word = word
        self.bytes = bytes
        self.block = block
    }

    /// The address of a buffer's elements (`.u64`), which live until the kernel has ended.
    public static func buffer<Element>(_ buffer: CUDABuffer<Element>) -> Self {
        Self(buffer.address, bytes: 8, block: buffer.block)
    }

    /// An address (`.u64`), whose memory the caller keeps until the kernel has ended.
    public static func address(_ address: UInt64) -> Self { Self(address, bytes: 8) }

    /// A number of type `.f64`.
    public static func double(_ value: Double) -> Self { Self(value.bitPattern, bytes: 8) }

    /// A number of type `.f32`.
    public static func float(_ value: Float) -> Self { Self(UInt64(value.bitPattern), bytes: 4) }

    /// A number of type `.s64` or `.u64`.
    public static func int(_ value: Int) -> Self { Self(UInt64(bitPattern: Int64(value)), bytes: 8) }

    /// A number of type `.s32`.
    public static func int32(_ value: Int32) -> Self { Self(UInt64(UInt32(bitPattern: value)), bytes: 4) }

    /// A number of type `.u32`.
    public static func uint32(_ value: UInt32) -> Self { Self(UInt64(value), bytes: 4) }
}
