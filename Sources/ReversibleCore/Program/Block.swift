/// Statements that run one after the other, with the ancillas they may use; `~` of it undoes them in place.
///
/// A block is a statement of the program that it is written in. Its ancillas begin at 0 and must be 0 again at its end,
/// whichever way it runs.
///
/// ```swift
/// ReversibleFunction { (y: Scalar, x: Scalar) in
///     let turn = Block {
///         ROT(y, x, 0.5)
///         NEG(x)
///     }
///     turn
///     y *= 2
///     ~turn       // NEG(x), IROT(y, x, 0.5)
/// }
/// ```
public struct Block: Hashable, Sendable {
    package var ancillas: [Ancilla]
    package var statements: [Statement]

    /// Traces a closure, as the program around it is traced.
    public init(@Reversible _ body: () -> Statement) { self = Tracer.block(body) }

    /// The block that undoes `block`: the inverse of every statement, last first.
    public static prefix func ~ (block: Block) -> Block { block.inverse }

    package init(ancillas: [Ancilla] = [], statements: [Statement] = []) {
        self.ancillas = ancillas
        self.statements = statements
    }

    package var isEmpty: Bool { statements.isEmpty }

    /// Whether there is a block more than so many levels below this one.
    func isNested(deeperThan limit: Int) -> Bool {
        if limit < 0 { return true }
        return statements.contains { statement in
            statement.ownBlocks.contains { $0.isNested(deeperThan: limit - 1) }
        }
    }

    /// The block that undoes this one.
    package var inverse: Block {
        Block(ancillas: ancillas, statements: statements.reversed().map(\.inverse))
    }
}

/// Where a statement stands in the user's source.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// Module and file, as `#fileID` gives them.
    public var fileID: String
    /// The line, counted from 1.
    public var line: Int
    /// The column, counted from 1.
    public var column: Int

    /// A location from its parts.
    public init(fileID: String, line: Int, column: Int) {
        self.fileID = fileID
        self.line = line
        self.column = column
    }

    /// `Module/File.swift:line:column`.
    public var description: String { "\(fileID):\(line):\(column)" }
}
