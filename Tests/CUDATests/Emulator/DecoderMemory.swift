/// Loads, stores and atomic instructions.
extension KernelDecoder {
    /// Where an instruction finds its address: a register's value plus an offset.
    struct Address {
        var slot: Int
        var offset: UInt64
    }

    private static let spaces: [String: EmulatorSpace] = [
        "global": .global, "shared": .shared, "const": .const, "local": .local, "param": .param,
    ]

    // MARK: ld and st

    mutating func decodeLoad() throws(EmulatorError) {
        let type = try takeAccessType()
        let space = take(oneOf: Self.spaces) ?? .generic
        var kind = try takeOrdering(semantics: ["relaxed", "acquire"])
        _ = take(oneOf: ["ca": 0, "cg": 0, "cs": 0, "lu": 0, "cv": 0])
        if take("nc") {
            guard space == .global else { throw fault(.typeMismatch, ".nc is for .global") }
            kind = .readOnly
        }
        let count = takeVectorLength()
        try checkVector(type, count)
        let operands = try operands(2)
        var targets: [(slot: Int, mask: UInt64)] = []
        for part in try parts(operands[0], count) {
            let (slot, registerType) = try wideDestination(part, type)
            targets.append((slot, registerType.mask))
        }
        let bytes = type.byteCount
        let shift = type.isSigned ? UInt64(64 - type.width) : 0
        if space == .param {
            let offset = try parameterOffset(operands[1], bytes * count)
            try emit(effect: { [targets] (machine, r) throws(EmulatorError) in
                for (index, target) in targets.enumerated() {
                    let word = EmulatorMachine.load(machine.parameters + offset + index * bytes, bytes)
                    r[target.slot] = EmulatorWord.bits(EmulatorWord.signed(word, shift)) & target.mask
                }
            })
            return
        }
        let address = try address(operands[1], space)
        noteAccess(bytes)
        let (base, offset) = (address.slot, address.offset)
        if count == 1, !type.isSigned {
            let d = targets[0].slot
            try emit(effect: { (machine, r) throws(EmulatorError) in
                let place = try machine.locate(space, r[base] &+ offset, bytes, kind)
                r[d] = EmulatorMachine.load(place, bytes)
            })
            return
        }
        try emit(effect: { [targets] (machine, r) throws(EmulatorError) in
            let place = try machine.locate(space, r[base] &+ offset, bytes * count, kind)
            for (index, target) in targets.enumerated() {
                let word = EmulatorMachine.load(place + index * bytes, bytes)
                r[target.slot] = EmulatorWord.bits(EmulatorWord.signed(word, shift)) & target.mask
            }
        })
    }

    mutating func decodeStore() throws(EmulatorError) {
        let type = try takeAccessType()
        let space = take(oneOf: Self.spaces) ?? .generic
        guard space != .param, space != .const else {
            throw fault(.typeMismatch, "memory of the space .\(space.rawValue) cannot be written")
        }
        let ordering = try takeOrdering(semantics: ["relaxed", "release"])
        let kind: AccessKind = ordering == .read ? .write : ordering
        _ = take(oneOf: ["wb": 0, "cg": 0, "cs": 0, "wt": 0])
        let count = takeVectorLength()
        try checkVector(type, count)
        let operands = try operands(2)
        var values: [Int] = []
        for part in try parts(operands[1], count) {
            values.append(try wideSource(part, type))
        }
        let address = try address(operands[0], space)
        let bytes = type.byteCount
        noteAccess(bytes)
        let (base, offset) = (address.slot, address.offset)
        if count == 1 {
            let value = values[0]
            try emit(effect: { (machine, r) throws(EmulatorError) in
                let place = try machine.locate(space, r[base] &+ offset, bytes, kind)
                EmulatorMachine.store(r[value], place, bytes)
            })
            return
        }
        try emit(effect: { [values] (machine, r) throws(EmulatorError) in
            let place = try machine.locate(space, r[base] &+ offset, bytes * count, kind)
            for (index, value) in values.enumerated() {
                EmulatorMachine.store(r[value], place + index * bytes, bytes)
            }
        })
    }

    private mutating func takeAccessType() throws(EmulatorError) -> EmulatorType {
        try takeType([.b8, .u8, .s8] + EmulatorType.bits + EmulatorType.integers + EmulatorType.floats)
    }

    /// `.volatile`, `.weak`, or a memory order with its scope.
    private mutating func takeOrdering(semantics: [String]) throws(EmulatorError) -> AccessKind {
        if take("volatile") { return .atomic }
        if take("weak") { return .read }
        for name in semantics where take(name) {
            try require(version: 600, target: 70)
            guard take(oneOf: ["cta": 0, "gpu": 0, "sys": 0]) != nil else {
                throw fault(.typeMismatch, ".\(name) needs a scope")
            }
            return .atomic
        }
        return .read
    }

