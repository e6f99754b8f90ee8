/// `While(pre, post: post) { }`: a loop that can be run backward, because `post` tells a started loop from a
/// fresh one.
package struct WhileLoop: Hashable, Sendable {
    package var pre: Node
    /// The assertion; for a recorded loop, `pre` again.
    package var post: Node
    /// `.asserted`: `post` is false on entry and true after every turn. `.recorded`: the turns are counted, and the count is
    /// kept for the inverse.
    package var turns: Postcondition
    /// Which stack a recorded loop keeps its counts on; the loop, its inverse and its adjoint share it.
    package var record: RunRecord
    /// How derivatives get back what the body changes; nil if the call says it.
    package var undoing: Undoing?
    /// The number of the turn, for the body to read, if a derivation wants it: a recorded loop and its inverse both know it.
    package var turn: Variable?
    package var body: Block

    package init(
        pre: Node, post: Node, turns: Postcondition, record: RunRecord, undoing: Undoing? = nil,
        turn: Variable? = nil,
        body: Block
    ) {
        self.undoing = undoing
        self.turn = turn
        self.pre = pre
        self.post = post
        self.turns = turns
        self.record = record
        self.body = body
    }

    package var inverse: WhileLoop {
        switch turns {
        case .asserted:
            WhileLoop(
                pre: post, post: pre, turns: .asserted, record: record, undoing: undoing, body: body.inverse)
        case .recorded:
            WhileLoop(
                pre: pre, post: post, turns: .replayed, record: record, undoing: undoing, turn: turn,
                body: body.inverse)
        case .replayed:
            WhileLoop(
                pre: pre, post: post, turns: .recorded, record: record, undoing: undoing, turn: turn,
                body: body.inverse)
        }
    }
}

/// Repeats `body` while `pre` holds; the inverse repeats while `post` holds.
///
/// `post` must be false on entry and true after every turn. The inverse then knows when it has undone the
/// last turn. Without `post:` the turns are counted instead, and the count is kept on a stack of the run for
/// the inverse; that takes memory for every execution of the loop, and works within one run only (a
/// `Compute`, or a gradient).
///
/// A loop that passes ``RunOptions/turnLimit`` turns is stopped with an error.
///
/// - Parameter undoing: How derivatives get back what the body changes; without it, as the call of `grad` says.
public func While(
    _ pre: Condition, post: Condition? = nil, undoing: Undoing? = nil, @Reversible _ body: () -> Statement
) -> Statement {
    if let undoing, let misuse = undoing.misuse(of: "While") { return misuse }
    let (block, change) = (Tracer.current ?? Tracer()).turn(body)
    if let change { return .changingLoop(change) }
    return Statement(
        .whileLoop(
            WhileLoop(
                pre: pre.node, post: (post ?? pre).node, turns: post == nil ? .recorded : .asserted,
                record: RunRecord(), undoing: undoing, body: block)))
}

/// Repeats `body` while `pre` holds; the turns are counted for the inverse, as without `post:`.
public func While(
    _ pre: Condition, post: RecordedPostcondition, undoing: Undoing? = nil,
    @Reversible _ body: () -> Statement
) -> Statement {
    While(pre, undoing: undoing, body)
}

extension WhileLoop: StatementRule {
    package func visit(_ accesses: inout Accesses) {
        accesses.read(pre)
        accesses.read(post)
        if let turn { accesses.declare(turn) }
        body.visit(&accesses)
    }

    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        try checker.check(pre)
        try checker.check(post)
        if turns == .asserted, pre == post {
            throw checker.error(
                .invalidStatement,
                "`While` cannot use one condition as both `pre` and `post`: `post` must be false on entry and "
                    + "true after every turn, for example a counter that has left its start")
        }
        try checker.declaring(turn.map { [$0] } ?? []) { (checker) throws(ReversibilityError) in
            try body.check(&checker)
        }
    }

    package func print(to printer: inout Printer) {
        let assertion =
            switch turns {
            case .asserted: ", post: \(printer.text(post))"
            case .recorded: ""
            case .replayed: " /* backward, the recorded turns */"
            }
        let way = undoing.map { ", undoing: \($0)" } ?? ""
        let number = turn.map { " \(printer.name($0)) in" } ?? ""
        printer.line("While(\(printer.text(pre))\(assertion)\(way)) {\(number)")
        printer.indented(body)
        printer.line("}")
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind {
        .whileLoop(
            WhileLoop(
                pre: renaming(pre), post: renaming(post), turns: turns, record: record,
                undoing: undoing, turn: turn.map { renaming($0) }, body: renaming(body)))
    }
}
