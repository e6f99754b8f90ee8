/// A place that holds a row of fixed-point numbers.
public struct FixedPointVector<Format: FixedPointFormat>: Argument, FixedPointOperand {
    /// The numbers times 2 to the power of ``FixedPointFormat/fractionBits``.
    public var bits: IntegerVector

    /// The numbers whose bits a place holds.
    public init(bits: IntegerVector) { self.bits = bits }

    /// Integers have no gradient.
    public typealias Gradient = NoGradient

    /// All elements, for elementwise expressions.
    public var fixedPoint: FixedPointExpr<Format> { FixedPointExpr(bits: bits) }

    /// The number of elements, known when the program runs.
    public var count: Expr { bits.count }

    /// The range of valid indices, `0..<count`.
    public var indices: IndexRange { bits.indices }

    /// The element at `index`.
    public subscript(index: some Operand) -> FixedPoint<Format> { FixedPoint(bits: bits[index]) }

    /// A part as a vector, without a copy: to change it is to change the vector.
    public subscript(range: some LoopRange) -> FixedPointVector { FixedPointVector(bits: bits[range]) }

    /// A scratch vector of `count` zeros; all zeros again at the end of the enclosing block.
    public static func ancilla(
        count: some Operand, _ name: String? = nil, fileID: String = #fileID, line: Int = #line,
        column: Int = #column
    ) -> FixedPointVector {
        FixedPointVector(
            bits: .ancilla(
                count: count, name.map { "\($0).bits" }, fileID: fileID, line: line, column: column))
    }

    /// The host value.
    public struct Value: ArgumentValue, Hashable {
        /// The numbers times 2 to the power of ``FixedPointFormat/fractionBits``.
        public var bits: [Int]

        /// Integers have no gradient.
        public typealias Gradient = Void

        /// The numbers of these bits.
        public init(bits: [Int]) { self.bits = bits }

        /// The numbers nearest to some others, as ``FixedPoint/Value/init(_:)``.
        public init(_ values: [Double]) throws(ReversibilityError) {
            bits = try values.map { (value) throws(ReversibilityError) in
                try FixedPoint<Format>.Value(value).bits
            }
        }

        /// The numbers one by one.
        public var numbers: [FixedPoint<Format>.Value] { bits.map { FixedPoint.Value(bits: $0) } }
    }
}

extension FixedPointVector {
    /// Adds elementwise, exactly; the inverse is `-=`.
    public static func += (place: Self, change: some FixedPointOperand<Format>) -> Statement {
        change.fixedPoint.statement { place.bits += $0 }
    }

    /// Subtracts elementwise, exactly; the inverse is `+=`.
    public static func -= (place: Self, change: some FixedPointOperand<Format>) -> Statement {
        change.fixedPoint.statement { place.bits -= $0 }
    }
}

extension FixedPointVector {
    /// Declares the place; throws if the format is none.
    public static func makePlaces(from source: inout PlaceSource) throws -> FixedPointVector {
        if let problem = Format.problem { throw FixedPointFormatError(description: problem) }
        return FixedPointVector(bits: try source.field("bits") { try IntegerVector.makePlaces(from: &$0) })
    }

    /// Packs the bits.
    public static func pack(_ value: Value, into writer: inout ValueWriter) {
        IntegerVector.pack(value.bits, into: &writer)
    }

    /// Unpacks the bits.
    public static func unpack(from reader: inout ValueReader) throws -> Value {
        Value(bits: try IntegerVector.unpack(from: &reader))
    }

    /// Integers have no gradient.
    public static func packGradient(_ gradient: Void, into writer: inout ValueWriter) {}

    /// Integers have no gradient.
    public static func unpackGradient(from reader: inout ValueReader) {}
}
