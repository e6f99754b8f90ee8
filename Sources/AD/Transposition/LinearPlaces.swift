import ReversibleCore

// Which places a program is linear in, if some of its parameters are: those, and all that they flow into.

/// The linear places of functions, each looked at once for every set of linear parameters.
struct LinearPlaces {
    private struct Question: Hashable {
        let function: ObjectIdentifier
        let parameters: Set<Int>
    }
    private var known: [Question: Set<Variable>] = [:]
    /// Functions that have been looked at, and whether they are linear in these parameters.
    private var answers: [Question: Bool] = [:]

    /// The variables of a function that its linear parameters flow into, those included.
    ///
    /// - Parameter parameters: The linear ones among all leaves.
    mutating func variables(
        of definition: Definition, linear parameters: Set<Int>
    ) throws(ReversibilityError) -> Set<Variable> {
        let question = Question(function: ObjectIdentifier(definition), parameters: parameters)
        if let answer = known[question] { return answer }
        var flow = Flow(definition, parameters)
        repeat {
            flow.hasGrown = false
            try flow.visit(definition.body, &self)
        } while flow.hasGrown
        let result = flow.linear.union(try zeros(in: definition, beside: flow.linear))
        known[question] = result
        return result
    }

    /// Whether a function is linear in some parameters, and where not.
    mutating func isLinear(_ definition: Definition, in parameters: Set<Int>) throws(ReversibilityError)
        -> Bool
    {
        let question = Question(function: ObjectIdentifier(definition), parameters: parameters)
        if let answer = answers[question] { return answer }
        var check = LinearityCheck(places: self)
        var answer = true
        do { _ = try check.check(definition, linear: parameters) } catch {
            guard error.kind == .notLinear else { throw error }
            answer = false
        }
        self = check.places
        answers[question] = answer
        return answer
    }

    /// Ancillas that begin at 0 and change by multiples of one another and of linear places only, without being read by
    /// anything that is not linear: tangents of what does not depend on the arguments are such zeros.
    private mutating func zeros(
        in definition: Definition, beside linear: Set<Variable>
    ) throws(ReversibilityError) -> Set<Variable> {
        var zeros: Set<Variable> = []
        definition.body.forEachBlock {
            zeros.formUnion($0.ancillas.map(\.variable).filter { $0.kind.isReal || $0.kind == .stack })
        }
        zeros.subtract(linear)
        // Each round takes some of them out, until what is left speaks for itself.
        var count = -1
        while count != zeros.count, !zeros.isEmpty {
            count = zeros.count
            var failure: ReversibilityError?
            definition.body.forEachStatement { statement in
                guard failure == nil, !zeros.isEmpty else { return }
                do throws(ReversibilityError) {
                    zeros.subtract(try excluded(by: statement, zeros, linear.union(zeros), definition))
                } catch { failure = error }
            }
            if let failure { throw failure }
        }
        return zeros
    }

    /// Those of some ancillas that a statement shows to be other than zeros, or reads as what is not linear.
    private mutating func excluded(
        by statement: Statement, _ zeros: Set<Variable>, _ all: Set<Variable>, _ definition: Definition
    ) throws(ReversibilityError) -> Set<Variable> {
        var read = statement.evaluated
        let own = Set(statement.ownPlaces.map(\.variable))
        var excluded: Set<Variable> = []
        switch statement.kind {
        case .update(let s) where all.contains(s.place.variable):
            guard s.operation == .add || s.operation == .subtract else { break }
            var form = LinearForm(linear: all, printer: definition.linearPrinter)
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
            if !own.isDisjoint(with: zeros), try !isLinear(callee, in: given) { excluded = own }
        case .move(let s):
            // Zeros stay zeros on a stack that nothing else is put on.
            let both: Set = [s.place.variable, s.stack]
            if !both.isSubset(of: all) { excluded = both }
        default: if !own.isSubset(of: all) { excluded = own }
        }
        for node in read { excluded.formUnion(node.reads.map(\.variable)) }
        return excluded.intersection(zeros)
    }

    /// The parameters of a function that its linear ones flow into, those included.
    mutating func parameters(
        of definition: Definition, linear parameters: Set<Int>
    ) throws(ReversibilityError) -> Set<Int> {
        definition.positions(of: try variables(of: definition, linear: parameters))
    }

    /// A walk that follows linear numbers through a program, as often as it takes.
    private struct Flow {
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

        mutating func visit(_ block: Block, _ places: inout LinearPlaces) throws(ReversibilityError) {
            for statement in block.statements { try visit(statement, &places) }
        }

        private mutating func visit(
            _ statement: Statement, _ places: inout LinearPlaces
        ) throws(ReversibilityError) {
            switch statement.kind {
            case .move(let s):
                let both = [s.place.variable, s.stack]
                if s.place.variable.kind.isReal, both.contains(where: linear.contains) { insert(both) }
            case .call(let call): try visit(call, &places)
            default:
                let own = statement.ownPlaces.map(\.variable)
                if own.contains(where: linear.contains)
                    || statement.ownNodes.contains(where: { $0.reads(linear) })
                {
                    insert(own)
                }
                for block in statement.ownBlocks { try visit(block, &places) }
            }
        }

        private mutating func visit(
            _ call: Call, _ places: inout LinearPlaces
        ) throws(ReversibilityError) {
            let given = call.positions(of: linear)
            switch call.callee {
            case .function(let callee):
                guard !given.isEmpty else { return }
                let all = try places.parameters(of: callee, linear: given)
                insert(all.map { call.arguments[$0].variable })
            case .itself:
                // What the function's own parameters are here they are in every call of it.
                insert(given.map { definition.parameters[$0].variable })
                insert(definition.positions(of: linear).map { call.arguments[$0].variable })
            case .unavailable(let error): throw error
            }
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
