/// Whether two tracings of one closure gave one text.
struct TextComparison {
    /// Functions that were found to be the same.
    private var known: Set<[ObjectIdentifier]> = []

    /// By fingerprints, as expressions are graphs: to compare them node by node may take as long as they are as trees.
    mutating func areSame(_ a: Block, _ b: Block) -> Bool {
        let (calls, others) = (a.callees, b.callees)
        guard a.fingerprint == b.fingerprint, calls.count == others.count else { return false }
        // What is called takes no part in fingerprints.
        return zip(calls, others).allSatisfy { areSame($0, $1) }
    }

    private mutating func areSame(_ a: Definition, _ b: Definition) -> Bool {
        if a === b { return true }
        guard a.arguments == b.arguments else { return false }
        guard known.insert([ObjectIdentifier(a), ObjectIdentifier(b)]).inserted else { return true }
        return areSame(a.body, b.body)
    }

    /// The first lines in which two texts differ, in a few words.
    static func difference(_ a: Block, _ b: Block, _ empty: Printer) -> String {
        func lines(_ block: Block) -> [String] {
            var printer = empty
            printer.indented(block)
            return printer.lines.map { String($0.drop { $0 == " " }) }
        }
        func quoted(_ line: String?) -> String { line.map { "`\($0)`" } ?? "nothing" }
        let (first, second) = (lines(a), lines(b))
        let count = zip(first, second).prefix { $0 == $1 }.count
        return quoted(first.dropFirst(count).first) + ", and then " + quoted(second.dropFirst(count).first)
    }
}

extension Block {
    fileprivate var fingerprint: Int {
        var hasher = Hasher()
        hasher.combine(self)
        return hasher.finalize()
    }

    /// The functions that are called, in the order of the text.
    fileprivate var callees: [Definition] {
        var found: [Definition] = []
        forEachStatement { statement in
            if case .call(let call) = statement.kind, case .function(let definition) = call.callee {
                found.append(definition)
            }
        }
        return found
    }
}

extension Statement {
    /// A loop whose turns have no common text.
    static func changingLoop(_ change: String) -> Statement {
        Statement(
            .misuse(
                "the body of a loop is traced once, for all its turns, and here it depends on a Swift variable that it "
                    + "changes: it would be \(change). What changes from turn to turn is a place: use the loop's index, an "
                    + "ancilla or an argument"))
    }
}
