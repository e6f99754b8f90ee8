import CCUDA

/// NVIDIA's driver library, opened at run time.
///
/// There may be several in a process, each with its own table of functions. The one that everything uses by default
/// is ``CUDA/driver()``.
package final class LibraryDriver: DeviceDriver {
    /// The oldest version of CUDA whose driver understands the header this package writes (PTX 6.0).
    package static let oldestVersion = 9000

    package let name: String
    package let version: Int

    // Written only while it is opened; the driver's functions are there for any thread.
    nonisolated(unsafe) let library: OpaquePointer

    /// Opens a driver library and starts the driver.
    ///
    /// - Parameter path: The library's file or name. Without it, what the environment variable
    ///   `CUDA_DRIVER_LIBRARY` names, and without that `libcuda.so.1` or `libcuda.so`.
    /// - Throws: `driverNotFound`, `unsuitableLibrary`, `driverTooOld`; `noDevice` where the driver says so at once.
    package init(path: String? = nil) throws(CUDAError) {
        var status: Int32 = 0
        var message = [CChar](repeating: 0, count: 2048)
        let opened = message.withUnsafeMutableBufferPointer { buffer -> OpaquePointer? in
            guard let start = buffer.baseAddress else { return nil }
            return ccuda_open(path, &status, start, buffer.count)
        }
        let operation = "opening the driver"
        guard let opened else {
            let kind: CUDAError.Kind =
                switch Int(status) {
                case CCUDA_NO_LIBRARY: .driverNotFound
                case CCUDA_NO_MEMORY: .outOfMemory
                default: .unsuitableLibrary
                }
            throw CUDAError(kind, Self.text(message), operation: operation, code: Int(status))
        }
        library = opened
        name = String(cString: ccuda_path(opened))
        let started = ccuda_init(opened)
        guard started == 0 else {
            let error = Self.error(started, operation, in: opened)
            ccuda_close(opened)
            throw error
        }
        var number: Int32 = 0
        let asked = ccuda_driver_version(opened, &number)
        guard asked == 0, number >= Self.oldestVersion else {
            // Nothing is left to deinit, which does not run for what was never whole.
            let error =
                asked == 0
                ? CUDAError(
                    .driverTooOld,
                    "the driver \(name) knows CUDA \(CUDA.text(ofVersion: Int(number))) and not yet "
                        + "\(CUDA.text(ofVersion: Self.oldestVersion)), which is needed",
                    operation: operation)
                : Self.error(asked, "asking for the driver's version", in: opened)
            ccuda_close(opened)
            throw error
        }
        version = Int(number)
    }

    deinit { ccuda_close(library) }

    /// Throws the driver's error, if the status is one.
    func check(_ status: Int32, _ operation: @autoclosure () -> String) throws(CUDAError) {
        if status != 0 { throw Self.error(status, operation(), in: library) }
    }

    private static func error(
        _ status: Int32, _ operation: String, log: String = "", in library: OpaquePointer
    ) -> CUDAError {
        guard let name = ccuda_error_name(library, status), let text = ccuda_error_text(library, status)
        else {
            return CUDAError(code: Int(status), operation: operation, log: log)
        }
        return CUDAError(
            code: Int(status), operation: operation, detail: (String(cString: name), String(cString: text)),
            log: log)
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

// MARK: Devices

extension LibraryDriver {
    package func deviceCount() throws(CUDAError) -> Int {
        var count: Int32 = 0
        try check(ccuda_device_count(library, &count), "counting devices")
        return Int(count)
    }

    private func device(_ ordinal: Int) throws(CUDAError) -> Int32 {
        var device: Int32 = 0
        guard let number = Int32(exactly: ordinal) else {
            throw CUDAError(
                .noDevice, "there is no device of that number", operation: "opening device \(ordinal)")
        }
        try check(ccuda_device_get(library, number, &device), "opening device \(ordinal)")
        return device
    }

    package func properties(ofDevice ordinal: Int) throws(CUDAError) -> CUDADeviceProperties {
        let device = try device(ordinal)
        let operation = "asking for the properties of device \(ordinal)"
        var buffer = [CChar](repeating: 0, count: 256)
        var bytes = 0
        let status = buffer.withUnsafeMutableBufferPointer { buffer -> Int32 in
            guard let start = buffer.baseAddress else { return 0 }
            return ccuda_device_name(library, device, start, Int32(buffer.count - 1))
        }
        try check(status, operation)
        try check(ccuda_device_memory(library, device, &bytes), operation)
        func attribute(_ number: Int) throws(CUDAError) -> Int {
            var value: Int32 = 0
            try check(ccuda_device_attribute(library, device, Int32(number), &value), operation)
            return Int(value)
        }
        var properties = CUDADeviceProperties(
            name: Self.text(buffer),
            computeCapability: CUDAComputeCapability(
                major: try attribute(CCUDA_COMPUTE_CAPABILITY_MAJOR),
                minor: try attribute(CCUDA_COMPUTE_CAPABILITY_MINOR)),
            totalMemory: bytes)
        // What the driver does not say is nothing to fail for: the usual number stays.
        func ask(_ number: Int, _ property: WritableKeyPath<CUDADeviceProperties, Int>) {
            if let value = try? attribute(number), value > 0 { properties[keyPath: property] = value }
        }
        ask(CCUDA_MULTIPROCESSORS, \.multiprocessors)
        ask(CCUDA_CLOCK_RATE, \.clockRate)
        ask(CCUDA_MEMORY_CLOCK_RATE, \.memoryClockRate)
        ask(CCUDA_MEMORY_BUS_WIDTH, \.memoryBusWidth)
        ask(CCUDA_L2_CACHE_SIZE, \.level2CacheBytes)
        ask(CCUDA_WARP_SIZE, \.warpSize)
        ask(CCUDA_MAX_THREADS_PER_BLOCK, \.maximumThreadsPerBlock)
        ask(CCUDA_MAX_THREADS_PER_MULTIPROCESSOR, \.maximumThreadsPerMultiprocessor)
        ask(CCUDA_MAX_GRID_X, \.maximumBlocks)
        ask(CCUDA_SHARED_PER_BLOCK, \.sharedBytesPerBlock)
        ask(CCUDA_SHARED_PER_BLOCK, \.maximumSharedBytesPerBlock)
        ask(CCUDA_SHARED_PER_BLOCK_OPTIN, \.maximumSharedBytesPerBlock)
        ask(CCUDA_REGISTERS_PER_MULTIPROCESSOR, \.registersPerMultiprocessor)
        let functions = [
            "cuMemAllocAsync", "cuMemFreeAsync", "cuDeviceGetDefaultMemPool", "cuMemPoolSetAttribute",
            "cuMemPoolTrimTo",
        ]
        properties.hasMemoryPools =
            functions.allSatisfy { ccuda_has(library, $0) != 0 }
            && (try? attribute(CCUDA_MEMORY_POOLS)) ?? 0 != 0
        return properties
    }

    package func retainContext(ofDevice ordinal: Int) throws(CUDAError) -> ContextHandle {
        var context: OpaquePointer?
        let device = try device(ordinal)
        try check(ccuda_context_retain(library, device, &context), "opening device \(ordinal)")
        return ContextHandle(context)
    }

    package func releaseContext(ofDevice ordinal: Int) throws(CUDAError) {
        let device = try device(ordinal)
        try check(ccuda_context_release(library, device), "closing device \(ordinal)")
    }

    package func synchronize(_ context: ContextHandle) throws(CUDAError) {
        try check(ccuda_context_synchronize(library, context.pointer), "waiting for the device")
    }

    package func keepPoolMemory(ofDevice ordinal: Int, in context: ContextHandle) throws(CUDAError) {
        let device = try device(ordinal)
        try check(ccuda_pool_keep(library, context.pointer, device, .max), "setting up the memory pool")
    }

    package func trimPool(ofDevice ordinal: Int, in context: ContextHandle) throws(CUDAError) {
        let device = try device(ordinal)
        try check(ccuda_pool_trim(library, context.pointer, device), "trimming the memory pool")
    }
}

// MARK: Modules

extension LibraryDriver {
    package func loadModule(_ text: String, in context: ContextHandle) throws(CUDAError) -> LoadedModule {
        var errors = [CChar](repeating: 0, count: 16_384)
        var notes = errors
        var module: OpaquePointer?
        let status = errors.withUnsafeMutableBufferPointer { errors -> Int32 in
            notes.withUnsafeMutableBufferPointer { notes -> Int32 in
                guard let errorStart = errors.baseAddress, let noteStart = notes.baseAddress else { return 1 }
                return ccuda_module_load(
                    library, context.pointer, text, errorStart, errors.count, noteStart, notes.count, &module)
            }
        }
        guard status == 0 else {
            throw Self.error(status, "loading a module", log: Self.text(errors), in: library)
        }
        return LoadedModule(handle: ModuleHandle(module), log: Self.text(notes))
    }

    package func unload(_ module: ModuleHandle, in context: ContextHandle) throws(CUDAError) {
        try check(ccuda_module_unload(library, context.pointer, module.pointer), "unloading a module")
    }

    package func function(
        _ name: String, of module: ModuleHandle, in context: ContextHandle
    ) throws(CUDAError) -> FunctionHandle {
        var function: OpaquePointer?
        try check(
            ccuda_module_function(library, context.pointer, module.pointer, name, &function),
            "looking up the kernel \(name)")
        return FunctionHandle(function)
    }

    package func resources(
        of function: FunctionHandle, in context: ContextHandle
    ) throws(CUDAError) -> CUDAKernelResources {
        func attribute(_ number: Int) throws(CUDAError) -> Int {
            var value: Int32 = 0
            try check(
                ccuda_function_attribute(
                    library, context.pointer, function.pointer, Int32(number), &value),
                "asking what a kernel needs")
            return Int(value)
        }
        return CUDAKernelResources(
            maximumThreadsPerBlock: try attribute(CCUDA_FUNCTION_MAX_THREADS),
            registers: try attribute(CCUDA_FUNCTION_REGISTERS),
            sharedBytes: try attribute(CCUDA_FUNCTION_SHARED_BYTES),
            localBytes: try attribute(CCUDA_FUNCTION_LOCAL_BYTES))
    }

    package func setDynamicSharedLimit(
        _ bytes: Int, of function: FunctionHandle, in context: ContextHandle
    ) throws(CUDAError) {
        let attribute = Int32(CCUDA_FUNCTION_MAX_DYNAMIC_SHARED)
        try check(
            ccuda_function_set_attribute(
                library, context.pointer, function.pointer, attribute, Int32(clamping: bytes)),
            "allowing a kernel \(bytes) bytes of shared memory")
    }

    package func residentBlocks(
        of function: FunctionHandle, threadsPerBlock: Int, dynamicSharedBytes: Int, in context: ContextHandle
    ) throws(CUDAError) -> Int {
        var blocks: Int32 = 0
        try check(
            ccuda_function_blocks(
                library, context.pointer, function.pointer, Int32(clamping: threadsPerBlock),
                dynamicSharedBytes,
                &blocks),
            "asking how many blocks fit")
        return Int(blocks)
    }

    package func launch(
        _ function: FunctionHandle, shape: CUDALaunchShape, arguments: [UInt64], on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError) {
        let grid = shape.grid.words
        let block = shape.block.words
        try check(
            ccuda_launch(
                library, context.pointer, function.pointer, grid, block,
                UInt32(clamping: shape.dynamicSharedBytes),
                stream.pointer, arguments, arguments.count),
            "starting a kernel with \(shape)")
    }
}

extension CUDAExtent {
    fileprivate var words: [UInt32] { [UInt32(clamping: x), UInt32(clamping: y), UInt32(clamping: z)] }
}

extension DriverHandle {
    init(_ pointer: OpaquePointer?) {
        self.init(UInt(bitPattern: pointer))
    }

    var pointer: OpaquePointer? { OpaquePointer(bitPattern: word) }
}
