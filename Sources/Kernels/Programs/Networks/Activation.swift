import AD

/// A function that a network's layer applies to every number.
///
/// An activation is called like the elementary functions, on numbers in expressions:
/// `h[i] += Activation.sigmoid(a * x[i] + b)`.
public enum Activation: Hashable, Sendable, CaseIterable {
    /// x itself.
    case identity
    /// The larger of x and 0; the derivative at 0 is 0.
    case relu
    /// 1 / (1 + exp(−x)), accurate also where it is close to 0.
    case sigmoid
    /// log(1 + exp(x)), without overflow; −softplus(−x) is the logarithm of the sigmoid.
    case softplus
    /// The hyperbolic tangent.
    case tanh

    /// The function's value as an expression.
    public func callAsFunction(_ x: some SymbolicOperand) -> Expr {
        switch self {
        case .identity: 1 * x
        // At a tie the first argument of `min` and `max` has the whole derivative. The order of arguments gives
        // relu the derivative 0 at 0, sigmoid its 1/4 and softplus its 1/2.
        case .relu: max(0, x)
        case .sigmoid: exp(min(0, x)) / (1 + exp(min(-x, x)))
        case .softplus: ReversibleCore.softplus(x)
        case .tanh: AD.tanh(x)
        }
    }
}
