/// A rewriting of a program between the language and the code that is written for it.
///
/// Every pass leaves a program of the language that computes the same: a program can do without any of them, but for
/// speed. Of code with all checks (`checks: .all`) only those are asked that keep every statement.
public struct Pass: Hashable, Sendable, CustomStringConvertible {
    enum Kind: String, CaseIterable {
        case sinkScratch, inlineCalls, expandComputations, joinBlocks, dropZeroUpdates, cancelInverses
        case dropUnreadElements, dropDeadValues, vectorizeLoops
    }

    let kind: Kind

    /// Ancillas that one `Compute` alone uses are declared by it: what is made anew in every turn of a loop need not be
    /// brought back to 0.
    public static let sinkScratch = Pass(kind: .sinkScratch)
    /// Calls of short functions, and all in a `ParallelFor`, become the statements of what they call.
    public static let inlineCalls = Pass(kind: .inlineCalls)
    /// `Compute` becomes its three parts, or two where nobody needs the computation undone.
    public static let expandComputations = Pass(kind: .expandComputations)
    /// Blocks in blocks become one, so that statements meet which cancel.
    public static let joinBlocks = Pass(kind: .joinBlocks)
    /// Statements that add a multiple of a cotangent which is still 0 are dropped.
    public static let dropZeroUpdates = Pass(kind: .dropZeroUpdates)
    /// In derivatives, a statement followed by its inverse is dropped with it: the end of the primal meets the start of the
    /// adjoint. What a user has written stays.
    public static let cancelInverses = Pass(kind: .cancelInverses)
    /// Changes of elements of scratch that nobody reads again are dropped.
    public static let dropUnreadElements = Pass(kind: .dropUnreadElements)
    /// Statements are dropped whose results nobody looks at.
    public static let dropDeadValues = Pass(kind: .dropDeadValues)
    /// Loops run upward where the order of their turns makes no difference, and one for each statement, where that can be
    /// done: in the form that C compilers put into vectors.
    public static let vectorizeLoops = Pass(kind: .vectorizeLoops)

    /// All passes.
    public static let all = Kind.allCases.map { Pass(kind: $0) }

    /// The name, as it is written after a dot.
    public var name: String { kind.rawValue }

    /// The name.
    public var description: String { name }

    /// Whether no statement of the program is lost: code with all checks makes those of every statement.
    var keepsStatements: Bool {
        switch kind {
        case .sinkScratch, .inlineCalls, .expandComputations: true
        default: false
        }
    }

    /// The passes that must not come after this one.
    ///
    /// What is dead in a function depends on what its calls need, which the pass notes beside them: a call that becomes
    /// statements after it would compute from arguments that nobody hands over any more. The same goes for the parts of a
    /// computation.
    var mustFollow: [Pass] {
        switch kind {
        case .dropDeadValues: [.inlineCalls, .expandComputations]
        default: []
        }
    }
}
