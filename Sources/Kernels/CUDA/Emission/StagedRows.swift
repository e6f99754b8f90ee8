import ReversibleCore

/// The rows of a block's iterations in shared memory.
///
/// Threads that each change their own rows touch a sector of memory per element and thread. Here a warp moves the
/// rows of its lanes together, neighbouring elements by neighbouring lanes, and a thread works on its copy.
struct StagedRows {
    let pattern: RowPattern
    let array: KernelArray
    /// The name of the memory.
    let symbol: String
    /// The bytes of an element.
    let width: Int
    /// From one thread's copy to the next, in elements: odd, so that lanes that use the same element of theirs use
    /// different banks.
    var distance: Int { pattern.elements.count | 1 }
    /// Whether the array's elements count as zeros when the kernel starts.
    let startsAtZero: Bool

    /// The position of an element in a thread's copy.
    func position(of place: Place) -> Int? {
        pattern.element(place).flatMap { pattern.elements.firstIndex(of: $0) }
    }

    /// Up to 32 elements of a row that a warp moves at a time, and of how many iterations at once.
    var pieces: [(elements: Range<Int>, iterations: Int)] {
        stride(from: 0, to: pattern.elements.count, by: 32).map { first in
            let end = min(first + 32, pattern.elements.count)
            return (first..<end, 32 / (end - first))
        }
    }
}

/// Which arrays a kernel stages, in blocks of how many threads.
struct StagingChoice {
    private(set) var patterns: [RowPattern] = []
    private(set) var threads: Int

    /// Fewer elements than this, and what is saved is not worth the barriers.
    private static let fewest = 4
    /// More elements than this take so much shared memory that few warps could work at a time.
    private static let most = 64
    /// What a block can have without being asked for specially.
    private static let sharedBytes = 48 << 10

    /// Chooses among patterns; `width` gives the bytes of an element.
    ///
    /// Blocks become smaller than `threads` where the rows do not fit otherwise, but not smaller than 64.
    init(among candidates: [RowPattern], threads: Int, width: (RowPattern) -> Int) {
        self.threads = threads
        let usable = candidates.filter {
            $0.isWritten && $0.canBeMoved && (2...Self.most).contains($0.elements.count)
        }
        .sorted { ($1.elements.count, $0.variable.id) < ($0.elements.count, $1.variable.id) }
        guard let largest = usable.first, largest.elements.count >= Self.fewest else { return }
        var bytes = 0
        for pattern in usable {
            let own = (pattern.elements.count | 1) * width(pattern)
            guard Self.fits(bytes + own, min(threads, 64)) else { continue }
            bytes += own
            patterns.append(pattern)
        }
        while !Self.fits(bytes, self.threads) { self.threads /= 2 }
    }

    /// Whether a block has room for so many bytes a thread, and for the sums that it may form.
    private static func fits(_ bytes: Int, _ threads: Int) -> Bool { (bytes + 8) * threads <= sharedBytes }
}
