import ReversibleCore

// Whether a program is linear in some places: every word may only add multiples of linear places to linear places,
// exchange them, or multiply them by what does not depend on them.

/// A walk that refuses the first statement that is not linear.
struct LinearityCheck {
    /// Functions that have been found to be linear in these parameters.
    private var passed: Set<Passed> = []

    private struct Passed: Hashable {
        let function: ObjectIdentifier
        let parameters: Set<Int>
    }

    /// Checks a function, and gives the parameters that are linear in the end: those named, and those they flow into.
    mutating func check(
        _ definition: Definition, linear parameters: Set<Int>
    ) throws(ReversibilityError) -> Set<Int> {
        let linear = try definition.linearVariables(from: parameters)
        let all = definition.positions(of: linear)
        guard passed.insert(Passed(function: ObjectIdentifier(definition), parameters: all)).inserted else {
            return all
        }
        try check(definition.body, Scope(definition: definition, linear: linear))
        return all
    }

    /// A function's body, and what is linear in it.
    private struct Scope {
        let definition: Definition
        let linear: Set<Variable>

        var printer: Printer { definition.linearPrinter }

        /// The first linear place that an expression reads, quoted, as a linear place.
        func nameRead(by node: Node) -> String {
            let place = node.reads.first { linear.contains($0.variable) }
            return place.map { "`\(printer.text($0))`, which is linear" } ?? "a linear place"
        }

        func error(_ reason: String, at statement: Statement) -> ReversibilityError {
            ReversibilityError(
                .notLinear, reason, function: definition.name, statement: printer.headline(statement),
                location: statement.location)
        }
    }

    private mutating func check(_ block: Block, _ scope: Scope) throws(ReversibilityError) {
        for statement in block.statements { try check(statement, scope) }
    }

    private mutating func check(_ statement: Statement, _ scope: Scope) throws(ReversibilityError) {
        for index in statement.ownPlaces.flatMap(\.indices) where index.reads(scope.linear) {
            throw scope.error("an index depends on \(scope.nameRead(by: index))", at: statement)
        }
        switch statement.kind {
        case .update(let s): try check(s, statement, scope)
        case .rotate(let s):
            if s.angle.reads(scope.linear) {
                throw scope.error("the angle depends on \(scope.nameRead(by: s.angle))", at: statement)
            }
        case .call(let call):
            // What the callee is given, the same places flow into: the walk before this has found them all.
            if case .function(let callee) = call.callee {
                _ = try check(callee, linear: call.positions(of: scope.linear))
            }
        case .move(let s):
            if scope.linear.contains(s.stack), !s.place.variable.kind.isReal {
                throw scope.error(
                    "`\(scope.printer.name(s.stack))` holds linear numbers, and `\(scope.printer.text(s.place))` is an "
                        + "integer", at: statement)
            }
        case .rerun:
            throw scope.error("turns of a loop are run again here, which has no transpose", at: statement)
        case .swap, .negate, .hadamard, .block, .compute, .misuse: break
        case .branch, .whileLoop, .forLoop, .assertion:
            for node in statement.ownNodes where node.reads(scope.linear) {
                throw scope.error(
                    "`\(scope.printer.text(node))` depends on \(scope.nameRead(by: node))", at: statement)
            }
        }
        for block in statement.ownBlocks { try check(block, scope) }
    }

    private func check(_ update: Update, _ statement: Statement, _ scope: Scope) throws(ReversibilityError) {
        guard scope.linear.contains(update.place.variable) else {
            // Linear numbers flow into real places only; what an integer is made of decides something.
            if update.change.reads(scope.linear) {
                throw scope.error(
                    "`\(scope.printer.text(update.place))` is an integer and depends on \(scope.nameRead(by: update.change))",
                    at: statement)
            }
            return
        }
        switch update.operation {
        case .add, .subtract:
            var form = LinearForm(linear: scope.linear, printer: scope.printer)
            if let reason = form.misfit(in: update.change) { throw scope.error(reason, at: statement) }
        case .multiply, .divide:
            if update.change.reads(scope.linear) {
                throw scope.error(
                    "the factor depends on \(scope.nameRead(by: update.change))", at: statement)
            }
        case .bits: break  // on integers only, which are not linear
        }
    }
}
