/// A place that holds a complex number: two real places.
///
/// It changes by complex expressions, and its parts by real ones. The gradient of a real loss is the pair of its derivatives
/// in the real and the imaginary part.
///
/// ```swift
/// let square = ReversibleFunction { (y: Complex, z: Complex) in y += z * z }
/// let (y, _) = try square(Complex.Value(re: 0, im: 0), Complex.Value(re: 1, im: 2))      // y is −3 + 4i
/// ```
public struct Complex: Argument, ComplexOperand {
    /// The real part.
    public var re: Scalar
    /// The imaginary part.
    public var im: Scalar

    /// A complex number of two places.
    public init(re: Scalar, im: Scalar) {
        self.re = re
        self.im = im
    }

    /// The place's content.
    public var complex: ComplexExpr { ComplexExpr(re: re, im: im) }

    /// The host value; in an expression a constant.
    public struct Value: ArgumentValue, Hashable, ComplexOperand, CustomStringConvertible {
        /// The real part.
        public var re: Double
        /// The imaginary part.
        public var im: Double

        /// re + i im.
        public init(re: Double, im: Double) {
            self.re = re
            self.im = im
        }

        /// The imaginary unit.
        public static let i = Value(re: 0, im: 1)

        /// The constant as an expression.
        public var complex: ComplexExpr { ComplexExpr(re: re, im: im) }

        /// `3.0 - 4.0i`.
        public var description: String { "\(re) \(im.sign == .minus ? "-" : "+") \(im.magnitude)i" }
    }
}

extension Complex {
    /// Adds a complex expression; the inverse is `-=`.
    public static func += (place: Complex, change: some ComplexOperand) -> Statement {
        .together(.add, place.parts(with: change.complex))
    }

    /// Subtracts a complex expression; the inverse is `+=`.
    public static func -= (place: Complex, change: some ComplexOperand) -> Statement {
        .together(.subtract, place.parts(with: change.complex))
    }

    /// Adds a real expression to the real part; the inverse is `-=`.
    public static func += (place: Complex, change: some Operand) -> Statement { place.re += change }

    /// Subtracts a real expression from the real part; the inverse is `+=`.
    public static func -= (place: Complex, change: some Operand) -> Statement { place.re -= change }

    /// Multiplies by a complex number, which must be finite and not 0; the inverse is `/=`.
    ///
    /// It is a rotation by the factor's angle, then a multiplication by its absolute value: `ROT(z, arg(w))`, `z *= abs(w)`.
    public static func *= (place: Complex, factor: some ComplexOperand) -> Statement {
        .turned(place.turning(by: arg(factor)), then: .together(.multiply, place.scaling(by: abs(factor))))
    }

    /// Divides by a complex number, which must be finite and not 0; the inverse is `*=`.
    public static func /= (place: Complex, factor: some ComplexOperand) -> Statement {
        (place *= factor).inverse
    }

    /// Multiplies by a real factor, which must be finite and not 0; the inverse is `/=`.
    public static func *= (place: Complex, factor: some Operand) -> Statement {
        .together(.multiply, place.scaling(by: factor.expression))
    }

    /// Divides by a real number, which must be finite and not 0; the inverse is `*=`.
    public static func /= (place: Complex, factor: some Operand) -> Statement {
        .together(.divide, place.scaling(by: factor.expression))
    }

    private func parts(with change: ComplexExpr) -> [(place: Place, change: Node)] {
        [(re.place, change.re.node), (im.place, change.im.node)]
    }

    private func scaling(by factor: Expr) -> [(place: Place, change: Node)] {
        [(re.place, factor.node), (im.place, factor.node)]
    }

    private func turning(by angle: Expr) -> Statement { ROT(re, im, angle) }
}

/// Multiplies a complex number by exp(i `angle`): turns it about 0, counterclockwise, in radians. The inverse is
/// ``IROT(_:_:)-(Complex,_)``.
public func ROT(_ z: Complex, _ angle: some Operand) -> Statement { ROT(z.re, z.im, angle) }

/// Divides a complex number by exp(i `angle`): turns it about 0, clockwise, in radians. The inverse is
/// ``ROT(_:_:)-(Complex,_)``.
public func IROT(_ z: Complex, _ angle: some Operand) -> Statement { IROT(z.re, z.im, angle) }

/// Replaces a complex number by its conjugate. Its own inverse.
public func CONJ(_ z: Complex) -> Statement { NEG(z.im) }

extension Statement {
    /// A statement and another one, as one.
    static func turned(_ first: Statement, then second: Statement) -> Statement {
        Statement(.block(Block(statements: [first, second])))
    }
}
