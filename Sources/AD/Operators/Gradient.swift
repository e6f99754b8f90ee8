import ReversibleCore

/// The gradient of a function as a value: call it with arguments, print it, or hand it to a compiler.
public struct Gradient<each A: Argument>: CallableGradient {
    /// The type of the function that is differentiated.
    public typealias Program = ReversibleFunction<repeat each A>

    /// The function that is differentiated.
    public let function: ReversibleFunction<repeat each A>
    /// The number of the argument whose final value is the loss.
    public let loss: Int

    /// The gradient of argument `loss` in every argument.
    @_disfavoredOverload
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> (repeat (each A).Value.Gradient) {
        try gradients(at: (repeat each arguments))
    }

    /// The same, of the arguments as one tuple.
    public func gradients(
        at values: (repeat (each A).Value)
    ) throws(ReversibilityError) -> (repeat (each A).Value.Gradient) {
        try gradient(of: function, at: values, loss: loss)
    }

    /// The reversible program that computes it, over values with gradients.
    ///
    /// Given the arguments with gradients 0, it returns the arguments with their gradients.
    public var program: ReversibleFunction<repeat GVar<each A>> {
        get throws(ReversibilityError) {
            let definition = try function.definition
            let pullback = try definition.pullback(inverted: function.isInverted)
            try definition.checkLoss(loss)
            let seeded = try pullback.derived(.seeded(loss: loss)) { () throws(ReversibilityError) in
                // In the pullback an argument's gradient follows its value; the loss has one of each.
                let place = Place(pullback.arguments[loss][1].variable)
                var body = pullback.body
                body.statements.insert(.update(.add, place, .real(1)), at: 0)
                return try Definition(
                    name: pullback.name, arguments: pullback.arguments, argumentTypes: pullback.argumentTypes,
                    body: body, names: pullback.names, owner: pullback.owner, isDerived: true)
            }
            return ReversibleFunction<repeat GVar<each A>>(
                callee: .function(seeded), options: function.options)
        }
    }
}

extension Gradient: CustomStringConvertible {
    /// The source of the program that computes the gradient.
    public var description: String {
        do {
            return try program.description
        } catch {
            return "\(error)"
        }
    }
}

/// The gradient of `f` as a value: of argument `loss`, in every argument.
///
/// - Parameter undoing: How the gradient gets back the values that it reads.
public func grad<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, loss: Int = 0, undoing: Undoing = .inverse
) -> Gradient<repeat each A> {
    Gradient(function: f.undoing(undoing), loss: loss)
}

/// Not available: a gradient has no loss of its own.
@available(
    *, unavailable,
    message:
        "a gradient has no single number to be differentiated again: use `hessian` or `hvp`, or `adjoint(adjoint(f))` for the program"
)
public func grad<each A: Argument>(
    _ gradient: Gradient<repeat each A>, loss: Int = 0, undoing: Undoing = .inverse
) -> Gradient<repeat each A> { gradient }

/// The gradient of a function at a point.
///
/// ```swift
/// let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += x * x + sin(x) }
/// let (dy, dx) = try grad(f, 0.0, 3.0)     // 1.0, 2·3 + cos(3)
/// ```
///
/// - Parameters:
///   - loss: Which argument's final value is differentiated; it must be a `Scalar`.
///   - undoing: How the gradient gets back the values that it reads.
/// - Returns: For every argument the gradient in its initial value; `Void` for integers.
/// - Throws: What running the function throws, and an error for a loss that is not a single number.
public func grad<Program: DifferentiableProgram, each Value>(
    _ f: Program, _ arguments: repeat each Value, loss: Int = 0, undoing: Undoing = .inverse
) throws(ReversibilityError) -> Program.Gradients where Program.Values == (repeat each Value) {
    try gradient(of: f.undoing(undoing), at: (repeat each arguments), loss: loss)
}

private func gradient<Program: DifferentiableProgram>(
    of f: Program, at values: Program.Values, loss: Int
) throws(ReversibilityError) -> Program.Gradients {
    let function = f.untyped
    let definition = try function.definition
    return try definition.reportingArguments { () throws(any Error) in
        var writer = ValueWriter()
        try Program.pack(values, into: &writer)
        try definition.checkLoss(loss)
        // A run of its own, with every check: the pullback leaves out what its two halves cancel.
        _ = try definition.run(writer.leaves, inverted: function.isInverted, options: function.options)
        let pulled = try definition.lossGradient(
            writer.leaves, loss: loss, seed: 1.0, inverted: function.isInverted, options: function.options)
        var reader = ValueReader(pulled.gradients)
        return try Program.unpackGradients(from: &reader)
    }
}

extension Definition {
    /// The gradient of the loss as leaves, over any number type, and how far undoing was off.
    @_specialize(where Number == Double)
    @_specialize(where Number == Dual<Double>)
    func lossGradient<Number: ReversibleNumber>(
        _ values: [Leaf<Number>], loss: Int, seed: Number, inverted: Bool, options: RunOptions
    ) throws(ReversibilityError) -> (gradients: [Leaf<Number>], drift: Double) {
        try checkLoss(loss)
        return try pullGradients(
            values, seeds(forLoss: loss, seed, at: values), inverted: inverted, options: options)
    }

    /// Pulls gradients of the results back to the arguments, and verifies what is read after undoing.
    ///
    /// The function itself has been run on these arguments.
    @_specialize(where Number == Double)
    @_specialize(where Number == Dual<Double>)
    func pullGradients<Number: ReversibleNumber>(
        _ values: [Leaf<Number>], _ gradients: [Leaf<Number>], inverted: Bool, options: RunOptions
    ) throws(ReversibilityError) -> (gradients: [Leaf<Number>], drift: Double) {
        let program = try verifiedPullback(inverted: inverted)
        let (results, drift) = try explaining(program) { () throws(ReversibilityError) in
            try program.runVerified(interleave(values, gradients), options: options)
        }
        return (self.gradients(in: results), drift)
    }
}
