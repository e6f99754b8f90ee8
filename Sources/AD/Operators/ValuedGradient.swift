import ReversibleCore

/// A loss and its gradient as a value: call it with arguments, or hand it to a compiler.
public struct ValuedGradient<each A: Argument>: CallableValuedGradient {
    /// The type of the function that is differentiated.
    public typealias Program = ReversibleFunction<repeat each A>

    /// The function that is differentiated.
    public let function: ReversibleFunction<repeat each A>
    /// The number of the argument whose final value is the loss.
    public let loss: Int

    /// The final value of argument `loss`, and its gradient in every argument.
    @_disfavoredOverload
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> ValueAndGradient<(repeat (each A).Value.Gradient)> {
        try valueAndGradients(at: (repeat each arguments))
    }

    /// The same, of the arguments as one tuple.
    public func valueAndGradients(
        at values: (repeat (each A).Value)
    ) throws(ReversibilityError) -> ValueAndGradient<(repeat (each A).Value.Gradient)> {
        try valuedGradient(of: function, at: values, loss: loss)
    }
}

/// The loss of `f` and its gradient as a value: of argument `loss`, in every argument.
///
/// ```swift
/// let both = try compile(valueAndGrad(f))      // of the module NativeEngine
/// let r = try both(0.0, 3.0)                   // r.value, r.gradient, r.drift
/// ```
///
/// - Parameter undoing: How the gradient gets back the values that it reads.
public func valueAndGrad<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, loss: Int = 0, undoing: Undoing = .inverse
) -> ValuedGradient<repeat each A> {
    ValuedGradient(function: f.undoing(undoing), loss: loss)
}

/// A loss and its gradient.
public struct ValueAndGradient<Gradients> {
    /// The final value of the loss.
    public let value: Double
    /// For every argument the gradient in its initial value; `Void` for integers.
    public let gradient: Gradients
    /// How far the numbers that the gradient read after undoing were from what they had been, relative to their
    /// magnitudes: 0 where nothing was undone that is read again, and at most the `driftTolerance` of the function's options.
    /// NaN from code that was compiled with `checks: .none`, which does not look.
    public let drift: Double

    package init(value: Double, gradient: Gradients, drift: Double) {
        self.value = value
        self.gradient = gradient
        self.drift = drift
    }
}

extension ValueAndGradient: Sendable where Gradients: Sendable {}

/// The loss and its gradient at a point.
///
/// - Parameter undoing: How the gradient gets back the values that it reads.
public func valueAndGrad<Program: DifferentiableProgram, each Value>(
    _ f: Program, _ arguments: repeat each Value, loss: Int = 0, undoing: Undoing = .inverse
) throws(ReversibilityError) -> ValueAndGradient<Program.Gradients>
where Program.Values == (repeat each Value) {
    try valuedGradient(of: f.undoing(undoing), at: (repeat each arguments), loss: loss)
}

private func valuedGradient<Program: DifferentiableProgram>(
    of f: Program, at values: Program.Values, loss: Int
) throws(ReversibilityError) -> ValueAndGradient<Program.Gradients> {
    let function = f.untyped
    return try function.definition.reportingArguments { () throws(any Error) in
        var writer = ValueWriter()
        try Program.pack(values, into: &writer)
        let found = try function.valuedGradient(writer.leaves, loss: loss)
        var reader = ValueReader(found.gradient)
        return ValueAndGradient(
            value: found.value, gradient: try Program.unpackGradients(from: &reader), drift: found.drift)
    }
}

extension UntypedProgram {
    /// The loss and its gradient, as leaves.
    package func valuedGradient(
        _ values: [Leaf<Double>], loss: Int
    ) throws(ReversibilityError) -> ValueAndGradient<[Leaf<Double>]> {
        let definition = try self.definition
        try definition.checkLoss(loss)
        let final = try definition.run(values, inverted: isInverted, options: options)
        let pulled = try definition.lossGradient(
            values, loss: loss, seed: 1.0, inverted: isInverted, options: options)
        return ValueAndGradient(
            value: final[definition.arguments[..<loss].joined().count].numbers.first ?? .nan,
            gradient: pulled.gradients, drift: pulled.drift)
    }
}
