/// The device memory of the emulator: allocations in host memory under made-up addresses.
///
/// Every allocation has its own 4 GB window of addresses that is never given out again, so an access beyond its end
/// or after `free` never falls into another allocation.
final class EmulatorMemory {
    struct Allocation {
        /// nil after `free`.
        var bytes: UnsafeMutableRawPointer?
        var count: Int
        var isConstant: Bool
        /// Who accessed which word during the present launch; nil before the first access.
        var shadow: UnsafeMutablePointer<ShadowWord>?
    }

    /// Windows below belong to shared and local memory.
    static let firstWindow: UInt64 = 16
    static let windowShift: UInt64 = 32

    private(set) var allocations: [Allocation] = []

    init() {}

    deinit {
        for allocation in allocations {
            allocation.bytes?.deallocate()
            allocation.shadow?.deallocate()
        }
    }

    /// Bytes of the allocations that were not freed.
    var liveBytes: Int {
        allocations.reduce(0) { $0 + ($1.bytes == nil ? 0 : $1.count) }
    }

    /// New memory; its bytes are all ones, so that numbers read before they are written are NaN.
    func allocate(_ count: Int) -> UInt64 {
        allocate(count, isConstant: false)
    }

    func allocate(_ count: Int, isConstant: Bool) -> UInt64 {
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 256)
        bytes.initializeMemory(as: UInt8.self, repeating: 0xFF, count: max(count, 1))
        allocations.append(Allocation(bytes: bytes, count: count, isConstant: isConstant, shadow: nil))
        return (UInt64(allocations.count - 1) + Self.firstWindow) << Self.windowShift
    }

    /// Ends the life of an allocation. Throws if `address` is not the beginning of a live one.
    func free(_ address: UInt64) throws(EmulatorError) {
        let (index, offset) = Self.split(address)
        guard offset == 0, allocations.indices.contains(index), let bytes = allocations[index].bytes else {
            throw EmulatorError(.memory, "address \(address) is not the beginning of a live allocation")
        }
        bytes.deallocate()
        allocations[index].bytes = nil
        releaseShadow(of: index)
    }

    /// Copies host bytes to an address.
    func write(_ source: UnsafeRawBufferPointer, to address: UInt64) throws(EmulatorError) {
        let target = try range(address, source.count)
        guard let base = source.baseAddress else { return }
        target.copyMemory(from: base, byteCount: source.count)
    }

    /// Copies bytes at an address to the host.
    func read(into target: UnsafeMutableRawBufferPointer, from address: UInt64) throws(EmulatorError) {
        let source = try range(address, target.count)
        guard let base = target.baseAddress else { return }
        base.copyMemory(from: source, byteCount: target.count)
    }

    /// The first contents of a fresh allocation of that size.
    func initialise(_ address: UInt64, _ bytes: [UInt8]) {
        let (index, _) = Self.split(address)
        guard let target = allocations[index].bytes else { return }
        for (offset, byte) in bytes.enumerated() {
            target.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
        }
    }

    /// Sets bytes.
    func fill(_ address: UInt64, count: Int, with byte: UInt8) throws(EmulatorError) {
        try range(address, count).initializeMemory(as: UInt8.self, repeating: byte, count: count)
    }

    /// Copies the elements of an array into new memory.
    func allocate<Element: BitwiseCopyable>(_ elements: [Element]) throws(EmulatorError) -> UInt64 {
        let address = allocate(elements.count * MemoryLayout<Element>.stride)
        try write(elements, to: address)
        return address
    }

    func write<Element: BitwiseCopyable>(_ elements: [Element], to address: UInt64) throws(EmulatorError) {
        let result = elements.withUnsafeBytes { bytes -> Result<Void, EmulatorError> in
            do throws(EmulatorError) {
                return .success(try self.write(bytes, to: address))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Elements at an address; `zero` says the type and fills the array before.
    func read<Element: BitwiseCopyable>(
        _ count: Int, at address: UInt64, zero: Element
    ) throws(EmulatorError) -> [Element] {
        var elements = [Element](repeating: zero, count: count)
        let result = elements.withUnsafeMutableBytes { bytes -> Result<Void, EmulatorError> in
            do throws(EmulatorError) {
                return .success(try self.read(into: bytes, from: address))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
        return elements
    }

    private func range(_ address: UInt64, _ count: Int) throws(EmulatorError) -> UnsafeMutableRawPointer {
        let (index, offset) = Self.split(address)
        guard allocations.indices.contains(index), let bytes = allocations[index].bytes else {
            throw EmulatorError(.memory, "address \(address) is in no live allocation")
        }
        guard offset + count <= allocations[index].count else {
            throw EmulatorError(
                .memory,
                "bytes \(offset)..<\(offset + count) lie outside an allocation of \(allocations[index].count) bytes"
            )
        }
        return bytes + offset
    }

    /// The allocation's number and the offset in it; the number is negative for other windows.
    static func split(_ address: UInt64) -> (index: Int, offset: Int) {
        let window = address &>> windowShift
        let index = Int(bitPattern: UInt(window)) &- Int(bitPattern: UInt(firstWindow))
        return (index, Int(bitPattern: UInt(address & 0xFFFF_FFFF)))
    }

    // MARK: Race detection

    /// The record of who accessed an allocation during this launch, one entry per `1 << shift` bytes.
    func shadow(of index: Int, shift: Int) -> UnsafeMutablePointer<ShadowWord> {
        if let shadow = allocations[index].shadow { return shadow }
        let shadow = ShadowWord.allocate((allocations[index].count >> shift) + 1)
        allocations[index].shadow = shadow
        return shadow
    }

    /// Forgets all accesses: the next launch comes after them.
    func forgetAccesses() {
        for index in allocations.indices {
            releaseShadow(of: index)
        }
    }

    private func releaseShadow(of index: Int) {
        allocations[index].shadow?.deallocate()
        allocations[index].shadow = nil
    }
}
