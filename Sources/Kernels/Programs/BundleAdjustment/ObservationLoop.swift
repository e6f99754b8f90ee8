import NativeEngine
import Synchronization

/// Work on observations in pieces that stay in the cache, on one or more threads.
///
/// A program adds to what its results hold, so the memory of a result must be cleared, written, and often have
/// its columns written too. Doing all that piece by piece passes over memory once.
struct ObservationLoop: Sendable {
    let threads: Int
    let pieceLength: Int

    /// - Parameter threads: 0 for all cores.
    init(threads: Int, native: Bool) throws(BundleAdjustmentError) {
        if let problem = OptionRange.atLeast(0, threads, "threads") {
            throw BundleAdjustmentError(.invalidOption, problem)
        }
        let cores = ThisProcess.coreCount
        // The interpreter copies its arguments, so that one long run is best.
        self.threads = !native ? 1 : threads == 0 ? cores : threads
        pieceLength = native ? 512 : Int.max
    }

    /// Calls `body` for ranges that cover `0..<count`; those of different threads do not meet.
    func run(
        _ count: Int, _ body: @Sendable (Range<Int>) throws(BundleAdjustmentError) -> Void
    ) throws(BundleAdjustmentError) {
        // Large enough to be worth taking, and so many that a thread that waits for a processor holds up little.
        let slabs = threads == 1 ? 1 : min(64, max(1, count / pieceLength))
        if slabs == 1 { return try pieces(of: 0..<count, body) }
        let failure = Mutex<BundleAdjustmentError?>(nil)
        ThreadTeam.share(slabs, among: threads) { slab in
            do throws(BundleAdjustmentError) {
                try pieces(of: count * slab / slabs..<count * (slab + 1) / slabs, body)
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    private func pieces(
        of range: Range<Int>, _ body: (Range<Int>) throws(BundleAdjustmentError) -> Void
    ) throws(BundleAdjustmentError) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = start + min(pieceLength, range.upperBound - start)
            try body(start..<end)
            start = end
        }
    }

    /// Clears the results and runs a program over all observations.
    ///
    /// - Parameters:
    ///   - results: What the program changes, with the number of rows that an observation has in it.
    ///   - shared: What every observation may read.
    ///   - own: What has a row for every observation.
    ///   - also: What else is to be done for the observations of a piece.
    func evaluate(
        _ program: BufferProgram, _ results: [(place: NativeBuffer<Double>, rows: Int)],
        shared: [ProgramInput], own: [ProgramInput], count: Int,
        also: @Sendable (Range<Int>) -> Void = { _ in }
    ) throws(BundleAdjustmentError) {
        nonisolated(unsafe) let results = results
        try ProgramInput.withMemory(of: shared + own) { inputs throws(BundleAdjustmentError) in
            nonisolated(unsafe) let inputs = inputs
            try run(count) { range throws(BundleAdjustmentError) in
                let parts = results.map { result in
                    result.place.part(result.rows * range.lowerBound..<result.rows * range.upperBound)
                }
                for part in parts { part.clear() }
                let rows = inputs[shared.count...].map { $0.part(range) }
                try program.run(parts + inputs[..<shared.count] + rows, changing: parts.count)
                also(range)
            }
        }
    }
}
