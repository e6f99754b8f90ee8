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
        where mode.changes { inexact.insert(place.variable) }
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
        writer.note(call.arguments, of: callee.parameters, reading: verified.account?.reads ?? [])
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
        var function: Definition?
        if case .function(let other) = callee { function = other }
        let own = writer.sumsOfCalls(
            function, Printer(names: writer.names, functionName: definition.name).headline(statement),
            statement,
            reading: zip(call.arguments, call.modes(ownModes: definition.parameterModes)).filter {
                $1.contains(.read) && $0.variable.kind.isReal
            }.map(\.0.variable))
        let held = writer.held(through: callee)
        let sums = own.flatMap { [$0.value, $0.magnitude] } + [held, account.decisions].compactMap { $0 }
        let made = writer.calling(
            callee, inverted: isInverted, call, adding: sums, context, owner: definition.owner,
            at: statement.location)
        scratch.insert(made.phase)
        return made.statement
    }
}
