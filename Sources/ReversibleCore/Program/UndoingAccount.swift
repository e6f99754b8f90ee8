/// The variables in which a function keeps account of what its adjoint reads again.
///
/// Nothing is differentiated in them. For a function that is run on its own they are its last parameters; a function
/// that is called shares those of its caller.
package struct UndoingAccount: Sendable {
    /// A weighted sum of numbers, which must come back to 0, and the sum of their magnitudes.
    package struct Sum: Sendable {
        package var value: Variable
        package var magnitude: Variable

        package init(value: Variable, magnitude: Variable) {
            self.value = value
            self.magnitude = magnitude
        }
    }

    /// A place and the statement whose adjoint reads it, as the program prints them.
    package struct Read: Sendable {
        package var place: String
        package var statement: String
        package var location: SourceLocation?
        package var function: String

        package init(place: String, statement: String, location: SourceLocation?, function: String) {
            self.function = function
            self.place = place
            self.statement = statement
            self.location = location
        }
    }

    package var sums: [Sum]
    /// The sum of what the noted places hold when undoing begins (``Update/Witness/Kind/held``).
    package var held: Variable?
    /// A weighted sum of integers that stand for decisions, which must come back to 0 exactly.
    /// Nil for an account of tangents, which decide nothing.
    package var decisions: Variable?
    /// What tells the calls of a function apart; nil for a function that is run on its own.
    package var phase: Variable?
    /// For each sum that is used, its first read: the place, the statement that reads it, and where that stands.
    package var firstReads: [Int: Read] = [:]
    /// The first decision of the sum of decisions.
    package var firstDecision: Read?
    /// What the function's adjoint reads where undoing may have changed it.
    package var reads: Set<Variable> = []
    /// Sums of the decisions that computations take, among the scratch places.
    package var ways: Set<Variable> = []
    /// The positions of parameters that the function only reads, and that its callers note.
    package var notedByCallers: [Int] = []
    /// Parameters that nothing is kept in, such as the tangents of decisions.
    package var unused: [Variable] = []
    /// Scratch places of the account, which have no derivative either.
    package var scratch: Set<Variable> = []

    package init(sums: [Sum], held: Variable? = nil, decisions: Variable?, phase: Variable?) {
        self.sums = sums
        self.held = held
        self.decisions = decisions
        self.phase = phase
    }

    /// The parameters, in order.
    package var parameters: [Variable] {
        sums.flatMap { [$0.value, $0.magnitude] } + [held, decisions, phase].compactMap { $0 } + unused
    }
    /// Everything in which nothing is differentiated.
    package var variables: Set<Variable> { scratch.union(parameters) }

    /// The same account over other variables.
    package func renamed(by renaming: Renaming) -> UndoingAccount {
        var account = self
        account.sums = sums.map { Sum(value: renaming($0.value), magnitude: renaming($0.magnitude)) }
        account.held = held.map { renaming($0) }
        account.decisions = decisions.map { renaming($0) }
        account.phase = phase.map { renaming($0) }
        account.unused = unused.map { renaming($0) }
        account.scratch = Set(scratch.map { renaming($0) })
        account.ways = Set(ways.map { renaming($0) })
        return account
    }
}
