import ReversibleCore

/// What a pullback is asked for that also returns what the function returns.
package struct ValuedPullback: Hashable, Sendable {
    /// The arguments whose final values are returned in the places of their values.
    package let values: [Int]
    /// The arguments that have gradients outside: what goes in are those in the results, what comes out those in the
    /// arguments. The gradients of the others are scratch, 0 at first.
    package let gradients: [Int]
    /// The argument in whose final value the gradient begins as 1, if that is the program's own business.
    package let loss: Int?

    /// - Parameter wanted: The arguments whose gradients are asked for.
    package init(of function: Definition, values: Set<Int>, wanted: Set<Int>, loss: Int?) {
        // What is on a stack cannot be copied as a whole, and its gradients lie on a stack of their own.
        let stacks = function.arguments.indices.filter { argument in
            function.arguments[argument].contains { $0.variable.kind == .stack }
        }
        self.values = values.subtracting(stacks).sorted()
        gradients = wanted.union(stacks).sorted()
        self.loss = loss
    }
}

extension Definition {
    /// The pullback that these checks ask for, which also returns final values.
    package func pullback(
        inverted: Bool, _ checks: Checks, returning request: ValuedPullback
    ) throws(ReversibilityError) -> Definition {
        if checks == .none { return try pullback(inverted: inverted, returning: request) }
        let verified = try verified(inverted: inverted, called: nil)
        return verified === self
            ? try pullback(inverted: inverted, returning: request)
            : try verified.pullback(inverted: false, returning: request)
    }

    private func pullback(
        inverted: Bool, returning request: ValuedPullback
    ) throws(ReversibilityError) -> Definition {
        let derivation = Derivation.valuedPullback(
            inverted: inverted, values: request.values, gradients: request.gradients, loss: request.loss)
        return try derived(derivation) { () throws(ReversibilityError) in
            let pieces = try pullbackPieces(inverted: inverted)
            var result = Block()
            let scratch = scratchGradients(of: pieces, outside: Set(request.gradients))
            result.ancillas = scratch.ancillas
            var (primal, returned) = (pieces.primal, [Statement]())
            for argument in request.values {
                for leaf in arguments[argument] {
                    guard let position = parameters.firstIndex(of: leaf), parameterModes[position].changes
                    else { continue }
                    let value = pieces.map.renaming(leaf.variable)
                    let kept = pieces.tracer.declare(value.kind, name: "returned")
                    result.ancillas.append(
                        Ancilla(variable: kept, sizes: Place(value).sizes, rule: .forgotten))
                    primal = primal.copying(value, to: kept)
                    returned.append(Statement(.swap(Swap(Place(value), Place(kept)))))
                }
            }
            if let loss = request.loss, let seed = pieces.map.derivative(arguments[loss][0].variable) {
                result.statements.append(.update(.add, Place(seed), .real(1)))
            }
            result.statements += [Statement(.block(primal)), Statement(.block(pieces.adjoint))] + returned
            return try pullback(of: pieces, arguments: scratch.arguments, body: result)
        }
    }

    /// The gradients of arguments that have none outside, as scratch places, and the arguments that are left.
    private func scratchGradients(
        of pieces: PullbackPieces, outside kept: Set<Int>
    ) -> (ancillas: [Ancilla], arguments: [[Parameter]]) {
        var ancillas: [Ancilla] = []
        var result: [[Parameter]] = []
        var moved: [Int?] = []
        var count = 0
        for (argument, group) in pieces.parameters.enumerated() {
            let own = arguments[argument]
            let stays = kept.contains(argument) ? group.count : own.count
            result.append(Array(group.prefix(stays)))
            for position in group.indices {
                moved.append(position < stays ? count + position : nil)
            }
            count += stays
            let values = own.filter(\.hasGradient).map { pieces.map.renaming($0.variable) }
            for (value, gradient) in zip(values, group.dropFirst(own.count)) where stays < group.count {
                ancillas.append(
                    Ancilla(
                        variable: gradient.variable, sizes: Place(value).sizes, rule: .cotangent))
            }
        }
        for argument in result.indices {
            for position in result[argument].indices {
                result[argument][position].alignedTo = result[argument][position].alignedTo.flatMap {
                    moved[$0]
                }
            }
        }
        return (ancillas, result)
    }

    /// Values and gradients in the order of such a pullback's parameters, without accounts of undoing.
    ///
    /// - Parameter gradients: The gradients of all arguments.
    package func leaves<Element>(
        _ values: [Element], _ gradients: [Element], for request: ValuedPullback
    ) -> [Element] {
        var result: [Element] = []
        var (value, gradient) = (0, 0)
        for (argument, own) in arguments.enumerated() {
            result += values[value..<(value + own.count)]
            value += own.count
            let count = own.count { $0.hasGradient }
            if request.gradients.contains(argument) { result += gradients[gradient..<(gradient + count)] }
            gradient += count
        }
        return result
    }
}

extension Block {
    /// The block with a copy of a variable, made as soon as the variable has its final value.
    ///
    /// What comes after that, such as the uncomputation of a `Compute`, still meets the adjoint that follows, and cancels.
    fileprivate func copying(_ variable: Variable, to copy: Variable) -> Block {
        let statement = Statement.update(.add, Place(copy), Place(variable).read)
        var result = self
        let last = statements.lastIndex { Accesses(of: $0).written.contains(variable) }
        guard let last else {
            result.statements.insert(statement, at: 0)
            return result
        }
        switch statements[last].kind {
        case .block(let block):
            result.statements[last].kind = .block(block.copying(variable, to: copy))
        case .compute(var compute) where !Accesses(of: compute.compute).written.contains(variable):
            compute.apply = compute.apply.copying(variable, to: copy)
            result.statements[last].kind = .compute(compute)
        default: result.statements.insert(statement, at: last + 1)
        }
        return result
    }
}
