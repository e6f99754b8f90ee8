/// A place that holds a row of complex numbers: real and imaginary parts apart.
///
/// Statements and expressions of whole vectors work element by element.
///
/// ```swift
/// let inner = ReversibleFunction { (out: Complex, u: ComplexVector, v: ComplexVector) in out += sum(conj(u) * v) }
/// ```
public struct ComplexVector: Argument, ComplexOperand {
    /// The real parts.
    public var re: Vector
    /// The imaginary parts; as many.
    public var im: Vector

    /// A complex vector of two places.
    public init(re: Vector, im: Vector) {
        self.re = re
        self.im = im
    }

    /// All elements, for elementwise expressions.
    public var complex: ComplexExpr { ComplexExpr(re: re, im: im) }

    /// The number of elements, known when the program runs.
    public var count: Expr { re.count }

    /// The range of valid indices, `0..<count`.
    public var indices: IndexRange { re.indices }

    /// The element at `index`.
    public subscript(index: some Operand) -> Complex { Complex(re: re[index], im: im[index]) }

    /// A part as a vector, without a copy: to change it is to change the vector.
    public subscript(range: some LoopRange) -> ComplexVector {
        ComplexVector(re: re[range], im: im[range])
    }

    /// A scratch vector of `count` zeros; all zeros again at the end of the enclosing block.
    public static func ancilla(
        count: some Operand, _ name: String? = nil, fileID: String = #fileID, line: Int = #line,
        column: Int = #column
    ) -> ComplexVector {
        func part(_ field: String) -> Vector {
            .ancilla(
                count: count, name.map { "\($0).\(field)" }, fileID: fileID, line: line, column: column)
        }
        return ComplexVector(re: part("re"), im: part("im"))
    }

    /// The host value.
    public struct Value: ArgumentValue, Hashable {
        /// The real parts.
        public var re: [Double]
        /// The imaginary parts.
        public var im: [Double]

        /// re + i im, element by element.
        public init(re: [Double], im: [Double]) {
            self.re = re
            self.im = im
        }

        /// `count` zeros.
        public init(zeros count: Int) {
            self.init(re: Array(repeating: 0, count: count), im: Array(repeating: 0, count: count))
        }

        /// A row of numbers.
        public init(_ numbers: [Complex.Value]) {
            self.init(re: numbers.map(\.re), im: numbers.map(\.im))
        }

        /// The numbers one by one, as many as have both parts.
        public var numbers: [Complex.Value] { zip(re, im).map { Complex.Value(re: $0, im: $1) } }
    }
}

extension ComplexVector {
    /// Adds elementwise; the inverse is `-=`.
    public static func += (place: ComplexVector, change: some ComplexOperand) -> Statement {
        .together(.add, place.parts(with: change.complex))
    }

    /// Subtracts elementwise; the inverse is `+=`.
    public static func -= (place: ComplexVector, change: some ComplexOperand) -> Statement {
        .together(.subtract, place.parts(with: change.complex))
    }

    /// Multiplies every element by a complex number, or its own of a vector, which must be finite and not 0; the inverse
    /// is `/=`. See ``Complex/*=(_:_:)-(_,ComplexOperand)``.
    public static func *= (place: ComplexVector, factor: some ComplexOperand) -> Statement {
        .turned(
            ROT(place, arg(factor)), then: .together(.multiply, place.scaling(by: abs(factor))))
    }

    /// Divides every element by a complex number, which must be finite and not 0; the inverse is `*=`.
    public static func /= (place: ComplexVector, factor: some ComplexOperand) -> Statement {
        (place *= factor).inverse
    }

    /// Multiplies every element by a real factor, which must be finite and not 0; the inverse is `/=`.
    public static func *= (place: ComplexVector, factor: some Operand) -> Statement {
        .together(.multiply, place.scaling(by: factor.expression))
    }

    /// Divides every element by a real number, which must be finite and not 0; the inverse is `*=`.
    public static func /= (place: ComplexVector, factor: some Operand) -> Statement {
        .together(.divide, place.scaling(by: factor.expression))
    }

    private func parts(with change: ComplexExpr) -> [(place: Place, change: Node)] {
        [(re.place, change.re.node), (im.place, change.im.node)]
    }

    private func scaling(by factor: Expr) -> [(place: Place, change: Node)] {
        [(re.place, factor.node), (im.place, factor.node)]
    }
}

/// Multiplies every element by exp(i `angle`), of one angle or one for each. The inverse is
/// ``IROT(_:_:)-(ComplexVector,_)``.
public func ROT(_ z: ComplexVector, _ angle: some Operand) -> Statement { ROT(z.re, z.im, angle) }

/// Divides every element by exp(i `angle`), of one angle or one for each. The inverse is
/// ``ROT(_:_:)-(ComplexVector,_)``.
public func IROT(_ z: ComplexVector, _ angle: some Operand) -> Statement { IROT(z.re, z.im, angle) }

/// Replaces every element by its conjugate. Its own inverse.
public func CONJ(_ z: ComplexVector) -> Statement { NEG(z.im) }
