/// `a += e` and its relatives: a place changes by an expression that does not read it.
package struct Update: Hashable, Sendable {
    package enum Operation: Hashable, Sendable {
        case add, subtract, multiply, divide
        /// What integers only do.
        case bits(BitOperation)

        package var inverse: Operation {
            switch self {
            case .add: .subtract
            case .subtract: .add
            case .multiply: .divide
            case .divide: .multiply
            case .bits(let operation): .bits(operation.inverse)
            }
        }

        package var symbol: String {
            switch self {
            case .add: "+="
            case .subtract: "-="
            case .multiply: "*="
            case .divide: "/="
            case .bits(let operation): "\(operation.function.name)="
            }
        }

        /// What it computes of an integer place and the change.
        package var onIntegers: IntegerFunction {
            switch self {
            case .add: .add
            case .subtract: .subtract
            case .multiply, .divide: .multiply  // unavailable on integers
            case .bits(let operation): operation.function
            }
        }
    }

    /// What an update that verifies undoing keeps account of.
    package struct Witness: Hashable, Sendable {
        package enum Kind: Sendable {
            /// A weighted sum of what is read, taken back when it is read again.
            case value
            /// A sum of magnitudes, which grows in both directions, but not in an adjoint.
            case magnitude
            /// A sum of the magnitudes that places have when undoing begins, as magnitudes are added up: what was 0 when
            /// it was read comes back as some roundings of these.
            case held
            /// A weighted sum of small integers that stand for decisions.
            case decision
        }

        package var kind: Kind
        /// The number of the read within its function.
        package var site: Int
        /// The function that the user wrote.
        package var function: String
        /// What is read, and the statement whose adjoint reads it, as the program prints them.
        package var place: String
        package var statement: String
        /// Of which derivative of the read this keeps account, a bit for each differentiation, the last lowest: 0 for
        /// the value itself.
        package var derivative = 0
        /// For magnitudes: whether this is part of an undoing, whose adjoint runs the program again.
        package var undoes = false

        package init(_ kind: Kind, site: Int, function: String, place: String, statement: String) {
            self.kind = kind
            self.site = site
            self.function = function
            self.place = place
            self.statement = statement
        }

        /// No more than this counts of a number that is held: one that grows after it was read loses its digits, and
        /// must not be excused by what it has grown to.
        package static let largestHeld = 1.0

        /// How often what is held counts, so that what many steps have rounded is excused as well.
        ///
        /// It is for whoever compares sums: programs add up each number once, an operation less in every turn.
        package static let heldWeight = 4.0

        /// Whether this is a sum of magnitudes.
        package var isOfMagnitudes: Bool { kind == .magnitude || kind == .held }

        /// What is added of a number's magnitude.
        package func bounded(_ magnitude: Node) -> Node {
            kind == .held ? .binary(.min, .real(Witness.largestHeld), magnitude) : magnitude
        }

        /// What a sum of magnitudes adds for a number.
        package func amount(_ value: Node) -> Node { bounded(.unary(.abs, value)) }

        /// What a sum of magnitudes adds the magnitude of.
        package func operand(of amount: Node) -> Node {
            switch amount.kind {
            case .unary(.abs, let value): value
            case .binary(.min, _, let magnitude): operand(of: magnitude)
            default: amount
            }
        }
    }

    package var operation: Operation
    package var place: Place
    package var change: Node
    /// Whether the order of additions does not matter: such sums may come from several iterations of a `ParallelFor`.
    package var accumulates = false
    /// Whether this adds to a cotangent, as one of those.
    package var isForCotangent = false
    /// Whether a factor may scale what is here to 0, or beyond all numbers: a derivative that is too small is 0, while a
    /// value that is could not be undone.
    package var mayVanish = false
    /// For an update that verifies undoing: what it keeps account of.
    package var witness: Witness?

    package init(
        _ operation: Operation, _ place: Place, _ change: Node, accumulates: Bool = false,
        isForCotangent: Bool = false, mayVanish: Bool = false, witness: Witness? = nil
    ) {
        self.operation = operation
        self.place = place
        self.change = change
        self.accumulates = accumulates
        self.isForCotangent = isForCotangent
        self.mayVanish = mayVanish
        self.witness = witness
    }

    package var inverse: Update {
        var inverse = self
        if witness?.isOfMagnitudes == true {
            inverse.witness?.undoes.toggle()
        } else {
            inverse.operation = operation.inverse
            if operation == .bits(.multiply), case .integer(let factor) = change.kind {
                inverse.change = .integer(BitOperation.reciprocal(of: factor))
            }
        }
        return inverse
    }

    /// The same kind of sum in another program.
    package func on(_ place: Place, _ operation: Operation, _ change: Node) -> Update {
        Update(
            operation, place, change, accumulates: accumulates, isForCotangent: isForCotangent,
            mayVanish: mayVanish, witness: witness)
    }
}

extension Node {
    /// Why this is a real number where an integer might have been meant.
    fileprivate var whyReal: String {
        switch kind {
        case .unary(let function, _) where [.floor, .ceil, .round].contains(function):
            ", and `\(function.name)` gives one, if a whole one"
        case .unary(let function, _): ", and `\(function.name)` gives one"
        case .binary(.pow, _, _): ", and `pow` gives one"
        default: ""
        }
    }
}

extension Statement {
    package static func update(_ operation: Update.Operation, _ place: Place, _ change: Node) -> Statement {
        Statement(.update(Update(operation, place, change)))
    }
}

/// Adds 1; the inverse is `DEC`.
public func INC(_ place: Integer) -> Statement { place += 1 }

/// Subtracts 1; the inverse is `INC`.
public func DEC(_ place: Integer) -> Statement { place -= 1 }

extension Update: StatementRule {
    package func visit(_ accesses: inout Accesses) {
        accesses.write(place, accumulates ? .accumulate : .write)
        accesses.read(change)
    }

    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        try checker.check(change)
        try checker.checkWritable(place)
        if change.type.element == .real, place.type.element == .integer {
            throw checker.error(
                .invalidStatement,
                "an Integer cannot change by a real number\(change.whyReal); make the expression an integer, or the place a "
                    + "Scalar")
        }
        if change.type.shape != place.type.shape, !change.type.isSingle {
            throw checker.error(
                .invalidStatement,
                "\(place.type.description) cannot change by \(change.type.description); "
                    + (place.type.isSingle
                        ? "use `sum(…)` to add up elements" : "change one row or column at a time in a `For`")
            )
        }
        if operation == .multiply || operation == .divide, change.constant == 0 {
            throw checker.error(
                .zeroFactor, "a place cannot be multiplied or divided by 0: it could not be undone")
        }
        if operation == .multiply || operation == .divide, let factor = change.constant, !factor.isFinite {
            throw checker.error(
                .zeroFactor,
                "a place is multiplied or divided by \(factor); the factor must be finite and not 0 to be undone"
            )
        }
        if operation == .bits(.multiply) { try checkFactor(checker) }
        try checker.checkAliases(writes: [place], reads: [change])
    }

    package func print(to printer: inout Printer) {
        if case .bits(let operation) = operation, let word = operation.word {
            return printer.line("\(word)(\(printer.text(place)), \(printer.text(change)))")
        }
        printer.line("\(printer.text(place)) \(operation.symbol) \(printer.text(change))")
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind {
        .update(on(renaming(place), operation, renaming(change)))
    }
}
