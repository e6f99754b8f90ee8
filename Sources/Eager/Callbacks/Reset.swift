import ReversibleCore

/// Runs a program of callbacks: every operation calls the rest of the program, and adds to the gradients of its operands when
/// that returns.
///
/// ```swift
/// var slope = 0.0
/// let y = try reset { k in
///     shift(3) { x in
///         x.times(x) { square in square.plus(x) { k($0) } }
///         slope = x.gradient
///     }
/// }
/// // y == 12.0, slope == 7.0
/// ```
///
/// This is reverse mode without a record (Wang et al., "Demystifying differentiable programming: shift/reset the
/// penultimate backpropagator", arXiv 1803.10228): the call stack holds what the gradient needs. The program runs on a thread with a
/// stack of its own, whose memory is taken only where it is used; operations that find it exhausted do not run their rest,
/// and the error is thrown here.
///
/// - Parameters:
///   - stack: How many bytes the stack may use, at least 256 KiB.
///   - body: The program. It calls the end that it is given with its result, once. Without that all gradients are 0.
/// - Returns: The result; nil if the end was not called.
/// - Throws: What the program throws; an error of kind `.continuationReused` if it ended twice, `.outOfScope` if it called
///   the end of another, `.callDepth` if the stack was exhausted, `.invalidArgument` if there can be no such stack.
@discardableResult
public func reset(
    stack: Int = 1 << 30, fileID: String = #fileID, line: Int = #line, column: Int = #column,
    _ body: (End) throws -> Void
) throws -> Double? {
    let location = SourceLocation(fileID: fileID, line: line, column: column)
    // What runs between two operations must find room as well.
    let reserve = min(1 << 20, stack / 4)
    guard stack >= 1 << 18 else {
        throw ReversibilityError(
            .invalidArgument, "`stack` is \(stack) bytes; it must be at least \(1 << 18)", function: "reset",
            location: location)
    }
    let around = TraceRun.current
    let outcome = DeepStack.run(bytes: stack) { () -> Result<Double?, any Error> in
        var delimiter = Delimiter(limit: 0, bytes: stack, location: location)
        return withUnsafeMutablePointer(to: &delimiter) { delimiter in
            let top = UInt(bitPattern: delimiter)
            delimiter.pointee = Delimiter(
                limit: top - UInt(stack - reserve), bytes: stack, location: location)
            let end = End(delimiter)
            defer { end.finish() }
            return Result {
                try TraceRun.$current.withValue(around) {
                    try Delimiter.$current.withValue(Delimiter.Pointer(delimiter: delimiter)) {
                        try body(end)
                    }
                }
                if let failure = delimiter.pointee.failure { throw failure }
                return delimiter.pointee.result
            }
        }
    }
    guard let outcome else {
        throw ReversibilityError(
            .invalidArgument,
            "this machine has no thread with a stack of \(stack) bytes; ask for less with `stack:`",
            function: "reset", location: location)
    }
    return try outcome.get()
}

/// Makes a number and runs the rest of the program on it: the beginning of a program, and how operations of your own are
/// made.
///
/// ```swift
/// func square(_ x: borrowing Active, _ rest: (borrowing Active) -> Void) {
///     shift(x.value * x.value) { y in
///         rest(y)
///         x.gradient += 2 * x.value * y.gradient
///     }
/// }
/// ```
///
/// `rest` is the function's own parameter, as Swift lends no closure to another closure that may run it. It is to be called once:
/// that it was called again is found at the end of the program, and `reset` throws it. Outside of a `reset` the process
/// stops with a message.
///
/// - Parameters:
///   - value: What the number is. Its gradient is 0 to begin with.
///   - body: Runs the rest of the program, and afterwards hands the number's gradient on.
public func shift<Failure: Error>(
    _ value: Double, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: (borrowing Active) throws(Failure) -> Void
) throws(Failure) {
    guard let here = Delimiter.current else {
        stop(
            ReversibilityError(
                .outOfScope, "`shift` is for programs of callbacks, which stand in `reset { end in … }`",
                function: "shift"), fileID, line)
    }
    var cell = ActiveCell(value, here.delimiter)
    try withUnsafeMutablePointer(to: &cell) { (cell) throws(Failure) in try ActiveCell.lend(cell, body) }
}
