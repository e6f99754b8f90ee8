import ReversibleCore
import Strategies

extension ArrayFunction {
    /// The function as a reversible program, which adds its value to the first argument: a number, a vector or a matrix. The
    /// function's own parameters follow.
    ///
    /// ```swift
    /// let program: ReversibleFunction<Scalar, Vector, Vector> = try dot.program()
    /// let (out, u, v) = try program(0, [1, 2], [3, 4])        // out == 11
    /// ```
    ///
    /// Arrays become loops, sums are added up in place or in scratch, and a value with a name is an ancilla of a `Compute`, so
    /// that the program has an inverse and an adjoint and runs on every engine.
    ///
    /// - Throws: A `ReversibilityError` if the function cannot be right, or the types asked for are not the function's.
    public func program<each A: Argument>() throws(ReversibilityError) -> ReversibleFunction<repeat each A> {
        try check()
        var types: [any Argument.Type] = []
        for type in repeat (each A).self { types.append(type) }
        let names = types.count == parameters.count + 1 ? ["out"] + parameters.map { $0.name ?? "_" } : []
        let term = try lowered
        let problem = LoweringProblem()
        let made = try ReversibleFunction<repeat each A>(checking: name, parameters: unique(names)) {
            (places: repeat each A) in
            statement(of: term, problem, repeat each places)
        }
        if let message = problem.message {
            throw ReversibilityError(.invalidArgument, message, function: name)
        }
        return made
    }

    /// The term without arrays that are made only to be read again, with the zeros that are none taken out of products, and with
    /// what does not change in a loop before it.
    private var lowered: Term {
        get throws(ReversibilityError) {
            do {
                let plain = Strategy<Term>.fusion.or(.projections).or(.ring).or(.conditions).innermost
                return try plain.then(Strategy<Term>.hoist.or(.lets).innermost)(body) ?? body
            } catch {
                throw ReversibilityError(.invalidArgument, "\(error)", function: name)
            }
        }
    }

    private func statement<each A: Argument>(
        of term: Arrays.Term, _ problem: LoweringProblem, _ arguments: repeat each A
    ) -> Statement {
        var list = PlaceList()
        do {
            for argument in repeat each arguments { try argument.listPlaces(in: &list) }
        } catch {
            problem.message = "\(error)"
            return .empty
        }
        let types = [body.type] + parameters.map(\.type)
        let given = list.places.map(\.variable.termType)
        guard types == given.map({ $0 ?? .boolean }) else {
            let wanted = types.map(\.description).joined(separator: ", ")
            let asked = list.places.map(\.type.description).joined(separator: ", ")
            problem.message = "a program is asked for with the arguments: \(asked); they must be: \(wanted)"
            return .empty
        }
        var lowering = Lowering(problem: problem)
        for (parameter, place) in zip(parameters, list.places.dropFirst()) {
            lowering.bind(parameter, to: place)
        }
        let checks = equalities.map { m, n in
            Assert(Condition(lowering.condition(.equal, m, n)), "`\(m)` is `\(n)`")
        }
        let sizes = (0..<body.type.rank).map { axis in
            lowering.sizeCheck(list.places[0].variable, axis: axis, term.size(axis: axis))
        }
        return Statement(
            .block(Block(statements: checks + sizes + lowering.adding(term, to: list.places[0]))))
    }

    private func unique(_ names: [String]) -> [String] {
        names.enumerated().map { position, name in
            names[..<position].contains(name) ? "\(name)\(position)" : name
        }
    }
}

/// What was found to be wrong while a program's closure was traced, which cannot throw.
final class LoweringProblem {
    private var first: String?

    /// The first that was found.
    var message: String? {
        get { first }
        set { first = first ?? newValue }
    }
}

extension Variable {
    /// What a place stands for in terms.
    fileprivate var termType: TermType? {
        switch kind {
        case .scalar: .real
        case .integer: .integer
        case .vector: .reals(rank: 1)
        case .matrix: .reals(rank: 2)
        default: nil
        }
    }
}
