import ReversibleCore

/// A program from ordinary code: `y += f(p)` for a closure of `count` numbers.
///
/// ```swift
/// func energy<R: EagerReal>(_ tree: Tree, _ p: [R]) -> R { … }
/// let f = staged("energy", of: 2) { p in energy(tree, p) }
/// print(try f(0, [1, 2]).0)
/// let fast = try compile(grad(f))
/// ```
///
/// The closure runs once, on ``Staged`` numbers. What its operations give is one expression, as far as it is small and used
/// once; results that are used again, and large ones, are bound to scratch, which the program undoes.
///
/// A closure that describes no program, because it compares staged numbers for example, stops the process with a message.
/// ``staged(checking:of:fileID:line:column:_:)`` throws the same message instead.
///
/// - Parameters:
///   - name: The name in error messages and printed calls.
///   - count: How many numbers the vector has.
public func staged(
    _ name: String = "f", of count: Int, fileID: StaticString = #fileID, line: UInt = #line,
    column: UInt = #column, _ body: ([Staged]) -> Staged
) -> ReversibleFunction<Scalar, Vector> {
    do {
        return try staged(
            checking: name, of: count, fileID: "\(fileID)", line: Int(line), column: Int(column), body)
    } catch {
        stop(error, fileID, line)
    }
}

/// A program from ordinary code; throws if the closure does, or describes no program.
///
/// As ``staged(_:of:fileID:line:column:_:)`` otherwise.
public func staged(
    checking name: String, of count: Int, fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: ([Staged]) throws -> Staged
) throws -> ReversibleFunction<Scalar, Vector> {
    let location = SourceLocation(fileID: fileID, line: line, column: column)
    guard count >= 0 else {
        throw ReversibilityError(
            .invalidSize, "a function of \(count) numbers; there must be at least 0", function: name,
            location: location)
    }
    let run = StagingRun(name, at: location)
    let parameters = (0..<count).map { Staged(.node(run.note(.parameter($0)), run)) }
    let result = try body(parameters)
    if case .node(_, let owner) = result.content, owner !== run { run.refuseStranger(owner) }
    if let problem = run.problem { throw problem }
    let operations = run.operations
    return try ReversibleFunction(checking: name, parameters: ["y", "p"]) { (y: Scalar, p: Vector) in
        let program = StagedProgram(result.content, of: operations, p)
        let update = y += program.result
        let whole =
            program.statements.isEmpty
            ? update
            : Compute {
                program.statements
            } apply: {
                update
            }
        at(
            location,
            Assert(p.count == count, "the program was staged for \(count) number\(count == 1 ? "" : "s")"))
        at(location, whole)
    }
}

/// A statement that was written elsewhere than its text stands.
private func at(_ location: SourceLocation, _ statement: Statement) -> Statement {
    Reversible.buildExpression(
        statement, fileID: location.fileID, line: location.line, column: location.column)
}
