/// Runs the kernels of a PTX text on the CPU, strictly: whatever PTX leaves open, or a device would let pass in
/// silence, is an ``EmulatorError``.
///
/// - Threads run one after the other to the next barrier, blocks one after the other. A kernel free of races gives
///   the same results as on a device, except sums by floating-point atomics, which here have the order of the threads.
/// - Races are found per word of memory (4 bytes; fewer if the kernel has narrower accesses): two threads that use it,
///   at least one by a plain store, with no barrier of their block between. Atomic, volatile and relaxed accesses do not
///   race with each other. Fences, `bar.warp.sync` and locks order nothing in the eyes of this detector.
/// - Arithmetic is IEEE 754 to the bit with `.rn`, except the payload of NaN, which PTX leaves open in double
///   precision.
/// - A warp is 32 threads of a block in a row, x fastest.
final class Emulator {
    struct Options {
        var detectsRaces = true
        /// Whether `.ftz` is accepted in single precision.
        var allowsFlushToZero = false
        /// Whether integer division by zero gives all ones (remainder: the dividend), as devices do, or is an error.
        var allowsDivisionByZero = false
        /// Instructions one thread may execute.
        var stepLimit = 20_000_000
        /// Whether the sectors of memory are counted that warps touch (``traffic``).
        var countsTraffic = false
        /// Runs blocks and threads from the last to the first, so that a test sees results that depend on the order.
        var runsBackwards = false
    }

    /// Three sizes, x fastest.
    struct Extent: Equatable {
        var x: Int
        var y: Int
        var z: Int

        init(_ x: Int, _ y: Int = 1, _ z: Int = 1) {
            self.x = x
            self.y = y
            self.z = z
        }

        var count: Int { x * y * z }
    }

    let memory: EmulatorMemory
    let options: Options
    private(set) var kernels: [String: DecodedKernel] = [:]
    /// What the last launch has moved, if that is counted.
    private(set) var traffic = MemoryTraffic()
    private var globals: [String: KernelDecoder.Place] = [:]
    /// Memory of variables, which ``unload()`` frees.
    private var variables: [UInt64] = []

    /// Parses and checks a text.
    ///
    /// - Throws: ``EmulatorError`` with the line.
    init(
        text: String, memory: EmulatorMemory = EmulatorMemory(), options: Options = Options()
    ) throws(EmulatorError) {
        self.memory = memory
        self.options = options
        let module = try PTXParser.parse(text)
        for variable in module.variables where variable.space != .shared {
            let place = Self.allocate(variable, in: memory)
            globals[variable.name] = place
            variables.append(place.address)
        }
        do throws(EmulatorError) {
            for kernel in module.kernels {
                var decoder = try KernelDecoder(
                    kernel, in: module, places: globals, memory: memory, options: options)
                variables += decoder.kernelPlaces.filter { $0.space == .global || $0.space == .const }
                    .map(\.address)
                kernels[kernel.name] = try decoder.decode()
            }
        } catch {
            try unload()
            throw error
        }
    }

    /// Frees the module's variables. Its kernels must not run afterwards.
    func unload() throws(EmulatorError) {
        for address in variables { try memory.free(address) }
        variables = []
        globals = [:]
        kernels = [:]
    }

    /// Address and size in bytes of a `.global` or `.const` variable of the module.
    func global(_ name: String) throws(EmulatorError) -> (address: UInt64, byteCount: Int) {
        guard let place = globals[name] else {
            throw EmulatorError(.undeclaredName, "the module has no variable \"\(name)\"")
        }
        return (place.address, place.byteCount)
    }

    /// Runs a kernel with one 64-bit word per parameter; narrower parameters take its low bytes.
    ///
    /// - Throws: ``EmulatorError``; memory then has what was stored before.
    func launch(
        _ name: String, grid: Extent, block: Extent, slots: [UInt64], sharedBytes: Int = 0
    ) throws(EmulatorError) {
        guard let kernel = kernels[name] else {
            throw EmulatorError(.unknownKernel, "there is no kernel \"\(name)\"")
        }
        try Self.check(grid: grid, block: block, of: kernel)
        guard sharedBytes >= 0, kernel.sharedBytes + sharedBytes <= 227 << 10 else {
            throw EmulatorError(.invalidLaunch, "\(kernel.sharedBytes + sharedBytes) bytes of shared memory")
        }
        guard slots.count == kernel.parameters.count else {
            throw EmulatorError(
                .invalidLaunch, "\(name) has \(kernel.parameters.count) parameters, given are \(slots.count)")
        }
        let machine = try EmulatorMachine(
            kernel, memory: memory, options: options, grid: grid, block: block, slots: slots,
            dynamicSharedBytes: sharedBytes)
        memory.forgetAccesses()
        defer { memory.forgetAccesses() }
        try machine.run()
        if options.countsTraffic { traffic = machine.traffic.total }
    }

    private static func check(grid: Extent, block: Extent, of kernel: DecodedKernel) throws(EmulatorError) {
        guard block.x > 0, block.y > 0, block.z > 0, block.x <= 1024, block.y <= 1024, block.z <= 64,
            block.count <= 1024
        else {
            throw EmulatorError(.invalidLaunch, "a block of \(block.x) × \(block.y) × \(block.z) threads")
        }
        guard grid.x > 0, grid.y > 0, grid.z > 0, grid.x <= Int(Int32.max), grid.y <= 65535, grid.z <= 65535
        else {
            throw EmulatorError(.invalidLaunch, "a grid of \(grid.x) × \(grid.y) × \(grid.z) blocks")
        }
        let sizes = [block.x, block.y, block.z]
        if let required = kernel.requiredThreads, required != Array(sizes.prefix(required.count)) {
            throw EmulatorError(.invalidLaunch, "\(kernel.name) requires blocks of \(required) threads")
        }
        if let maximum = kernel.maximumThreads, block.count > maximum.reduce(1, *) {
            throw EmulatorError(.invalidLaunch, "\(kernel.name) allows at most \(maximum) threads")
        }
    }

    /// Memory of a `.global` or `.const` variable with its initial value, zeros where there is none.
    static func allocate(_ variable: PTXSyntax.Variable, in memory: EmulatorMemory) -> KernelDecoder.Place {
        let address = memory.allocate(variable.byteCount, isConstant: variable.space == .const)
        let bytes =
            variable.initialBytes.isEmpty
            ? [UInt8](repeating: 0, count: variable.byteCount) : variable.initialBytes
        memory.initialise(address, bytes)
        return KernelDecoder.Place(space: variable.space, address: address, byteCount: variable.byteCount)
    }
}
