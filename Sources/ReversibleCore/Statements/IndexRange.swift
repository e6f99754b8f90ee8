/// A range of loop indices, with bounds that may be known only when the program runs.
public struct IndexRange: Sendable, LoopRange {
    let start: Node
    let end: Node
    let closed: Bool

    init(_ start: Node, _ end: Node, closed: Bool) {
        self.start = start
        self.end = end
        self.closed = closed
    }

    /// The range itself.
    public var indexRange: IndexRange { self }
}

@available(
    *, unavailable,
    message: "Swift's `for` runs while the program is traced; use `For(0..<n) { i in … }`"
)
extension IndexRange: Sequence {
    /// Not available: the bounds are known only when the program runs.
    public func makeIterator() -> IndexingIterator<[Integer]> { [].makeIterator() }
}

/// What a `For` loop can run over.
public protocol LoopRange {
    /// The bounds.
    var indexRange: IndexRange { get }
}

extension Range: LoopRange where Bound == Int {
    /// The bounds as constants.
    public var indexRange: IndexRange {
        IndexRange(.integer(lowerBound), .integer(upperBound), closed: false)
    }
}

extension ClosedRange: LoopRange where Bound == Int {
    /// The bounds as constants.
    public var indexRange: IndexRange {
        IndexRange(.integer(lowerBound), .integer(upperBound), closed: true)
    }
}

/// The indices from `start` up to, not including, `end`.
@_disfavoredOverload
public func ..< (start: some Operand, end: some Operand) -> IndexRange {
    IndexRange(start.node, end.node, closed: false)
}

/// The indices from `start` up to, not including, `end`; unlike Swift's range it may count down.
@_disfavoredOverload
public func ..< (start: Int, end: Int) -> IndexRange {
    IndexRange(start.node, end.node, closed: false)
}

/// The indices from `start` to `end`, both included; unlike Swift's range it may count down.
@_disfavoredOverload
public func ... (start: Int, end: Int) -> IndexRange {
    IndexRange(start.node, end.node, closed: true)
}

/// The indices from `start` to `end`, both included.
@_disfavoredOverload
public func ... (start: some Operand, end: some Operand) -> IndexRange {
    IndexRange(start.node, end.node, closed: true)
}
