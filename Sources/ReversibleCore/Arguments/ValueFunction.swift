/// What is called on host values: a function, interpreted or compiled.
///
/// Where a call is written with the types that the function's arguments give, Swift finds the type of the result after
/// everything else, and in `abs(try f(0, 3).0 - 2 * 3) < 1e-9 * max(1, y)` tries the operators on everything first:
/// it takes seconds, or gives up. Through an associated type it knows at once. That alone does not do for calls of what
/// is made in the same expression, `grad(f)(0, 3)`, so there are both, and Swift takes the others where these fail.
public protocol ValueFunction: Sendable {
    /// The host values of all arguments.
    associatedtype Values

    /// Runs the function and returns all arguments, changed as the program says.
    func run(on values: Values) throws(ReversibilityError) -> Values
}

extension ValueFunction {
    /// Runs the function and returns all arguments, changed as the program says.
    ///
    /// - Throws: A ``ReversibilityError`` that names the statement, its place in the source and the values.
    @discardableResult
    @inlinable
    public func callAsFunction<each Value>(
        _ arguments: repeat each Value
    ) throws(ReversibilityError) -> Values where Values == (repeat each Value) {
        try run(on: (repeat each arguments))
    }
}
