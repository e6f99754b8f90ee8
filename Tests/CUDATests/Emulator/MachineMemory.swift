/// Memory as kernels see it.
extension EmulatorMachine {
    /// The generic address of a space's first byte; 0 where addresses of the space are generic ones.
    static func base(of space: EmulatorSpace) -> UInt64 {
        switch space {
        case .shared: 1 &<< EmulatorMemory.windowShift
        case .local: 2 &<< EmulatorMemory.windowShift
        default: 0
        }
    }

    static func load(_ place: UnsafeMutableRawPointer, _ bytes: Int) -> UInt64 {
        switch bytes {
        case 8: place.load(as: UInt64.self)
        case 4: UInt64(place.load(as: UInt32.self))
        case 2: UInt64(place.load(as: UInt16.self))
        default: UInt64(place.load(as: UInt8.self))
        }
    }

    static func store(_ word: UInt64, _ place: UnsafeMutableRawPointer, _ bytes: Int) {
        switch bytes {
        case 8: place.storeBytes(of: word, as: UInt64.self)
        case 4: place.storeBytes(of: UInt32(truncatingIfNeeded: word), as: UInt32.self)
        case 2: place.storeBytes(of: UInt16(truncatingIfNeeded: word), as: UInt16.self)
        default: place.storeBytes(of: UInt8(truncatingIfNeeded: word), as: UInt8.self)
        }
    }

    func isShared(_ address: UInt64, _ space: EmulatorSpace) -> Bool {
        space == .generic && address &>> EmulatorMemory.windowShift == 1
    }

    /// The host memory of an access, after all its checks.
    func locate(
        _ space: EmulatorSpace, _ address: UInt64, _ bytes: Int, _ kind: AccessKind
    ) throws(EmulatorError) -> UnsafeMutableRawPointer {
        guard address & UInt64(bitPattern: Int64(bytes - 1)) == 0 else {
            throw EmulatorError(.misaligned, "address \(address) is not a multiple of \(bytes)")
        }
        switch space {
        case .shared:
            return try locateShared(address, bytes, kind)
        case .local:
            return try locateLocal(address, bytes, kind)
        case .generic:
            let window = address &>> EmulatorMemory.windowShift
            if window == 1 { return try locateShared(address & 0xFFFF_FFFF, bytes, kind) }
            if window == 2 { return try locateLocal(address & 0xFFFF_FFFF, bytes, kind) }
            return try locateGlobal(space, address, bytes, kind)
        default:
            return try locateGlobal(space, address, bytes, kind)
        }
    }

    private func locateGlobal(
        _ space: EmulatorSpace, _ address: UInt64, _ bytes: Int, _ kind: AccessKind
    ) throws(EmulatorError) -> UnsafeMutableRawPointer {
        let (index, offset) = EmulatorMemory.split(address)
        guard index >= 0, index < memory.allocations.count else {
            throw EmulatorError(.outOfBounds, "address \(address) is in no allocation")
        }
        let allocation = memory.allocations[index]
        guard let base = allocation.bytes else {
            throw EmulatorError(.outOfBounds, "address \(address) is in an allocation that was freed")
        }
        guard offset + bytes <= allocation.count else {
            throw EmulatorError(
                .outOfBounds,
                "bytes \(offset)..<\(offset + bytes) lie outside allocation \(index) of \(allocation.count) bytes"
            )
        }
        if allocation.isConstant {
            guard space == .const || (space == .generic && kind == .read) else {
                throw EmulatorError(.outOfBounds, "address \(address) is in constant memory")
            }
            return base + offset
        }
        guard space != .const else {
            throw EmulatorError(.outOfBounds, "address \(address) is not in constant memory")
        }
        if options.countsTraffic {
            traffic.note(kind, address, bytes, instruction: position, block: blockNumber, thread: thread)
        }
        if options.detectsRaces {
            let shift = kernel.shadowShift
            let shadow = allocation.shadow ?? memory.shadow(of: index, shift: shift)
            if let race = note(shadow, offset, bytes, kind) {
                throw EmulatorError(.race, "\(race) (byte \(offset) of allocation \(index), \(bytes) bytes)")
            }
        }
        return base + offset
    }

    private func locateShared(
        _ address: UInt64, _ bytes: Int, _ kind: AccessKind
    ) throws(EmulatorError) -> UnsafeMutableRawPointer {
        guard address <= UInt64(sharedByteCount), Int(address) + bytes <= sharedByteCount else {
            throw EmulatorError(
                .outOfBounds, "offset \(address) lies outside the \(sharedByteCount) bytes of shared memory")
        }
        let offset = Int(address)
        try check(sharedKnown + offset, bytes, kind, "shared")
        if options.detectsRaces, let race = note(sharedShadow, offset, bytes, kind) {
            throw EmulatorError(.race, "\(race) (byte \(offset) of shared memory, \(bytes) bytes)")
        }
        return shared + offset
    }

    private func locateLocal(
        _ address: UInt64, _ bytes: Int, _ kind: AccessKind
    ) throws(EmulatorError) -> UnsafeMutableRawPointer {
        guard address <= UInt64(localByteCount), Int(address) + bytes <= localByteCount else {
            throw EmulatorError(
                .outOfBounds, "offset \(address) lies outside the \(localByteCount) bytes of local memory")
        }
        let offset = thread * localByteCount + Int(address)
        try check(localKnown + offset, bytes, kind, "local")
        return local + offset
    }

    /// Shared and local memory begin without values.
    private func check(
        _ known: UnsafeMutablePointer<Bool>, _ bytes: Int, _ kind: AccessKind, _ name: String
    ) throws(EmulatorError) {
        var index = 0
        while index < bytes {
            if kind == .write {
                known[index] = true
            } else if !known[index] {
                throw EmulatorError(.uninitialisedMemory, "\(name) memory is read before it was written")
            }
            index += 1
        }
    }

    private func note(
        _ shadow: UnsafeMutablePointer<ShadowWord>, _ offset: Int, _ bytes: Int, _ kind: AccessKind
    ) -> String? {
        let shift = kernel.shadowShift
        var word = offset &>> shift
        let end = (offset + bytes - 1) &>> shift
        while word <= end {
            if let race = shadow[word].access(
                kind, block: blockNumber + 1, interval: interval, thread: thread + 1)
            {
                return race
            }
            word += 1
        }
        return nil
    }
}
