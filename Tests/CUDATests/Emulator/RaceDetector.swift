/// The accesses of one kind to one word during a launch, as far as races need them.
struct AccessRecord {
    /// 1 + the block; 0: none; -1: several blocks.
    var block: Int
    /// The number of barriers the block had passed.
    var interval: Int
    /// 1 + the thread in its block; -1: several threads of this interval.
    var thread: Int

    /// Whether an access by `thread` is not ordered after the recorded ones: those of another block, or of another
    /// thread in the same interval between two barriers.
    func conflicts(block: Int, interval: Int, thread: Int) -> Bool {
        if self.block == 0 { return false }
        if self.block != block { return true }
        return self.interval == interval && self.thread != thread
    }

    mutating func note(block: Int, interval: Int, thread: Int) {
        if self.block == block && self.interval == interval {
            if self.thread != thread { self.thread = -1 }
            return
        }
        if self.block != block {
            self.block = self.block == 0 ? block : -1
        }
        self.interval = interval
        self.thread = thread
    }

    /// The other party of a race, in words.
    var party: String {
        if block == -1 { return "threads of several blocks" }
        return thread == -1
            ? "several threads of block \(block - 1)" : "thread \(thread - 1) of block \(block - 1)"
    }
}

/// How an instruction uses a word of memory.
enum AccessKind: UInt8 {
    case read
    /// `ld.global.nc`: the word must not be written by anybody during the launch.
    case readOnly
    case write
    /// Atomic, volatile or relaxed: never races with its like.
    case atomic
}

/// Who used one word of memory.
struct ShadowWord {
    var reads: AccessRecord
    var writes: AccessRecord
    var atomics: AccessRecord
    /// 1 after a read by `ld.global.nc`.
    var isReadOnly: Int

    static func allocate(_ count: Int) -> UnsafeMutablePointer<ShadowWord> {
        let words = UnsafeMutablePointer<ShadowWord>.allocate(capacity: count)
        UnsafeMutableRawPointer(words).initializeMemory(
            as: UInt8.self, repeating: 0, count: count * MemoryLayout<ShadowWord>.stride)
        return words
    }

    /// Notes an access. The answer is nil, or what the race is.
    mutating func access(_ kind: AccessKind, block: Int, interval: Int, thread: Int) -> String? {
        switch kind {
        case .read:
            if writes.conflicts(block: block, interval: interval, thread: thread) {
                return "reads what \(writes.party) writes"
            }
            if atomics.conflicts(block: block, interval: interval, thread: thread) {
                return "reads what \(atomics.party) changes by an atomic instruction"
            }
            reads.note(block: block, interval: interval, thread: thread)
        case .readOnly:
            if writes.block != 0 || atomics.block != 0 {
                return "reads by ld.global.nc what this launch writes"
            }
            isReadOnly = 1
            reads.note(block: block, interval: interval, thread: thread)
        case .write:
            if isReadOnly != 0 { return "writes what is read by ld.global.nc" }
            if writes.conflicts(block: block, interval: interval, thread: thread) {
                return "writes what \(writes.party) writes"
            }
            if reads.conflicts(block: block, interval: interval, thread: thread) {
                return "writes what \(reads.party) reads"
            }
            if atomics.conflicts(block: block, interval: interval, thread: thread) {
                return "writes what \(atomics.party) changes by an atomic instruction"
            }
            writes.note(block: block, interval: interval, thread: thread)
        case .atomic:
            if isReadOnly != 0 { return "changes what is read by ld.global.nc" }
            if writes.conflicts(block: block, interval: interval, thread: thread) {
                return "changes by an atomic instruction what \(writes.party) writes"
            }
            if reads.conflicts(block: block, interval: interval, thread: thread) {
                return "changes by an atomic instruction what \(reads.party) reads"
            }
            atomics.note(block: block, interval: interval, thread: thread)
        }
        return nil
    }
}
