/// Refuses programs that can be seen to be wrong before they run.
package struct Checker {
    let functionName: String
    let names: [Int: String]
    let owner: TraceToken
    /// The parameters' modes of the function being checked, for its calls of itself.
    let ownModes: [AccessMode]
    /// Whether the function was made from others, which have been checked. What those guard inside a formula, this one
    /// may guard by a statement: a division by the constant 0 that is never reached is no mistake here.
    let isDerived: Bool
    /// How many functions may call one another in a chain. A derived program may need a link more than what it is made
    /// from.
    var chainLimit: Int { isDerived ? .max : DeepStack.chainLimit }
    private var visible: Set<Variable>
    /// What an error is about: a statement, or an ancilla's declaration.
    private enum Subject {
        case statement(Statement)
        case ancilla(Ancilla)
    }
    private var subject: Subject?
    /// Where the innermost statement was written that was; those that functions make have no place of their own.
    private var location: SourceLocation?
    private var statement: Statement? {
        if case .statement(let statement) = subject { statement } else { nil }
    }

    init(
        functionName: String, names: [Int: String], owner: TraceToken, ownModes: [AccessMode],
        isDerived: Bool, parameters: [Variable]
    ) {
        self.functionName = functionName
        self.names = names
        self.owner = owner
        self.ownModes = ownModes
        self.isDerived = isDerived
        visible = Set(parameters)
    }

    func name(_ variable: Variable) -> String {
        if let constant = variable.constant { return constant.name ?? constant.source }
        return variable.owner === owner ? names[variable.id] ?? "?" : "?"
    }

    func error(_ kind: ReversibilityError.Kind, _ message: String) -> ReversibilityError {
        // What could not be built has no text but this message.
        if case .misuse = statement?.kind {
            return ReversibilityError(kind, message, function: functionName, location: location)
        }
        let text: String? =
            switch subject {
            case .statement(let statement): printer.headline(statement)
            case .ancilla(let ancilla): printer.declaration(ancilla)
            case nil: nil
            }
        return ReversibilityError(
            kind, message, function: functionName, statement: text, location: location)
    }

    var printer: Printer { Printer(names: names, functionName: functionName, owner: owner) }

    func accesses(of block: Block) -> Accesses {
        var accesses = Accesses(ownModes: ownModes)
        block.visit(&accesses)
        return accesses
    }

    mutating func check(_ statement: Statement) throws(ReversibilityError) {
        try check(.statement(statement), at: statement.location) { (checker) throws(ReversibilityError) in
            try statement.rule.check(&checker)
            try checker.refuseViews(in: statement)
        }
    }

    /// Refuses a view that no loop has been written for.
    private func refuseViews(in statement: Statement) throws(ReversibilityError) {
        let places = statement.ownPlaces
        if let place = places.first(where: { $0.span != nil }) {
            throw error(
                .invalidStatement,
                "`\(printer.text(place))` is a view, which this statement cannot take; copy it "
                    + "into an ancilla: `Compute { t += \(printer.text(place)) } apply: { … }`")
        }
        guard let node = (statement.ownNodes + places.flatMap(\.indices)).first(where: \.readsViews) else {
            return
        }
        throw error(
            .invalidStatement,
            "`\(printer.text(node))` reads a view, which a condition and a bound cannot; add it up before: "
                + "`Compute { t += sum(…) } apply: { … }`")
    }

    private mutating func check(
        _ subject: Subject, at location: SourceLocation?,
        _ body: (inout Checker) throws(ReversibilityError) -> Void
    ) throws(ReversibilityError) {
        let outer = (self.subject, self.location)
        (self.subject, self.location) = (subject, location ?? self.location)
        try body(&self)
        (self.subject, self.location) = outer
    }

    /// Runs `body`, whose errors are about an ancilla's declaration.
    mutating func checking(
        _ ancilla: Ancilla, _ body: (Checker) throws(ReversibilityError) -> Void
    ) throws(ReversibilityError) {
        try check(.ancilla(ancilla), at: ancilla.location) { (checker) throws(ReversibilityError) in
            try body(checker)
        }
    }

    /// Runs `body` with more variables in scope.
    mutating func declaring(
        _ variables: [Variable], _ body: (inout Checker) throws(ReversibilityError) -> Void
    ) throws(ReversibilityError) {
        let outer = visible
        visible.formUnion(variables)
        try body(&self)
        visible = outer
    }

    /// Checks an expression: its types, and that its places may be used here.
    func check(_ node: Node) throws(ReversibilityError) {
        if let problem = node.problem { throw error(.invalidStatement, problem.sentence(printer)) }
        if node.dividesByZero, !isDerived { throw dividedByZero }
        if !isDerived, node.repeatsChoices {
            throw error(
                .invalidStatement,
                "the choices (`select`, `max`, `min`) of this expression share parts that have choices in their turn, which "
                    + "are evaluated again in each of them, too often. Put what is used again into a scratch place of its "
                    + "own: `Compute { t += … } apply: { … }`")
        }
        for place in node.reads { try checkScope(of: place) }
        for variable in node.sizedVariables { try checkVisible(variable) }
    }

    private var dividedByZero: ReversibilityError {
        error(
            .divisionByZero,
            "an integer is divided by the constant 0; if the divisor comes from Swift and may be 0, choose with Swift's `if`"
        )
    }

    /// Checks a place that a statement names: its indices are evaluated whenever the statement runs.
    func checkVisible(_ place: Place) throws(ReversibilityError) {
        try checkScope(of: place)
        if place.indices.contains(where: \.dividesByZero), !isDerived { throw dividedByZero }
    }

    private func checkScope(of place: Place) throws(ReversibilityError) {
        try checkVisible(place.variable)
        for index in place.indices {
            if let problem = index.problem { throw error(.invalidStatement, problem.sentence(printer)) }
            guard index.type == .integer else {
                throw error(
                    .invalidStatement,
                    "`\(name(place.variable))` is indexed by \(index.type.description); an index must be an integer"
                )
            }
            for place in index.reads { try checkVisible(place.variable) }
            for variable in index.sizedVariables { try checkVisible(variable) }
        }
    }

    func checkVisible(_ variable: Variable) throws(ReversibilityError) {
        if variable.constant != nil { return }
        guard variable.owner === owner else {
            throw error(
                .outOfScope,
                "`?` belongs to another function; pass it as an argument, and make ancillas inside the "
                    + "closure of the function that uses them")
        }
        guard visible.contains(variable) || variable.storage != nil else {
            throw error(
                .outOfScope,
                "`\(name(variable))` is used outside the block that declared it; declare it in a block that "
                    + "encloses all its uses")
        }
    }

    func checkWritable(_ place: Place) throws(ReversibilityError) {
        try checkVisible(place)
        if place.variable.constant != nil {
            throw error(
                .readOnly,
                "`\(name(place.variable))` is a constant, which a program can only read; to change its numbers, make it an "
                    + "argument, or add it to an ancilla")
        }
        if place.variable.kind == .index {
            throw error(
                .readOnly,
                "`\(name(place.variable))` is a loop index; the loop changes it, its body may only read it")
        }
    }

    func checkReal(_ place: Place, word: String) throws(ReversibilityError) {
        guard place.type.element == .real else {
            throw error(.invalidStatement, "`\(word)` needs real places, not integers")
        }
    }

    /// Checks the two places of a word that changes both.
    func checkPair(_ a: Place, _ b: Place, word: String) throws(ReversibilityError) {
        for place in [a, b] {
            try checkWritable(place)
            try checkNumber(place, word: word)
        }
        try checkDistinct(a, b) { a, b in
            a == b
                ? "`\(word)` needs two different places, and both are `\(a)`"
                : "`\(word)` needs two different places, and `\(a)` and `\(b)` share memory"
        }
    }

    func checkNumber(_ place: Place, word: String) throws(ReversibilityError) {
        if place.variable.kind == .stack {
            throw error(
                .invalidStatement,
                "`\(word)` needs numbers or arrays, and `\(name(place.variable))` is a Stack")
        }
    }

    /// Refuses a statement that changes a place which it also uses.
    func checkAliases(writes: [Place], reads: [Node]) throws(ReversibilityError) {
        let used = reads.flatMap(\.reads) + writes.flatMap(\.indices).flatMap(\.reads)
        for (position, place) in writes.enumerated() {
            for other in used + writes[..<position] { try checkDistinct(place, other) }
        }
    }

    func checkDistinct(
        _ place: Place, _ other: Place, explaining explanation: ((String, String) -> String)? = nil
    ) throws(ReversibilityError) {
        guard case .always = place.overlap(with: other) else { return }
        let (a, b) = (printer.text(place), printer.text(other))
        throw error(.aliasing, explanation?(a, b) ?? sharing(a, b))
    }

    private func sharing(_ a: String, _ b: String) -> String {
        let subject =
            a == b ? "`\(a)` is changed and used by the same statement" : "`\(a)` and `\(b)` share memory"
        return "\(subject); it could not be undone. \(advice(a, isSame: a == b))"
    }

    /// What to write instead of a statement that changes a place by itself.
    private func advice(_ place: String, isSame: Bool) -> String {
        guard case .update(let update) = statement?.kind else {
            return "Copy what you need into an ancilla first"
        }
        let isSingleRead = isSame && update.change == update.place.read
        switch update.operation {
        case .multiply:
            return isSingleRead
                ? "A square does not tell the sign: add it to another place, as in `y += \(place) * \(place)`"
                : "Multiply by a copy, kept in an ancilla, or add the product to another place"
        case .divide:
            return isSingleRead
                ? "It would be 1, whatever it was"
                : "Divide by a copy, kept in an ancilla, or add the quotient to another place"
        case .add where isSingleRead && update.place.type.element == .real:
            return "Double it with `\(place) *= 2`"
        case .add, .subtract:
            return update.place.type.element == .real
                ? "Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)"
                : "Use an ancilla, or the words made for it (`NEG`, `SWAP`, `^=`)"
        case .bits: return "Use an ancilla, or the words made for it (`NEG`, `SWAP`)"
        }
    }
}
