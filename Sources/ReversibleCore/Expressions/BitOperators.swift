// Expressions over the 64 bits of integers.
//
// One of two operands is always a place or an expression, by its type: overloads over any two operands would be weighed
// in every line of ordinary integer code of a file that imports this module. What is no integer is refused when the
// function is made. Nothing here can overflow.

extension Integer {
    /// The bits that both integers have.
    public static func & (a: Integer, b: some Operand) -> Expr { .bits(.and, a, b) }

    /// The bits that both integers have.
    public static func & (a: Int, b: Integer) -> Expr { .bits(.and, a, b) }

    /// The bits that one of two integers has.
    public static func | (a: Integer, b: some Operand) -> Expr { .bits(.or, a, b) }

    /// The bits that one of two integers has.
    public static func | (a: Int, b: Integer) -> Expr { .bits(.or, a, b) }

    /// The bits that two integers do not have in common.
    public static func ^ (a: Integer, b: some Operand) -> Expr { .bits(.xor, a, b) }

    /// The bits that two integers do not have in common.
    public static func ^ (a: Int, b: Integer) -> Expr { .bits(.xor, a, b) }

    /// The bits moved to the left by `b`, to the right where `b` is negative; by 64 or more, 0.
    public static func << (a: Integer, b: some Operand) -> Expr { .bits(.shiftLeft, a, b) }

    /// The bits moved to the left by `b`, to the right where `b` is negative; by 64 or more, 0.
    public static func << (a: Int, b: Integer) -> Expr { .bits(.shiftLeft, a, b) }

    /// The bits moved to the right by `b`, as Swift's `Int` does it: the sign comes in from the left.
    public static func >> (a: Integer, b: some Operand) -> Expr { .bits(.shiftRight, a, b) }

    /// The bits moved to the right by `b`, as Swift's `Int` does it: the sign comes in from the left.
    public static func >> (a: Int, b: Integer) -> Expr { .bits(.shiftRight, a, b) }

    /// The sum of two integers modulo 2⁶⁴.
    public static func &+ (a: Integer, b: some Operand) -> Expr { .bits(.wrappingAdd, a, b) }

    /// The sum of two integers modulo 2⁶⁴.
    public static func &+ (a: Int, b: Integer) -> Expr { .bits(.wrappingAdd, a, b) }

    /// The difference of two integers modulo 2⁶⁴.
    public static func &- (a: Integer, b: some Operand) -> Expr { .bits(.wrappingSubtract, a, b) }

    /// The difference of two integers modulo 2⁶⁴.
    public static func &- (a: Int, b: Integer) -> Expr { .bits(.wrappingSubtract, a, b) }

    /// The product of two integers modulo 2⁶⁴.
    public static func &* (a: Integer, b: some Operand) -> Expr { .bits(.wrappingMultiply, a, b) }

    /// The product of two integers modulo 2⁶⁴.
    public static func &* (a: Int, b: Integer) -> Expr { .bits(.wrappingMultiply, a, b) }

    /// The bits that are not in an integer.
    public static prefix func ~ (a: Integer) -> Expr { .bits(.xor, a, -1) }
}

extension IntegerVector {
    /// The bits that both integers have.
    public static func & (a: IntegerVector, b: some Operand) -> Expr { .bits(.and, a, b) }

    /// The bits that both integers have.
    public static func & (a: Int, b: IntegerVector) -> Expr { .bits(.and, a, b) }

    /// The bits that one of two integers has.
    public static func | (a: IntegerVector, b: some Operand) -> Expr { .bits(.or, a, b) }

    /// The bits that one of two integers has.
    public static func | (a: Int, b: IntegerVector) -> Expr { .bits(.or, a, b) }

    /// The bits that two integers do not have in common.
    public static func ^ (a: IntegerVector, b: some Operand) -> Expr { .bits(.xor, a, b) }

    /// The bits that two integers do not have in common.
    public static func ^ (a: Int, b: IntegerVector) -> Expr { .bits(.xor, a, b) }

    /// The bits moved to the left by `b`, to the right where `b` is negative; by 64 or more, 0.
    public static func << (a: IntegerVector, b: some Operand) -> Expr { .bits(.shiftLeft, a, b) }

    /// The bits moved to the left by `b`, to the right where `b` is negative; by 64 or more, 0.
    public static func << (a: Int, b: IntegerVector) -> Expr { .bits(.shiftLeft, a, b) }

    /// The bits moved to the right by `b`, as Swift's `Int` does it: the sign comes in from the left.
    public static func >> (a: IntegerVector, b: some Operand) -> Expr { .bits(.shiftRight, a, b) }

    /// The bits moved to the right by `b`, as Swift's `Int` does it: the sign comes in from the left.
    public static func >> (a: Int, b: IntegerVector) -> Expr { .bits(.shiftRight, a, b) }

