/// A reversible statement: something that can be run forward and undone.
///
/// Statements are values. `y += x * x` does nothing by itself; it describes an instruction, and the closure
/// of a ``ReversibleFunction`` lists them. Functions that return statements are the way to name a piece of
/// program; with `@Reversible` they can hold several.
///
/// ```swift
/// @Reversible func rotateTwice(_ a: Scalar, _ b: Scalar, _ angle: Scalar) -> Statement {
///     ROT(a, b, angle)
///     ROT(a, b, angle)
/// }
/// ```
public struct Statement: Sendable {
    package indirect enum Kind: Hashable, Sendable {
        case update(Update)
        case swap(Swap)
        case negate(SignChange)
        case rotate(Rotate)
        case hadamard(Hadamard)
        case branch(Branch)
        case whileLoop(WhileLoop)
        case forLoop(ForLoop)
        case compute(ComputeApply)
        case call(Call)
        case move(StackMove)
        case assertion(Assertion)
        case rerun(Rerun)
        /// A nested block: statements with ancillas of their own.
        case block(Block)
        /// A statement that could not be built; its check fails with this message.
        case misuse(String)
    }

    package var kind: Kind
    package var location: SourceLocation?

    package init(_ kind: Kind, at location: SourceLocation? = nil) {
        self.kind = kind
        self.location = location
    }

    /// The statement that does nothing.
    public static let empty = Statement(.block(Block()))

    /// The statement that undoes this one.
    package var inverse: Statement {
        let inverse: Kind =
            switch kind {
            case .update(let s): .update(s.inverse)
            case .swap: kind
            case .negate: kind
            case .rotate(let s): .rotate(s.inverse)
            case .hadamard, .assertion: kind
            case .branch(let s): .branch(s.inverse)
            case .whileLoop(let s): .whileLoop(s.inverse)
            case .forLoop(let s): .forLoop(s.inverse)
            case .compute(let s): .compute(s.inverse)
            case .call(let s): .call(s.inverse)
            case .move(let s): .move(s.inverse)
            case .block(let block): .block(block.inverse)
            case .rerun(let s): s.isOneWay ? .misuse(Rerun.noWayBack) : .rerun(s.inverse)
            case .misuse: kind
            }
        return Statement(inverse, at: location)
    }

    /// The rule of this statement's kind.
    package var rule: any StatementRule {
        switch kind {
        case .update(let s): s
        case .swap(let s): s
        case .negate(let s): s
        case .rotate(let s): s
        case .hadamard(let s): s
        case .branch(let s): s
        case .whileLoop(let s): s
        case .forLoop(let s): s
        case .compute(let s): s
        case .call(let s): s
        case .move(let s): s
        case .assertion(let s): s
        case .rerun(let s): s
        case .block(let block): block
        case .misuse(let message): Misuse(message: message)
        }
    }

    /// The statements of a block without ancillas stand for the block.
    package var flattened: [Statement] {
        if case .block(let block) = kind, block.ancillas.isEmpty {
            return block.statements.flatMap(\.flattened)
        }
        return [self]
    }

    package func renamed(by renaming: Renaming) -> Statement {
        Statement(rule.renamed(by: renaming), at: location)
    }
}

// Where a statement was written does not make it a different statement.
extension Statement: Hashable {
    /// Whether two statements do the same to the same places.
    public static func == (a: Statement, b: Statement) -> Bool { a.kind == b.kind }
    /// Hashes what the statement does.
    public func hash(into hasher: inout Hasher) { hasher.combine(kind) }
}

/// What every kind of statement must say about itself. Its inverse is typed, and stands beside these.
package protocol StatementRule: Sendable {
    /// Reports what the statement reads and writes.
    func visit(_ accesses: inout Accesses)
    /// Refuses what can be seen to be wrong without running it.
    func check(_ checker: inout Checker) throws(ReversibilityError)
    /// Prints the source.
    func print(to printer: inout Printer)
    /// The same statement over other variables.
    func renamed(by renaming: Renaming) -> Statement.Kind
}

/// A statement that could not be built.
package struct Misuse: StatementRule {
    let message: String

    package func visit(_ accesses: inout Accesses) {}
    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        throw checker.error(.invalidStatement, message)
    }
    package func print(to printer: inout Printer) { printer.line("// \(message)") }
    package func renamed(by renaming: Renaming) -> Statement.Kind { .misuse(message) }
}
