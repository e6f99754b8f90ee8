import ReversibleCore

// Which places a program is linear in, if some of its parameters are: those, and all that they flow into.

extension Definition {
    /// What has been found of the function, for every set of linear parameters that it was asked for.
    private struct LinearAnswers: Sendable {
        var variables: [Set<Int>: Set<Variable>] = [:]
        var isLinear: [Set<Int>: Bool] = [:]
    }

    /// The variables that the function's linear parameters flow into, those included.
    ///
    /// - Parameter parameters: The linear ones among all leaves.
    func linearVariables(from parameters: Set<Int>) throws(ReversibilityError) -> Set<Variable> {
        if let answer = made(LinearAnswers.self)?.variables[parameters] { return answer }
        var flow = LinearFlow(self, parameters)
        repeat {
            flow.hasGrown = false
            try flow.visit(body)
        } while flow.hasGrown
        let result = flow.linear.union(try linearZeros(beside: flow.linear))
        keep {
            $0 = $0 ?? LinearAnswers(); $0?.variables[parameters] = result
        }
        return result
    }

    /// The parameters that the linear ones flow into, those included.
    func linearParameters(from parameters: Set<Int>) throws(ReversibilityError) -> Set<Int> {
        positions(of: try linearVariables(from: parameters))
    }

    /// Whether the function is linear in some parameters.
    private func isLinear(in parameters: Set<Int>) throws(ReversibilityError) -> Bool {
        if let answer = made(LinearAnswers.self)?.isLinear[parameters] { return answer }
        var check = LinearityCheck()
        var answer = true
        do { _ = try check.check(self, linear: parameters) } catch {
            guard error.kind == .notLinear else { throw error }
            answer = false
        }
        keep {
            $0 = $0 ?? LinearAnswers(); $0?.isLinear[parameters] = answer
        }
        return answer
    }

    /// Ancillas that begin at 0 and change by multiples of one another and of linear places only, without being read by
    /// anything that is not linear: tangents of what does not depend on the arguments are such zeros.
    private func linearZeros(beside linear: Set<Variable>) throws(ReversibilityError) -> Set<Variable> {
        var zeros: Set<Variable> = []
        body.forEachBlock {
            zeros.formUnion($0.ancillas.map(\.variable).filter { $0.kind.isReal || $0.kind == .stack })
        }
        zeros.subtract(linear)
        // Each round takes some of them out, until what is left speaks for itself.
        var count = -1
        while count != zeros.count, !zeros.isEmpty {
            count = zeros.count
            let all = linear.union(zeros)
            var failure: ReversibilityError?
            body.forEachStatement { statement in
                guard failure == nil, !zeros.isEmpty else { return }
                do throws(ReversibilityError) {
                    zeros.subtract(try excluded(by: statement, zeros, all))
                } catch { failure = error }
            }
            if let failure { throw failure }
        }
        return zeros
    }

    /// Those of some ancillas that a statement shows to be other than zeros, or reads as what is not linear.
    private func excluded(
        by statement: Statement, _ zeros: Set<Variable>, _ all: Set<Variable>
    ) throws(ReversibilityError) -> Set<Variable> {
        var read = statement.evaluated
        let own = Set(statement.ownPlaces.map(\.variable))
        var excluded: Set<Variable> = []
        switch statement.kind {
        case .update(let s) where all.contains(s.place.variable):
            guard s.operation == .add || s.operation == .subtract else { break }
            var form = LinearForm(linear: all, printer: linearPrinter)
            if form.misfit(in: s.change) != nil {
                excluded.insert(s.place.variable)
            } else {
                read = s.place.indices
            }
        case .call(let call):
            guard case .function(let callee) = call.callee else {
                excluded = own
                break
            }
            let given = call.positions(of: all)
            if !own.isDisjoint(with: zeros), try !callee.isLinear(in: given) { excluded = own }
        case .move(let s):
            // Zeros stay zeros on a stack that nothing else is put on.
            let both: Set = [s.place.variable, s.stack]
            if !both.isSubset(of: all) { excluded = both }
        default: if !own.isSubset(of: all) { excluded = own }
        }
        for node in read { excluded.formUnion(node.reads.map(\.variable)) }
        return excluded.intersection(zeros)
    }
}

/// A walk that follows linear numbers through a program, as often as it takes.
private struct LinearFlow {
    let definition: Definition
    private(set) var linear: Set<Variable>
    var hasGrown = false

    init(_ definition: Definition, _ parameters: Set<Int>) {
        self.definition = definition
        linear = Set(parameters.map { definition.parameters[$0].variable })
    }

    private mutating func insert(_ variables: some Sequence<Variable>) {
        for variable in variables where variable.kind.isReal || variable.kind == .stack {
            if linear.insert(variable).inserted { hasGrown = true }
        }
    }

    mutating func visit(_ block: Block) throws(ReversibilityError) {
        for statement in block.statements { try visit(statement) }
    }

    private mutating func visit(_ statement: Statement) throws(ReversibilityError) {
        switch statement.kind {
        case .move(let s):
            let both = [s.place.variable, s.stack]
            if s.place.variable.kind.isReal, both.contains(where: linear.contains) { insert(both) }
        case .call(let call): try visit(call)
        default:
            let own = statement.ownPlaces.map(\.variable)
            if own.contains(where: linear.contains)
                || statement.ownNodes.contains(where: { $0.reads(linear) })
            {
                insert(own)
            }
            for block in statement.ownBlocks { try visit(block) }
        }
    }

    private mutating func visit(_ call: Call) throws(ReversibilityError) {
        let given = call.positions(of: linear)
        switch call.callee {
        case .function(let callee):
            guard !given.isEmpty else { return }
            let all = try callee.linearParameters(from: given)
            insert(all.map { call.arguments[$0].variable })
        case .itself:
            // What the function's own parameters are here they are in every call of it.
            insert(given.map { definition.parameters[$0].variable })
            insert(definition.positions(of: linear).map { call.arguments[$0].variable })
        case .unavailable(let error): throw error
        }
    }
}

extension Definition {
    /// Prints the function's places.
    var linearPrinter: Printer { Printer(names: names, functionName: name, owner: owner) }

    /// The parameters among some variables, by number.
    func positions(of variables: Set<Variable>) -> Set<Int> {
        Set(parameters.indices.filter { variables.contains(parameters[$0].variable) })
    }
}

extension Call {
    /// The arguments that are among some variables, or elements of them, by number.
    func positions(of variables: Set<Variable>) -> Set<Int> {
        Set(arguments.indices.filter { variables.contains(arguments[$0].variable) })
    }
}

extension Node {
    /// Whether some of these variables are read anywhere in this, by conditions too.
    func reads(_ variables: Set<Variable>) -> Bool {
        contains { node in
            guard case .read(let place) = node.kind else { return false }
            return variables.contains(place.variable)
                || place.indices.contains { $0.reads(variables) }
        }
    }
}
