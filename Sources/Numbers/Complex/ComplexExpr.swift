/// A complex formula over places: two real ones.
///
/// It stands to the right of `+=`, and is evaluated where the statement that holds it runs. Over vectors it works element by
/// element, as real expressions do.
public struct ComplexExpr: ComplexOperand {
    /// The real part.
    public let re: Expr
    /// The imaginary part.
    public let im: Expr

    /// re + i im.
    public init(re: some Operand, im: some Operand) {
        self.re = re.expression
        self.im = im.expression
    }

    /// The expression itself.
    public var complex: ComplexExpr { self }
}

/// Anything that can stand in a complex expression: a ``Complex``, a ``ComplexVector``, a ``ComplexExpr`` or a
/// ``Complex/Value``.
public protocol ComplexOperand: Sendable {
    /// This operand as an expression.
    var complex: ComplexExpr { get }
}

// Beside a complex operand stands another one, or a real one: never two real ones, so that arithmetic of the host has
// nothing to weigh.

/// The sum of two complex operands.
@_disfavoredOverload
public func + (a: some ComplexOperand, b: some ComplexOperand) -> ComplexExpr {
    let (a, b) = (a.complex, b.complex)
    return ComplexExpr(re: a.re + b.re, im: a.im + b.im)
}

/// The difference of two complex operands.
@_disfavoredOverload
public func - (a: some ComplexOperand, b: some ComplexOperand) -> ComplexExpr {
    let (a, b) = (a.complex, b.complex)
    return ComplexExpr(re: a.re - b.re, im: a.im - b.im)
}

/// The product of two complex operands.
@_disfavoredOverload
public func * (a: some ComplexOperand, b: some ComplexOperand) -> ComplexExpr {
    let (a, b) = (a.complex, b.complex)
    return ComplexExpr(re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re)
}

/// The quotient of two complex operands, wherever it is a number that the parts can hold.
///
/// The divisor is scaled by its larger part first, so that its square is not taken, which might not be a number.
@_disfavoredOverload
public func / (a: some ComplexOperand, b: some ComplexOperand) -> ComplexExpr {
    let (a, b) = (a.complex, b.complex)
    // The quotient does not depend on the scale, and neither does its derivative.
    let scale = stopGradient(max(abs(b.re), abs(b.im)))
    let (re, im) = (b.re / scale, b.im / scale)
    let divisor = b.re * re + b.im * im
    return ComplexExpr(re: (a.re * re + a.im * im) / divisor, im: (a.im * re - a.re * im) / divisor)
}

/// The negative of a complex operand.
@_disfavoredOverload
public prefix func - (a: some ComplexOperand) -> ComplexExpr {
    ComplexExpr(re: -a.complex.re, im: -a.complex.im)
}

/// The sum of a complex and a real operand.
@_disfavoredOverload
public func + (a: some ComplexOperand, b: some Operand) -> ComplexExpr {
    ComplexExpr(re: a.complex.re + b, im: a.complex.im)
}

/// The sum of a real and a complex operand.
@_disfavoredOverload
public func + (a: some Operand, b: some ComplexOperand) -> ComplexExpr {
    ComplexExpr(re: a + b.complex.re, im: b.complex.im)
}

/// The difference of a complex and a real operand.
@_disfavoredOverload
public func - (a: some ComplexOperand, b: some Operand) -> ComplexExpr {
    ComplexExpr(re: a.complex.re - b, im: a.complex.im)
}

/// The difference of a real and a complex operand.
@_disfavoredOverload
public func - (a: some Operand, b: some ComplexOperand) -> ComplexExpr {
    ComplexExpr(re: a - b.complex.re, im: -b.complex.im)
}

/// The product of a complex and a real operand.
@_disfavoredOverload
public func * (a: some ComplexOperand, b: some Operand) -> ComplexExpr {
    ComplexExpr(re: a.complex.re * b, im: a.complex.im * b)
}

/// The product of a real and a complex operand.
@_disfavoredOverload
public func * (a: some Operand, b: some ComplexOperand) -> ComplexExpr {
    ComplexExpr(re: a * b.complex.re, im: a * b.complex.im)
}

/// The quotient of a complex and a real operand.
@_disfavoredOverload
public func / (a: some ComplexOperand, b: some Operand) -> ComplexExpr {
    ComplexExpr(re: a.complex.re / b, im: a.complex.im / b)
}

/// The quotient of a real and a complex operand.
@_disfavoredOverload
public func / (a: some Operand, b: some ComplexOperand) -> ComplexExpr {
    ComplexExpr(re: a, im: 0.0) / b
}
