/// The passes that a program goes through before code is written for it, in their order.
///
/// ```swift
/// let plain = try compile(f, optimizing: .none)
/// let some = try compile(grad(f), optimizing: .standard.without(.vectorizeLoops))
/// print(Schedule.standard)     // sinkScratch, inlineCalls, …
/// ```
///
/// A program computes the same with any schedule, but for the last digits where sums are taken in another order.
public struct Schedule: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
    /// The passes in their order; one may come several times.
    public let passes: [Pass]

    /// A schedule of these passes.
    public init(_ passes: [Pass]) { self.passes = passes }

    /// A schedule of these passes.
    public init(arrayLiteral passes: Pass...) { self.init(passes) }

    /// What is done unless something else is asked for.
    ///
    /// Zero updates go before inverses are cancelled, as they stand between them, and again afterwards, as what cancels may
    /// have been all that made a cotangent something else than 0.
    public static let standard: Schedule = [
        .sinkScratch, .inlineCalls, .expandComputations, .joinBlocks, .dropZeroUpdates, .cancelInverses,
        .dropZeroUpdates, .dropUnreadElements, .dropDeadValues, .vectorizeLoops,
    ]

    /// No pass at all: code statement by statement.
    public static let none: Schedule = []

    /// The same passes without one.
    public func without(_ pass: Pass) -> Schedule { Schedule(passes.filter { $0 != pass }) }

    /// The names of the passes in their order.
    public var description: String {
        passes.isEmpty ? "no passes" : passes.map(\.name).joined(separator: ", ")
    }

    /// What is wrong if a pass stands before one that it must follow.
    package var problem: String? {
        for (position, pass) in passes.enumerated() {
            for late in passes[position...] where pass.mustFollow.contains(late) {
                return
                    "`optimizing` has `.\(late)` after `.\(pass)`, which notes what calls and computations need while "
                    + "they are whole; put `.\(late)` before it, or leave one of them out"
            }
        }
        return nil
    }
}
