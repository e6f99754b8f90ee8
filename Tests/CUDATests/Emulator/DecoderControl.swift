/// Branches, barriers and operations of a warp.
extension KernelDecoder {
    mutating func decodeBranch() throws(EmulatorError) {
        _ = take("uni")
        guard case .name(let label) = try operands(1)[0] else {
            throw fault(.typeMismatch, "bra needs a label")
        }
        guard syntax.labels[label] != nil else {
            throw fault(.undeclaredName, "there is no label \"\(label)\"")
        }
        try emitBranch(to: label)
    }

    mutating func decodeExit() throws(EmulatorError) {
        _ = take("uni")
        _ = try operands(0)
        try emit(.exit)
    }

    mutating func decodeBarrier() throws(EmulatorError) {
        if instruction.opcode == "bar", take("warp") {
            guard take("sync") else { throw fault(.unsupported, "only bar.warp.sync is supported") }
            try require(version: 600)
            let mask = try source(try operands(1)[0], .b32)
            try emitWarp(WarpOperation(kind: .synchronise, mask: mask))
            return
        }
        _ = take("cta")
        guard take("sync") else { throw fault(.unsupported, "only barriers of kind .sync are supported") }
        var isAligned = instruction.opcode == "bar"
        if !isAligned { try require(version: 600) }
        if take("aligned") { isAligned = true }
        let operands = instruction.operands
        guard operands.count == 1 || operands.count == 2 else {
            throw fault(.typeMismatch, "needs a barrier's number")
        }
        guard case .literal(.integer(let barrier)) = operands[0], barrier < 16 else {
            throw fault(.unsupported, "the barrier's number must be written as 0 to 15")
        }
        let count = operands.count == 2 ? try source(operands[1], .u32) : -1
        kernel.barriers.append(
            BarrierOperation(barrier: Int(barrier), threadCount: count, isAligned: isAligned))
        try emit(.barrier, target: kernel.barriers.count - 1)
    }

    mutating func decodeFence() throws(EmulatorError) {
        if instruction.opcode == "membar" {
            guard take(oneOf: ["cta": 0, "gl": 0, "sys": 0]) != nil else {
                throw fault(.typeMismatch, "needs a scope")
            }
        } else {
            try require(version: 600, target: 70)
            _ = take(oneOf: ["sc": 0, "acq_rel": 0])
            guard take(oneOf: ["cta": 0, "gpu": 0, "sys": 0]) != nil else {
                throw fault(.typeMismatch, "needs a scope")
            }
        }
        _ = try operands(0)
        try emit(.nothing)
    }

    // MARK: Warps

    private mutating func emitWarp(_ operation: WarpOperation) throws(EmulatorError) {
        kernel.warpOperations.append(operation)
        try emit(.warp, target: kernel.warpOperations.count - 1)
    }

    /// `shfl.sync.mode.b32 d{|p}, a, b, c, mask`
    mutating func decodeShuffle() throws(EmulatorError) {
        guard take("sync") else { throw fault(.unsupported, "shuffles need .sync") }
        try require(version: 600)
        let kinds: [String: WarpOperation.Kind] = [
            "up": .shuffleUp, "down": .shuffleDown, "bfly": .shuffleButterfly, "idx": .shuffleIndex,
        ]
        guard let kind = take(oneOf: kinds) else {
            throw fault(.typeMismatch, "needs .up, .down, .bfly or .idx")
        }
        _ = try takeType([.b32])
        let operands = try operands(5)
        var operation = WarpOperation(kind: kind)
        if case .pair(let d, let p) = operands[0] {
            operation.destination = try destination(d, .b32)
            operation.predicate = try destination(p, .pred)
        } else {
            operation.destination = try destination(operands[0], .b32)
        }
        operation.value = try source(operands[1], .b32)
        operation.lane = try source(operands[2], .b32)
        operation.clamp = try source(operands[3], .b32)
        operation.mask = try source(operands[4], .b32)
        try emitWarp(operation)
    }

    /// `vote.sync.mode.type d, {!}p, mask`
    mutating func decodeVote() throws(EmulatorError) {
        guard take("sync") else { throw fault(.unsupported, "votes need .sync") }
        try require(version: 600)
        let kinds: [String: WarpOperation.Kind] = [
            "all": .voteAll, "any": .voteAny, "uni": .voteUniform, "ballot": .voteBallot,
        ]
        guard let kind = take(oneOf: kinds) else {
            throw fault(.typeMismatch, "needs .all, .any, .uni or .ballot")
        }
        let type = try takeType(kind == .voteBallot ? [.b32] : [.pred])
        let operands = try operands(3)
        var operation = WarpOperation(kind: kind)
        operation.destination = try destination(operands[0], type)
        (operation.value, operation.valueNegated) = try predicate(operands[1])
        operation.mask = try source(operands[2], .b32)
        try emitWarp(operation)
    }

    mutating func decodeActiveMask() throws(EmulatorError) {
        try require(version: 602)
        _ = try takeType([.b32])
        let d = try destination(try operands(1)[0], .b32)
        try emit(effect: { (machine, r) throws(EmulatorError) in r[d] = machine.activeLanes })
    }
}
