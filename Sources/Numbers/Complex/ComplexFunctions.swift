// Functions of complex numbers, by the names that C++ and Julia have for them.

/// The conjugate.
public func conj(_ z: some ComplexOperand) -> ComplexExpr {
    ComplexExpr(re: z.complex.re, im: -z.complex.im)
}

/// The absolute value, without overflow; its derivatives at 0 are taken as 0.
@_disfavoredOverload
public func abs(_ z: some ComplexOperand) -> Expr { hypot(z.complex.re, z.complex.im) }

/// The square of the absolute value, re² + im².
public func abs2(_ z: some ComplexOperand) -> Expr {
    z.complex.re * z.complex.re + z.complex.im * z.complex.im
}

/// The angle, from −π to π; its derivatives at 0 are taken as 0. It jumps where the number is real and negative.
public func arg(_ z: some ComplexOperand) -> Expr { atan2(z.complex.im, z.complex.re) }

/// The number with an absolute value and an angle in radians, radius · exp(i angle).
public func polar(_ radius: some Operand, _ angle: some Operand) -> ComplexExpr {
    let angle = angle.expression
    return ComplexExpr(re: radius * cos(angle), im: radius * sin(angle))
}

/// e to the power `z`.
@_disfavoredOverload
public func exp(_ z: some ComplexOperand) -> ComplexExpr { polar(exp(z.complex.re), z.complex.im) }

/// The natural logarithm whose imaginary part is from −π to π, log |z| + i arg z.
@_disfavoredOverload
public func log(_ z: some ComplexOperand) -> ComplexExpr { ComplexExpr(re: log(abs(z)), im: arg(z)) }

/// `z` to a real power, the principal value exp(exponent · log z); 0 to a positive power is 0, as are its derivatives.
@_disfavoredOverload
public func pow(_ z: some ComplexOperand, _ exponent: some Operand) -> ComplexExpr {
    polar(pow(abs(z), exponent), exponent * arg(z))
}

/// The square root whose real part is not negative, without squares that overflow; its derivatives at 0 are taken as 0.
///
/// Of a negative real number it has a positive imaginary part, whatever the sign of its zero: sqrt(−1) = i.
@_disfavoredOverload
public func sqrt(_ z: some ComplexOperand) -> ComplexExpr {
    let (re, im) = (z.complex.re, z.complex.im)
    let zero = Expr(constant: 0)
    // The larger part's size; of halves, as the absolute value may be too large for a number.
    let larger = sqrt(abs(re) / 2 + hypot(re / 2, im / 2))
    let smaller = Expr.select(larger, .greater, zero, then: im / (2 * larger), else: zero)
    // Its absolute value, by the sign of the imaginary part, so that it has its slope on the negative real axis too.
    let unsigned = Expr.select(im, .less, zero, then: -smaller, else: smaller)
    return ComplexExpr(
        re: Expr.select(re, .less, zero, then: unsigned, else: larger),
        im: Expr.select(re, .less, zero, then: copysign(larger, im), else: smaller))
}

/// The sum of all elements of a complex vector or an elementwise expression of them.
public func sum(_ elements: some ComplexOperand) -> ComplexExpr {
    ComplexExpr(re: sum(elements.complex.re), im: sum(elements.complex.im))
}
