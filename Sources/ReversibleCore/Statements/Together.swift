// Changes of several places at once: `z += w * u` changes two parts, and neither may change by what the other has become.

extension Statement {
    /// Changes several places, each by an expression of what was there before.
    ///
    /// They are updates one after the other, so that none may read what one before it has changed. Where the text shows
    /// that it does, the statement is refused; where that depends on indices or views, the program asserts that it does
    /// not.
    package static func together(
        _ operation: Update.Operation, _ changes: [(place: Place, change: Node)]
    ) -> Statement {
        var assertions: [Statement] = []
        for (position, later) in changes.enumerated() {
            for earlier in changes[..<position] {
                switch ViewExpansion.tracing.keepsApart(earlier.place, from: later.change) {
                case .success(let needed): assertions += needed
                case .failure(let sharing): return Statement(.misuse(sharing.description))
                }
            }
        }
        let updates = changes.map { Statement.update(operation, $0.place, $0.change) }
        return Statement(.block(Block(statements: assertions + updates)))
    }

    /// The statements that must be there for a place to change by an expression which is kept elsewhere meanwhile.
    ///
    /// A statement of the kind `misuse` if the place is part of the expression.
    package static func apart(_ place: Place, from expression: Node) -> [Statement] {
        switch ViewExpansion.tracing.keepsApart(place, from: expression) {
        case .success(let assertions): assertions
        case .failure(let sharing): [Statement(.misuse(sharing.description))]
        }
    }
}

/// Why a place cannot change by an expression.
private struct Sharing: Error, CustomStringConvertible {
    let place: String
    let other: String

    var description: String {
        let subject =
            place == other
            ? "`\(place)` is changed and used by the same statement"
            : "`\(place)` and `\(other)` share memory"
        return
            "\(subject); it could not be undone. Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, "
            + "`ROT`)"
    }
}

extension ViewExpansion {
    /// Assertions that an expression does not read a place, as far as they are needed; a failure if it does.
    fileprivate func keepsApart(_ place: Place, from expression: Node) -> Result<[Statement], Sharing> {
        var result: [Statement] = []
        for (other, guards) in expression.guardedReads where other.variable == place.variable {
            let sharing = Sharing(place: printer().text(place), other: printer().text(other))
            switch place.meeting(with: other) {
            case .never: break
            case .always: return .failure(sharing)
            case .unless(let apart):
                let whole =
                    guards.condition.map { Node(.or(Node(.not($0), .boolean), apart), .boolean) } ?? apart
                let message = "`\(sharing.place)` and `\(sharing.other)` share no elements"
                result.append(
                    Statement(
                        .assertion(Assertion(condition: whole, message: message, subject: .overlap))))
            }
        }
        return .success(result)
    }
}

extension Place {
    /// What this shares with a place, and the condition under which it shares nothing.
    fileprivate func meeting(with other: Place) -> ViewOverlap {
        if span != nil || other.span != nil { return viewOverlap(with: other) }
        switch overlap(with: other) {
        case .never: return .never
        case .always: return .always
        case .whenEqual(let pairs):
            let differences = pairs.map { Node.compare(.notEqual, $0, $1) }
            guard let first = differences.first else { return .always }
            return .unless(differences.dropFirst().reduce(first) { Node(.or($0, $1), .boolean) })
        }
    }
}
