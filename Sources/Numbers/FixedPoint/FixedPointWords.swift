// Whatever changes a fixed-point number adds to it what does not depend on it: shears, of which rotations and squeezes are
// made (Paeth 1986; Daubechies and Sweldens 1998). Each is undone in every bit, however its products were rounded.

extension FixedPoint {
    /// Adds an expression, exactly; the inverse is `-=`.
    public static func += (place: FixedPoint, change: some FixedPointOperand<Format>) -> Statement {
        change.fixedPoint.statement { place.bits += $0 }
    }

    /// Subtracts an expression, exactly; the inverse is `+=`.
    public static func -= (place: FixedPoint, change: some FixedPointOperand<Format>) -> Statement {
        change.fixedPoint.statement { place.bits -= $0 }
    }

    /// Adds the fixed-point number nearest to a constant; the inverse is `-=`.
    public static func += (place: FixedPoint, change: some ConstantOperand) -> Statement {
        place += FixedPointExpr(constant: change.number)
    }

    /// Subtracts the fixed-point number nearest to a constant; the inverse is `+=`.
    public static func -= (place: FixedPoint, change: some ConstantOperand) -> Statement {
        place -= FixedPointExpr(constant: change.number)
    }

    /// Not reversible: a product of fixed-point numbers is rounded.
    @available(
        *, unavailable,
        message:
            "a fixed-point number cannot be multiplied in place, as the product is rounded: add it to another place, or use `SQUEEZE` and `ROT`, which come back in every bit"
    )
    public static func *= (place: FixedPoint, factor: some Operand) -> Statement { .empty }
}

/// Turns the point (`a`, `b`) by a constant angle in radians, counterclockwise; the inverse is
/// ``IROT(_:_:_:)-(_,_,ConstantOperand)``, in every bit.
///
/// Quarter turns are exact. What is left of the angle, at most π/4, is three shears (Paeth 1986): `a -= tan(angle/2) · b`,
/// `b += sin(angle) · a`, `a -= tan(angle/2) · b`. Each rounds by at most half of the last bit.
public func ROT<Format>(
    _ a: FixedPoint<Format>, _ b: FixedPoint<Format>, _ angle: some ConstantOperand
) -> Statement {
    let angle = angle.number
    guard angle.isFinite else { return Statement(.misuse("a point cannot be turned by \(angle)")) }
    let turn = angle.remainder(dividingBy: 2 * .pi)
    let quarters = (turn / (.pi / 2)).rounded()
    let rest = turn - quarters * (.pi / 2)
    let slope = SystemMath.sin(rest / 2) / SystemMath.cos(rest / 2)
    var statements: [Statement] = []
    switch quarters {
    case 1: statements = [SWAP(a, b), NEG(a)]
    case -1: statements = [SWAP(a, b), NEG(b)]
    case 0: break
    default: statements = [NEG(a), NEG(b)]
    }
    if rest != 0 {
        statements += [a -= slope * b, b += SystemMath.sin(rest) * a, a -= slope * b]
    }
    return Statement(.block(Block(statements: statements)))
}

/// Turns the point (`a`, `b`) by a constant angle in radians, clockwise: the inverse of
/// ``ROT(_:_:_:)-(_,_,ConstantOperand)``, in every bit.
public func IROT<Format>(
    _ a: FixedPoint<Format>, _ b: FixedPoint<Format>, _ angle: some ConstantOperand
) -> Statement {
    ROT(a, b, angle).inverse
}

/// Not available, which is said when the function is made: the angle must be known then, to be made into shears.
public func ROT<Format>(
    _ a: FixedPoint<Format>, _ b: FixedPoint<Format>, _ angle: some SymbolicOperand
) -> Statement { angleIsSymbolic }

/// Not available, which is said when the function is made: the angle must be known then, to be made into shears.
public func IROT<Format>(
    _ a: FixedPoint<Format>, _ b: FixedPoint<Format>, _ angle: some SymbolicOperand
) -> Statement { angleIsSymbolic }

private var angleIsSymbolic: Statement {
    Statement(
        .misuse(
            "fixed-point numbers turn by an angle that is known while the program is made, a Swift number"))
}

/// Multiplies `a` by a constant factor and divides `b` by it, rounded to a few last bits; the inverse is
/// ``UNSQUEEZE(_:_:by:)``, in every bit.
///
/// One number alone cannot be multiplied: numbers would get lost, or have no origin. A pair can, if its area is kept, by
/// four shears (Daubechies and Sweldens 1998). The sum of both numbers, and k² times b, must be in the range.
public func SQUEEZE<Format>(
    _ a: FixedPoint<Format>, _ b: FixedPoint<Format>, by factor: some ConstantOperand
) -> Statement {
    let k = factor.number
    guard k.isFinite, k != 0, (1 / k).isFinite else {
        return Statement(.misuse("numbers cannot be squeezed by \(k), which must be finite and not 0"))
    }
    return Statement(
        .block(
            Block(statements: [b += a.fixedPoint, a += (k - 1) * b, b -= (1 / k) * a, a += (k - k * k) * b])))
}

/// Divides `a` by a constant factor and multiplies `b` by it: the inverse of ``SQUEEZE(_:_:by:)``, in every bit.
public func UNSQUEEZE<Format>(
    _ a: FixedPoint<Format>, _ b: FixedPoint<Format>, by factor: some ConstantOperand
) -> Statement {
    SQUEEZE(a, b, by: factor).inverse
}
