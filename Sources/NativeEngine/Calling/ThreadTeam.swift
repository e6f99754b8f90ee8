import Dispatch
import Synchronization

/// Work cut into pieces that several threads take one after the other.
package enum ThreadTeam {
    /// Calls `body` with every number below `pieces`, on up to `threads` threads, this one among them.
    ///
    /// Threads take the next piece until none is left, and none has a share of its own: on a busy machine one may
    /// have to wait for its turn, while the others go on. Nobody waits in a loop.
    package static func share(_ pieces: Int, among threads: Int, _ body: @Sendable (Int) -> Void) {
        guard threads > 1, pieces > 1 else {
            for piece in 0..<pieces { body(piece) }
            return
        }
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, pieces)) { _ in
            while true {
                let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if piece >= pieces { return }
                body(piece)
            }
        }
    }
}
