import ReversibleCore

// Rows of iterations, and arguments that start at zero.
extension Planner {
    /// Gives a kernel's iterations their rows: in shared memory where that saves traffic, and without reading what
    /// is known to be zeros.
    func useRows(
        of threads: ThreadPlan, _ iterations: HostInteger, in emitter: KernelEmitter
    ) throws(PTXError) {
        let patterns = threads.rows.values.sorted { $0.variable.id < $1.variable.id }.filter {
            if case .array? = devices[$0.variable.id] { true } else { false }
        }
        let choice = StagingChoice(among: patterns, threads: options.threadsPerBlock) {
            $0.variable.kind.isReal ? precision.bytes : 8
        }
        var fromZero: Set<Variable> = []
        for pattern in patterns where pattern.isWritten && zeros.contains(pattern.variable) {
            let isStaged = choice.patterns.contains { $0.variable == pattern.variable }
            guard isStaged || pattern.begun.count == pattern.elements.count else { continue }
            fromZero.insert(pattern.variable)
            emitter.zeros[pattern.variable.id] = pattern
            // All elements of the rows get values: the others, if there are any, must be cleared.
            let written = iterations * .constant(pattern.elements.count)
            if let buffer = buffer(of: pattern.variable), let step = steps.firstIndex(of: .clear(buffer)) {
                steps[step] = .clear(buffer, written: written)
            }
        }
        emitter.threadsPerBlock = choice.threads
        try emitter.stage(choice.patterns, startingAtZero: fromZero)
    }

    /// Clears what starts at zero, before anything else.
    func clearZeros() {
        for parameter in definition.parameters where zeros.contains(parameter.variable) {
            if let buffer = buffer(of: parameter.variable) { steps.append(.clear(buffer)) }
        }
    }

    /// The array, if it is zeros and the statement adds to all of its elements: nothing need clear or read it then.
    func takeZero(_ array: Variable, beginningWith statement: Statement) -> Variable? {
        guard guards.isEmpty, zeros.contains(array), case .update(let s) = statement.kind,
            s.operation == .add || s.operation == .subtract, s.place.type.element == .real,
            !s.change.reads.contains(where: { $0.variable == array }), let buffer = buffer(of: array),
            let step = steps.lastIndex(of: .clear(buffer))
        else { return nil }
        steps.remove(at: step)
        return array
    }

    /// The variables that a statement reads or changes.
    func used(by statement: Statement) -> Set<Variable> {
        zeros.isEmpty ? [] : Set(Accesses(of: statement).all.map(\.place.variable))
    }
}

extension KernelEmitter {
    /// Whether a place that a sum goes into is known to be 0, so that it need not be read.
    func beginsAtZero(_ place: Place) -> Bool {
        (place.isWholeArray && place.variable == wholeZero)
            || zeros[place.variable.id]?.begins(with: place) ?? false
    }
}

extension PTXOptions {
    /// The positions of a program's parameters that start at zero.
    func parametersStartingAtZero(
        of program: Definition, for function: Definition
    ) throws(PTXError) -> Set<Int> {
        var positions: Set<Int> = []
        for number in startingAtZero.sorted() {
            guard function.arguments.indices.contains(number) else {
                throw PTXError(
                    .invalidOption,
                    "`startingAtZero` names argument \(number), and `\(function.name)` has "
                        + "\(function.arguments.count), counted from 0")
            }
            let values = function.arguments[number]
            guard values.allSatisfy(\.variable.kind.isReal) else {
                throw PTXError(
                    .invalidOption,
                    "`startingAtZero` names argument \(number) of `\(function.name)`, which is of type "
                        + "\(function.argumentTypes[number]); only arguments of real numbers can start at zero"
                )
            }
            let first = program.arguments[..<number].reduce(0) { $0 + $1.count }
            positions.formUnion(first..<first + values.count)
        }
        return positions
    }
}
