import CUDAEngine
import Synchronization

/// A driver with one device, which is the emulator: everything is done at once, in the calling thread.
///
/// A text that the emulator refuses is code 218 with the emulator's words in the log. A fault of a running kernel is
/// thrown by the launch: 700 for addresses, 716 for alignment, 719 for the rest (races, unset registers, …); the text
/// names the line. An impossible launch is code 1.
final class EmulatedDriver: DeviceDriver {
    private struct State {
        let memory = EmulatorMemory()
        var modules: [UInt: Emulator] = [:]
        var functions: [UInt: (module: UInt, name: String)] = [:]
        var nextHandle: UInt = 1
        var retained = 0
        var launches: [String] = []
        var texts: [String] = []
        var fills = 0
        var traffic = MemoryTraffic()
    }

    private let state = Mutex(State())
    private let options: Emulator.Options
    private let totalMemory: Int

    init(options: Emulator.Options = Emulator.Options(), totalMemory: Int = 1 << 32) {
        self.options = options
        self.totalMemory = totalMemory
    }

    /// The names of all kernels that were launched, in order.
    var launches: [String] { state.withLock { $0.launches } }

    /// How often memory was filled.
    var fills: Int { state.withLock { $0.fills } }

    /// What all launches have moved, if that is counted.
    var traffic: MemoryTraffic { state.withLock { $0.traffic } }

    /// The texts of all modules that were loaded.
    var texts: [String] { state.withLock { $0.texts } }

    /// Bytes not freed, contexts not released and modules not unloaded: nothing of it should be left after a test.
    var leftovers: (bytes: Int, contexts: Int, modules: Int) {
        state.withLock { ($0.memory.liveBytes, $0.retained, $0.modules.count) }
    }

    // MARK: Driver and devices

    var name: String { "PTX emulator" }
    var version: Int { 12040 }

    func deviceCount() throws(CUDAError) -> Int { 1 }

    func properties(ofDevice ordinal: Int) throws(CUDAError) -> CUDADeviceProperties {
        guard ordinal == 0 else { throw CUDAError(code: 101, operation: "asking for device \(ordinal)") }
        return CUDADeviceProperties(
            name: name, computeCapability: CUDAComputeCapability(major: 9, minor: 0), totalMemory: totalMemory
        )
    }

    func retainContext(ofDevice ordinal: Int) throws(CUDAError) -> ContextHandle {
        guard ordinal == 0 else { throw CUDAError(code: 101, operation: "opening device \(ordinal)") }
        state.withLock { $0.retained += 1 }
        return ContextHandle(1)
    }

    func releaseContext(ofDevice ordinal: Int) throws(CUDAError) {
        let isRetained = state.withLock { state in
            state.retained -= 1
            return state.retained >= 0
        }
        guard isRetained else { throw CUDAError(code: 201, operation: "releasing device \(ordinal)") }
    }

    // MARK: Memory

    func memoryInfo(in context: ContextHandle) throws(CUDAError) -> (free: Int, total: Int) {
        (totalMemory - state.withLock { $0.memory.liveBytes }, totalMemory)
    }

    func allocate(bytes: Int, in context: ContextHandle) throws(CUDAError) -> DeviceAddress {
        let address = state.withLock { state -> UInt64? in
            guard bytes > 0, state.memory.liveBytes + bytes <= totalMemory else { return nil }
            return state.memory.allocate(bytes)
        }
        guard let address else {
            throw CUDAError(code: bytes > 0 ? 2 : 1, operation: "allocating \(bytes) bytes")
        }
        return address
    }

    func free(_ address: DeviceAddress, in context: ContextHandle) throws(CUDAError) {
        try perform("freeing memory", code: 1) { state throws(EmulatorError) in try state.memory.free(address)
        }
    }

    func copy(
        from source: UnsafeRawBufferPointer, to target: DeviceAddress, on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError) {
        try perform("copying \(source.count) bytes to the device", code: 1) { state throws(EmulatorError) in
            try state.memory.write(source, to: target)
        }
    }

    func copy(
        from source: DeviceAddress, to target: UnsafeMutableRawBufferPointer, on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError) {
        try perform("copying \(target.count) bytes from the device", code: 1) { state throws(EmulatorError) in
            try state.memory.read(into: target, from: source)
        }
    }

    func copy(
        from source: DeviceAddress, to target: DeviceAddress, bytes: Int, on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError) {
        try perform("copying \(bytes) bytes on the device", code: 1) { state throws(EmulatorError) in
            let copied = try state.memory.read(bytes, at: source, zero: UInt8(0))
            try state.memory.write(copied, to: target)
        }
    }

