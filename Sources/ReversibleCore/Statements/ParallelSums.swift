// What the iterations of a `ParallelFor` add to one place: a sum, whose order does not matter.

extension Block {
    /// The body of a `ParallelFor` over `index`, in which additions to places from outside are marked as sums, if the body
    /// does nothing else with the place, and several iterations may add to one element.
    func addingInAnyOrder(over index: Variable) -> Block {
        DeepStack.following(chainOf: longestChain) { markingSums(over: index) }
    }

    /// How many functions the longest chain of calls in this runs through.
    var longestChain: Int {
        var result = 0
        forEachStatement { statement in
            guard case .call(let call) = statement.kind, case .function(let callee) = call.callee else {
                return
            }
            result = max(result, callee.calls.depth)
        }
        return result
    }

    private func markingSums(over index: Variable) -> Block {
        var unread = UnreadSums()
        let added = unread.variables(of: self, in: nil)
        if added.isEmpty { return self }
        var accesses = Accesses()
        visit(&accesses)
        let sums = added.subtracting(accesses.declared).subtracting(accesses.usedApart(by: index, in: self))
            .filter { $0.kind != .stack }
        return sums.isEmpty ? self : markingSums(sums)
    }

    /// The block with all additions to some places, to which it does nothing else, marked as those whose order does not
    /// matter; functions that it calls are marked as well.
    package func markingSums(_ sums: Set<Variable>) -> Block {
        Block(
            ancillas: ancillas,
            statements: statements.map { statement in
                switch statement.kind {
                case .update(var update):
                    guard sums.contains(update.place.variable) else { return statement }
                    update.accumulates = true
                    return Statement(.update(update), at: statement.location)
                case .call(let call):
                    return Statement(.call(call.markingSums(sums)), at: statement.location)
                default: return statement.mappingOwnBlocks { $0.markingSums(sums) }
                }
            })
    }
}

extension Call {
    /// The call of a function whose additions to some places are marked as sums.
    fileprivate func markingSums(_ sums: Set<Variable>) -> Call {
        let positions = arguments.indices.filter { sums.contains(arguments[$0].variable) }
        // A function that could not be made says so by itself.
        guard !positions.isEmpty, case .function(let definition) = callee,
            let made = try? definition.summing(into: positions)
        else { return self }
        var call = self
        call.callee = .function(made)
        return call
    }
}

extension Definition {
    /// The function for iterations of a `ParallelFor`: what it adds to some parameters, to which it does nothing else, is
    /// marked as part of sums.
    fileprivate func summing(into positions: [Int]) throws(ReversibilityError) -> Definition {
        if positions.allSatisfy({ parameterModes[$0] == .accumulate }) { return self }
        return try derived(.summing(into: positions)) { () throws(ReversibilityError) in
            try with(
                body.markingSums(Set(positions.map { parameters[$0].variable })), requirements?.list,
                isCareful: isCareful)
        }
    }
}

extension Block {
    /// The places to which additions in this are those of iterations to a sum, and not to a cotangent.
    package var sumsOfIterations: Set<Variable> {
        var result: Set<Variable> = []
        forEachStatement { statement in
            if case .update(let update) = statement.kind, update.accumulates, !update.isForCotangent,
                update.witness == nil
            {
                result.insert(update.place.variable)
            }
        }
        return result
    }
}
