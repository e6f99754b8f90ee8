import ReversibleCore

/// The options of a run as C sees them: the fields of `reversible_options`, in their order.
struct RunSettings {
    var tolerance: Double
    var turnLimit: Int
    var callDepthLimit: Int
    var stackBytes: Int
    var parallel: (@convention(c) (UnsafeMutableRawPointer?, Int, Piece, UnsafeMutableRawPointer?) -> Void)?
    var context: UnsafeMutableRawPointer?
    var message: UnsafePointer<CChar>?
    var driftTolerance: Double
    /// How far sums that verify undoing were apart.
    var drift = 0.0
    /// In bytes; 0 is none.
    var memoryLimit: Int

    typealias Piece = @convention(c) (UnsafeMutableRawPointer?, Int) -> Void

    /// - Parameter threads: On how many threads the pieces of a parallel loop run; 0 for all cores.
    init(_ options: RunOptions, stackBytes: Int, threads: Int) {
        tolerance = options.tolerance
        turnLimit = options.turnLimit
        callDepthLimit = options.callDepthLimit
        driftTolerance = options.driftTolerance
        memoryLimit = max(options.memoryLimit, 1)
        self.stackBytes = stackBytes
        let threads = threads == 0 ? ThisProcess.coreCount : threads
        if threads > 1 {
            parallel = { context, pieces, piece, environment in
                let loop = Loop(piece: piece, environment: environment)
                ThreadTeam.share(pieces, among: Int(bitPattern: context)) { loop.piece(loop.environment, $0) }
            }
            // The number itself travels as the pointer.
            context = UnsafeMutableRawPointer(bitPattern: threads)
        }
    }

    private struct Loop: @unchecked Sendable {
        var piece: Piece
        var environment: UnsafeMutableRawPointer?
    }
}

/// What a compiled function answers.
enum RunStatus: Int32 {
    case ok = 0
    case checkFailed, outOfMemory, stackExhausted, drifted, sizesDiffer
}
