import ReversibleCore

/// The gradient of a loss in one argument, and its derivative in that argument, the Hessian, as a linear map.
///
/// ```swift
/// let (slope, H) = try linearize(grad(loss), 0, x, with: 1)
/// let change = try H(d)           // as hvp(loss, 0, x, direction: d, with: 1)
/// ```
///
/// The function runs forward and back once, on numbers that note their partial derivatives. The map is symmetric, up to rounding;
/// of a loss that is a sum of terms with few numbers each it has few terms too, and its pattern is that of the program
/// at this point.
///
/// - Parameters:
///   - gradient: The gradient of a loss, with the way in which it gets back the values that it reads.
///   - input: The number of the argument.
///   - limit: How many partial derivatives may be kept, 16 bytes each.
/// - Throws: What running the gradient throws; `invalidArgument` if there is no such argument, or it has no real numbers;
///   `invalidSize` if there are more partial derivatives than `limit`.
public func linearize<each A: Argument>(
    _ gradient: Gradient<repeat each A>, _ arguments: repeat (each A).Value, with input: Int,
    limit: Int = 100_000_000
) throws(ReversibilityError) -> (value: [Double], map: LinearMap) {
    try gradient.function.definition.reportingArguments { () throws(any Error) in
        var writer = ValueWriter()
        repeat try (each A).pack(each arguments, into: &writer)
        return try gradient.linearized(at: writer.leaves, with: input, limit: limit)
    }
}

extension Gradient {
    /// The same, of the arguments' leaves.
    package func linearized(
        at leaves: [Leaf<Double>], with input: Int, limit: Int = 100_000_000
    ) throws(ReversibilityError) -> (value: [Double], map: LinearMap) {
        try function.definition.linearizedGradient(
            leaves, loss: loss, with: input, inverted: function.isInverted, options: function.options,
            limit: limit)
    }
}

extension Definition {
    fileprivate func linearizedGradient(
        _ values: [Leaf<Double>], loss: Int, with input: Int, inverted: Bool, options: RunOptions, limit: Int
    ) throws(ReversibilityError) -> (value: [Double], map: LinearMap) {
        try checkLoss(loss)
        try checkReal(input, called: "with")
        try checkLinearizes(limit: limit)
        // A run of its own, with every check, as for any gradient.
        _ = try run(values, inverted: inverted, options: options)
        let moved = numbers(ofArgument: input, zeroGradients(for: values))
        let record = LinearRun(limit: limit)
        let leaves = noting(values, moving: moved, record)
        let (value, nodes) = try withExtendedLifetime(record) { () throws(ReversibilityError) in
            let pulled = try lossGradient(
                leaves, loss: loss, seed: LinearNumber(constant: 1), inverted: inverted, options: options)
            let numbers = gradients(ofArgument: input, in: pulled.gradients).flatMap(\.numbers)
            return (numbers.map(\.value), numbers.map(\.noted))
        }
        return (value, try map(of: record, moved.count, nodes, limit: limit))
    }
}
