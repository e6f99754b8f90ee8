/// How a derivative gets back the values that a program had: what its adjoint reads is no longer there when it runs.
///
/// ```swift
/// let average = ReversibleFunction(parameters: ["loss", "m", "v"]) { (loss: Scalar, m: Scalar, v: Vector) in
///     For(v.indices) { i in
///         m *= 0.5
///         m += v[i]
///         loss += m * m
///     }
/// }
/// let v = [Double](repeating: 0.3, count: 100)
/// let gradient = try grad(average, 0, 0, v, undoing: .recorded)
/// ```
///
/// With `.inverse` this gradient is refused with an error of kind ``ReversibilityError/Kind/drift``, since undoing
/// `m *= 0.5` doubles what rounding has left in `m`, a hundred times.
///
/// A loop can say it for itself, whatever the call says: `For(v.indices, undoing: .recorded) { … }`.
public struct Undoing: Hashable, Sendable {
    package enum Way: Hashable, Sendable { case inverse, recorded }

    package let way: Way

    /// By undoing: statements run backward. It takes no memory, and is verified.
    public static let inverse = Undoing(way: .inverse)

    /// By a record: before a statement changes a number which the adjoint reads, and which undoing might not restore to
    /// the last bit, the number is kept on a stack of the run. The adjoint finds every number bit for bit as it was.
    ///
    /// Memory grows with the number of such changes, 8 bytes each. Sums that nobody reads, integers, swaps and changes of
    /// sign record nothing. Since old values are kept, a factor may be 0.
    public static let recorded = Undoing(way: .recorded)
}

extension Undoing: CustomStringConvertible {
    /// As it is written in a call.
    public var description: String {
        switch way {
        case .inverse: ".inverse"
        case .recorded: ".recorded"
        }
    }
}
