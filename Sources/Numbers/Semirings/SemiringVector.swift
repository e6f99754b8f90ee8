/// A place that holds a row of numbers by their exponents.
public struct SemiringVector<Algebra: Semiring>: Argument, SemiringOperand {
    /// The logarithms, or the tropical numbers themselves.
    public var exponents: Vector

    /// The numbers whose exponents a place holds.
    public init(exponents: Vector) { self.exponents = exponents }

    /// All elements, for elementwise expressions and sums.
    public var semiring: SemiringExpr<Algebra> { SemiringExpr(exponent: exponents) }

    /// The number of elements, known when the program runs.
    public var count: Expr { exponents.count }

    /// The range of valid indices, `0..<count`.
    public var indices: IndexRange { exponents.indices }

    /// The element at `index`.
    public subscript(index: some Operand) -> SemiringNumber<Algebra> {
        SemiringNumber(exponent: exponents[index])
    }

    /// A part as a vector, without a copy: to change it is to change the vector.
    public subscript(range: some LoopRange) -> SemiringVector { SemiringVector(exponents: exponents[range]) }

    /// A scratch vector of `count` ones, whose exponents are 0; all ones again at the end of the enclosing block.
    public static func ancilla(
        count: some Operand, _ name: String? = nil, fileID: String = #fileID, line: Int = #line,
        column: Int = #column
    ) -> SemiringVector {
        SemiringVector(
            exponents: .ancilla(
                count: count, name.map { "\($0).exponents" }, fileID: fileID, line: line, column: column))
    }

    /// A vector that is part of the program, without a gradient. See `Vector.constant`.
    public static func constant(_ value: Value, _ name: String? = nil) -> SemiringVector {
        SemiringVector(exponents: .constant(value.exponents, name))
    }

    /// The host value.
    public struct Value: ArgumentValue, Hashable {
        /// The logarithms, or the tropical numbers themselves.
        public var exponents: [Double]

        /// The numbers with exponents.
        public init(exponents: [Double]) { self.exponents = exponents }

        /// `count` ones.
        public init(ones count: Int) { exponents = Array(repeating: 0, count: count) }

        /// The numbers one by one.
        public var numbers: [SemiringNumber<Algebra>.Value] {
            exponents.map { SemiringNumber.Value(exponent: $0) }
        }
    }
}

extension SemiringVector<LogSumExp>.Value {
    /// The numbers with their logarithms: NaN for a negative one.
    public init(_ numbers: [Double]) { self.init(exponents: numbers.map(SystemMath.log)) }
}

extension SemiringVector {
    /// Multiplies by the product of a matrix and a vector; the inverse is `/=`.
    public static func *= (place: SemiringVector, product: SemiringMatrixProduct<Algebra>) -> Statement {
        product.multiplying(place)
    }

    /// Divides by the product of a matrix and a vector; the inverse is `*=`.
    public static func /= (place: SemiringVector, product: SemiringMatrixProduct<Algebra>) -> Statement {
        product.multiplying(place).inverse
    }

    /// Multiplies element by element, by numbers that are not zero; the inverse is `/=`.
    ///
    /// Where some may be zero, `For(v.indices) { i in v[i] *= u[i] }` looks whether the product can be undone.
    public static func *= (place: SemiringVector, factor: some SemiringOperand<Algebra>) -> Statement {
        place.exponents += factor.semiring.exponent
    }

    /// Divides element by element, by numbers that are not zero; the inverse is `*=`.
    public static func /= (place: SemiringVector, factor: some SemiringOperand<Algebra>) -> Statement {
        place.exponents -= factor.semiring.exponent
    }
}