    private mutating func takeVectorLength() -> Int {
        take(oneOf: ["v2": 2, "v4": 4]) ?? 1
    }

    private func checkVector(_ type: EmulatorType, _ count: Int) throws(EmulatorError) {
        guard type.byteCount * count <= 16 else {
            throw fault(.typeMismatch, "one access moves at most 16 bytes")
        }
    }

    private func parts(
        _ operand: PTXSyntax.Operand, _ count: Int
    ) throws(EmulatorError) -> [PTXSyntax.Operand] {
        if count == 1 { return [operand] }
        guard case .vector(let parts) = operand, parts.count == count else {
            throw fault(.typeMismatch, "expected \(count) registers in braces")
        }
        return parts
    }

    private mutating func noteAccess(_ bytes: Int) {
        kernel.shadowShift = min(kernel.shadowShift, bytes.trailingZeroBitCount)
    }

    // MARK: Addresses

    private mutating func address(
        _ operand: PTXSyntax.Operand, _ space: EmulatorSpace
    ) throws(EmulatorError) -> Address {
        guard case .address(let base, let offset) = operand else {
            throw fault(.typeMismatch, "expected an address in brackets")
        }
        let distance = UInt64(bitPattern: offset)
        guard let base else { return Address(slot: constant(distance), offset: 0) }
        if let (slot, type) = try register(base) {
            let isOffset = space == .shared || space == .local
            guard !type.isFloat, type != .pred, type.width == 64 || (isOffset && type.width == 32) else {
                throw fault(.typeMismatch, "register \(base) of type .\(type.rawValue) is no address")
            }
            sources.append(slot)
            return Address(slot: slot, offset: distance)
        }
        guard let place = place(base) else { throw fault(.undeclaredName, "\"\(base)\" is not declared") }
        if space == .generic {
            return Address(
                slot: constant(place.address &+ EmulatorMachine.base(of: place.space)), offset: distance)
        }
        guard place.space == space else {
            throw fault(.typeMismatch, "\(base) is in the space .\(place.space.rawValue)")
        }
        return Address(slot: constant(place.address), offset: distance)
    }

    private func parameterOffset(_ operand: PTXSyntax.Operand, _ bytes: Int) throws(EmulatorError) -> Int {
        guard case .address(let base?, let offset) = operand else {
            throw fault(.typeMismatch, "a parameter is read by its name")
        }
        guard let parameter = kernel.parameters.first(where: { $0.name == base }) else {
            throw fault(.undeclaredName, "there is no parameter \"\(base)\"")
        }
        guard offset >= 0, offset <= parameter.byteCount - bytes else {
            throw fault(.outOfBounds, "parameter \(base) has \(parameter.byteCount) bytes")
        }
        let place = parameter.offset + Int(offset)
        guard place % bytes == 0 else {
            throw fault(.misaligned, "offset \(place) is not a multiple of \(bytes)")
        }
        return place
    }

    // MARK: atom and red

    mutating func decodeAtomic(hasResult: Bool) throws(EmulatorError) {
        let type = try takeType([.b32, .b64, .u32, .s32, .u64, .s64, .f32, .f64])
        let space = take(oneOf: ["global": EmulatorSpace.global, "shared": .shared]) ?? .generic
        for name in ["relaxed", "acquire", "release", "acq_rel"] where take(name) {
            try require(version: 600, target: 70)
        }
        _ = take(oneOf: ["cta": 0, "gpu": 0, "sys": 0])
        let names = Dictionary(uniqueKeysWithValues: Atomic.allCases.map { ($0.rawValue, $0) })
        guard let operation = take(oneOf: names) else { throw fault(.typeMismatch, "needs an operation") }
        guard operation.types.contains(type), hasResult || operation.isReduction else {
            throw fault(.typeMismatch, "there is no .\(operation.rawValue) of .\(type.rawValue)")
        }
        if operation == .add, type == .f64 { try require(version: 500, target: 60) }
        let inputs = operation == .cas ? 2 : 1
        let operands = try operands(inputs + (hasResult ? 2 : 1))
        let first = hasResult ? 1 : 0
        let d = hasResult ? try destination(operands[0], type) : 0
        let address = try address(operands[first], space)
        let b = try source(operands[first + 1], type)
        let c = inputs == 2 ? try source(operands[first + 2], type) : b
        let bytes = type.byteCount
        noteAccess(bytes)
        let (base, offset) = (address.slot, address.offset)
        let combine = operation.function(type)
        try emit(effect: { (machine, r) throws(EmulatorError) in
            let target = r[base] &+ offset
            let place = try machine.locate(space, target, bytes, .atomic)
            let old = EmulatorMachine.load(place, bytes)
            let isShared = space == .shared || machine.isShared(target, space)
            EmulatorMachine.store(combine(old, r[b], r[c], isShared), place, bytes)
            r[d] = old
        })
    }
}
