import ReversibleCore

// Calls of functions that share the caller's account.

extension UndoingChecks {
    /// A call of a function that shares this one's account.
    mutating func annotate(
        _ call: Call, _ inexact: inout InexactPlaces, _ context: ExecutionContext, _ statement: Statement,
        _ more: inout LiftedReads
    ) throws(ReversibilityError) -> Statement {
        let callee: Definition
        let isItself: Bool
        switch call.callee {
        case .function(let definition): (callee, isItself) = (definition, false)
        case .itself: (callee, isItself) = (definition, true)
        case .unavailable: return statement
        }
        let modes = call.modes(ownModes: definition.parameterModes)
        let positions = call.arguments.indices.filter { inexact.contains(call.arguments[$0].variable) }
        for (place, mode) in zip(call.arguments, modes)
        where !mode.isDisjoint(with: [.write, .accumulate]) { inexact.insert(place.variable) }
        func note(_ noted: some Sequence<Int>) {
            more.add(
                noted.map { call.arguments[$0] }.filter { inexact.contains($0.variable) }.map {
                    LiftedReads.Read($0, in: statement)
                })
        }
        if isItself, let parameters {
            handedOn.formUnion(positions)
            note(parameters.noted.sorted())
            return calling(
                .itself(Call.Owner(definition.owner)), call.inverted != inverted, call, statement, context)
        }
        let verified = try callee.verified(inverted: call.inverted, called: positions)
        guard verified !== callee else {
            // The function itself has no account; what it calls itself in here has one.
            var plain = call
            plain.callee = .function(callee)
            return Statement(.call(plain), at: statement.location)
        }
        note(verified.account?.notedByCallers ?? [])
        if verified.account?.sums.isEmpty == true {
            return Statement(
                .call(Call(.function(verified), inverted: false, arguments: call.arguments)),
                at: statement.location)
        }
        return calling(.function(verified), false, call, statement, context)
    }

    mutating func calling(
        _ callee: Call.Callee, _ isInverted: Bool, _ call: Call, _ statement: Statement,
        _ context: ExecutionContext
    ) -> Statement {
        let phase = writer.declare(.scalar, "phase", owner: definition.owner)
        scratch.insert(phase)
        let sum = writer.sumOfCalls(
            Printer(names: writer.names, functionName: definition.name).headline(statement), statement,
            reading: zip(call.arguments, call.modes(ownModes: definition.parameterModes)).filter {
                $1.contains(.read) && $0.variable.kind.isReal
            }.map(\.0.variable))
        let own = WitnessWriter.salt(phase.id)
        let amount = context.fraction.map { Node.binary(.add, .real(own), $0) } ?? .real(own)
        let verified = Call(
            callee, inverted: isInverted,
            arguments: call.arguments
                + [sum.value, sum.magnitude, account.decisions, phase].compactMap { $0.map { Place($0) } })
        let change = Statement.update(.add, Place(phase), amount)
        return Statement(
            .block(
                Block(
                    ancillas: [Ancilla(variable: phase, sizes: [])],
                    statements: [change, Statement(.call(verified), at: statement.location), change.inverse])),
            at: statement.location)
    }
}
