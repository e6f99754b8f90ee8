import ReversibleCore

/// The adjoint of a function: its inverse, run over values with gradients.
///
/// It takes what `f` returned, each value with the gradient of a loss in it, and gives back what `f` was
/// given, each value with the gradient in that. It is a reversible function like any other: it can be printed,
/// called from other programs, inverted (`~adjoint(f)` does what `adjoint(~f)` does) and differentiated again:
/// `adjoint(adjoint(f))`. Inside its own closure a recursive function has no adjoint yet; one made there throws
/// when it is used.
///
/// The cotangent of a place that a number is pushed from, and that of an ancilla, concern no input and are dropped. Of a
/// function that uses a stack the inverse of the adjoint needs them: they lie on stacks of the run until then. In another
/// run, as what a `Stack()` holds, they are gone, and count as 0. Calls are undone in reverse order. Derivatives that are
/// left on a stack for another call are met by calls of adjoints of as many levels only: what `adjoint(adjoint(f))` leaves
/// there `adjoint(f)` does not find.
public func adjoint<Program: DifferentiableProgram>(_ f: Program) -> Program.Adjoint { f.adjoint }

extension Definition {
    /// The adjoint as data; made once.
    var adjoint: Definition {
        get throws(ReversibilityError) { try adjoint(levels: calls.stackLevels) }
    }

    /// The adjoint that a program may call, and that may be differentiated: a program like any other.
    var undoneAdjoint: Definition {
        get throws(ReversibilityError) { try adjoint(levels: calls.stackLevels, undone: true) }
    }

    /// The adjoint as part of a program whose stacks have been through some differentiations.
    ///
    /// Where no stack is used it is made once for all programs.
    ///
    /// - Parameter undone: Whether the adjoint keeps what its own inverse needs.
    func adjoint(levels: StackLevels, undone: Bool = false) throws(ReversibilityError) -> Definition {
        try checkRemembers()
        let (levels, undone) = calls.usesStacks ? (levels, undone) : (StackLevels(), false)
        return try derived(.adjoint(levels: levels, undone: undone)) { () throws(ReversibilityError) in
            let tracer = Tracer()
            var parameters: [[Parameter]] = []
            let map = DerivativeMap(
                self, roles: .adjoint, levels: levels,
                spare: undone ? SpareCotangents(tracer: tracer) : nil, tracer: tracer,
                itself: (.function(self), .itself(Call.Owner(tracer.token))), parameters: &parameters)
            return try Definition(
                name: "adjoint(\(name))", arguments: parameters,
                argumentTypes: argumentTypes.map { "GVar<\($0)>" },
                body: try body.adjoint(map), names: tracer.names, owner: tracer.token, isDerived: true,
                settledAccounts: accounts(over: map),
                requirements: requirements?.sizes(renamed: map.renaming) ?? [])
        }
    }

    /// Refuses the adjoint of what drops old states.
    func checkRemembers() throws(ReversibilityError) {
        guard calls.forgets else { return }
        throw ReversibilityError(
            .invalidStatement,
            "`\(name)` has an `Iterate`, whose steps cannot be undone, so that there is no adjoint to be run by itself: use "
                + "`grad` or `vjp`, which keep what they need while the function runs",
            function: name)
    }

    /// The function's accounts over the variables of a function derived from it, and those of their tangents.
    func accounts(over map: DerivativeMap) -> [UndoingAccount] {
        (settledAccounts + (account.map { [$0] } ?? [])).flatMap { account -> [UndoingAccount] in
            var moving = account
            moving.sums = account.sums.compactMap { sum in
                guard let value = map.derivative(sum.value), let magnitude = map.derivative(sum.magnitude)
                else {
                    return nil
                }
                return UndoingAccount.Sum(value: value, magnitude: magnitude)
            }
            moving.held = account.held.flatMap { map.derivative($0) }
            (moving.decisions, moving.phase, moving.scratch) = (nil, nil, [])
            moving.unused = ([account.decisions, account.phase].compactMap { $0 } + account.unused)
                .compactMap { map.derivative($0) }
            return [account.renamed(by: map.renaming)] + (moving.parameters.isEmpty ? [] : [moving])
        }
    }

