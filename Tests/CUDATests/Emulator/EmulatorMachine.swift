/// Runs one launch of a kernel.
final class EmulatorMachine {
    /// What a thread waits for.
    enum ThreadState: UInt8 {
        case ready
        case atBarrier
        case atWarpOperation
        case left
    }

    let kernel: DecodedKernel
    let memory: EmulatorMemory
    let options: Emulator.Options
    let grid: Emulator.Extent
    let block: Emulator.Extent
    let dynamicSharedBytes: Int

    let threadCount: Int
    let slotCount: Int
    let sharedByteCount: Int
    let localByteCount: Int
    let parameters: UnsafeMutableRawPointer

    private let code: UnsafeMutablePointer<DecodedInstruction>
    private let codeCount: Int
    private let slots: UnsafeMutablePointer<Int>
    /// Register files of all threads of a block, and which slots hold values.
    let registers: UnsafeMutablePointer<UInt64>
    let known: UnsafeMutablePointer<Bool>
    private let firstRegisters: UnsafeMutablePointer<UInt64>
    private let firstKnown: UnsafeMutablePointer<Bool>
    let counters: UnsafeMutablePointer<Int>
    let states: UnsafeMutablePointer<ThreadState>
    let steps: UnsafeMutablePointer<Int>

    let shared: UnsafeMutableRawPointer
    let sharedKnown: UnsafeMutablePointer<Bool>
    let sharedShadow: UnsafeMutablePointer<ShadowWord>
    let local: UnsafeMutableRawPointer
    let localKnown: UnsafeMutablePointer<Bool>

    /// The thread that runs, its block and the number of barriers this block has passed.
    var thread = 0
    var blockNumber = 0
    var interval = 0
    /// The number of the instruction that runs, where traffic is counted.
    private(set) var position = 0
    var traffic = TrafficCounter()
    private var blockIndex = (0, 0, 0)

    init(
        _ kernel: DecodedKernel, memory: EmulatorMemory, options: Emulator.Options, grid: Emulator.Extent,
        block: Emulator.Extent, slots arguments: [UInt64], dynamicSharedBytes: Int
    ) throws(EmulatorError) {
        for parameter in kernel.parameters where parameter.byteCount > 8 {
            throw EmulatorError(.invalidLaunch, "parameter \(parameter.name) has more than 8 bytes")
        }
        self.kernel = kernel
        self.memory = memory
        self.options = options
        self.grid = grid
        self.block = block
        self.dynamicSharedBytes = dynamicSharedBytes
        threadCount = block.count
        slotCount = kernel.slotCount
        sharedByteCount = kernel.sharedBytes + dynamicSharedBytes
        localByteCount = kernel.localBytes

        codeCount = kernel.instructions.count
        code = .allocate(capacity: codeCount)
        code.initialize(from: kernel.instructions, count: codeCount)
        slots = Self.make(kernel.slots.count, 0)
        slots.update(from: kernel.slots, count: kernel.slots.count)
        registers = Self.make(threadCount * slotCount, 0)
        known = Self.make(threadCount * slotCount, false)
        firstRegisters = Self.make(slotCount, 0)
        firstKnown = Self.make(slotCount, false)
        counters = Self.make(threadCount, 0)
        states = Self.make(threadCount, .ready)
        steps = Self.make(threadCount, 0)
        shared = .allocate(byteCount: sharedByteCount + 1, alignment: 256)
        sharedKnown = Self.make(sharedByteCount, false)
        sharedShadow = ShadowWord.allocate((sharedByteCount >> kernel.shadowShift) + 1)
        local = .allocate(byteCount: threadCount * localByteCount + 1, alignment: 256)
        localKnown = Self.make(threadCount * localByteCount, false)
        parameters = .allocate(byteCount: kernel.parameterBytes + 8, alignment: 16)
        for (parameter, argument) in zip(kernel.parameters, arguments) {
            Self.store(argument, parameters + parameter.offset, parameter.byteCount)
        }
        for constant in kernel.constants {
            firstRegisters[constant.slot] = constant.value
            firstKnown[constant.slot] = true
        }
        for special in kernel.specials {
            firstKnown[special.slot] = true
        }
    }

    deinit {
        code.deinitialize(count: codeCount)
        code.deallocate()
        slots.deallocate()
        registers.deallocate()
        known.deallocate()
        firstRegisters.deallocate()
        firstKnown.deallocate()
        counters.deallocate()
        states.deallocate()
        steps.deallocate()
        shared.deallocate()
        sharedKnown.deallocate()
        sharedShadow.deallocate()
        local.deallocate()
        localKnown.deallocate()
        parameters.deallocate()
    }

    private static func make<Element>(_ count: Int, _ value: Element) -> UnsafeMutablePointer<Element> {
        let pointer = UnsafeMutablePointer<Element>.allocate(capacity: max(count, 1))
        pointer.initialize(repeating: value, count: max(count, 1))
        return pointer
    }

    // MARK: Blocks

    func run() throws(EmulatorError) {
        let count = grid.count
        var number = 0
        while number < count {
            blockNumber = options.runsBackwards ? count - 1 - number : number
            blockIndex = (
                blockNumber % grid.x, blockNumber / grid.x % grid.y, blockNumber / (grid.x * grid.y)
            )
            prepareBlock()
            try runBlock()
            number += 1
        }
    }

