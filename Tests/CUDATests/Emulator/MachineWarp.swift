/// What threads do together: warp operations and barriers.
extension EmulatorMachine {
    /// Does every warp operation whose threads have all arrived. The answer is whether there was one.
    func finishWarpOperations() throws(EmulatorError) -> Bool {
        guard anyThread(.atWarpOperation) else { return false }
        var progress = false
        for first in stride(from: 0, to: threadCount, by: 32) {
            for thread in first..<min(first + 32, threadCount) where states[thread] == .atWarpOperation {
                if try finishWarpOperation(of: thread, firstOfWarp: first) { progress = true }
            }
        }
        guard progress else {
            let thread = (0..<threadCount).first { states[$0] == .atWarpOperation } ?? 0
            self.thread = thread
            throw located(
                EmulatorError(.divergentWarp, "waits for threads of its mask that do not come here"),
                instruction(of: thread))
        }
        return true
    }

    private func finishWarpOperation(of thread: Int, firstOfWarp: Int) throws(EmulatorError) -> Bool {
        self.thread = thread
        let at = instruction(of: thread)
        let operation = kernel.warpOperations[at.pointee.target]
        let mask = registers[thread * slotCount + operation.mask]
        guard mask >> UInt64(thread - firstOfWarp) & 1 == 1 else {
            throw located(EmulatorError(.divergentWarp, "the mask lacks the thread itself"), at)
        }
        var lanes: [Int] = []
        for lane in 0..<32 where mask >> UInt64(lane) & 1 == 1 {
            let other = firstOfWarp + lane
            guard other < threadCount, states[other] != .left else {
                throw located(
                    EmulatorError(.divergentWarp, "the mask names lane \(lane), which is not there any more"),
                    at)
            }
            guard states[other] == .atWarpOperation, counters[other] == counters[thread] else { return false }
            guard registers[other * slotCount + operation.mask] == mask else {
                throw located(EmulatorError(.divergentWarp, "lane \(lane) has another mask"), at)
            }
            lanes.append(lane)
        }
        try perform(operation, at, firstOfWarp, lanes, mask)
        for lane in lanes {
            let other = firstOfWarp + lane
            markDestinations(of: at, thread: other)
            counters[other] += 1
            states[other] = .ready
        }
        return true
    }

    private func perform(
        _ operation: WarpOperation, _ at: UnsafeMutablePointer<DecodedInstruction>, _ first: Int,
        _ lanes: [Int],
        _ mask: UInt64
    ) throws(EmulatorError) {
        switch operation.kind {
        case .synchronise:
            return
        case .shuffleUp, .shuffleDown, .shuffleButterfly, .shuffleIndex:
            try shuffle(operation, at, first, lanes, mask)
        case .voteAll, .voteAny, .voteUniform, .voteBallot:
            var ballot: UInt64 = 0
            for lane in lanes {
                let isTrue = registers[(first + lane) * slotCount + operation.value] != 0
                if isTrue != operation.valueNegated { ballot |= 1 << UInt64(lane) }
            }
            let result: UInt64 =
                switch operation.kind {
                case .voteAll: ballot == mask ? 1 : 0
                case .voteAny: ballot != 0 ? 1 : 0
                case .voteUniform: ballot == mask || ballot == 0 ? 1 : 0
                default: ballot
                }
            for lane in lanes {
                registers[(first + lane) * slotCount + operation.destination] = result
            }
        }
    }

    /// PTX ISA, shfl.sync: the clamp's low five bits bound the lane, its bits 8 to 12 are the segment's mask.
    private func shuffle(
        _ operation: WarpOperation, _ at: UnsafeMutablePointer<DecodedInstruction>, _ first: Int,
        _ lanes: [Int],
        _ mask: UInt64
    ) throws(EmulatorError) {
        var results: [(value: UInt64, isInRange: UInt64)] = []
        for lane in lanes {
            let file = registers + (first + lane) * slotCount
            let b = Int(file[operation.lane] & 31)
            let c = Int(file[operation.clamp] & 31)
            let segment = Int(file[operation.clamp] >> 8 & 31)
            let highest = (lane & segment) | (c & ~segment)
            var other: Int
            let isInRange: Bool
            switch operation.kind {
            case .shuffleUp:
                other = lane - b
                isInRange = other >= highest
            case .shuffleDown:
                other = lane + b
                isInRange = other <= highest
            case .shuffleButterfly:
                other = lane ^ b
                isInRange = other <= highest
            default:
                other = (lane & segment) | (b & ~segment)
                isInRange = other <= highest
            }
            if !isInRange { other = lane }
            guard other >= 0, other < 32, mask >> UInt64(other) & 1 == 1 else {
                throw located(
                    EmulatorError(
                        .unspecifiedResult, "lane \(lane) reads from lane \(other), which is not in the mask"),
                    at)
            }
            results.append((registers[(first + other) * slotCount + operation.value], isInRange ? 1 : 0))
        }
        for (lane, result) in zip(lanes, results) {
            let file = registers + (first + lane) * slotCount
            file[operation.predicate] = result.isInRange
            file[operation.destination] = result.value
        }
    }

    /// Lanes of the running thread's warp that have not left.
    var activeLanes: UInt64 {
        let first = thread & ~31
        var mask: UInt64 = 0
        for other in first..<min(first + 32, threadCount) where states[other] != .left {
            mask |= 1 << UInt64(other - first)
        }
        return mask
    }

    // MARK: Barriers

    /// Lets all threads of the block go on from the barrier where they must all be.
    func passBarrier() throws(EmulatorError) {
        guard let waiting = (0..<threadCount).first(where: { states[$0] == .atBarrier }) else { return }
        thread = waiting
        let at = instruction(of: waiting)
        let barrier = kernel.barriers[at.pointee.target]
        for other in 0..<threadCount {
            guard states[other] == .atBarrier else {
                throw located(
                    EmulatorError(
                        .divergentBarrier, "thread \(other) left the kernel and never comes to the barrier"),
                    at)
            }
            let operation = kernel.barriers[instruction(of: other).pointee.target]
            guard operation.barrier == barrier.barrier else {
                throw located(
                    EmulatorError(
                        .divergentBarrier, "thread \(other) waits at barrier \(operation.barrier) instead"),
                    at)
            }
            if operation.isAligned, counters[other] != counters[other & ~31] {
                thread = other
                throw located(
                    EmulatorError(
                        .divergentBarrier, "the threads of a warp wait at barriers of different lines"),
                    instruction(of: other))
            }
            if operation.threadCount >= 0 {
                let count = registers[other * slotCount + operation.threadCount]
                guard count == UInt64((threadCount + 31) & ~31) || count == UInt64(threadCount) else {
                    throw located(
                        EmulatorError(
                            .unsupported, "a barrier of \(count) of the block's \(threadCount) threads"), at)
                }
            }
        }
        interval += 1
        for other in 0..<threadCount {
            counters[other] += 1
            states[other] = .ready
        }
    }
}
