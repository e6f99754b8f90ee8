/// Statements that leave no record of what they change, and are run again to be undone.
///
/// What they change is copied before they run. To undo them the copies are put back; then the same runs once more, now with
/// a record, and that is undone: a checkpoint (Griewank and Walther, Evaluating Derivatives, chapter 12). No program has
/// this statement; it stands in those that a loop with `undoing: .checkpoints(c)` becomes.
package struct Rerun: Hashable, Sendable {
    /// Copies what changes.
    package var keeping: Block
    /// Runs without a record.
    package var plain: Block
    /// Puts the copies back, over whatever is there.
    package var restoring: Block
    /// Runs once more, with a record.
    package var again: Block
    /// What undoes that: the inverse, or the adjoint, of this.
    package var undone: Block
    /// Whether this undoes.
    package var inverted = false
    /// Whether this is the adjoint of one, which nothing undoes.
    package private(set) var isOneWay = false

    package init(keeping: Block, plain: Block, restoring: Block, again: Block, undone: Block) {
        (self.keeping, self.plain, self.restoring) = (keeping, plain, restoring)
        (self.again, self.undone) = (again, undone)
    }

    /// Statements that nothing undoes.
    package init(oneWay plain: Block) {
        self.init(keeping: Block(), plain: plain, restoring: Block(), again: Block(), undone: Block())
        isOneWay = true
    }

    package var inverse: Rerun {
        var inverse = self
        inverse.inverted.toggle()
        return inverse
    }

    /// What is run, as plain statements.
    package var expanded: Block {
        let parts = inverted ? [restoring, again, undone.inverse] : [keeping, plain]
        return Block(statements: parts.map { Statement(.block($0)) })
    }

    package var blocks: [Block] { [keeping, plain, restoring, again, undone] }

    package func mappingBlocks(_ change: (Block) -> Block) -> Rerun {
        var result = self
        (result.keeping, result.plain, result.restoring) = (change(keeping), change(plain), change(restoring))
        (result.again, result.undone) = (change(again), change(undone))
        return result
    }
}

extension Rerun {
    /// Why a derivative that runs turns again cannot be undone or differentiated backward.
    package static let noWayBack =
        "a derivative that runs turns of a loop again (`undoing: .checkpoints`, `Iterate`) cannot be undone, nor differentiated "
        + "in reverse mode once more; use `hvp`, `hessian` or `tangent`, or `undoing: .recorded`"
}

extension Rerun: StatementRule {
    package func visit(_ accesses: inout Accesses) {
        for block in blocks { block.visit(&accesses) }
    }

    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        for block in blocks { try block.check(&checker) }
    }

    package func print(to printer: inout Printer) {
        // A copy of what changes belongs to what is printed: it runs.
        printer.line(inverted ? "/* from the copy, once more and back */ do {" : "/* after a copy */ do {")
        printer.indented(inverted ? undone.inverse : plain)
        printer.line("}")
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind {
        .rerun(mappingBlocks { renaming($0) })
    }
}

extension Block {
    /// The same program with what is run in place of every ``Rerun``.
    var withoutReruns: Block {
        guard hasReruns else { return self }
        var result = Block(ancillas: ancillas)
        for statement in statements {
            switch statement.kind {
            case .rerun(let s):
                result.statements.append(Statement(.block(s.expanded.withoutReruns), at: statement.location))
            // What undoes a computation is not what undoes the statements that are run in place of one.
            case .compute(let s) where s.compute.hasReruns:
                result.statements.append(Statement(.block(s.expanded.withoutReruns), at: statement.location))
            default: result.statements.append(statement.mappingOwnBlocks(\.withoutReruns))
            }
        }
        return result
    }

    /// Whether something in this is run again to be undone.
    package var hasReruns: Bool {
        containsStatement { if case .rerun = $0.kind { true } else { false } }
    }
}