    /// The function followed by its adjoint, as one program over values with gradients.
    ///
    /// Given the arguments and the gradients of a loss in the results, it returns the arguments and the
    /// gradients in them. It is meant for arguments with which the function has been run: what cancels between
    /// the function and its adjoint is left out, and the checks in it too.
    package func pullback(inverted: Bool) throws(ReversibilityError) -> Definition {
        try checkRemembers()
        return try derived(.pullback(inverted: inverted)) { () throws(ReversibilityError) in
            let pieces = try pullbackPieces(inverted: inverted)
            return try pullback(
                of: pieces, arguments: pieces.parameters,
                body: Block(statements: [
                    Statement(.block(pieces.primal)), Statement(.block(pieces.adjoint)),
                ]))
        }
    }

    /// A function and its adjoint, over values with gradients.
    struct PullbackPieces {
        let map: DerivativeMap
        let tracer: Tracer
        /// Each argument's values, followed by its gradients.
        let parameters: [[Parameter]]
        let primal: Block
        let adjoint: Block
    }

    func pullbackPieces(inverted: Bool) throws(ReversibilityError) -> PullbackPieces {
        let tracer = Tracer()
        var parameters: [[Parameter]] = []
        let map = DerivativeMap(
            self, roles: .adjoint, levels: calls.stackLevels, tracer: tracer,
            itself: (.function(self), .function(try adjoint)), parameters: &parameters)
        let program = inverted ? body.inverse : body
        // A function with an account is made of a program whose scratch places have been moved.
        let primal = account == nil ? program.localizingScratch(ownModes: parameterModes) : program
        return PullbackPieces(
            map: map, tracer: tracer, parameters: parameters,
            primal: map.primal(try primal.primalForm(straight: true)), adjoint: try primal.adjoint(map))
    }

    /// A pullback with this body.
    func pullback(
        of pieces: PullbackPieces, arguments: [[Parameter]], body: Block
    ) throws(ReversibilityError) -> Definition {
        let values = Set(parameters.map { pieces.map.renaming($0.variable) })
        return try Definition(
            name: "gradient(\(name))", arguments: arguments,
            argumentTypes: argumentTypes.map { "GVar<\($0)>" },
            body: body.withoutUnread(values), names: pieces.tracer.names, owner: pieces.tracer.token,
            isDerived: true, settledAccounts: accounts(over: pieces.map),
            requirements: requirements?.sizes(renamed: pieces.map.renaming) ?? [])
    }
}

extension DerivativeMap.Roles {
    /// As the fields of a ``GVar`` are called.
    static let adjoint = Self(value: "value", derivative: "gradient")
}

extension DerivativeMap {
    /// The function's own program over the adjoint's value places.
    func primal(_ block: Block) -> Block { renaming(block).callingItself(itself.primal) }
}

extension Block {
    /// Calls of `itself` name `callee` instead, in a body that moves into another function.
    func callingItself(_ callee: Call.Callee) -> Block {
        Block(
            ancillas: ancillas,
            statements: statements.map { statement in
                if case .call(var call) = statement.kind, case .itself = call.callee {
                    call.callee = callee
                    return Statement(.call(call), at: statement.location)
                }
                if case .compute(var compute) = statement.kind {
                    compute.compute = compute.compute.callingItself(callee)
                    compute.apply = compute.apply.callingItself(callee)
                    return Statement(.compute(compute), at: statement.location)
                }
                return statement.mappingBlocks { $0.callingItself(callee) }
            })
    }

    /// The statements' adjoints, last first; ancillas are joined by their cotangents.
    func adjoint(_ map: DerivativeMap) throws(ReversibilityError) -> Block {
        var result = Block(ancillas: map.ancillas(ancillas) { _ in .cotangent })
        // The adjoint's block begins where the block ends: there a cotangent is 0, and here it is spare.
        result.statements += map.spareCotangents(of: ancillas).map(\.inverse)
        for statement in statements.reversed() {
            for kind in try statement.adjoint(map) {
                result.statements.append(Statement(kind, at: statement.location))
            }
        }
        result.statements += map.spareCotangents(of: ancillas)
        return result
    }
}
