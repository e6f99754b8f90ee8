/// Builds a reversible program from a closure's statements, and notes where each one was written.
///
/// Swift's own `for`, `if` and `switch` inside the closure run while the program is traced: they unroll and
/// choose. `For`, `If` and `While` are the program's own.
@resultBuilder
public enum Reversible {
    /// A statement, stamped with its place in the source.
    public static func buildExpression(
        _ statement: Statement, fileID: String = #fileID, line: Int = #line, column: Int = #column
    ) -> Statement {
        ViewExpansion.tracing(statement).written(
            at: SourceLocation(fileID: fileID, line: line, column: column))
    }

    /// Several statements made by ordinary Swift code.
    public static func buildExpression(
        _ statements: [Statement], fileID: String = #fileID, line: Int = #line, column: Int = #column
    ) -> Statement {
        Statement(
            .block(
                Block(
                    statements: statements.map {
                        buildExpression($0, fileID: fileID, line: line, column: column)
                    })))
    }

    /// A block, or the inverse of one.
    public static func buildExpression(
        _ block: Block, fileID: String = #fileID, line: Int = #line, column: Int = #column
    ) -> Statement {
        buildExpression(Statement(.block(block)), fileID: fileID, line: line, column: column)
    }

    /// Ordinary Swift code without a result, such as `print`: it runs while the program is traced.
    ///
    /// Disfavoured and optional, so that whatever can be a statement is one.
    @_disfavoredOverload
    public static func buildExpression(_ nothing: Void?) -> Statement { .empty }

    /// Not a statement.
    @available(
        *, unavailable, message: "an expression is not a statement: change a place by it, as in `y += …`"
    )
    public static func buildExpression(_ expression: Expr) -> Statement { .empty }

    /// Not a statement.
    @available(
        *, unavailable, message: "a condition is not a statement: use it in `If(…) { }` or `While(…) { }`"
    )
    public static func buildExpression(_ condition: Condition) -> Statement { .empty }

    /// Not a statement.
    @available(*, unavailable, message: "a place is not a statement: declare an ancilla with `let`")
    public static func buildExpression(_ place: Scalar) -> Statement { .empty }

    /// Not a statement.
    @available(*, unavailable, message: "a place is not a statement: declare an ancilla with `let`")
    public static func buildExpression(_ place: Vector) -> Statement { .empty }

    /// Not a statement.
    @available(*, unavailable, message: "a place is not a statement: declare an ancilla with `let`")
    public static func buildExpression(_ place: Matrix) -> Statement { .empty }

    /// Not a statement.
    @available(*, unavailable, message: "a place is not a statement: declare an ancilla with `let`")
    public static func buildExpression(_ place: Integer) -> Statement { .empty }

    /// Not a statement.
    @available(*, unavailable, message: "a place is not a statement: declare an ancilla with `let`")
    public static func buildExpression(_ place: IntegerVector) -> Statement { .empty }

    /// Statements one after the other.
    public static func buildBlock(_ statements: Statement...) -> Statement {
        Statement(.block(Block(statements: statements.flatMap(\.flattened))))
    }

    /// A Swift `if` without `else`, decided while the program is traced.
    public static func buildOptional(_ statement: Statement?) -> Statement { statement ?? .empty }

    /// A Swift `if`, decided while the program is traced.
    public static func buildEither(first statement: Statement) -> Statement { statement }

    /// A Swift `else`, decided while the program is traced.
    public static func buildEither(second statement: Statement) -> Statement { statement }

    /// A Swift `for`, unrolled while the program is traced.
    public static func buildArray(_ statements: [Statement]) -> Statement {
        Statement(.block(Block(statements: statements.flatMap(\.flattened))))
    }

    /// Code behind `if #available`.
    public static func buildLimitedAvailability(_ statement: Statement) -> Statement { statement }
}

extension Statement {
    /// The statement with a place in the source.
    ///
    /// Words over structs of places and whole arrays expand to blocks and loops of statements that were never written on
    /// their own: these have the word's place.
    func written(at location: SourceLocation) -> Statement {
        if self.location != nil {
            guard case .block = kind else { return self }
        }
        var result = mappingOwnBlocks { block in
            Block(ancillas: block.ancillas, statements: block.statements.map { $0.written(at: location) })
        }
        result.location = self.location ?? location
        return result
    }
}
