import Dispatch
import ReversibleCore
import Synchronization

/// The options of a run as C sees them: the fields of `reversible_options`, in their order.
struct RunSettings {
    var tolerance: Double
    var turnLimit: Int
    var callDepthLimit: Int
    var stackBytes: Int
    var parallel: (@convention(c) (UnsafeMutableRawPointer?, Int, Piece, UnsafeMutableRawPointer?) -> Void)?
    var context: UnsafeMutableRawPointer?
    var message: UnsafePointer<CChar>?

    typealias Piece = @convention(c) (UnsafeMutableRawPointer?, Int) -> Void

    /// - Parameter threads: On how many threads the pieces of a parallel loop run; 0 for all cores.
    init(_ options: RunOptions, stackBytes: Int, threads: Int) {
        tolerance = options.tolerance
        turnLimit = options.turnLimit
        callDepthLimit = options.callDepthLimit
        self.stackBytes = stackBytes
        let threads = threads == 0 ? ThisProcess.coreCount : threads
        if threads > 1 {
            parallel = { context, pieces, piece, environment in
                RunSettings.share(
                    pieces, among: Int(bitPattern: context), Loop(piece: piece, environment: environment))
            }
            // The number itself travels as the pointer.
            context = UnsafeMutableRawPointer(bitPattern: threads)
        }
    }

    private struct Loop: @unchecked Sendable {
        var piece: Piece
        var environment: UnsafeMutableRawPointer?
    }

    /// Threads take the next piece until none is left. Which thread takes which does not matter to the result.
    private static func share(_ pieces: Int, among threads: Int, _ loop: Loop) {
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, pieces)) { _ in
            while true {
                let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if piece >= pieces { return }
                loop.piece(loop.environment, piece)
            }
        }
    }
}

/// What a compiled function answers.
enum RunStatus: Int32 {
    case ok = 0
    case checkFailed, outOfMemory, stackExhausted
}
