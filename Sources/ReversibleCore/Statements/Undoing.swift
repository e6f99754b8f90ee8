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
    package enum Way: Hashable, Sendable {
        case inverse, recorded
        case checkpoints(Int)
        /// With ⌈log₂ n⌉ + 1 copies for n turns.
        case logarithmic
    }

    package let way: Way

    /// By undoing: statements run backward. It takes no memory, and is verified.
    public static let inverse = Undoing(way: .inverse)

    /// By a record: before a statement changes a number which the adjoint reads, and which undoing might not restore to
    /// the last bit, the number is kept on a stack of the run. The adjoint finds every number bit for bit as it was.
    ///
    /// Memory grows with the number of such changes, 8 bytes each. Sums that nobody reads, integers, swaps and changes of
    /// sign record nothing. Since old values are kept, a factor may be 0.
    public static let recorded = Undoing(way: .recorded)

    /// By checkpoints: loops keep at most `copies` copies of what their turns change, one of them of the start, and run
    /// turns again from these; in a turn values are recorded as with ``recorded``.
    ///
    /// Memory is that of the copies and the record of one turn, however many turns there are; ``cost(steps:checkpoints:)``
    /// says how many turns are run once more for it. Copies are made where that number is least (Griewank and Walther,
    /// "Algorithm 799: revolve", 2000). It concerns the outermost loops, or the one where it is said. A sum that nobody in
    /// the loop reads is not copied. The turns of a `While` are counted first, which runs each of them once more.
    public static func checkpoints(_ copies: Int) -> Undoing { Undoing(way: .checkpoints(copies)) }

    /// What a loop costs with ``checkpoints(_:)``.
    public struct Cost: Hashable, Sendable {
        /// How many turns are run only to get ahead, beside which each turn runs once with its record and is undone.
        public let advances: Int
        /// The largest number of copies at a time.
        public let copies: Int
    }

    /// The cost of a loop of so many turns with so many copies.
    ///
    /// With r the least number for which C(c + r, c) ≥ n the n turns are advanced r n − C(c + r, c + 1) times in all
    /// (Griewank 1992). A `While` runs its n turns once more before, to count them. No turns cost nothing; without
    /// a copy nothing can be undone, and the number of advances is `Int.max`.
    ///
    /// ```swift
    /// Undoing.cost(steps: 1000, checkpoints: 10).advances  // 3636
    /// ```
    public static func cost(steps: Int, checkpoints: Int) -> Cost {
        guard steps > 1 else { return Cost(advances: 0, copies: 0) }
        guard checkpoints > 0 else { return Cost(advances: .max, copies: 0) }
        return Cost(
            advances: BinomialSchedule.advances(steps, copies: checkpoints),
            copies: min(checkpoints, steps - 1))
    }
}

extension Undoing: CustomStringConvertible {
    /// As it is written in a call.
    public var description: String {
        switch way {
        case .inverse: ".inverse"
        case .recorded: ".recorded"
        case .checkpoints(let copies): ".checkpoints(\(copies))"
        case .logarithmic: ".checkpoints(⌈log₂ n⌉ + 1)"
        }
    }
}
