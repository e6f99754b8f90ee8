/// `If(pre, post: post) { } else: { }`: a branch that can be taken backward, because `post` tells afterwards
/// which way it went.
package struct Branch: Hashable, Sendable {
    package var pre: Node
    package var post: Node
    package var then: Block
    package var otherwise: Block
    /// How the inverse knows the way; if it is recorded, `post` is `pre`, and nobody asks it.
    package var decision = Postcondition.asserted
    /// Which stack a recorded decision is kept on.
    package var record = RunRecord()

    package init(pre: Node, post: Node, then: Block, otherwise: Block) {
        self.pre = pre
        self.post = post
        self.then = then
        self.otherwise = otherwise
    }

    /// The other way round, with other blocks.
    package func inverse(then: Block, otherwise: Block) -> Branch {
        var result = self
        (result.pre, result.post) = (post, pre)
        (result.then, result.otherwise) = (then, otherwise)
        result.decision = decision.inverse
        return result
    }

    package var inverse: Branch { inverse(then: then.inverse, otherwise: otherwise.inverse) }

    /// The conditions that a run asks.
    package var asked: [Node] {
        switch decision {
        case .asserted: [pre, post]
        case .recorded: [pre]
        case .replayed: []
        }
    }
}

/// Runs `then` if `pre` holds, otherwise `else`; the inverse branches on `post`.
///
/// Afterwards `post` must be what `pre` was, else an error is thrown: the inverse could not know which
/// branch to undo. Without `post:`, `pre` itself is asked again.
public func If(
    _ pre: Condition, post: Condition? = nil,
    @Reversible _ then: () -> Statement, @Reversible else otherwise: () -> Statement = { Statement.empty }
) -> Statement {
    let thenBlock = Tracer.block(then)
    let elseBlock = Tracer.block(otherwise)
    return Statement(
        .branch(Branch(pre: pre.node, post: (post ?? pre).node, then: thenBlock, otherwise: elseBlock)))
}

/// Runs `then` if `pre` holds, otherwise `else`; the run remembers which, for the inverse.
///
/// For branches after which no condition tells which way it was. The decision is a bit on a stack of the run, for every
/// time the statement runs; so the inverse belongs to the same run, as in a `Compute` or a gradient.
///
/// ```swift
/// If(x > 1, post: .recorded) { x *= 0.5 } else: { x += 1 }
/// ```
public func If(
    _ pre: Condition, post: RecordedPostcondition,
    @Reversible _ then: () -> Statement, @Reversible else otherwise: () -> Statement = { Statement.empty }
) -> Statement {
    let thenBlock = Tracer.block(then)
    var branch = Branch(pre: pre.node, post: pre.node, then: thenBlock, otherwise: Tracer.block(otherwise))
    branch.decision = .recorded
    return Statement(.branch(branch))
}

extension Branch: StatementRule {
    package func visit(_ accesses: inout Accesses) {
        asked.forEach { accesses.read($0) }
        then.visit(&accesses)
        otherwise.visit(&accesses)
    }

    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        try checker.check(pre)
        try checker.check(post)
        try then.check(&checker)
        try otherwise.check(&checker)
    }

    package func print(to printer: inout Printer) {
        let asserted =
            switch decision {
            case .asserted: post == pre ? "" : ", post: \(printer.text(post))"
            case .recorded: ", post: .recorded"
            case .replayed: " /* backward, as recorded */"
            }
        printer.line("If(\(printer.text(pre))\(asserted)) {")
        printer.indented(then)
        if !otherwise.isEmpty {
            printer.line("} else: {")
            printer.indented(otherwise)
        }
        printer.line("}")
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind {
        var result = self
        (result.pre, result.post) = (renaming(pre), renaming(post))
        (result.then, result.otherwise) = (renaming(then), renaming(otherwise))
        return .branch(result)
    }
}
