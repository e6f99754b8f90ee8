/// Statements that run one after the other, with the ancillas they may use.
package struct Block: Hashable, Sendable {
    package var ancillas: [Ancilla]
    package var statements: [Statement]

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
