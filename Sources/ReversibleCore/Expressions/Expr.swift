/// A formula over places: what stands to the right of `+=`, in conditions, indices and loop bounds.
///
/// An expression is not a value. It is evaluated where the statement that holds it runs, with what the
/// places hold then; binding it to a Swift constant only names the formula.
///
/// ```swift
/// ReversibleFunction { (y: Scalar, x: Scalar) in
///     let square = x * x          // names x * x
///     y += square + sin(square)   // evaluates it once, here
/// }
/// ```
public struct Expr: Sendable {
    package let node: Node

    package init(_ node: Node) { self.node = node }
}

/// Anything that can stand in an expression: a place, an expression, or a Swift `Double` or `Int`.
public protocol Operand: Sendable {
    /// This operand as an expression.
    var expression: Expr { get }
}

/// An operand that is part of the program: a place or an expression. The elementary functions need one.
public protocol SymbolicOperand: Operand {}

/// An operand that is a Swift number, known when the program is made.
public protocol ConstantOperand: Operand {}

extension Expr: SymbolicOperand {
    /// The expression itself.
    public var expression: Expr { self }
}

extension Expr {
    /// Not a statement: an expression holds nothing that could change.
    @available(*, unavailable, message: "an expression cannot be changed: only a place can stand on the left")
    public static func += (expression: Expr, change: some Operand) -> Statement { .empty }

    /// Not a statement: an expression holds nothing that could change.
    @available(*, unavailable, message: "an expression cannot be changed: only a place can stand on the left")
    public static func -= (expression: Expr, change: some Operand) -> Statement { .empty }
}

extension Double: ConstantOperand {
    /// The constant as an expression.
    public var expression: Expr { Expr(Node(.real(self), .real)) }
}

extension Int: ConstantOperand {
    /// The constant as an expression.
    public var expression: Expr { Expr(Node(.integer(self), .integer)) }
}

extension Operand {
    package var node: Node { expression.node }
}

/// A condition over places: what `If`, `While` and `select` take.
///
/// A condition in which a NaN is compared is an error when it runs: neither branch would be right.
public struct Condition: Sendable, ExpressibleByBooleanLiteral {
    package let node: Node

    package init(_ node: Node) { self.node = node }

    /// The constant condition.
    public init(booleanLiteral value: Bool) { node = Node(.boolean(value), .boolean) }

    /// The constant condition `value`, decided while the program is traced.
    public init(_ value: Bool) { self.init(booleanLiteral: value) }
}
