/// `NEG(a)`: the sign changes; its own inverse.
package struct SignChange: Hashable, Sendable {
    package var place: Place

    package init(_ place: Place) { self.place = place }
}

/// Changes the sign of a place, of every element of an array, or of every field of a struct. Its own inverse.
public func NEG<Places: Argument>(_ a: Places) -> Statement {
    .pairwise(a, a) { place, _ in .negate(SignChange(place)) }
}

extension SignChange: StatementRule {
    package func visit(_ accesses: inout Accesses) { accesses.write(place, [.read, .write]) }

    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        try checker.checkWritable(place)
        try checker.checkNumber(place, word: "NEG")
        try checker.checkAliases(writes: [place], reads: [])
    }

    package func print(to printer: inout Printer) { printer.line("NEG(\(printer.text(place)))") }

    package func renamed(by renaming: Renaming) -> Statement.Kind { .negate(SignChange(renaming(place))) }
}