    func fill(
        _ target: DeviceAddress, with byte: UInt8, bytes: Int, on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError) {
        try perform("filling \(bytes) bytes", code: 1) { state throws(EmulatorError) in
            state.fills += 1
            try state.memory.fill(target, count: bytes, with: byte)
        }
    }

    // MARK: Programs

    func loadModule(_ text: String, in context: ContextHandle) throws(CUDAError) -> LoadedModule {
        let options = options
        let handle = try perform("loading a module", code: 218) { state throws(EmulatorError) in
            state.texts.append(text)
            let emulator = try Emulator(text: text, memory: state.memory, options: options)
            return Self.add(emulator, to: &state.modules, &state.nextHandle)
        }
        return LoadedModule(handle: ModuleHandle(handle))
    }

    private static func add<Value>(_ value: Value, to table: inout [UInt: Value], _ next: inout UInt) -> UInt
    {
        defer { next += 1 }
        table[next] = value
        return next
    }

    func unload(_ module: ModuleHandle, in context: ContextHandle) throws(CUDAError) {
        try perform("unloading a module", code: 400) { state throws(EmulatorError) in
            guard let emulator = state.modules.removeValue(forKey: module.word) else {
                throw EmulatorError(.memory, "there is no such module")
            }
            try emulator.unload()
        }
    }

    func function(
        _ name: String, of module: ModuleHandle, in context: ContextHandle
    ) throws(CUDAError) -> FunctionHandle {
        let handle = try perform("finding the function \"\(name)\"", code: 500) {
            state throws(EmulatorError) in
            guard state.modules[module.word]?.kernels[name] != nil else {
                throw EmulatorError(.unknownKernel, "there is no kernel \"\(name)\"")
            }
            return Self.add((module.word, name), to: &state.functions, &state.nextHandle)
        }
        return FunctionHandle(handle)
    }

    func resources(
        of function: FunctionHandle, in context: ContextHandle
    ) throws(CUDAError) -> CUDAKernelResources {
        try perform("asking for a kernel's resources", code: 400) { state throws(EmulatorError) in
            let kernel = try Self.kernel(function, in: state).kernel
            return CUDAKernelResources(
                maximumThreadsPerBlock: kernel.maximumThreads?.reduce(1, *) ?? 1024,
                sharedBytes: kernel.sharedBytes, localBytes: kernel.localBytes)
        }
    }

    private static func kernel(
        _ function: FunctionHandle, in state: State
    ) throws(EmulatorError) -> (emulator: Emulator, kernel: DecodedKernel) {
        guard let entry = state.functions[function.word], let emulator = state.modules[entry.module],
            let kernel = emulator.kernels[entry.name]
        else {
            throw EmulatorError(.unknownKernel, "the function's module was unloaded")
        }
        return (emulator, kernel)
    }

    func launch(
        _ function: FunctionHandle, shape: CUDALaunchShape, arguments: [UInt64], on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError) {
        try perform("launching a kernel", code: 719) { state throws(EmulatorError) in
            let (emulator, kernel) = try Self.kernel(function, in: state)
            state.launches.append(kernel.name)
            try emulator.launch(
                kernel.name, grid: Emulator.Extent(shape.grid.x, shape.grid.y, shape.grid.z),
                block: Emulator.Extent(shape.block.x, shape.block.y, shape.block.z), slots: arguments,
                sharedBytes: shape.dynamicSharedBytes)
            state.traffic += emulator.traffic
        }
    }

    /// Does something under the lock and gives the emulator's errors the driver's numbers.
    private func perform<Value: Sendable>(
        _ operation: String, code: Int, _ body: (inout State) throws(EmulatorError) -> Value
    ) throws(CUDAError) -> Value {
        let result = state.withLock { state -> Result<Value, EmulatorError> in
            do throws(EmulatorError) {
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let value):
            return value
        case .failure(let error):
            let specific: [EmulatorError.Kind: Int] = [
                .invalidLaunch: 1, .outOfBounds: 700, .misaligned: 716,
            ]
            // Errors of a text have one number, whatever they are.
            let number = code == 719 ? specific[error.kind] ?? code : code
            throw CUDAError(
                code: number, operation: operation,
                detail: ("EMULATOR: \(error.kind.rawValue)", error.description),
                log: code == 218 ? error.description : "")
        }
    }
}