    private func prepareBlock() {
        interval = 0
        for thread in 0..<threadCount {
            let file = registers + thread * slotCount
            file.update(from: firstRegisters, count: slotCount)
            (known + thread * slotCount).update(from: firstKnown, count: slotCount)
            for special in kernel.specials {
                file[special.slot] = value(of: special.special, thread: thread)
            }
            counters[thread] = 0
            states[thread] = .ready
            steps[thread] = 0
        }
        sharedKnown.update(repeating: false, count: max(sharedByteCount, 1))
        localKnown.update(repeating: false, count: max(threadCount * localByteCount, 1))
        let shadowWords = (sharedByteCount >> kernel.shadowShift) + 1
        UnsafeMutableRawPointer(sharedShadow).initializeMemory(
            as: UInt8.self, repeating: 0, count: shadowWords * MemoryLayout<ShadowWord>.stride)
    }

    private func value(of special: SpecialRegister, thread: Int) -> UInt64 {
        func axis(_ extent: Emulator.Extent, _ axis: Int) -> UInt64 {
            UInt64([extent.x, extent.y, extent.z][axis])
        }
        let lane = UInt64(thread % 32)
        switch special {
        case .threadIndex(let index):
            let position = Emulator.Extent(
                thread % block.x, thread / block.x % block.y, thread / (block.x * block.y))
            return axis(position, index)
        case .blockSize(let index): return axis(block, index)
        case .blockIndex(let index):
            return axis(Emulator.Extent(blockIndex.0, blockIndex.1, blockIndex.2), index)
        case .gridSize(let index): return axis(grid, index)
        case .lane: return lane
        case .warp: return UInt64(thread / 32)
        case .warpCount: return UInt64((threadCount + 31) / 32)
        case .lanemaskEqual: return 1 << lane
        case .lanemaskLess: return (1 << lane) - 1
        case .lanemaskLessOrEqual: return (2 << lane) - 1
        case .lanemaskGreater: return 0xFFFF_FFFF & ~((2 << lane) - 1)
        case .lanemaskGreaterOrEqual: return 0xFFFF_FFFF & ~((1 << lane) - 1)
        case .zero, .clock: return 0
        case .one: return 1
        case .dynamicSharedSize: return UInt64(dynamicSharedBytes)
        case .warpSize: return 32
        }
    }

    /// `%clock` of the running thread.
    var clock: UInt64 { UInt64(steps[thread]) }

    private func runBlock() throws(EmulatorError) {
        while true {
            var index = 0
            while index < threadCount {
                let thread = options.runsBackwards ? threadCount - 1 - index : index
                if states[thread] == .ready { try run(thread: thread) }
                index += 1
            }
            if anyThread(.ready) { continue }
            if try finishWarpOperations() { continue }
            if !anyThread(.atBarrier) { return }
            try passBarrier()
        }
    }

    func anyThread(_ state: ThreadState) -> Bool {
        var thread = 0
        while thread < threadCount {
            if states[thread] == state { return true }
            thread += 1
        }
        return false
    }

    // MARK: Threads

    /// The instruction a thread stands at.
    func instruction(of thread: Int) -> UnsafeMutablePointer<DecodedInstruction> {
        code + counters[thread]
    }

    /// Instructions that a thread executes before another gets its turn, so that one may wait for the other's atomics.
    private static let turn = 20_000

    /// Runs a thread to its next wait, its end, or the end of its turn.
    private func run(thread: Int) throws(EmulatorError) {
        self.thread = thread
        let r = registers + thread * slotCount
        let known = self.known + thread * slotCount
        var counter = counters[thread]
        var executed = 0
        defer {
            counters[thread] = counter
            steps[thread] += executed
        }
        while executed < Self.turn {
            let at = code + counter
            executed += 1
            if at.pointee.guardSlot >= 0 {
                if !known[at.pointee.guardSlot] { throw unset(at, at.pointee.guardSlot) }
                if (r[at.pointee.guardSlot] != 0) == at.pointee.guardNegated {
                    counter += 1
                    continue
                }
            }
            var slot = at.pointee.firstSource
            let endSource = at.pointee.endSource
            while slot < endSource {
                if !known[slots[slot]] { throw unset(at, slots[slot]) }
                slot += 1
            }
            switch at.pointee.kind {
            case .compute:
                at.pointee.compute(r)
                counter += 1
            case .effect:
                position = counter
                do throws(EmulatorError) {
                    try at.pointee.effect?(self, r)
                } catch {
                    throw located(error, at)
                }
                counter += 1
            case .branch:
                counter = at.pointee.target
                continue
            case .barrier:
                states[thread] = .atBarrier
                return
            case .warp:
                states[thread] = .atWarpOperation
                return
            case .exit:
                states[thread] = .left
                return
            case .trap:
                throw located(EmulatorError(.trap, "the kernel stops with trap"), at)
            case .nothing:
                counter += 1
            }
            let endDestination = at.pointee.endDestination
            while slot < endDestination {
                known[slots[slot]] = true
                slot += 1
            }
        }
        if steps[thread] + executed > options.stepLimit {
            throw located(
                EmulatorError(.stepLimit, "more than \(options.stepLimit) instructions: an endless loop?"),
                code + counter)
        }
    }

    private func unset(_ at: UnsafeMutablePointer<DecodedInstruction>, _ slot: Int) -> EmulatorError {
        located(
            EmulatorError(
                .uninitialisedRegister, "register \(kernel.slotNames[slot]) is used before it has a value"),
            at)
    }

    /// Adds line and thread to an error.
    func located(_ error: EmulatorError, _ at: UnsafeMutablePointer<DecodedInstruction>) -> EmulatorError {
        var error = error
        error.line = at.pointee.line
        error.message += " (\(kernel.name), thread \(thread) of block \(blockNumber))"
        return error
    }

    /// Notes that an operation gave registers their values.
    func markDestinations(of at: UnsafeMutablePointer<DecodedInstruction>, thread: Int) {
        for slot in at.pointee.endSource..<at.pointee.endDestination {
            known[thread * slotCount + slots[slot]] = true
        }
    }
}
