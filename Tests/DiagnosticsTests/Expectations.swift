import AD
import Testing

/// Expects an error with exactly this text.
///
/// - Parameters:
///   - line: The line of the wrong statement; nil where an error concerns no statement.
///   - text: What the error says after its place in the source.
func expectError(
    _ kind: ReversibilityError.Kind, at line: Int?, column: Int, _ text: String, fileID: String,
    at caller: Testing.SourceLocation, _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("nothing was thrown; expected: \(text)", sourceLocation: caller)
    } catch let error as ReversibilityError {
        let place = line.map { "\(fileID):\($0):\(column): " } ?? ""
        #expect("\(error)" == place + text, sourceLocation: caller)
        #expect(error.kind == kind, sourceLocation: caller)
    } catch {
        Issue.record("another error was thrown: \(error)", sourceLocation: caller)
    }
}

/// Expects that making a function throws an error with exactly this text.
func expectRefused(
    _ kind: ReversibilityError.Kind, at line: Int?, column: Int = 17, _ text: String,
    fileID: String = #fileID, caller: Testing.SourceLocation = #_sourceLocation,
    _ make: () throws -> Void
) {
    expectError(kind, at: line, column: column, text, fileID: fileID, at: caller, make)
}

/// Expects that running a function throws an error with exactly this text, twice, and changes no argument.
func expectFailure<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value,
    kind: ReversibilityError.Kind, at line: Int?, column: Int = 13, says text: String,
    fileID: String = #fileID, caller: Testing.SourceLocation = #_sourceLocation
) {
    let before = "\((repeat each arguments))"
    for _ in 0..<2 {
        expectError(kind, at: line, column: column, text, fileID: fileID, at: caller) {
            _ = try f(repeat each arguments)
        }
        #expect("\((repeat each arguments))" == before, "an argument has changed", sourceLocation: caller)
    }
}

/// Expects that any other request throws an error with exactly this text.
func expectThrown(
    _ kind: ReversibilityError.Kind, at line: Int?, column: Int = 13, says text: String,
    fileID: String = #fileID, caller: Testing.SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    expectError(kind, at: line, column: column, text, fileID: fileID, at: caller, body)
}
