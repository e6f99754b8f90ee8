import ReversibleCore

extension Call {
    /// A call of the callee's adjoint; the adjoint of an uncall is an uncall of the adjoint.
    func adjoint(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        if map.isTransposing { return try transposed(map) }
        let groups: [[Parameter]]
        let target: Callee
        switch callee {
        case .function(let definition):
            groups = definition.arguments
            target = .function(
                try map.callee(definition, given: arguments).adjoint(
                    levels: map.levels, undone: map.spare != nil))
        case .unavailable(let error): throw error
        case .itself:
            groups = map.arguments
            target = map.itself.derived
        }
        return [
            .call(Call(target, inverted: inverted, arguments: map.arguments(arguments, groups)))
        ]
    }

    /// A call of the callee's transpose in what is linear here; without any, the call is undone.
    private func transposed(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        let linear = Set(arguments.indices.filter { map.derivative(arguments[$0]) != nil })
        if linear.isEmpty { return [inverse.renamed(by: map.renaming)] }
        let target: Callee
        switch callee {
        case .function(let plain):
            let definition = try map.callee(plain, given: arguments)
            target = .function(
                try definition.transposed(
                    linear: linear, levels: map.levels, argumentTypes: definition.argumentTypes))
        case .unavailable(let error): throw error
        case .itself: target = map.itself.derived
        }
        let places = arguments.map { map.derivative($0) ?? map.value($0) }
        return [.call(Call(target, inverted: inverted, arguments: places))]
    }

    /// A call of the callee's forward-mode program, or an uncall of it.
    ///
    /// Of a callee whose arguments do not all move here, a program is taken that leaves those out.
    func tangent(_ map: DerivativeMap) throws(ReversibilityError) -> [Statement.Kind] {
        switch callee {
        case .function(let plain):
            let definition = try map.callee(plain, given: arguments)
            let moving = moving(of: definition) { map.derivative($0) != nil }
            let program = try definition.tangent(moving: moving, levels: map.levels)
            let places = map.arguments(arguments, definition.arguments) {
                definition.hasTangents($0, in: program)
            }
            return [.call(Call(.function(program), inverted: inverted, arguments: places))]
        case .unavailable(let error): throw error
        case .itself:
            let places = map.arguments(arguments, map.arguments)
            return [.call(Call(map.itself.derived, inverted: inverted, arguments: places))]
        }
    }
}

extension DerivativeMap {
    /// The callee to differentiate, which takes care of arguments that may hold an infinity or a NaN.
    fileprivate func callee(
        _ definition: Definition, given arguments: [Place]
    ) throws(ReversibilityError) -> Definition {
        var slopes = slopes
        let isAtRisk = zip(arguments, definition.parameters).contains { place, parameter in
            definition.isUsed(parameter.variable) && slopes.isSteep(in: value(place))
        }
        return isAtRisk ? try definition.careful : definition
    }
}
