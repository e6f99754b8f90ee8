/// A place that holds a number by its exponent: a probability by its logarithm, or a tropical number.
///
/// A product is a sum of exponents, which can be undone: `*=` and `/=` are the words that change a number. A sum forgets
/// what it is made of. It is an expression, by which another number is multiplied; a scratch number begins at 1, so that
/// `total *= a + b` puts the sum there.
///
/// ```swift
/// let longer = ReversibleFunction { (out: Tropical, a: Tropical, b: Tropical, step: Tropical) in
///     out *= (a + b) * step
/// }
/// ```
///
/// Its exponent is a real number, and so is its gradient.
public struct SemiringNumber<Algebra: Semiring>: Argument, SemiringOperand {
    /// The logarithm, or the tropical number itself.
    public var exponent: Scalar

    /// The number whose exponent a place holds.
    public init(exponent: Scalar) { self.exponent = exponent }

    /// The place's content.
    public var semiring: SemiringExpr<Algebra> { SemiringExpr(exponent: exponent) }

    /// The host value; in an expression a constant.
    public struct Value: ArgumentValue, Hashable, SemiringOperand, CustomStringConvertible {
        /// The logarithm, or the tropical number itself.
        public var exponent: Double

        /// The number with an exponent.
        public init(exponent: Double) { self.exponent = exponent }

        /// What changes no sum: −∞, or ∞ where the smaller one is the sum.
        public static var zero: Value { Value(exponent: Algebra.zero) }

        /// What changes no product: the exponent 0.
        public static var one: Value { Value(exponent: 0) }

        /// Whether this is ``zero``, or what a place holds for it.
        public var isZero: Bool {
            Algebra.addition == .min ? exponent >= Algebra.farthest : exponent <= Algebra.farthest
        }

        /// The constant as an expression.
        public var semiring: SemiringExpr<Algebra> { SemiringExpr(exponent: exponent) }

        /// The exponent.
        public var description: String { isZero ? "zero" : "\(exponent)" }
    }
}

extension SemiringNumber<LogSumExp>.Value {
    /// The number with its logarithm: NaN for a negative one.
    public init(_ number: Double) { self.init(exponent: SystemMath.log(number)) }
}

extension Double {
    /// The number whose logarithm is given.
    public init(_ number: LogNumber.Value) { self = SystemMath.exp(number.exponent) }
}

extension SemiringNumber {
    /// Multiplies by a number; the inverse is `/=`.
    ///
    /// A product with zero cannot be undone, but for that of one, which a scratch number is in the beginning: anything else
    /// is an error of kind `assertion`. What the place then holds is not infinite, but 2¹²⁷ in
    /// size (``Value/isZero``).
    public static func *= (place: SemiringNumber, factor: some SemiringOperand<Algebra>) -> Statement {
        place.multiplied(by: factor.semiring)
    }

    /// Divides by a number; the inverse is `*=`.
    public static func /= (place: SemiringNumber, factor: some SemiringOperand<Algebra>) -> Statement {
        (place *= factor).inverse
    }

    /// Multiplies by a sum over a vector, in which another number is added up; the inverse is `/=`.
    public static func *= (place: SemiringNumber, sum: SemiringSum<Algebra>) -> Statement {
        sum.multiplying(place)
    }

    /// Divides by a sum over a vector; the inverse is `*=`.
    public static func /= (place: SemiringNumber, sum: SemiringSum<Algebra>) -> Statement {
        sum.multiplying(place).inverse
    }

    /// Not reversible: a sum forgets what it is made of.
    @available(
        *, unavailable,
        message:
            "a sum of such numbers cannot be taken back: multiply a number that is 1, as a scratch number is, by the sum, as in `total *= a + b`"
    )
    public static func += (place: SemiringNumber, change: some SemiringOperand<Algebra>) -> Statement {
        .empty
    }

    func multiplied(by factor: SemiringExpr<Algebra>) -> Statement {
        let change = Algebra.held(factor.exponent)
        // Beyond half of the farthest number another one is lost, but for 0.
        let isLost = Algebra.addition == .min ? change > 0x1p126 : change < -0x1p126
        return Statement(
            .block(
                Block(
                    statements: [
                        Assert(
                            !isLost || exponent == 0.0 || abs(exponent) > 0x1p126,
                            "only one can be multiplied by zero, or the product could not be undone"),
                        exponent += change,
                    ])))
    }
}
