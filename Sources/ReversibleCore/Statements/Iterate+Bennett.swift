// Steps that are undone by doing them again: Bennett, "Time/space trade-offs for reversible computation", 1989.
//
// n steps become k pieces. All but the last compute states of their own, the last adds to the outcome, and the first are
// undone again, each piece in the same way as the whole:
//
//     steps(y, x, n) = y += step(x), if n is 1; otherwise, with states a₁ … aₖ₋₁,
//                      Compute { steps(a₁, x, n/k); steps(a₂, a₁, n/k); … } apply: { steps(y, aₖ₋₁, n/k) }
//
// Nothing is dropped and nothing is recorded: it is a reversible program like any other. For kᴸ steps it takes (2k − 1)ᴸ
// and L(k − 1) states.

extension Tracer {
    /// The steps as a call of a function that halves its work, or takes a k-th of it.
    func bennett<State: Argument>(
        _ results: [Place], _ starts: [Place], _ count: Node, ways: Int,
        _ step: (State, State) -> Statement
    ) throws -> Statement {
        var failure: (any Error)?
        var (nexts, currents): ([Parameter], [Parameter]) = ([], [])
        let (traced, change) = turn {
            do {
                let next = try parameters(of: State.self, "next")
                let current = try parameters(of: State.self, "current")
                (nexts, currents) = (next.leaves, current.leaves)
                return step(next.state, current.state)
            } catch {
                failure = error
                return .empty
            }
        }
        if let failure { throw failure }
        if let change { return .changingLoop(change) }
        let (own, given) = (Set(nexts.map(\.variable)), Set(currents.map(\.variable)))
        if let fault = fault(of: traced, next: own, current: given, results: Set(results.map(\.variable))) {
            return Statement(.misuse(fault))
        }
        if let fault = BennettSteps.fault(of: traced, owner: token) { return Statement(.misuse(fault)) }
        let steps = BennettSteps(tracer: self, step: traced, nexts: nexts, currents: currents, ways: ways)
        do throws(ReversibilityError) { return try steps.statement(results, starts, count) } catch {
            return Statement(.call(Call(.unavailable(error), inverted: false, arguments: [])))
        }
    }

    private func parameters<State: Argument>(
        of type: State.Type, _ name: String
    ) throws -> (state: State, leaves: [Parameter]) {
        var source = PlaceSource(.parameter, tracer: self, name: name)
        return (try State.makePlaces(from: &source), source.leaves)
    }
}

/// The program of steps that are undone by doing them again.
private struct BennettSteps {
    let tracer: Tracer
    let step: Block
    let nexts: [Parameter]
    let currents: [Parameter]
    let ways: Int

    /// What a step does that it must not, besides what no step may.
    static func fault(of step: Block, owner: TraceToken) -> String? {
        step.firstStatement { statement in
            if statement.record != nil {
                return
                    "a step of an `Iterate` with `undoing: .bennett` is undone by doing it again, and what it decides "
                    + "cannot be recorded: give its `While` or `If` a `post:` condition"
            }
            guard case .call(let call) = statement.kind else { return nil }
            switch call.callee {
            case .itself(let callee) where callee.token === owner:
                return
                    "a step of an `Iterate` with `undoing: .bennett` cannot call the function it stands in; make the "
                    + "step a function of its own"
            case .function(let callee)
            where !callee.calls.leftRecords.isEmpty
                || callee.calls.usesRunStack && !callee.calls.leavesNoRecord:
                return "a step of an `Iterate` with `undoing: .bennett` is undone by doing it again, and "
                    + "`\(callee.name)`, which it calls, leaves a record. Give its `While` and `If` a `post:` condition"
            default: return nil
            }
        }
    }

    /// Whether the step does nothing to the next state but to add to it, and so can add to any.
    private var onlyAdds: Bool {
        var sums = UnreadSums()
        return sums.variables(of: step, in: nil).isSuperset(of: nexts.map(\.variable))
    }

