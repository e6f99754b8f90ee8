/// A term that strategies can walk through: what it is made of, and how it is put together again.
///
/// Expressions, programs and lists of passes can be terms alike: a strategy knows of a term only what stands here.
///
/// ```swift
/// indirect enum Sum: Traversable, Hashable {
///     case number(Int), plus(Sum, Sum)
///     var children: [Sum] { if case .plus(let a, let b) = self { [a, b] } else { [] } }
///     func withChildren(_ new: [Sum]) -> Sum { new.count == 2 ? .plus(new[0], new[1]) : self }
/// }
/// ```
public protocol Traversable: Hashable, Sendable {
    /// By what walks know a term again that they have been at: terms may share parts.
    associatedtype Identity: Hashable = Self

    /// By what this term is known again; the term itself, or the object that it is.
    var identity: Identity { get }
    /// The terms directly within this one, in order.
    var children: [Self] { get }
    /// The same term with other children, as many as it has.
    func withChildren(_ children: [Self]) -> Self
    /// Why `other`, which a rule has made of this term, cannot take its place; nil if it can. Another type, for one.
    func objection(to other: Self) -> String?
}

extension Traversable {
    /// Nothing speaks against the other term.
    public func objection(to other: Self) -> String? { nil }
}

extension Traversable where Identity == Self {
    /// The term itself.
    public var identity: Self { self }
}
