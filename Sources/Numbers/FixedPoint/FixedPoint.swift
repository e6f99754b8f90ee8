/// A place that holds a fixed-point number: an integer, of which some bits are behind the point.
///
/// Sums and differences are exact, products are rounded to the nearest number in one way that every engine has. So whatever
/// a program does is undone in every bit, after any number of steps. A number that leaves its range is an error of kind
/// `integerOverflow` wherever checks are on: in the interpreter, and in code that is compiled with
/// `checks: .all`. Fixed-point numbers are integers, and have no gradient.
///
/// ```swift
/// let oscillator = ReversibleFunction { (x: FixedPoint<Q32>, v: FixedPoint<Q32>, steps: Integer) in
///     For(0..<steps) { _ in
///         v -= 0.01 * x
///         x += 0.01 * v
///     }
/// }
/// ```
public struct FixedPoint<Format: FixedPointFormat>: Argument, FixedPointOperand {
    /// The number times 2 to the power of ``FixedPointFormat/fractionBits``.
    public var bits: Integer

    /// The number whose bits a place holds.
    public init(bits: Integer) { self.bits = bits }

    /// Integers have no gradient.
    public typealias Gradient = NoGradient

    /// The place's content.
    public var fixedPoint: FixedPointExpr<Format> { FixedPointExpr(bits: bits) }

    /// The host value.
    public struct Value: ArgumentValue, Hashable, Comparable, CustomStringConvertible {
        /// The number times 2 to the power of ``FixedPointFormat/fractionBits``.
        public var bits: Int

        /// Integers have no gradient.
        public typealias Gradient = Void

        /// The number of these bits.
        public init(bits: Int) { self.bits = bits }

        /// The number nearest to `value`, ties to even.
        ///
        /// - Throws: A `ReversibilityError` of kind `integerOverflow` if `value` is not a number,
        ///   or beyond the range.
        public init(_ value: Double) throws(ReversibilityError) {
            let scaled = (value * Format.unit).rounded(.toNearestOrEven)
            guard Format.problem == nil, let bits = Int(exactly: scaled) else {
                throw ReversibilityError(
                    .integerOverflow, Format.problem ?? FixedPointExpr<Format>.outOfRange(value),
                    function: "FixedPoint<\(Format.self)>.Value")
            }
            self.bits = bits
        }

        /// Whether `a` is less than `b`.
        public static func < (a: Value, b: Value) -> Bool { a.bits < b.bits }

        /// The number as its nearest `Double`.
        public var description: String { Double(self).description }
    }
}

extension Double {
    /// The value of a fixed-point number, rounded where it has more than 53 bits.
    public init<Format>(_ number: FixedPoint<Format>.Value) { self = Double(number.bits) / Format.unit }
}

extension FixedPoint {
    /// Declares the place; throws if the format is none.
    public static func makePlaces(from source: inout PlaceSource) throws -> FixedPoint {
        if let problem = Format.problem { throw FixedPointFormatError(description: problem) }
        return FixedPoint(bits: try source.field("bits") { try Integer.makePlaces(from: &$0) })
    }

    /// Packs the bits.
    public static func pack(_ value: Value, into writer: inout ValueWriter) {
        Integer.pack(value.bits, into: &writer)
    }

    /// Unpacks the bits.
    public static func unpack(from reader: inout ValueReader) throws -> Value {
        Value(bits: try Integer.unpack(from: &reader))
    }

    /// Integers have no gradient.
    public static func packGradient(_ gradient: Void, into writer: inout ValueWriter) {}

    /// Integers have no gradient.
    public static func unpackGradient(from reader: inout ValueReader) {}
}

/// Why a format cannot be used.
struct FixedPointFormatError: Error, CustomStringConvertible {
    let description: String
}
