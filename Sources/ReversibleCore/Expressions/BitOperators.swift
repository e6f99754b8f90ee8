// Expressions over the 64 bits of integers. Nothing here can overflow.
//
// One of two operands is always part of a program, by its type: overloads over any two operands would be weighed in every
// line of ordinary integer code of a file that imports this module. For that code's sake they are disfavoured, too, and
// few: one for each order of operands.

/// An operand that may be an integer: an ``Integer``, an ``IntegerVector`` or an expression.
///
/// An expression that is a real number is refused when the function is made.
public protocol IntegerOperand: SymbolicOperand {}

extension Integer: IntegerOperand {}
extension IntegerVector: IntegerOperand {}
extension Expr: IntegerOperand {}

/// The bits that two integers have in common.
@_disfavoredOverload
public func & (a: some IntegerOperand, b: some Operand) -> Expr { .bits(.and, a, b) }

/// The bits that two integers have in common.
@_disfavoredOverload
public func & (a: Int, b: some IntegerOperand) -> Expr { .bits(.and, a, b) }

/// The bits that one of two integers has, or both.
@_disfavoredOverload
public func | (a: some IntegerOperand, b: some Operand) -> Expr { .bits(.or, a, b) }

/// The bits that one of two integers has, or both.
@_disfavoredOverload
public func | (a: Int, b: some IntegerOperand) -> Expr { .bits(.or, a, b) }

/// The bits that one of two integers has, and not both.
@_disfavoredOverload
public func ^ (a: some IntegerOperand, b: some Operand) -> Expr { .bits(.xor, a, b) }

/// The bits that one of two integers has, and not both.
@_disfavoredOverload
public func ^ (a: Int, b: some IntegerOperand) -> Expr { .bits(.xor, a, b) }

/// The bits moved to the left by `b`, to the right where `b` is negative; by 64 or more, 0.
@_disfavoredOverload
public func << (a: some IntegerOperand, b: some Operand) -> Expr { .bits(.shiftLeft, a, b) }

/// The bits moved to the left by `b`, to the right where `b` is negative; by 64 or more, 0.
@_disfavoredOverload
public func << (a: Int, b: some IntegerOperand) -> Expr { .bits(.shiftLeft, a, b) }

/// The bits moved to the right by `b`, as Swift's `Int` does it: the sign comes in from the left.
@_disfavoredOverload
public func >> (a: some IntegerOperand, b: some Operand) -> Expr { .bits(.shiftRight, a, b) }

/// The bits moved to the right by `b`, as Swift's `Int` does it: the sign comes in from the left.
@_disfavoredOverload
public func >> (a: Int, b: some IntegerOperand) -> Expr { .bits(.shiftRight, a, b) }

/// The sum of two integers modulo 2⁶⁴.
@_disfavoredOverload
public func &+ (a: some IntegerOperand, b: some Operand) -> Expr { .bits(.wrappingAdd, a, b) }

/// The sum of two integers modulo 2⁶⁴.
@_disfavoredOverload
public func &+ (a: Int, b: some IntegerOperand) -> Expr { .bits(.wrappingAdd, a, b) }

/// The difference of two integers modulo 2⁶⁴.
@_disfavoredOverload
public func &- (a: some IntegerOperand, b: some Operand) -> Expr { .bits(.wrappingSubtract, a, b) }

/// The difference of two integers modulo 2⁶⁴.
@_disfavoredOverload
public func &- (a: Int, b: some IntegerOperand) -> Expr { .bits(.wrappingSubtract, a, b) }

/// The product of two integers modulo 2⁶⁴.
@_disfavoredOverload
public func &* (a: some IntegerOperand, b: some Operand) -> Expr { .bits(.wrappingMultiply, a, b) }

/// The product of two integers modulo 2⁶⁴.
@_disfavoredOverload
public func &* (a: Int, b: some IntegerOperand) -> Expr { .bits(.wrappingMultiply, a, b) }

/// The bits that an integer does not have.
@_disfavoredOverload
public prefix func ~ (a: some IntegerOperand) -> Expr { .bits(.xor, a, -1) }

/// The bits of `a` moved to the right by `b`, with zeros coming in from the left, as Swift's `UInt` does it.
public func logicalShiftRight(_ a: some IntegerOperand, _ b: some Operand) -> Expr {
    .bits(.logicalShiftRight, a, b)
}

/// The number of bits of an integer that are 1.
public func popcount(_ a: some IntegerOperand) -> Expr { Expr(.popcount(a.node)) }

extension Expr {
    fileprivate static func bits(_ function: IntegerFunction, _ a: some Operand, _ b: some Operand) -> Expr {
        Expr(.integerBinary(function, a.node, b.node))
    }
}
