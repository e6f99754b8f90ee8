import ReversibleCore

/// The vector–Jacobian product of one result as a value: call it with arguments, or hand it to a compiler.
public struct VJP<each A: Argument>: CallableVJP {
    /// The type of the function that is differentiated.
    public typealias Program = ReversibleFunction<repeat each A>

    /// The function that is differentiated.
    public let function: ReversibleFunction<repeat each A>
    /// The number of the argument in whose final value the gradient is given.
    public let output: Int

    /// The final values, and the gradients in all arguments.
    ///
    /// - Parameter cotangent: The gradient of some loss in the final value of argument `output`, of its gradient's type.
    @_disfavoredOverload
    public func callAsFunction<Cotangent>(
        _ arguments: repeat (each A).Value, cotangent: Cotangent
    ) throws(ReversibilityError) -> Product<(repeat (each A).Value), (repeat (each A).Value.Gradient)> {
        try product(at: (repeat each arguments), cotangent: cotangent)
    }

    /// The final values, and the gradients in all arguments, as ``vjp(_:_:cotangent:of:undoing:)`` gives them.
    public func product<Cotangent>(
        at values: (repeat (each A).Value), cotangent: Cotangent
    ) throws(ReversibilityError) -> Product<(repeat (each A).Value), (repeat (each A).Value.Gradient)> {
        try vjp(function, repeat each values, cotangent: cotangent, of: output)
    }
}

/// The vector–Jacobian product of `f` for one result as a value: a gradient in it pulled back to the arguments.
///
/// ```swift
/// let pull = try compile(vjp(f, of: 0))        // of the module NativeEngine
/// let r = try pull(y, x, cotangent: [1, -1])   // r.value, r.product
/// ```
///
/// - Parameters:
///   - output: The number of the argument.
///   - undoing: How the gradients get back the values that they read.
public func vjp<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, of output: Int, undoing: Undoing = .inverse
) -> VJP<repeat each A> {
    VJP(function: f.undoing(undoing), output: output)
}
