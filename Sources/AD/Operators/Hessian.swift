import ReversibleCore

/// Products of a loss's Hessian with directions, as a value: call it with arguments, or hand it to a compiler.
public struct HessianProduct<each A: Argument>: CallableHessianProduct {
    /// The type of the function that is differentiated.
    public typealias Program = ReversibleFunction<repeat each A>

    /// The function whose loss is differentiated twice.
    public let function: ReversibleFunction<repeat each A>
    /// The number of the argument whose final value is the loss.
    public let loss: Int

    /// The product with a direction, as ``hvp(_:_:direction:loss:undoing:)`` gives it.
    @_disfavoredOverload
    public func callAsFunction(
        _ arguments: repeat (each A).Value, direction: (repeat (each A).Value.Gradient)
    ) throws(ReversibilityError) -> (repeat (each A).Value.Gradient) {
        try product(at: (repeat each arguments), direction: (repeat each direction))
    }

    /// The same, of the arguments as one tuple.
    public func product(
        at values: (repeat (each A).Value), direction: (repeat (each A).Value.Gradient)
    ) throws(ReversibilityError) -> (repeat (each A).Value.Gradient) {
        try hvp(function, repeat each values, direction: direction, loss: loss)
    }
}

/// Products of the Hessian of argument `loss` with directions, as a value.
///
/// - Parameter undoing: How the gradient gets back the values that it reads.
public func hvp<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, loss: Int = 0, undoing: Undoing = .inverse
) -> HessianProduct<repeat each A> {
    HessianProduct(function: f.undoing(undoing), loss: loss)
}

/// The Hessian of a loss: forward over reverse, one run of the gradient over duals for each column.
///
/// - Parameters:
///   - loss: Which argument's final value is differentiated; it must be a `Scalar`.
///   - input: The argument in whose numbers to differentiate; without it, all real numbers of all arguments,
///     in order.
///   - undoing: How the gradients get back the values that they read.
/// - Returns: A symmetric matrix up to rounding, not symmetrised.
public func hessian<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value, loss: Int = 0,
    with input: Int? = nil, undoing: Undoing = .inverse
) throws(ReversibilityError) -> DenseMatrix {
    let f = f.undoing(undoing)
    let definition = try f.definition
    return try definition.reportingArguments { () throws(any Error) in
        var writer = ValueWriter()
        repeat try (each A).pack(each arguments, into: &writer)
        if let input { try definition.checkReal(input, called: "with") }
        _ = try definition.run(writer.leaves, inverted: f.isInverted, options: f.options)
        let zeros = definition.zeroGradients(for: writer.leaves)
        let chosen = input.map { definition.gradients(ofArgument: $0, in: zeros) } ?? zeros
        let count = chosen.reduce(0) { $0 + $1.numbers.count }
        let first = input.map { definition.firstNumber(ofArgument: $0, zeros) } ?? 0
        var result = DenseMatrix(rows: count, columns: count)
        for column in 0..<count {
            let directions = zeros.replacing(first + column) { _ in 1 }
            let product = try f.untyped.hessianProduct(writer.leaves, directions, loss: loss)
            let numbers = product.flatMap(\.numbers)
            for row in 0..<count { result[row, column] = numbers[first + row] }
        }
        return result
    }
}

/// The product of the Hessian of a loss with a direction, in one run; the Hessian is not formed.
///
/// - Parameters:
///   - direction: For every argument the direction in its initial value; `()` for integers.
///   - loss: Which argument's final value is differentiated; it must be a `Scalar`.
///   - undoing: How the gradient gets back the values that it reads.
/// - Returns: For every argument the derivative of its gradient in that direction.
public func hvp<Program: DifferentiableProgram, each Value>(
    _ f: Program, _ arguments: repeat each Value, direction: Program.Directions, loss: Int = 0,
    undoing: Undoing = .inverse
) throws(ReversibilityError) -> Program.Gradients where Program.Values == (repeat each Value) {
    let function = f.undoing(undoing).untyped
    let definition = try function.definition
    return try definition.reportingArguments { () throws(any Error) in
        var (writer, directions) = (ValueWriter(), ValueWriter())
        try Program.pack((repeat each arguments), into: &writer)
        try Program.packDirections(direction, into: &directions)
        try definition.checkSizes(of: directions.leaves, against: writer.leaves, called: "direction")
        _ = try definition.run(writer.leaves, inverted: function.isInverted, options: function.options)
        let product = try function.hessianProduct(writer.leaves, directions.leaves, loss: loss)
        var reader = ValueReader(product)
        return try Program.unpackGradients(from: &reader)
    }
}

/// The product of the Hessian of a loss in one argument with a direction in that argument.
///
/// - Parameters:
///   - direction: A direction in the argument's initial value, of its gradient's type.
///   - input: The argument.
///   - loss: Which argument's final value is differentiated; it must be a `Scalar`.
///   - undoing: How the gradient gets back the values that it reads.
/// - Returns: The derivative of the argument's gradient in that direction.
public func hvp<each A: Argument, Direction>(
    _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value, direction: Direction,
    with input: Int, loss: Int = 0, undoing: Undoing = .inverse
) throws(ReversibilityError) -> Direction {
    let f = f.undoing(undoing)
    let definition = try f.definition
    return try definition.reportingArguments { () throws(any Error) in
        var writer = ValueWriter()
        repeat try (each A).pack(each arguments, into: &writer)
        try definition.checkReal(input, called: "with")
        var seeds = definition.zeroGradients(for: writer.leaves)
        try f.replaceGradient(ofArgument: input, in: &seeds, by: direction, called: "direction")
        try definition.checkSizes(of: seeds, against: writer.leaves, called: "direction")
        _ = try definition.run(writer.leaves, inverted: f.isInverted, options: f.options)
        let product = try f.untyped.hessianProduct(writer.leaves, seeds, loss: loss)
        return try f.gradient(ofArgument: input, in: product)
    }
}

extension UntypedProgram {
    /// The gradient's derivative in a direction, as leaves.
    package func hessianProduct(
        _ values: [Leaf<Double>], _ directions: [Leaf<Double>], loss: Int
    ) throws(ReversibilityError) -> [Leaf<Double>] {
        let definition = try self.definition
        if definition.calls.appliesUserFunctions {
            // Only the program of the gradient's derivative names the derivatives that were given: see `pushForward`.
            try definition.checkLoss(loss)
            let pullback = try definition.verifiedPullback(inverted: isInverted)
            let second = try pullback.tangentOfPullback
            let places = pullback.tangentOrder(
                of: definition.interleave(values, definition.seeds(forLoss: loss, 1, at: values)),
                values: directions, gradients: definition.zeroSeeds(for: values))
            let results = try definition.explaining(second) { () throws(ReversibilityError) in
                try second.runVerified(places, options: options).0
            }
            return pullback.gradientTangents(in: results)
        }
        let pulled = try definition.lossGradient(
            definition.duals(values, directions), loss: loss, seed: Dual(1, tangent: 0), inverted: isInverted,
            options: options)
        return pulled.gradients.map { $0.map(\.tangent) }
    }
}
