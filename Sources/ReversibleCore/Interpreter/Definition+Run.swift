extension Definition {
    /// Runs the function on values of any number type.
    @_specialize(where Number == Double)
    @_specialize(where Number == Float)
    @_specialize(where Number == Dual<Double>)
    @_specialize(where Number == LinearNumber)
    package func run<Number: ReversibleNumber>(
        _ arguments: [Leaf<Number>], inverted: Bool, options: RunOptions
    ) throws(ReversibilityError) -> [Leaf<Number>] {
        try options.check(for: name)
        try checkDirection(inverted: inverted)
        try checkArguments(arguments)
        try checkContents(arguments, inverted: inverted)
        let options = options.adapted(to: Number.self)
        let unit = lowered(inverted: inverted)
        var leaves = arguments
        guard var error = run(unit, &leaves, options) else {
            try checkOutcome(of: leaves, from: arguments)
            return leaves
        }
        if error.kind == .ancillaNotRestored, !unit.tracksPeaks {
            // What is left in an ancilla may be rounding of large values. Only now is it worth knowing how
            // large they were: run again, with code that keeps the magnitudes.
            leaves = arguments
            guard let second = run(relower(inverted: inverted, tracksPeaks: true), &leaves, options) else {
                try checkOutcome(of: leaves, from: arguments)
                return leaves
            }
            error = second
        }
        throw error
    }

    /// Refuses to run backward what nothing undoes.
    package func checkDirection(inverted: Bool) throws(ReversibilityError) {
        guard inverted, calls.isOneWay else { return }
        throw ReversibilityError(.invalidStatement, Rerun.noWayBack, function: name)
    }

    /// The first read of a verified pullback that is not what it was, as an error; nil if there is none.
    @_specialize(where Number == Double)
    @_specialize(where Number == Float)
    @_specialize(where Number == Dual<Double>)
    package func drift<Number: ReversibleNumber>(
        in arguments: [Leaf<Number>], options: RunOptions
    ) -> ReversibilityError? {
        var leaves = arguments
        let unit = CodeUnit(lowering: self, inverted: false, tracksPeaks: true, notesReads: true)
        let error = run(unit, &leaves, options.adapted(to: Number.self))
        return error?.kind == .drift ? error : nil
    }

    private func run<Number: ReversibleNumber>(
        _ unit: CodeUnit, _ leaves: inout [Leaf<Number>], _ options: RunOptions
    ) -> ReversibilityError? {
        let error = leaves.withArrays(at: slots) { leaves, arrays in
            execute(unit, &leaves, arrays: arrays, slots: slots, options: options)
        }
        if error == nil { alignCotangents(&leaves) }
        return error
    }

    /// A derivative of a stack has an entry for each of the stack's own, counted from the bottom: 0 where none was moved
    /// with it, and none for what is there no more.
    @_specialize(where Number == Double)
    @_specialize(where Number == Float)
    package func alignCotangents<Number: ReversibleNumber>(_ results: inout [Leaf<Number>]) {
        for position in parameters.indices {
            guard let companion = parameters[position].alignedTo,
                case .reals(let values) = results[companion],
                case .reals(let derivatives) = results[position], derivatives.count != values.count
            else { continue }
            let own = derivatives.prefix(values.count)
            let zeros = [Number](repeating: Number(constant: 0), count: values.count - own.count)
            results[position] = .reals(own + zeros)
        }
    }

    /// - Parameter omitted: How many of the last parameters the caller does not know of.
    @_specialize(where Number == Double)
    @_specialize(where Number == Float)
    package func checkArguments<Number: ReversibleNumber>(
        _ arguments: [Leaf<Number>], omitting omitted: Int = 0
    ) throws(ReversibilityError) {
        guard arguments.count == parameters.count - omitted else {
            throw ReversibilityError(
                .invalidArgument,
                "the function takes \(parameters.count - omitted) values, and \(arguments.count) were given",
                function: name)
        }
        // Without a pair of both, whose type an unspecialized loop would look up at every call.
        for position in arguments.indices {
            let (parameter, argument) = (parameters[position], arguments[position])
            let fits =
                switch (parameter.variable.kind, argument) {
                case (.scalar, .real), (.integer, .integer), (.vector, .reals), (.stack, .reals),
                    (.integerVector, .integers), (.matrix, .matrix):
                    true
                default: false
                }
            if case .matrix(let rows, let columns, let elements) = argument {
                let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
                guard rows >= 0, columns >= 0, !overflow, elements.count == count else {
                    throw ReversibilityError(
                        .invalidArgument,
                        "`\(parameter.name)` was given \(elements.count) number\(elements.count == 1 ? "" : "s") for a "
                            + "matrix of \(rows)×\(columns) elements", function: name)
                }
            }
            guard fits else {
                throw ReversibilityError(
                    .invalidArgument,
                    "`\(parameter.name)` is of type \(parameter.variable.kind.typeName) and was given the value of a place of "
                        + "type \(argument.typeName)", function: name)
            }
        }
        if requirements != nil { try checkSizes(in: LeafSource(leaves: arguments)) }
    }
}

