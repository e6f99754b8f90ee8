/// Where requirements find the arguments: values of a call, the caller's memory, or the registers of a run.
package protocol ArgumentSource {
    /// The sizes of the argument's place at a position; 1 for the count of a number.
    func sizes(at position: Int) -> (count: Int, rows: Int, columns: Int)
    /// An integer of the place at a position, if it holds integers.
    func integer(at position: Int, _ element: Int) -> Int?
    /// The first number that lacks a property.
    func firstFailure(
        of property: ArgumentRequirement.Property, in part: ArgumentRequirement.Part, at position: Int
    ) -> (element: Int, value: String)?
}

extension ArgumentRequirement.Part {
    /// The first element of a matrix, or of a row of `columns` numbers, that lacks a property.
    @_specialize(where Number == Double)
    @_specialize(where Number == Float)
    package func firstFailure<Number: ReversibleNumber>(
        of property: ArgumentRequirement.Property, in numbers: UnsafeBufferPointer<Number>, rows: Int,
        columns: Int
    ) -> (element: Int, value: String)? {
        func found(_ element: Int) -> (element: Int, value: String) {
            (element, "\(numbers[element].primal)")
        }
        switch self {
        case .all:
            // Without an exit from the loop, so that it runs in vectors: mostly nothing is wrong.
            var isRight = true
            for number in numbers {
                let holds = property.holds(number.primal)
                isRight = isRight && holds
            }
            if isRight { return nil }
            return numbers.firstIndex { !property.holds($0.primal) }.map(found)
        case .diagonal:
            for k in 0..<min(rows, columns) where !property.holds(numbers[k * columns + k].primal) {
                return found(k * columns + k)
            }
        case .lowerTriangle:
            for row in 0..<rows {
                for column in 0..<min(row + 1, columns)
                where !property.holds(numbers[row * columns + column].primal) {
                    return found(row * columns + column)
                }
            }
        }
        return nil
    }
}

/// The values of a call.
struct LeafSource<Number: ReversibleNumber>: ArgumentSource {
    let leaves: [Leaf<Number>]

    func sizes(at position: Int) -> (count: Int, rows: Int, columns: Int) {
        switch leaves[position] {
        case .real, .integer: (1, 0, 0)
        case .reals(let values): (values.count, 0, 0)
        case .integers(let values): (values.count, 0, 0)
        case .matrix(let rows, let columns, let values): (values.count, rows, columns)
        }
    }

    func integer(at position: Int, _ element: Int) -> Int? {
        switch leaves[position] {
        case .integer(let value): value
        case .integers(let values): element < values.count ? values[element] : nil
        default: nil
        }
    }

    func firstFailure(
        of property: ArgumentRequirement.Property, in part: ArgumentRequirement.Part, at position: Int
    ) -> (element: Int, value: String)? {
        switch leaves[position] {
        case .real(let value): property.holds(value.primal) ? nil : (0, "\(value.primal)")
        case .integer(let value): property.holds(Double(value)) ? nil : (0, "\(value)")
        case .integers(let values):
            values.firstIndex { !property.holds(Double($0)) }.map { ($0, "\(values[$0])") }
        case .reals(let values):
            values.withUnsafeBufferPointer {
                part.firstFailure(of: property, in: $0, rows: 1, columns: $0.count)
            }
        case .matrix(let rows, let columns, let values):
            values.withUnsafeBufferPointer {
                part.firstFailure(of: property, in: $0, rows: rows, columns: columns)
            }
        }
    }
}

extension Definition {
    /// The function with requirements on its arguments.
    func requiring(_ list: [ArgumentRequirement]) throws(ReversibilityError) -> Definition {
        try Definition(
            name: name, arguments: arguments, argumentTypes: argumentTypes, body: body, names: names,
            owner: owner, isDerived: isDerived, requirements: list)
    }

    /// Refuses arguments whose sizes do not go together.
    package func checkSizes(
        in source: some ArgumentSource
    ) throws(ReversibilityError) {
        if let problem = requirements?.sizeProblem(in: source) {
            throw ReversibilityError(problem.kind, problem.sentence, function: name)
        }
    }

    /// Refuses arguments whose numbers the function cannot work with.
    package func checkContents(
        in source: some ArgumentSource, inverted: Bool
    ) throws(ReversibilityError) {
        if let problem = requirements?.contentProblem(in: source, inverted: inverted) {
            throw ReversibilityError(problem.kind, problem.sentence, function: name)
        }
    }

    /// The same for the values of a call.
    @_specialize(where Number == Double)
    @_specialize(where Number == Float)
    package func checkContents<Number: ReversibleNumber>(
        _ arguments: [Leaf<Number>], inverted: Bool
    ) throws(ReversibilityError) {
        if requirements != nil { try checkContents(in: LeafSource(leaves: arguments), inverted: inverted) }
    }

    /// Refuses results that are not finite, where the function knows what about its arguments is the reason.
    @_specialize(where Number == Double)
    @_specialize(where Number == Float)
    package func checkOutcome<Number: ReversibleNumber>(
        of results: [Leaf<Number>], from arguments: [Leaf<Number>] = []
    ) throws(ReversibilityError) {
        guard let outcome = requirements?.outcome else { return }
        let (before, after) = (LeafSource(leaves: arguments), LeafSource(leaves: results))
        for position in results.indices
        where after.firstFailure(of: outcome.property, in: .all, at: position) != nil {
            // What was not finite before says nothing.
            if position < arguments.count,
                before.firstFailure(of: outcome.property, in: .all, at: position) != nil
            {
                continue
            }
            throw ReversibilityError(.invalidArgument, outcome.sentence, function: name)
        }
    }
}
