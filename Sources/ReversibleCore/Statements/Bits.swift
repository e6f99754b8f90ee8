// Words of integers that use all 64 bits: nothing in them leaves the range of `Int`, and each has an inverse.

/// What an update does with the bits of an integer.
package enum BitOperation: Sendable {
    case xor, add, subtract, multiply, rotateLeft, rotateRight

    package var inverse: BitOperation {
        switch self {
        case .xor: .xor
        case .add: .subtract
        case .subtract: .add
        // By the reciprocal of the factor: see `Update.inverse`.
        case .multiply: .multiply
        case .rotateLeft: .rotateRight
        case .rotateRight: .rotateLeft
        }
    }

    package var function: IntegerFunction {
        switch self {
        case .xor: .xor
        case .add: .wrappingAdd
        case .subtract: .wrappingSubtract
        case .multiply: .wrappingMultiply
        case .rotateLeft: .rotateLeft
        case .rotateRight: .rotateRight
        }
    }

    /// The word, for those that are not written with an operator.
    var word: String? {
        switch self {
        case .rotateLeft, .rotateRight: function.name
        case .xor, .add, .subtract, .multiply: nil
        }
    }

    /// The number whose product with an odd one is 1, modulo 2⁶⁴; an even number, which has none, is returned itself.
    ///
    /// Newton's iteration for 1/x − factor = 0: every step doubles the number of bits that are right, from the three of
    /// an odd number, which is its own reciprocal modulo 8.
    static func reciprocal(of factor: Int) -> Int {
        guard factor & 1 == 1 else { return factor }
        var result = factor
        for _ in 0..<5 { result = result &* (2 &- factor &* result) }
        return result
    }
}

extension Update {
    /// Only an odd constant has a reciprocal.
    func checkFactor(_ checker: Checker) throws(ReversibilityError) {
        guard case .integer(let factor) = change.kind else {
            throw checker.error(.invalidStatement, "`&*=` multiplies by an odd constant, a Swift `Int`")
        }
        guard factor & 1 == 1 else {
            throw checker.error(
                .invalidStatement,
                "`&*=` multiplies by \(factor), which is even: the highest bit would be lost. The factor must be odd to be "
                    + "undone")
        }
    }
}

/// Rotates the 64 bits of an integer to the left, towards the higher ones; the inverse is `ROTR`.
///
/// Of the number of bits only the remainder by 64 counts.
public func ROTL(_ place: Integer, _ bits: some Operand) -> Statement {
    .update(.bits(.rotateLeft), place.place, bits.node)
}

/// Rotates the 64 bits of an integer to the right, towards the lower ones; the inverse is `ROTL`.
///
/// Of the number of bits only the remainder by 64 counts.
public func ROTR(_ place: Integer, _ bits: some Operand) -> Statement {
    .update(.bits(.rotateRight), place.place, bits.node)
}

/// Rotates the 64 bits of every element to the left; the inverse is `ROTR`.
public func ROTL(_ place: IntegerVector, _ bits: some Operand) -> Statement {
    .update(.bits(.rotateLeft), place.place, bits.node)
}

/// Rotates the 64 bits of every element to the right; the inverse is `ROTL`.
public func ROTR(_ place: IntegerVector, _ bits: some Operand) -> Statement {
    .update(.bits(.rotateRight), place.place, bits.node)
}

extension Integer {
    /// Exclusive or with an integer expression; its own inverse.
    public static func ^= (place: Integer, mask: some Operand) -> Statement {
        .update(.bits(.xor), place.place, mask.node)
    }

    /// Adds an integer expression modulo 2⁶⁴; the inverse is `&-=`.
    public static func &+= (place: Integer, change: some Operand) -> Statement {
        .update(.bits(.add), place.place, change.node)
    }

    /// Subtracts an integer expression modulo 2⁶⁴; the inverse is `&+=`.
    public static func &-= (place: Integer, change: some Operand) -> Statement {
        .update(.bits(.subtract), place.place, change.node)
    }

    /// Multiplies by an odd constant modulo 2⁶⁴; the inverse multiplies by its reciprocal.
    public static func &*= (place: Integer, factor: Int) -> Statement {
        .update(.bits(.multiply), place.place, .integer(factor))
    }

    /// Not reversible: a factor that is known when the program runs may be even.
    @available(*, unavailable, message: "`&*=` multiplies by an odd constant, a Swift `Int`")
    public static func &*= (place: Integer, factor: some SymbolicOperand) -> Statement { .empty }
}

extension IntegerVector {
    /// Exclusive or, elementwise; its own inverse.
    public static func ^= (place: IntegerVector, mask: some Operand) -> Statement {
        .update(.bits(.xor), place.place, mask.node)
    }

    /// Adds elementwise, modulo 2⁶⁴; the inverse is `&-=`.
    public static func &+= (place: IntegerVector, change: some Operand) -> Statement {
        .update(.bits(.add), place.place, change.node)
    }

    /// Subtracts elementwise, modulo 2⁶⁴; the inverse is `&+=`.
    public static func &-= (place: IntegerVector, change: some Operand) -> Statement {
        .update(.bits(.subtract), place.place, change.node)
    }

    /// Multiplies every element by an odd constant modulo 2⁶⁴; the inverse multiplies by its reciprocal.
    public static func &*= (place: IntegerVector, factor: Int) -> Statement {
        .update(.bits(.multiply), place.place, .integer(factor))
    }
}
