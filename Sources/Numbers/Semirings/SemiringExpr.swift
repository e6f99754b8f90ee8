/// A formula over numbers that are kept by their exponents.
public struct SemiringExpr<Algebra: Semiring>: SemiringOperand {
    /// The exponent, a real expression.
    public let exponent: Expr

    /// The number with an exponent.
    public init(exponent: some Operand) { self.exponent = exponent.expression }

    /// The expression itself.
    public var semiring: SemiringExpr { self }
}

/// Anything that can stand in an expression of numbers of one semiring.
public protocol SemiringOperand<Algebra>: Sendable {
    /// Which semiring it is.
    associatedtype Algebra: Semiring
    /// This operand as an expression.
    var semiring: SemiringExpr<Algebra> { get }
}

/// The sum of two numbers: of probabilities, or the larger or smaller one; at a tie of tropical numbers the first has the
/// whole derivative.
@_disfavoredOverload
public func + <Algebra>(
    a: some SemiringOperand<Algebra>, b: some SemiringOperand<Algebra>
) -> SemiringExpr<Algebra> {
    SemiringExpr(exponent: Algebra.sum(a.semiring.exponent, b.semiring.exponent))
}

/// The product of two numbers, the sum of their exponents.
@_disfavoredOverload
public func * <Algebra>(
    a: some SemiringOperand<Algebra>, b: some SemiringOperand<Algebra>
) -> SemiringExpr<Algebra> {
    SemiringExpr(exponent: a.semiring.exponent + b.semiring.exponent)
}

/// The quotient of two numbers, the difference of their exponents; the divisor must not be zero.
@_disfavoredOverload
public func / <Algebra>(
    a: some SemiringOperand<Algebra>, b: some SemiringOperand<Algebra>
) -> SemiringExpr<Algebra> {
    SemiringExpr(exponent: a.semiring.exponent - b.semiring.exponent)
}

/// The sum of all elements of a vector, or of an elementwise expression, by which a number is multiplied:
/// `total *= sum(a[row: i] * x)`.
///
/// It is no expression, as scratch numbers are needed to find it. Of tropical numbers the first of the largest (or the
/// smallest) has the whole derivative; of no elements there is no sum, and the program fails.
public func sum<Algebra>(_ elements: some SemiringOperand<Algebra>) -> SemiringSum<Algebra> {
    SemiringSum(elements: elements.semiring.exponent)
}

/// The product of a matrix and a vector, by which a vector is multiplied: `y *= a * x`.
///
/// Element i of y is multiplied by the sum over j of a[i, j] x[j]. With the transpose it is written as
/// `For(y.indices) { j in y[j] *= sum(a[column: j] * x) }`.
@_disfavoredOverload
public func * <Algebra>(
    a: SemiringMatrix<Algebra>, x: SemiringVector<Algebra>
) -> SemiringMatrixProduct<Algebra> {
    SemiringMatrixProduct(matrix: a, vector: x)
}
