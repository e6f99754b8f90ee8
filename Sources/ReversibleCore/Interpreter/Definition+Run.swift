extension Definition {
    /// Runs the function on values of any number type.
    package func run<Number: ReversibleNumber>(
        _ arguments: [Leaf<Number>], inverted: Bool, options: RunOptions
    ) throws(ReversibilityError) -> [Leaf<Number>] {
        let unit = try derived(inverted ? "inverse code" : "code") { () throws(ReversibilityError) in
            CodeUnit(lowering: self, inverted: inverted)
        }
        try checkArguments(arguments)
        let slots = ParameterRegister.assign(parameters)
        var results = arguments
        let fault = results.withArrays { arrays in
            execute(unit, arguments, arrays: arrays, slots: slots, options: options)
        }
        switch fault {
        case .failure(let error): throw error
        case .success(let outcome):
            for (position, slot) in slots.enumerated() {
                switch (slot, parameters[position].variable.kind) {
                case (.integer, .stack): results[position] = .reals(outcome.stacks[position] ?? [])
                case (.real(let r), _): results[position] = .real(outcome.reals[Int(r)])
                case (.integer(let k), _): results[position] = .integer(outcome.integers[Int(k)])
                case (.array, _): break  // changed in place
                }
            }
            alignCotangents(&results)
            return results
        }
    }

    /// The cotangents of a stack's untouched entries are 0.
    private func alignCotangents<Number: ReversibleNumber>(_ results: inout [Leaf<Number>]) {
        for (position, parameter) in parameters.enumerated() {
            guard let companion = parameter.alignedTo, case .reals(let values) = results[companion],
                case .reals(let cotangents) = results[position], cotangents.count < values.count
            else { continue }
            let zeros = [Number](repeating: Number(constant: 0), count: values.count - cotangents.count)
            results[position] = .reals(zeros + cotangents)
        }
    }

    private func checkArguments<Number>(_ arguments: [Leaf<Number>]) throws(ReversibilityError) {
        guard arguments.count == parameters.count else {
            throw ReversibilityError(
                .invalidArgument,
                "the function takes \(parameters.count) values, and \(arguments.count) were given",
                function: name)
        }
        for (parameter, argument) in zip(parameters, arguments) {
            let fits =
                switch (parameter.variable.kind, argument) {
                case (.scalar, .real), (.integer, .integer), (.vector, .reals), (.stack, .reals),
                    (.integerVector, .integers), (.matrix, .matrix):
                    true
                default: false
                }
            guard fits else {
                throw ReversibilityError(
                    .invalidArgument,
                    "`\(parameter.name)` is a \(parameter.variable.kind.typeName) and was given a "
                        + "\(argument.typeName)'s value", function: name)
            }
        }
    }
}

extension Array {
    /// Calls `body` with pointers to the arrays among the leaves, which it may change.
    ///
    /// The leaves keep their arrays; each is copied at most once, if someone else holds it too.
    mutating func withArrays<Number: ReversibleNumber, Result>(
        _ body: ([ArrayDescriptor?]) -> Result
    ) -> Result where Element == Leaf<Number> {
        var descriptors = [ArrayDescriptor?](repeating: nil, count: count)
        // An empty array may have no memory; its descriptor still needs an address, which nobody reads.
        let nowhere = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
        defer { nowhere.deallocate() }
        return pinning(0, &descriptors, nowhere, body)
    }

    private mutating func pinning<Number: ReversibleNumber, Result>(
        _ position: Int, _ descriptors: inout [ArrayDescriptor?], _ nowhere: UnsafeMutableRawPointer,
        _ body: ([ArrayDescriptor?]) -> Result
    ) -> Result where Element == Leaf<Number> {
        guard position < count else { return body(descriptors) }
        let leaf = self[position]
        switch leaf {
        case .real, .integer: return pinning(position + 1, &descriptors, nowhere, body)
        case .reals(var values):
            return pin(&values, position, &descriptors, nowhere, rows: 0, columns: 0, body) { .reals($0) }
        case .integers(var values):
            return pin(&values, position, &descriptors, nowhere, rows: 0, columns: 0, body) { .integers($0) }
        case .matrix(let rows, let columns, var values):
            return pin(&values, position, &descriptors, nowhere, rows: rows, columns: columns, body) {
                .matrix(rows: rows, columns: columns, $0)
            }
        }
    }

    private mutating func pin<Number: ReversibleNumber, Value, Result>(
        _ values: inout [Value], _ position: Int, _ descriptors: inout [ArrayDescriptor?],
        _ nowhere: UnsafeMutableRawPointer, rows: Int, columns: Int, _ body: ([ArrayDescriptor?]) -> Result,
        _ wrap: ([Value]) -> Element
    ) -> Result where Element == Leaf<Number> {
        // Taken out while it is changed, so that the leaf does not hold a second reference.
        self[position] = .integer(0)
        let result = values.withUnsafeMutableBufferPointer { buffer in
            descriptors[position] = ArrayDescriptor(
                base: buffer.baseAddress.map { UnsafeMutableRawPointer($0) } ?? nowhere, count: buffer.count,
                rows: rows, columns: columns, shadow: nil)
            return pinning(position + 1, &descriptors, nowhere, body)
        }
        self[position] = wrap(values)
        return result
    }
}
