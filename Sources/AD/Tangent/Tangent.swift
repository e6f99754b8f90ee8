import ReversibleCore

/// The forward-mode program of a function: the function itself, run over values with tangents.
///
/// It takes what `f` takes, each value with a direction in which it moves, and gives back what `f` gives back,
/// each value with the direction in which that then moves: the Jacobian–vector product. It is a reversible
/// function like any other: it can be printed, called from other programs, inverted (`~tangent(f)` does what
/// `tangent(~f)` does) and differentiated again, by ``adjoint(_:)`` or by `tangent`. Inside its own
/// closure a recursive function has no forward-mode program yet; one made there throws when it is used.
///
/// Branches and loops look at the values only. A tangent of 0 stays 0 where a derivative is infinite, as it does for
/// the `Dual` numbers that ``jvp(_:_:tangent:)`` computes with on the interpreter.
public func tangent<Program: DifferentiableProgram>(_ f: Program) -> Program.Tangent { f.tangent }

extension Definition {
    /// The forward-mode program as data; made once for every set of arguments that move.
    ///
    /// An argument that does not move, and that nothing moving is written to, has no tangent in it: its places
    /// are followed by none.
    package func tangent(moving: Set<Int>) throws(ReversibilityError) -> Definition {
        try tangent(moving: moving, levels: calls.stackLevels)
    }

    /// The forward-mode program as part of a program whose stacks have been through some differentiations.
    func tangent(moving: Set<Int>, levels: StackLevels) throws(ReversibilityError) -> Definition {
        let levels = calls.usesStacks ? levels : StackLevels()
        // A run's stacks carry tangents from one call to another, and a function that calls itself, of which no
        // record is known, would need a program for every way in which it does: these move as a whole.
        let moving = body.keepsNoRecord ? moving : Set(arguments.indices)
        return try derived(.tangent(moving: moving.sorted(), levels: levels)) {
            () throws(ReversibilityError) in
            let tracer = Tracer()
            var parameters: [[Parameter]] = []
            let map = DerivativeMap(
                self, roles: .tangent, levels: levels,
                active: try activeVariables(moving: moving, levels: levels), tracer: tracer,
                itself: (.function(self), .itself(Call.Owner(tracer.token))), parameters: &parameters)
            return try Definition(
                name: "tangent(\(name))", arguments: parameters,
                argumentTypes: argumentTypes.map { "DualVar<\($0)>" }, body: try body.tangent(map),
                names: tracer.names, owner: tracer.token, isDerived: isDerived,
                settledAccounts: accounts(over: map),
                requirements: requirements?.sizes(renamed: map.renaming) ?? [])
        }
    }

    /// Whether argument `index` has tangents in a forward-mode program of this function.
    package func hasTangents(_ index: Int, in program: Definition) -> Bool {
        program.arguments[index].count > arguments[index].count
    }

    /// For every parameter of a forward-mode program, whether it is the tangent of one of these arguments.
    package func tangentsWanted(of wanted: Set<Int>, in program: Definition) -> [Bool] {
        arguments.enumerated().flatMap { argument, leaves in
            leaves.map { _ in false }
                + leaves.filter { hasTangents(argument, in: program) && $0.hasGradient }.map { _ in
                    wanted.contains(argument)
                }
        }
    }
}

extension DerivativeMap.Roles {
    /// As the fields of a ``DualVar`` are called.
    static let tangent = Self(value: "primal", derivative: "tangent", moveWithValues: true)
}

extension Block {
    /// The statements over values with tangents, in the same order; ancillas are joined by their tangents.
    ///
    /// A tangent is as much 0 at the end of the block as its ancilla, whose value is 0 there for all inputs.
    /// That of a stack may have kept zeros for entries that were integers, and is dropped.
    func tangent(_ map: DerivativeMap) throws(ReversibilityError) -> Block {
        var result = Block(
            ancillas: map.ancillas(ancillas) { $0.variable.kind == .stack ? .cotangent : $0.rule })
        for statement in statements {
            for kind in try statement.tangent(map) {
                result.statements.append(Statement(kind, at: statement.location))
            }
        }
        return result
    }
}
