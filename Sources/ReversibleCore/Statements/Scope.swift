// A block as a statement: its ancillas begin at 0, and must be 0 again when it ends.

extension Block: StatementRule {
    package func visit(_ accesses: inout Accesses) {
        for ancilla in ancillas {
            accesses.declare(ancilla)
            ancilla.sizes.forEach { accesses.read($0) }
        }
        for statement in statements { statement.rule.visit(&accesses) }
    }

    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        let written = checker.accesses(of: self).written
        for (position, ancilla) in ancillas.enumerated() {
            // The sizes of ancillas made before may be used, but not what they hold: that is 0 as yet.
            try checker.declaring(ancillas[..<position].map(\.variable)) {
                (checker) throws(ReversibilityError) in
                try checker.checking(ancilla) { (checker) throws(ReversibilityError) in
                    for size in ancilla.sizes { try check(size, of: ancilla, written, checker) }
                }
            }
        }
        try checker.declaring(ancillas.map(\.variable)) { (checker) throws(ReversibilityError) in
            for statement in statements { try checker.check(statement) }
        }
    }

    private func check(
        _ size: Node, of ancilla: Ancilla, _ written: Set<Variable>, _ checker: Checker
    ) throws(ReversibilityError) {
        let name = checker.name(ancilla.variable)
        for place in size.reads where ancillas.contains(where: { $0.variable == place.variable }) {
            throw checker.error(
                .loopBoundsChanged,
                "the size of ancilla `\(name)` reads `\(checker.name(place.variable))`, an ancilla of the same block, "
                    + "which is 0 when the block begins; put `\(name)` and its uses into a block of their own"
            )
        }
        try checker.check(size)
        if size.readsViews {
            throw checker.error(
                .invalidStatement,
                "the size of ancilla `\(name)` reads a view; put that into an Integer before, and the ancilla into a "
                    + "block of its own")
        }
        guard size.type == .integer else {
            throw checker.error(.invalidStatement, "the size of ancilla `\(name)` must be an integer")
        }
        for place in size.reads where written.contains(place.variable) {
            throw checker.error(
                .loopBoundsChanged,
                "the size of ancilla `\(name)` reads `\(checker.name(place.variable))`, which changes in the same "
                    + "block; the ancilla is made at the start of its block, so put it and its uses into a block of "
                    + "their own")
        }
    }

    package func print(to printer: inout Printer) {
        printer.line("do {")
        printer.indented(self)
        printer.line("}")
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind { .block(renaming(self)) }
}