    /// The sum of two integers modulo 2⁶⁴.
    public static func &+ (a: IntegerVector, b: some Operand) -> Expr { .bits(.wrappingAdd, a, b) }

    /// The sum of two integers modulo 2⁶⁴.
    public static func &+ (a: Int, b: IntegerVector) -> Expr { .bits(.wrappingAdd, a, b) }

    /// The difference of two integers modulo 2⁶⁴.
    public static func &- (a: IntegerVector, b: some Operand) -> Expr { .bits(.wrappingSubtract, a, b) }

    /// The difference of two integers modulo 2⁶⁴.
    public static func &- (a: Int, b: IntegerVector) -> Expr { .bits(.wrappingSubtract, a, b) }

    /// The product of two integers modulo 2⁶⁴.
    public static func &* (a: IntegerVector, b: some Operand) -> Expr { .bits(.wrappingMultiply, a, b) }

    /// The product of two integers modulo 2⁶⁴.
    public static func &* (a: Int, b: IntegerVector) -> Expr { .bits(.wrappingMultiply, a, b) }

    /// The bits that are not in an integer.
    public static prefix func ~ (a: IntegerVector) -> Expr { .bits(.xor, a, -1) }
}

extension Expr {
    /// The bits that both integers have.
    public static func & (a: Expr, b: some Operand) -> Expr { .bits(.and, a, b) }

    /// The bits that both integers have.
    public static func & (a: Int, b: Expr) -> Expr { .bits(.and, a, b) }

    /// The bits that one of two integers has.
    public static func | (a: Expr, b: some Operand) -> Expr { .bits(.or, a, b) }

    /// The bits that one of two integers has.
    public static func | (a: Int, b: Expr) -> Expr { .bits(.or, a, b) }

    /// The bits that two integers do not have in common.
    public static func ^ (a: Expr, b: some Operand) -> Expr { .bits(.xor, a, b) }

    /// The bits that two integers do not have in common.
    public static func ^ (a: Int, b: Expr) -> Expr { .bits(.xor, a, b) }

    /// The bits moved to the left by `b`, to the right where `b` is negative; by 64 or more, 0.
    public static func << (a: Expr, b: some Operand) -> Expr { .bits(.shiftLeft, a, b) }

    /// The bits moved to the left by `b`, to the right where `b` is negative; by 64 or more, 0.
    public static func << (a: Int, b: Expr) -> Expr { .bits(.shiftLeft, a, b) }

    /// The bits moved to the right by `b`, as Swift's `Int` does it: the sign comes in from the left.
    public static func >> (a: Expr, b: some Operand) -> Expr { .bits(.shiftRight, a, b) }

    /// The bits moved to the right by `b`, as Swift's `Int` does it: the sign comes in from the left.
    public static func >> (a: Int, b: Expr) -> Expr { .bits(.shiftRight, a, b) }

    /// The sum of two integers modulo 2⁶⁴.
    public static func &+ (a: Expr, b: some Operand) -> Expr { .bits(.wrappingAdd, a, b) }

    /// The sum of two integers modulo 2⁶⁴.
    public static func &+ (a: Int, b: Expr) -> Expr { .bits(.wrappingAdd, a, b) }

    /// The difference of two integers modulo 2⁶⁴.
    public static func &- (a: Expr, b: some Operand) -> Expr { .bits(.wrappingSubtract, a, b) }

    /// The difference of two integers modulo 2⁶⁴.
    public static func &- (a: Int, b: Expr) -> Expr { .bits(.wrappingSubtract, a, b) }

    /// The product of two integers modulo 2⁶⁴.
    public static func &* (a: Expr, b: some Operand) -> Expr { .bits(.wrappingMultiply, a, b) }

    /// The product of two integers modulo 2⁶⁴.
    public static func &* (a: Int, b: Expr) -> Expr { .bits(.wrappingMultiply, a, b) }

    /// The bits that are not in an integer.
    public static prefix func ~ (a: Expr) -> Expr { .bits(.xor, a, -1) }
}

extension Expr {
    fileprivate static func bits(_ function: IntegerFunction, _ a: some Operand, _ b: some Operand) -> Expr {
        Expr(.integerBinary(function, a.node, b.node))
    }
}

/// The bits of `a` moved to the right by `b`, with zeros coming in from the left, as Swift's `UInt` does it.
public func logicalShiftRight(_ a: some SymbolicOperand, _ b: some Operand) -> Expr {
    .bits(.logicalShiftRight, a, b)
}

/// The number of bits of an integer that are 1.
public func popcount(_ a: some SymbolicOperand) -> Expr { Expr(.popcount(a.node)) }
