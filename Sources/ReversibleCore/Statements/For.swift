/// `For(0..<n) { i in }`: a counted loop. The inverse visits the same indices in reverse order.
package struct ForLoop: Hashable, Sendable {
    package var index: Variable
    package var start: Node
    package var end: Node
    package var step: Node
    package var closed: Bool
    package var backward = false
    /// Whether the iterations are independent of each other.
    package var parallel: Bool
    /// How derivatives get back what the body changes; nil if the call says it.
    package var undoing: Undoing?
    package var body: Block

    package init(
        index: Variable, start: Node, end: Node, step: Node, closed: Bool, parallel: Bool,
        undoing: Undoing? = nil, body: Block
    ) {
        self.undoing = undoing
        self.index = index
        (self.start, self.end, self.step, self.closed) = (start, end, step, closed)
        self.parallel = parallel
        self.body = body
    }

    /// A loop over the integers from 0 up to, not including, another.
    package init(counting index: Variable, to end: Node, parallel: Bool = false, body: Block) {
        self.init(
            index: index, start: .integer(0), end: end, step: .integer(1), closed: false, parallel: parallel,
            body: body)
    }

    package var inverse: ForLoop {
        var inverse = self
        inverse.backward.toggle()
        inverse.body = body.inverse
        return inverse
    }
}

/// Runs `body` once for every index of `range`, in steps of `step`.
///
/// The indices are those of Swift's `stride(from:to:by:)` (`stride(from:through:by:)` for `a...b`): with a
/// negative step the range counts down, and a range that the step leads away from is empty. The step must
/// not be 0. The body must not change the places that the bounds are made of.
///
/// One text of the body stands for all turns. It is traced twice, to find out whether it is the same: a body that
/// changes a Swift variable and depends on it is refused, and what a body prints is printed twice.
///
/// - Parameter undoing: How derivatives get back what the body changes; without it, as the call of `grad` says.
public func For(
    _ range: IndexRange, by step: some Operand = 1, undoing: Undoing? = nil,
    @Reversible _ body: (Integer) -> Statement
) -> Statement {
    .loop(range, step.node, parallel: false, undoing, body)
}

// Swift's own ranges must go up, and stop the process if they do not. The parameter is optional only so that
// the type checker prefers the overloads above for a range that is written out, which may count down.

/// Runs `body` once for every index of a Swift range.
@_disfavoredOverload
public func For<Indices: LoopRange>(
    _ range: Indices?, by step: some Operand = 1, undoing: Undoing? = nil,
    @Reversible _ body: (Integer) -> Statement
) -> Statement {
    .loop(range?.indexRange ?? 0..<0, step.node, parallel: false, undoing, body)
}

/// Runs `body` once for every index of `range`; the iterations are independent of each other.
///
/// No iteration may write what another reads or writes, with one exception: places to which the body only adds, as in
/// `loss += e`, `h[k] -= e` or a call that does no more, get the sums of what iterations add, in an order of the engine's.
/// The interpreter runs iterations in order and reports a violation as an error; other engines run them side by side.
public func ParallelFor(
    _ range: IndexRange, by step: some Operand = 1, @Reversible _ body: (Integer) -> Statement
) -> Statement {
    .loop(range, step.node, parallel: true, nil, body)
}

/// Runs `body` once for every index of a Swift range; the iterations are independent of each other.
@_disfavoredOverload
public func ParallelFor<Indices: LoopRange>(
    _ range: Indices?, by step: some Operand = 1, @Reversible _ body: (Integer) -> Statement
) -> Statement {
    .loop(range?.indexRange ?? 0..<0, step.node, parallel: true, nil, body)
}

extension Statement {
    /// A loop whose body is not traced by the builder, which would give its statements places in this package.
    package static func loop(
        _ range: IndexRange, _ step: Node, parallel: Bool, _ undoing: Undoing?,
        _ body: (Integer) -> Statement
    ) -> Statement {
        if let undoing, let misuse = undoing.misuse(of: "For") { return misuse }
        let tracer = Tracer.current ?? Tracer()
        let (index, block, change) = tracer.loop { body(Integer(Place($0))) }
        if let change { return .changingLoop(change) }
        return Statement(
            .forLoop(
                ForLoop(
                    index: index, start: range.start, end: range.end, step: step, closed: range.closed,
                    parallel: parallel, undoing: undoing,
                    body: parallel ? block.addingInAnyOrder(over: index) : block)))
    }
}

extension ForLoop: StatementRule {
    var bounds: [Node] { [start, end, step] }

    package func visit(_ accesses: inout Accesses) {
        bounds.forEach { accesses.read($0) }
        accesses.declare(index)
        body.visit(&accesses)
    }

    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        for bound in bounds {
            try checker.check(bound)
            guard bound.type == .integer else {
                throw checker.error(.invalidStatement, "the bounds and the step of a `For` must be integers")
            }
        }
        if step.constant == 0 { throw checker.error(.zeroStep, "the step of a `For` cannot be 0") }
        let written = checker.accesses(of: body).written
        for place in bounds.flatMap(\.reads)
        where place.indices.isEmpty && written.contains(place.variable) {
            throw checker.error(
                .loopBoundsChanged,
                "`\(checker.name(place.variable))` is a bound of the loop and changes in its body; count with a "
                    + "copy, or use `While`")
        }
        if parallel { try checker.checkIndependence(of: self) }
        try checker.declaring([index]) { (checker) throws(ReversibilityError) in try body.check(&checker) }
    }

    package func print(to printer: inout Printer) {
        let range =
            "\(printer.text(start, .comparison))\(closed ? "..." : "..<")\(printer.text(end, .comparison))"
        let stride = step == .integer(1) ? "" : ", by: \(printer.text(step))"
        let way = undoing.map { ", undoing: \($0)" } ?? ""
        let order = backward ? " /* backward */" : ""
        let word = parallel ? "ParallelFor" : "For"
        printer.line("\(word)(\(range)\(stride)\(way)) {\(order) \(printer.name(index)) in")
        printer.indented(body)
        printer.line("}")
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind {
        var copy = self
        copy.index = renaming(index)
        (copy.start, copy.end, copy.step) = (renaming(start), renaming(end), renaming(step))
        copy.body = renaming(body)
        return .forLoop(copy)
    }
}
