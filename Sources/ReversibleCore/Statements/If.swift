/// `If(pre, post: post) { } else: { }`: a branch that can be taken backward, because `post` tells afterwards
/// which way it went.
package struct Branch: Hashable, Sendable {
    package var pre: Node
    package var post: Node
    package var then: Block
    package var otherwise: Block

    package init(pre: Node, post: Node, then: Block, otherwise: Block) {
        self.pre = pre
        self.post = post
        self.then = then
        self.otherwise = otherwise
    }

    package var inverse: Branch {
        Branch(pre: post, post: pre, then: then.inverse, otherwise: otherwise.inverse)
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

extension Branch: StatementRule {
    package func visit(_ accesses: inout Accesses) {
        accesses.read(pre)
        accesses.read(post)
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
        let asserted = post == pre ? "" : ", post: \(printer.text(post))"
        printer.line("If(\(printer.text(pre))\(asserted)) {")
        printer.indented(then)
        if !otherwise.isEmpty {
            printer.line("} else: {")
            printer.indented(otherwise)
        }
        printer.line("}")
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind {
        .branch(
            Branch(
                pre: renaming(pre), post: renaming(post), then: renaming(then),
                otherwise: renaming(otherwise)))
    }
}
