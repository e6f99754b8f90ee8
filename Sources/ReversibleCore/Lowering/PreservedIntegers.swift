extension Definition {
    /// The positions of `Integer` parameters that provably hold, at the end, what they held at the start.
    ///
    /// All their changes are constants that add up to zero in every block. A caller then need not take the
    /// number back, which is what makes a recursion as cheap as a hand-written one.
    package var preservedIntegers: Set<Int> {
        var candidates = Set(parameters.indices.filter { parameters[$0].variable.kind == .integer })
        // A call of the function itself preserves what the function preserves: shrink until that holds.
        while !candidates.isEmpty {
            let broken = candidates.filter { position in
                !body.preserves(parameters[position].variable) { call in
                    zip(call.arguments.indices, call.arguments).allSatisfy { index, place in
                        guard place.variable == parameters[position].variable else { return true }
                        switch call.callee {
                        case .itself: return candidates.contains(index)
                        case .function(let callee):
                            return !callee.parameterModes[index].changes
                        case .unavailable: return false
                        }
                    }
                }
            }
            if broken.isEmpty { break }
            candidates.subtract(broken)
        }
        return candidates
    }
}

extension Block {
    fileprivate func preserves(_ variable: Variable, _ callPreserves: (Call) -> Bool) -> Bool {
        var change = 0
        for statement in statements {
            switch statement.kind {
            case .update(let s) where s.place.variable == variable:
                guard s.place.indices.isEmpty, case .integer(let amount) = s.change.kind else { return false }
                switch s.operation {
                case .add: change &+= amount
                case .subtract: change &-= amount
                case .multiply, .divide, .bits: return false
                }
            case .call(let call): if !callPreserves(call) { return false }
            case .compute(let s):
                guard s.apply.preserves(variable, callPreserves),
                    Accesses(of: s.compute).written.contains(variable) == false
                else { return false }
            default:
                if statement.ownPlaces.contains(where: { $0.variable == variable }) { return false }
                guard statement.ownBlocks.allSatisfy({ $0.preserves(variable, callPreserves) }) else {
                    return false
                }
            }
        }
        return change == 0
    }
}
