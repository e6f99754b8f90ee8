/// `HADAMARD(a, b)`: (a + b)/√2 and (a − b)/√2; its own inverse.
package struct Hadamard: Hashable, Sendable {
    package var a: Place
    package var b: Place

    package init(_ a: Place, _ b: Place) {
        self.a = a
        self.b = b
    }
}

/// Replaces `a` and `b` by (a + b)/√2 and (a − b)/√2. Its own inverse.
public func HADAMARD<Places: Argument>(_ a: Places, _ b: Places) -> Statement {
    .pairwise(a, b) { .hadamard(Hadamard($0, $1)) }
}

extension Hadamard: StatementRule {
    package func visit(_ accesses: inout Accesses) {
        accesses.write(a, [.read, .write])
        accesses.write(b, [.read, .write])
    }

    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        try checker.checkPair(a, b, word: "HADAMARD")
        try checker.checkReal(a, word: "HADAMARD")
        try checker.checkReal(b, word: "HADAMARD")
        try checker.checkAliases(writes: [a, b], reads: [])
    }

    package func print(to printer: inout Printer) {
        printer.line("HADAMARD(\(printer.text(a)), \(printer.text(b)))")
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind {
        .hadamard(Hadamard(renaming(a), renaming(b)))
    }
}
