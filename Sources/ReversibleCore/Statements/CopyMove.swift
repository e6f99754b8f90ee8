/// Puts a copy of a place on a stack, and leaves the place as it is; the inverse is `COPYPOP`.
///
/// Of a vector all elements are copied in their order, of a matrix row after row, of a struct field after field. Integers
/// that the number type cannot hold exactly are errors.
public func COPYPUSH<Places: Argument>(_ place: Places, on stack: Stack) -> Statement {
    .ofEveryNumber(in: place, word: "COPYPUSH") { .copying($0, on: stack) }
}

/// Takes a copy of a place off a stack; the inverse is `COPYPUSH`.
///
/// What is on the stack must be what the place holds, for numbers up to the tolerance of ancillas: else, or if the stack
/// is too short, an error is thrown.
public func COPYPOP<Places: Argument>(_ place: Places, from stack: Stack) -> Statement {
    Statement.ofEveryNumber(in: place, word: "COPYPOP") { .copying($0, on: stack) }.inverse
}

extension Statement {
    /// A copy is made in an ancilla, and moved onto the stack.
    fileprivate static func copying(_ place: Place, on stack: Stack) -> Statement {
        Statement(
            .block(
                Tracer.block {
                    let kind: Variable.Kind = place.type.element == .integer ? .integer : .scalar
                    let copy = Place(declareAncilla(kind, "copy", []))
                    return Statement(
                        .block(
                            Block(
                                statements: [
                                    .update(.add, copy, place.read),
                                    Statement(.move(StackMove(copy, stack.variable, pushes: true))),
                                ])))
                }))
    }

    /// The same statement for every number of a place, one after the other.
    static func ofEveryNumber(
        in place: some Argument, word: String, _ statement: (Place) -> Statement
    ) -> Statement {
        var list = PlaceList()
        do {
            try place.listPlaces(in: &list)
        } catch {
            return Statement(.misuse("\(error)"))
        }
        let statements = list.places.map { $0.ofEveryNumber(word, statement) }
        return statements.count == 1 ? statements[0] : Statement(.block(Block(statements: statements)))
    }
}

extension Place {
    fileprivate func ofEveryNumber(_ word: String, _ statement: (Place) -> Statement) -> Statement {
        if let span {
            return .loop(0..<Expr(span.count), .integer(1), parallel: false, nil) { i in
                statement(element(inside: [i.node]))
            }
        }
        guard indices.isEmpty else { return statement(self) }
        switch variable.kind {
        case .scalar, .integer, .index: return statement(self)
        case .stack: return Statement(.misuse("`\(word)` needs numbers or arrays, and is given a Stack"))
        // Loops without the builder, which would give the statements places in this file.
        case .vector, .integerVector:
            return loop(.count) { i in statement(Place(variable, [i.node])) }
        case .matrix:
            return loop(.rows) { i in
                loop(.columns) { j in statement(Place(variable, [i.node, j.node])) }
            }
        }
    }

    private func loop(_ axis: Axis, _ body: (Integer) -> Statement) -> Statement {
        .loop(0..<Expr(variable.size(axis)), .integer(1), parallel: false, nil, body)
    }
}

extension Block {
    /// Of the block that `COPYPOP` stands for: the stack, and the place that must hold what is on top of it.
    var popsCopy: (stack: Variable, place: Place)? {
        guard ancillas.count == 1, statements.count == 2, case .move(let move) = statements[0].kind,
            !move.pushes,
            case .update(let update) = statements[1].kind, update.operation == .subtract,
            move.place.variable == ancillas[0].variable, update.place == move.place,
            case .read(let place) = update.change.kind
        else { return nil }
        return (move.stack, place)
    }
}
