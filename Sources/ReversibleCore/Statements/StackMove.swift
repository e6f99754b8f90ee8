/// `PUSH(a, on: stack)` and `POP(a, from: stack)`: a number moves to or from a stack.
package struct StackMove: Hashable, Sendable {
    package var place: Place
    package var stack: Variable
    package var pushes: Bool
    /// For a cotangent: the stack whose entries these belong to. An entry that was never touched counts as 0,
    /// and what the place held is dropped, since the place it belongs to held the constant 0.
    package var companion: Variable?
    /// For what is of no use but to undo the program, as a cotangent that ends where a place begins with 0: where nothing
    /// was kept it was 0. The companion, if there is one, tells one call from another.
    package var isSpare = false

    package init(_ place: Place, _ stack: Variable, pushes: Bool) {
        self.place = place
        self.stack = stack
        self.pushes = pushes
    }

    package var inverse: StackMove {
        var inverse = self
        inverse.pushes.toggle()
        return inverse
    }

    /// Of the move of a derivative its stack and that of the values, if both last for a run.
    ///
    /// - Parameter parameters: Those of the function; stacks among them may be any.
    package func stacks(
        besides parameters: [Parameter]
    ) -> (derivatives: TraceToken, values: TraceToken)? {
        guard !isSpare, let companion, let derivatives = stack.storage, let values = companion.storage,
            !parameters.contains(where: { $0.variable == companion })
        else { return nil }
        return (derivatives, values)
    }

    /// The same move of another place, to or from another stack.
    package func moving(_ place: Place, _ stack: Variable, companion: Variable?) -> StackMove {
        var move = self
        (move.place, move.stack, move.companion) = (place, stack, companion)
        return move
    }
}

/// Moves a number to the top of a stack and leaves 0 in its place; the inverse is `POP`.
public func PUSH(_ place: Scalar, on stack: Stack) -> Statement {
    Statement(.move(StackMove(place.place, stack.variable, pushes: true)))
}

/// Moves an integer to the top of a stack and leaves 0 in its place; the inverse is `POP`.
///
/// Stacks hold real numbers; an integer that the number type cannot hold exactly is an error.
public func PUSH(_ place: Integer, on stack: Stack) -> Statement {
    Statement(.move(StackMove(place.place, stack.variable, pushes: true)))
}

/// Moves the top of a stack into a place, which must hold 0; the inverse is `PUSH`.
public func POP(_ place: Scalar, from stack: Stack) -> Statement {
    Statement(.move(StackMove(place.place, stack.variable, pushes: false)))
}

/// Moves the top of a stack into an integer place, which must hold 0; the inverse is `PUSH`.
public func POP(_ place: Integer, from stack: Stack) -> Statement {
    Statement(.move(StackMove(place.place, stack.variable, pushes: false)))
}

/// Moves all numbers of a place onto a stack and leaves zeros: those of a vector in the order of its elements, those of a
/// matrix row after row, those of a struct field after field. The inverse is `POP`.
///
/// Integers that the number type cannot hold exactly are errors.
public func PUSH<Places: Argument>(_ place: Places, on stack: Stack) -> Statement {
    .ofEveryNumber(in: place, word: "PUSH") { Statement(.move(StackMove($0, stack.variable, pushes: true))) }
}

/// Moves numbers from a stack into all of a place, which must hold zeros: the top of the stack into the last element of
/// the last field, and so on. The inverse is `PUSH`.
///
/// A stack with too few numbers is an error, and so are numbers that are no integers for places that are.
public func POP<Places: Argument>(_ place: Places, from stack: Stack) -> Statement {
    Statement.ofEveryNumber(in: place, word: "POP") {
        Statement(.move(StackMove($0, stack.variable, pushes: true)))
    }.inverse
}

extension StackMove: StatementRule {
    package func visit(_ accesses: inout Accesses) {
        accesses.write(place, [.read, .write])
        accesses.write(Place(stack), [.read, .write])
        // How many entries the companion has decides which entry this is.
        if let companion { accesses.note(Place(companion), .read) }
    }

    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        try checker.checkWritable(place)
        try checker.checkVisible(stack)
        // An index that asks for the stack would name another place afterwards.
        try checker.checkAliases(writes: [place, Place(stack)], reads: [])
    }

    package func print(to printer: inout Printer) {
        printer.line(
            "\(pushes ? "PUSH" : "POP")(\(printer.text(place)), \(pushes ? "on" : "from"): \(printer.name(stack)))"
        )
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind {
        .move(moving(renaming(place), renaming(stack), companion: companion.map { renaming($0) }))
    }
}
