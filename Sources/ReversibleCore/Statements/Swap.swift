/// `SWAP(a, b)`: two places of one type exchange their contents; its own inverse.
package struct Swap: Hashable, Sendable {
    package var a: Place
    package var b: Place

    package init(_ a: Place, _ b: Place) {
        self.a = a
        self.b = b
    }
}

/// Exchanges two places of one type: numbers, elements, whole arrays or structs of places. Its own inverse.
///
/// The two must be different places; arrays must have the same size.
public func SWAP<Places: Argument>(_ a: Places, _ b: Places) -> Statement {
    .pairwise(a, b) { .swap(Swap($0, $1)) }
}

/// Not a statement: places of different types cannot exchange their contents.
@available(*, unavailable, message: "`SWAP` needs two places of one type")
public func SWAP<First: Argument, Second: Argument>(_ a: First, _ b: Second) -> Statement { .empty }

extension Statement {
    /// One statement for every pair of leaves of two arguments of one type.
    static func pairwise<Places: Argument>(
        _ a: Places, _ b: Places, _ make: (Place, Place) -> Statement.Kind
    ) -> Statement {
        var (first, second) = (PlaceList(), PlaceList())
        do {
            try a.listPlaces(in: &first)
            try b.listPlaces(in: &second)
        } catch {
            return Statement(.misuse("\(error)"))
        }
        let statements = zip(first.places, second.places).map { Statement(make($0, $1)) }
        return statements.count == 1 ? statements[0] : Statement(.block(Block(statements: statements)))
    }
}

extension Swap: StatementRule {
    package func visit(_ accesses: inout Accesses) {
        accesses.write(a, [.read, .write])
        accesses.write(b, [.read, .write])
    }

    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        try checker.checkPair(a, b, word: "SWAP")
        try checker.checkAliases(writes: [a, b], reads: [])
    }

    package func print(to printer: inout Printer) {
        printer.line("SWAP(\(printer.text(a)), \(printer.text(b)))")
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind { .swap(Swap(renaming(a), renaming(b))) }
}