    func statement(
        _ results: [Place], _ starts: [Place], _ count: Node
    ) throws(ReversibilityError) -> Statement {
        let number = tracer.declare(.integer, name: "steps")
        var accesses = Accesses()
        step.visit(&accesses)
        let parameters = nexts + currents
        let captured = step.namedVariables.subtracting(accesses.declared)
            .subtracting(parameters.map(\.variable)).sorted { $0.id < $1.id }
        // What is an index outside is an integer in the function.
        var integers: [Variable: Variable] = [:]
        for index in captured where index.kind == .index {
            integers[index] = tracer.declare(.integer, name: tracer.names[index.id])
        }
        let renaming = Renaming(integers)
        let others = captured.map { renaming($0) }
        let all =
            parameters
            + ([number] + others).map { Parameter(variable: $0, name: tracer.names[$0.id] ?? "t") }
        func call(
            _ callee: Call.Callee, to result: [Place], from start: [Place], _ count: Place, _ rest: [Place]
        )
            -> Statement
        {
            Statement(.call(Call(callee, inverted: false, arguments: result + start + [count] + rest)))
        }
        let itself = Call.Callee.itself(Call.Owner(tracer.token))
        let body = pieces(of: number) { result, start, count in
            call(itself, to: result, from: start, count, others.map { Place($0) })
        }
        let function = try Definition(
            name: "iterate", arguments: all.map { [$0] }, argumentTypes: all.map(\.variable.kind.typeName),
            body: choosing(number, one: renaming(step), several: body), names: tracer.names,
            owner: tracer.token)

        // The number of steps, and the outcome of a step that needs zeros to begin with, are ancillas here.
        let total = tracer.declare(.integer, name: "steps")
        var computation = Block(
            ancillas: [Ancilla(variable: total, sizes: [])], statements: [.update(.add, Place(total), count)])
        // A start that the steps read as well is given twice; a copy can be told from it.
        var start = starts
        if starts.contains(where: { captured.contains($0.variable) }) {
            let copies = states(like: starts, "start")
            computation.ancillas += copies
            start = copies.map { Place($0.variable) }
            computation.statements += zip(start, starts).map { .update(.add, $0, $1.read) }
        }
        func calling(_ result: [Place]) -> Statement {
            call(.function(function), to: result, from: start, Place(total), captured.map { Place($0) })
        }
        var apply = Block(statements: [calling(results)])
        if !onlyAdds {
            let outcome = states(like: starts, "outcome")
            computation.ancillas += outcome
            let places = outcome.map { Place($0.variable) }
            computation.statements.append(calling(places))
            apply.statements = zip(results, places).map { .update(.add, $0, $1.read) }
        }
        return Statement(.compute(ComputeApply(compute: computation, apply: apply)))
    }

    /// Ancillas of the sizes of a state.
    private func states(like places: [Place], _ name: String) -> [Ancilla] {
        zip(currents, places).map { current, place in
            let kind = current.variable.kind
            return Ancilla(
                variable: tracer.declare(kind, name: name),
                sizes: kind.axes.map { Node(.size(place.variable, $0), .integer) })
        }
    }

    private func choosing(_ number: Variable, one: Block, several: Block) -> Block {
        func isNumber(_ value: Int) -> Node { .compare(.equal, Place(number).read, .integer(value)) }
        let copy = Block(
            statements: zip(nexts, currents).map {
                .update(.add, Place($0.variable), Place($1.variable).read)
            })
        let some = Branch(pre: isNumber(1), post: isNumber(1), then: one, otherwise: several)
        return Block(statements: [
            Statement(
                .branch(
                    Branch(
                        pre: isNumber(0), post: isNumber(0), then: copy,
                        otherwise: Block(statements: [Statement(.branch(some))]))))
        ])
    }

    /// All pieces but the last, and then that, as a computation and its use.
    private func pieces(of number: Variable, _ call: ([Place], [Place], Place) -> Statement) -> Block {
        var computation = Block()
        var from = currents.map { Place($0.variable) }
        func size(_ piece: Int) -> Place {
            let size = tracer.declare(.integer, name: "piece")
            computation.ancillas.append(Ancilla(variable: size, sizes: []))
            let sum = Node.integerBinary(.add, Place(number).read, .integer(piece))
            computation.statements.append(
                .update(.add, Place(size), .integerBinary(.divide, sum, .integer(ways))))
            return Place(size)
        }
        let sizes = (0..<ways).map { size($0) }
        for piece in 0..<ways - 1 {
            let state = states(like: currents.map { Place($0.variable) }, "state")
            computation.ancillas += state
            let places = state.map { Place($0.variable) }
            computation.statements.append(call(places, from, sizes[piece]))
            from = places
        }
        let apply = Block(statements: [call(nexts.map { Place($0.variable) }, from, sizes[ways - 1])])
        return Block(statements: [Statement(.compute(ComputeApply(compute: computation, apply: apply)))])
    }
}
