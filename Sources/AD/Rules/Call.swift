import ReversibleCore

extension Call {
    /// A call of the callee's adjoint; the adjoint of an uncall is an uncall of the adjoint.
    func adjoint(_ map: AdjointMap) throws(ReversibilityError) -> [Statement.Kind] {
        let groups: [[Parameter]]
        let target: Callee
        switch callee {
        case .function(let definition):
            groups = definition.arguments
            target = .function(try definition.adjoint)
        case .unavailable(let error): throw error
        case .itself:
            groups = map.arguments
            target = map.itself.adjoint
        }
        var places: [Place] = []
        var next = 0
        for group in groups {
            let own = Array(arguments[next..<(next + group.count)])
            next += group.count
            places += own.map { map.value($0) } + own.compactMap { map.cotangent($0) }
        }
        return [.call(Call(target, inverted: inverted, arguments: places))]
    }
}
