/// A formula over fixed-point numbers of one format.
///
/// Sums, differences and negatives are exact; products are rounded to nearest, ties upward. What leaves the range is an
/// error when it runs.
public struct FixedPointExpr<Format: FixedPointFormat>: FixedPointOperand {
    /// The number times 2 to the power of ``FixedPointFormat/fractionBits``, an integer.
    public let bits: Expr
    /// Why this cannot be used: a constant is not in the range.
    let problem: String?

    /// The number of these bits.
    public init(bits: some IntegerOperand) { self.init(bits.expression) }

    init(_ bits: Expr, problem: String? = nil) { (self.bits, self.problem) = (bits, problem) }

    /// The expression itself.
    public var fixedPoint: FixedPointExpr { self }

    /// The value as a real number, for places that are real: rounded where it has more than 53 bits, and without a gradient.
    public var real: Expr { bits * (1 / Format.unit) }
}

/// Anything that can stand in an expression of fixed-point numbers of one format.
public protocol FixedPointOperand<Format>: Sendable {
    /// How many bits are behind the point.
    associatedtype Format: FixedPointFormat
    /// This operand as an expression.
    var fixedPoint: FixedPointExpr<Format> { get }
}

extension FixedPointOperand {
    /// The value as a real number. See ``FixedPointExpr/real``.
    public var real: Expr { fixedPoint.real }
}

extension FixedPointExpr {
    /// The constant nearest to a number.
    init(constant value: Double) {
        let scaled = (value * Format.unit).rounded(.toNearestOrEven)
        let bits = Int(exactly: scaled)
        self.init((bits ?? 0).expression, problem: bits == nil ? Self.outOfRange(value) : nil)
    }

    /// What is wrong with a number that the format has not.
    static func outOfRange(_ value: Double) -> String {
        let bound = formatted("%.10g", 0x1p63 / Format.unit)
        return "\(value) is no number of the format \(Format.self), which goes from -\(bound) to \(bound)"
    }

    /// A statement about the bits, or one that says why there can be none.
    func statement(_ make: (Expr) -> Statement) -> Statement {
        problem.map { Statement(.misuse($0)) } ?? make(bits)
    }

    private func with(_ other: FixedPointExpr, _ combine: (Expr, Expr) -> Expr) -> FixedPointExpr {
        FixedPointExpr(combine(bits, other.bits), problem: problem ?? other.problem)
    }

    fileprivate func plus(_ other: FixedPointExpr) -> FixedPointExpr { with(other) { $0 + $1 } }
    fileprivate func minus(_ other: FixedPointExpr) -> FixedPointExpr { with(other) { $0 - $1 } }
    fileprivate func times(_ other: FixedPointExpr) -> FixedPointExpr {
        with(other) { roundedProduct($0, $1, shift: Format.fractionBits) }
    }

    /// The product with a constant, of which as many bits are taken as there are: the result is off by half of its last bit,
    /// and hardly more.
    func times(_ factor: Double) -> FixedPointExpr {
        // A whole factor is exact; any other has at most 62 bits behind the point, and fewer if some are before it.
        if let whole = Int(exactly: factor), whole.magnitude < 1 << 53 {
            return FixedPointExpr(bits * whole, problem: problem)
        }
        guard factor.isFinite, factor.magnitude < 0x1p60 else {
            return FixedPointExpr(
                0.expression,
                problem: problem ?? "a fixed-point number cannot be multiplied by \(factor)")
        }
        let shift = min(62, 61 - Int(factor.exponent))
        let constant = Int((factor * Double(sign: .plus, exponent: shift, significand: 1)).rounded())
        return FixedPointExpr(roundedProduct(bits, constant.expression, shift: shift), problem: problem)
    }
}

/// The sum of two fixed-point numbers, exact.
@_disfavoredOverload
public func + <Format>(
    a: some FixedPointOperand<Format>, b: some FixedPointOperand<Format>
) -> FixedPointExpr<Format> { a.fixedPoint.plus(b.fixedPoint) }

/// The difference of two fixed-point numbers, exact.
@_disfavoredOverload
public func - <Format>(
    a: some FixedPointOperand<Format>, b: some FixedPointOperand<Format>
) -> FixedPointExpr<Format> { a.fixedPoint.minus(b.fixedPoint) }

/// The product of two fixed-point numbers, rounded to nearest.
@_disfavoredOverload
public func * <Format>(
    a: some FixedPointOperand<Format>, b: some FixedPointOperand<Format>
) -> FixedPointExpr<Format> { a.fixedPoint.times(b.fixedPoint) }

/// The negative, exact.
@_disfavoredOverload
public prefix func - <Format>(a: some FixedPointOperand<Format>) -> FixedPointExpr<Format> {
    FixedPointExpr(constant: 0).minus(a.fixedPoint)
}

/// The sum of a fixed-point number and the one nearest to a constant.
@_disfavoredOverload
public func + <Format>(
    a: some FixedPointOperand<Format>, b: some ConstantOperand
) -> FixedPointExpr<Format> { a.fixedPoint.plus(FixedPointExpr(constant: b.number)) }

/// The sum of the fixed-point number nearest to a constant and another one.
@_disfavoredOverload
public func + <Format>(
    a: some ConstantOperand, b: some FixedPointOperand<Format>
) -> FixedPointExpr<Format> { FixedPointExpr(constant: a.number).plus(b.fixedPoint) }

/// The difference of a fixed-point number and the one nearest to a constant.
@_disfavoredOverload
public func - <Format>(
    a: some FixedPointOperand<Format>, b: some ConstantOperand
) -> FixedPointExpr<Format> { a.fixedPoint.minus(FixedPointExpr(constant: b.number)) }

/// The difference of the fixed-point number nearest to a constant and another one.
@_disfavoredOverload
public func - <Format>(
    a: some ConstantOperand, b: some FixedPointOperand<Format>
) -> FixedPointExpr<Format> { FixedPointExpr(constant: a.number).minus(b.fixedPoint) }

/// The product of a fixed-point number and a constant, which is not rounded to the format; the product is, to nearest.
@_disfavoredOverload
public func * <Format>(
    a: some FixedPointOperand<Format>, b: some ConstantOperand
) -> FixedPointExpr<Format> { a.fixedPoint.times(b.number) }

/// The product of a constant, which is not rounded to the format, and a fixed-point number; the product is, to nearest.
@_disfavoredOverload
public func * <Format>(
    a: some ConstantOperand, b: some FixedPointOperand<Format>
) -> FixedPointExpr<Format> { b.fixedPoint.times(a.number) }

extension ConstantOperand {
    /// The number; what is none is NaN.
    var number: Double {
        switch node.kind {
        case .real(let value): value
        case .integer(let value): Double(value)
        default: .nan
        }
    }
}
