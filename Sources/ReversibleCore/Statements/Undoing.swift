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
        case bennett(Int)
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

    /// By doing steps again, for an ``Iterate(_:from:times:undoing:_:)``: its n steps become `ways` pieces, whose states
    /// are computed one from another and, after their use, are undone again, each piece in the same way as the whole
    /// (Bennett, "Time/space trade-offs for reversible computation", 1989).
    ///
    /// Nothing is recorded and nothing is dropped, so that the program is reversible in the strict sense; kᴸ steps are run
    /// (2k − 1)ᴸ times, with L(k − 1) states between. A step that reads the state it makes runs twice as often, with one more
    /// state. ``cost(steps:ways:)`` says what a number of steps costs.
    ///
    /// - Parameter ways: From 2 to 64.
    public static func bennett(ways: Int) -> Undoing { Undoing(way: .bennett(ways)) }

    /// Pieces are written out one by one.
    static let mostWays = 64

    /// What a loop costs with ``checkpoints(_:)``, or an `Iterate` with ``bennett(ways:)``.
    public struct Cost: Hashable, Sendable {
        /// With checkpoints, how many turns are run only to get ahead, beside which each turn runs once with its record and
        /// is undone; with Bennett's pieces, how many steps are run, forward and backward.
        public let advances: Int
        /// The largest number of copies, or of states between, at a time.
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

    /// The cost of an `Iterate` of so many steps with ``bennett(ways:)``: how many steps run, and how many states there are
    /// between the first and the last.
    ///
    /// ```swift
    /// Undoing.cost(steps: 256, ways: 4)  // 2401 advances, 12 copies
    /// ```
    ///
    /// That is for its value, or for undoing that. No steps cost nothing; with fewer than two ways the number is `Int.max`.
    public static func cost(steps: Int, ways: Int) -> Cost {
        guard steps > 1 else { return Cost(advances: max(steps, 0), copies: 0) }
        guard ways > 1 else { return Cost(advances: .max, copies: 0) }
        // Pieces differ by one step at most: on every level there are two sizes.
        var known: [Int: Cost] = [:]
        func cost(_ steps: Int) -> Cost {
            if steps < 2 { return Cost(advances: steps, copies: 0) }
            if let known = known[steps] { return known }
            let (size, longer) = steps.quotientAndRemainder(dividingBy: ways)
            let (short, long) = (cost(size), longer > 0 ? cost(size + 1) : Cost(advances: 0, copies: 0))
            // The longer pieces are the last; the last one is not undone.
            let last = longer > 0 ? long : short
            let all = times(ways - longer, short.advances, plus: times(longer, long.advances))
            let twice = times(2, all)
            let result = Cost(
                advances: twice == .max ? .max : twice - last.advances,
                copies: ways - 1 + max(short.copies, long.copies))
            known[steps] = result
            return result
        }
        return cost(steps)
    }

    /// a·b + c, at most `Int.max`.
    private static func times(_ a: Int, _ b: Int, plus c: Int = 0) -> Int {
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        let (sum, over) = product.addingReportingOverflow(c)
        return overflow || over ? .max : sum
    }
}

extension Undoing {
    /// The statement that takes the place of a loop which cannot be undone in this way.
    func misuse(of word: String) -> Statement? {
        guard case .bennett = way else { return nil }
        return Statement(
            .misuse("`undoing: \(self)` is for the steps of an `Iterate`, and this is a `\(word)`"))
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
        case .bennett(let ways): ".bennett(ways: \(ways))"
        }
    }
}
