// Calls with constants. A function that is given a constant is made anew with the constant in the parameter's place, and
// is called with what is left: what runs, lowers and differentiates programs meets constants in expressions only.

extension Call {
    /// The statement that calls the callee made for its constant arguments, with the others.
    ///
    /// A call whose callee is not known yet, or changes a constant, stays as it is, for its check to be refused by.
    var withoutConstants: Statement {
        guard arguments.contains(where: { $0.variable.constant != nil && $0.span == nil }) else {
            return Statement(.call(self))
        }
        // What is declared for an element belongs to the statement.
        let block = Tracer.block { () -> Statement in
            do throws(ReversibilityError) {
                return Statement(
                    try bindingConstants { declareAncilla($0, nil, []) })
            } catch {
                return Statement(.misuse(error.message))
            }
        }
        return block.statements.count == 1
            ? block.statements[0] : Statement(.block(Block(statements: block.statements)))
    }

    /// - Parameter declare: Makes a variable for the element of a constant that is known only when the program runs.
    fileprivate func bindingConstants(
        _ declare: (Variable.Kind) -> Variable
    ) throws(ReversibilityError) -> Statement.Kind {
        guard case .function(let definition) = callee, arguments.count == definition.parameters.count else {
            return .call(self)
        }
        var constants: [Int: Variable] = [:]
        var elements: [(position: Int, place: Place)] = []
        // A view of a constant is one: calls with views are made of this one.
        for (position, place) in arguments.enumerated()
        where place.variable.constant != nil && place.span == nil {
            if definition.parameterModes[position].changes { return .call(self) }
            if place.indices.isEmpty {
                constants[position] = place.variable
            } else if let literal = place.literalVariable {
                constants[position] = literal
            } else {
                elements.append((position, place))
            }
        }
        var call = self
        var copies = Block()
        for (position, place) in elements {
            let kind: Variable.Kind = place.type.element == .real ? .scalar : .integer
            let copy = declare(kind)
            copies.ancillas.append(Ancilla(variable: copy, sizes: []))
            copies.statements.append(.update(.add, Place(copy), place.read))
            call.arguments[position] = Place(copy)
        }
        if !constants.isEmpty {
            call.callee = .function(try definition.binding(constants))
            call.arguments = call.arguments.indices.filter { constants[$0] == nil }.map { call.arguments[$0] }
        }
        if copies.isEmpty { return .call(call) }
        return .compute(ComputeApply(compute: copies, apply: Block(statements: [Statement(.call(call))])))
    }
}

extension Place {
    /// An element of a constant, at indices that are known, as a constant of its own.
    fileprivate var literalVariable: Variable? {
        guard !indices.isEmpty else { return nil }
        switch read.kind {
        case .real(let value): return Variable(.reals(.scalar, [value]))
        case .integer(let value): return Variable(.integers(.integer, [value]))
        default: return nil
        }
    }
}

extension Definition {
    /// The function with constants in the places of some parameters, which it only reads.
    ///
    /// - Parameter constants: By the positions of the parameters.
    func binding(_ constants: [Int: Variable]) throws(ReversibilityError) -> Definition {
        try boundForm(.constants(constants)) { () throws(ReversibilityError) in
            var variables: [Variable: Variable] = [:]
            for (position, constant) in constants { variables[parameters[position].variable] = constant }
            let renaming = Renaming(variables, refining: \.withLiterals)
            var (position, remaining) = (0, 0)
            var moved: [Int: Int] = [:]
            var (arguments, types): ([[Parameter]], [String]) = ([], [])
            for (group, type) in zip(self.arguments, argumentTypes) {
                var left: [Parameter] = []
                for parameter in group {
                    if constants[position] == nil {
                        moved[position] = remaining
                        remaining += 1
                        left.append(parameter)
                    }
                    position += 1
                }
                if left.isEmpty, !group.isEmpty { continue }
                arguments.append(left)
                types.append(type)
            }
            for group in arguments.indices {
                for leaf in arguments[group].indices {
                    arguments[group][leaf].alignedTo = arguments[group][leaf].alignedTo.flatMap { moved[$0] }
                }
            }
            let names = FormNames(self.names, of: body, parameters, owner)
            let renamed = try renaming(body).bindingCalls { (call) throws(ReversibilityError) in
                try self.bind(call, constants) { names.declare($0, "element") }
            }
            return try Definition(
                name: name, arguments: arguments, argumentTypes: types, body: renamed,
                names: names.names,
                owner: owner, isDerived: isDerived, isCareful: isCareful, account: account,
                settledAccounts: settledAccounts, restored: restored,
                requirements: (requirements?.list ?? []).compactMap {
                    $0.renamed(by: renaming, without: Set(variables.keys))
                },
                written: written { constants[$0].map { .constant($0) } ?? .argument(moved[$0] ?? 0) })
        }
    }

    /// A call in the body of this function, when some of its parameters have become constants.
    private func bind(
        _ call: Call, _ constants: [Int: Variable], _ declare: (Variable.Kind) -> Variable
    ) throws(ReversibilityError) -> Statement.Kind {
        guard case .itself = call.callee else { return try call.bindingConstants(declare) }
        // Inside, the function is the one that is being made: it is given the same constants, and no others.
        let given = call.arguments.indices.filter { call.arguments[$0].variable.constant != nil }
        guard given.allSatisfy({ constants[$0] == call.arguments[$0].variable }),
            constants.keys.allSatisfy({ constants[$0] == call.arguments[$0].variable })
        else {
            throw ReversibilityError(
                .invalidStatement,
                "`\(name)` calls itself with something else where it is given \(constants.description(of: self)); "
                    + "a function that calls itself hands constants on as they are. Keep the value in a place: "
                    + "`Compute { t += … } apply: { … }`", function: name)
        }
        var inner = call
        inner.arguments = call.arguments.indices.filter { constants[$0] == nil }.map { call.arguments[$0] }
        return .call(inner)
    }

}

extension [Int: Variable] {
    fileprivate func description(of definition: Definition) -> String {
        keys.sorted().compactMap { position in
            self[position]?.constant.map { "`\($0.name ?? $0.source)`" }
        }.joined(separator: " and ")
    }
}

extension Node {
    /// A read of a constant of which everything is known, or the size of one, as a literal; else the node.
    var withLiterals: Node {
        switch kind {
        case .read(let place) where place.variable.constant != nil: place.read
        case .size(let variable, let axis) where variable.constant != nil: variable.size(axis)
        default: self
        }
    }
}

extension Block {
    /// The block with its calls changed, at any depth.
    fileprivate func bindingCalls(
        _ change: (Call) throws(ReversibilityError) -> Statement.Kind
    ) throws(ReversibilityError) -> Block {
        var problem: ReversibilityError?
        func bind(_ block: Block) -> Block {
            var result = block
            result.statements = block.statements.map { statement in
                if case .call(let call) = statement.kind {
                    do throws(ReversibilityError) {
                        return Statement(try change(call), at: statement.location)
                    } catch {
                        problem = problem ?? error
                    }
                }
                return statement.mappingEveryBlock(bind)
            }
            return result
        }
        let result = bind(self)
        if let problem { throw problem }
        return result
    }
}
