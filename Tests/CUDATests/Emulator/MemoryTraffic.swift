/// How much device memory the warps of kernels touched.
struct MemoryTraffic: Equatable {
    /// Sectors of 32 bytes, counted once for every instruction of a warp that touches them.
    var loadedSectors = 0
    var storedSectors = 0
    /// Bytes that threads asked for.
    var loadedBytes = 0
    var storedBytes = 0

    static func += (a: inout MemoryTraffic, b: MemoryTraffic) {
        a.loadedSectors += b.loadedSectors
        a.storedSectors += b.storedSectors
        a.loadedBytes += b.loadedBytes
        a.storedBytes += b.storedBytes
    }
}

/// Counts what the instructions of one launch touch. Atomic instructions are not counted.
///
/// Lanes run one after the other here; what they do when they come to an instruction for the nth time counts as one
/// access of the warp.
struct TrafficCounter {
    private struct Request: Hashable {
        var block: Int
        var warp: Int
        var instruction: Int
        var turn: Int
    }

    private struct Visit: Hashable {
        var block: Int
        var thread: Int
        var instruction: Int
    }

    private var visits: [Visit: Int] = [:]
    private var sectors: [Request: Set<UInt64>] = [:]
    private var stores: Set<Int> = []
    private var bytes = MemoryTraffic()

    mutating func note(
        _ kind: AccessKind, _ address: UInt64, _ count: Int, instruction: Int, block: Int, thread: Int
    ) {
        guard kind != .atomic else { return }
        let visit = Visit(block: block, thread: thread, instruction: instruction)
        let turn = visits[visit, default: 0]
        visits[visit] = turn + 1
        let request = Request(block: block, warp: thread / 32, instruction: instruction, turn: turn)
        sectors[request, default: []].insert(address / 32)
        if kind == .write {
            stores.insert(instruction)
            bytes.storedBytes += count
        } else {
            bytes.loadedBytes += count
        }
    }

    var total: MemoryTraffic {
        sectors.reduce(into: bytes) { result, entry in
            if stores.contains(entry.key.instruction) {
                result.storedSectors += entry.value.count
            } else {
                result.loadedSectors += entry.value.count
            }
        }
    }
}
