import ReversibleCore

// Calls of derivatives as values, `df(0, 3)`, with results that Swift can infer: see ``ValueFunction``.

/// A gradient that is called on values: interpreted or compiled.
public protocol CallableGradient: Sendable {
    /// The function that is differentiated.
    associatedtype Program: DifferentiableProgram

    /// The gradient in every argument at a point; `()` for integers.
    func gradients(at values: Program.Values) throws(ReversibilityError) -> Program.Gradients
}

extension CallableGradient {
    /// The gradient in every argument; `()` for integers.
    @inlinable
    public func callAsFunction<each Value>(
        _ arguments: repeat each Value
    ) throws(ReversibilityError) -> Program.Gradients where Program.Values == (repeat each Value) {
        try gradients(at: (repeat each arguments))
    }
}

/// A loss with its gradient that is called on values: interpreted or compiled.
public protocol CallableValuedGradient: Sendable {
    /// The function that is differentiated.
    associatedtype Program: DifferentiableProgram

    /// The loss at a point, and its gradient in every argument; `()` for integers.
    func valueAndGradients(
        at values: Program.Values
    ) throws(ReversibilityError) -> ValueAndGradient<Program.Gradients>
}

extension CallableValuedGradient {
    /// The loss, and its gradient in every argument; `()` for integers.
    @inlinable
    public func callAsFunction<each Value>(
        _ arguments: repeat each Value
    ) throws(ReversibilityError) -> ValueAndGradient<Program.Gradients>
    where Program.Values == (repeat each Value) {
        try valueAndGradients(at: (repeat each arguments))
    }
}

/// A vector–Jacobian product of one result that is called on values: interpreted or compiled.
public protocol CallableVJP: Sendable {
    /// The function that is differentiated.
    associatedtype Program: DifferentiableProgram

    /// The final values, and the gradients in all arguments of a loss whose gradient in one result is given.
    func product<Cotangent>(
        at values: Program.Values, cotangent: Cotangent
    ) throws(ReversibilityError) -> Product<Program.Values, Program.Gradients>
}

// One for every shape that a place has, so that `2` and `[1, -1]` are what is meant.
extension CallableVJP {
    /// The final values, and the gradients in the arguments; the result is a `Scalar`.
    @inlinable
    public func callAsFunction<each Value>(
        _ arguments: repeat each Value, cotangent: Double
    ) throws(ReversibilityError) -> Product<Program.Values, Program.Gradients>
    where Program.Values == (repeat each Value) {
        try product(at: (repeat each arguments), cotangent: cotangent)
    }

    /// The final values, and the gradients in the arguments; the result is a `Vector`.
    @inlinable
    public func callAsFunction<each Value>(
        _ arguments: repeat each Value, cotangent: [Double]
    ) throws(ReversibilityError) -> Product<Program.Values, Program.Gradients>
    where Program.Values == (repeat each Value) {
        try product(at: (repeat each arguments), cotangent: cotangent)
    }

    /// The final values, and the gradients in the arguments; the result is a `Matrix`.
    @inlinable
    public func callAsFunction<each Value>(
        _ arguments: repeat each Value, cotangent: DenseMatrix
    ) throws(ReversibilityError) -> Product<Program.Values, Program.Gradients>
    where Program.Values == (repeat each Value) {
        try product(at: (repeat each arguments), cotangent: cotangent)
    }

    /// The final values, and the gradients in the arguments; the result is a struct of places.
    @inlinable
    @_disfavoredOverload
    public func callAsFunction<each Value, Cotangent: ArgumentValue>(
        _ arguments: repeat each Value, cotangent: Cotangent
    ) throws(ReversibilityError) -> Product<Program.Values, Program.Gradients>
    where Program.Values == (repeat each Value) {
        try product(at: (repeat each arguments), cotangent: cotangent)
    }
}

/// A Jacobian–vector product that is called on values: interpreted or compiled.
public protocol CallableJVP: Sendable {
    /// The function that is differentiated.
    associatedtype Program: DifferentiableProgram

    /// The final values, and their derivatives in a direction.
    func product(
        at values: Program.Values, tangent: Program.Directions
    ) throws(ReversibilityError) -> Product<Program.Values, Program.Gradients>
}

extension CallableJVP {
    /// The final values, and their derivatives in a direction.
    @inlinable
    public func callAsFunction<each Value>(
        _ arguments: repeat each Value, tangent: Program.Directions
    ) throws(ReversibilityError) -> Product<Program.Values, Program.Gradients>
    where Program.Values == (repeat each Value) {
        try product(at: (repeat each arguments), tangent: tangent)
    }
}

/// A Hessian–vector product that is called on values: interpreted or compiled.
public protocol CallableHessianProduct: Sendable {
    /// The function whose loss is differentiated twice.
    associatedtype Program: DifferentiableProgram

    /// For every argument the derivative of its gradient in a direction.
    func product(
        at values: Program.Values, direction: Program.Directions
    ) throws(ReversibilityError) -> Program.Gradients
}

extension CallableHessianProduct {
    /// For every argument the derivative of its gradient in a direction.
    @inlinable
    public func callAsFunction<each Value>(
        _ arguments: repeat each Value, direction: Program.Directions
    ) throws(ReversibilityError) -> Program.Gradients where Program.Values == (repeat each Value) {
        try product(at: (repeat each arguments), direction: direction)
    }
}