extension Array {
    /// Calls `body` with pointers to the arrays among the leaves. Arrays change in place; what `body` sees of
    /// the leaves, and may change, are the numbers.
    ///
    /// Each array is copied at most once, if someone else holds it too.
    package mutating func withArrays<Number: ReversibleNumber, Result>(
        at slots: [ParameterRegister], _ body: (inout [Leaf<Number>], [ArrayDescriptor?]) -> Result
    ) -> Result where Element == Leaf<Number> {
        if !slots.contains(where: \.isArray) { return body(&self, []) }
        var descriptors = [ArrayDescriptor?](repeating: nil, count: count)
        // An empty array may have no memory; its descriptor still needs an address, which nobody reads.
        let nowhere = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
        defer { nowhere.deallocate() }
        return pinning(0, slots, &descriptors, nowhere, body)
    }

    private mutating func pinning<Number: ReversibleNumber, Result>(
        _ position: Int, _ slots: [ParameterRegister], _ descriptors: inout [ArrayDescriptor?],
        _ nowhere: UnsafeMutableRawPointer,
        _ body: (inout [Leaf<Number>], [ArrayDescriptor?]) -> Result
    ) -> Result where Element == Leaf<Number> {
        guard position < count else { return body(&self, descriptors) }
        // A stack's numbers go into the machine's own stack.
        guard slots[position].isArray else {
            return pinning(position + 1, slots, &descriptors, nowhere, body)
        }
        switch self[position] {
        case .real, .integer: return pinning(position + 1, slots, &descriptors, nowhere, body)
        case .reals(var values):
            return pin(&values, position, slots, &descriptors, nowhere, rows: 0, columns: 0, body) {
                .reals($0)
            }
        case .integers(var values):
            return pin(&values, position, slots, &descriptors, nowhere, rows: 0, columns: 0, body) {
                .integers($0)
            }
        case .matrix(let rows, let columns, var values):
            return pin(&values, position, slots, &descriptors, nowhere, rows: rows, columns: columns, body) {
                .matrix(rows: rows, columns: columns, $0)
            }
        }
    }

    private mutating func pin<Number: ReversibleNumber, Value, Result>(
        _ values: inout [Value], _ position: Int, _ slots: [ParameterRegister],
        _ descriptors: inout [ArrayDescriptor?], _ nowhere: UnsafeMutableRawPointer, rows: Int, columns: Int,
        _ body: (inout [Leaf<Number>], [ArrayDescriptor?]) -> Result, _ wrap: ([Value]) -> Element
    ) -> Result where Element == Leaf<Number> {
        guard case .array(_, isWritten: true) = slots[position] else {
            // Nobody writes it, so the caller's own memory will do.
            return values.withUnsafeBufferPointer { buffer in
                descriptors[position] = ArrayDescriptor(
                    base: buffer.baseAddress.map { UnsafeMutableRawPointer(mutating: $0) } ?? nowhere,
                    count: buffer.count, rows: rows, columns: columns, shadow: nil)
                return pinning(position + 1, slots, &descriptors, nowhere, body)
            }
        }
        // Taken out while it changes, so that the leaf does not hold a second reference.
        self[position] = .reals([])
        let result = values.withUnsafeMutableBufferPointer { buffer in
            descriptors[position] = ArrayDescriptor(
                base: buffer.baseAddress.map { UnsafeMutableRawPointer($0) } ?? nowhere,
                count: buffer.count, rows: rows, columns: columns, shadow: nil)
            return pinning(position + 1, slots, &descriptors, nowhere, body)
        }
        self[position] = wrap(values)
        return result
    }
}
