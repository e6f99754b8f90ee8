import ReversibleCore

// Between the leaves of a function's arguments and those of its pullback, which has each argument's values
// followed by its gradients.

extension Definition {
    /// Values and gradients in the order of the pullback's parameters, without accounts of undoing.
    @_specialize(where Number == Double)
    @_specialize(where Number == Dual<Double>)
    package func interleave<Number: ReversibleNumber>(
        _ values: [Leaf<Number>], _ gradients: [Leaf<Number>]
    ) -> [Leaf<Number>] {
        var result: [Leaf<Number>] = []
        result.reserveCapacity(values.count + gradients.count)
        var (value, gradient) = (0, 0)
        for argument in arguments.dropLast(accountParameterCount) {
            for position in value..<(value + argument.count) { result.append(values[position]) }
            for parameter in argument where parameter.hasGradient {
                result.append(gradients[gradient])
                gradient += 1
            }
            value += argument.count
        }
        return result
    }

    /// The gradients out of the pullback's results.
    @_specialize(where Number == Double)
    @_specialize(where Number == Dual<Double>)
    package func gradients<Number: ReversibleNumber>(in results: [Leaf<Number>]) -> [Leaf<Number>] {
        var result: [Leaf<Number>] = []
        var position = 0
        for argument in arguments.dropLast(accountParameterCount) {
            position += argument.count
            for parameter in argument where parameter.hasGradient {
                result.append(results[position])
                position += 1
            }
        }
        return result
    }

    /// The gradients of one argument out of all gradients.
    package func gradients<Element>(ofArgument index: Int, in all: [Element]) -> [Element] {
        let before = gradientCount(before: index)
        return Array(all[before..<(before + arguments[index].count { $0.hasGradient })])
    }

    /// All gradients, with numbers for one argument's, which are as many.
    package func replacing(
        ofArgument index: Int, in all: [Leaf<Double>], by numbers: [Double]
    ) -> [Leaf<Double>] {
        var result = all
        let first = gradientCount(before: index)
        let own = first..<(first + arguments[index].count { $0.hasGradient })
        result.replaceSubrange(own, with: Array(all[own]).filled(with: numbers))
        return result
    }

    /// The number of gradient leaves of the arguments before `index`.
    package func gradientCount(before index: Int) -> Int {
        var count = 0
        for argument in arguments[..<index] {
            for parameter in argument where parameter.hasGradient { count += 1 }
        }
        return count
    }

    /// A zero for every value that has a gradient.
    @_specialize(where Number == Double)
    @_specialize(where Number == Dual<Double>)
    package func zeroGradients<Number: ReversibleNumber>(for values: [Leaf<Number>]) -> [Leaf<Number>] {
        var result: [Leaf<Number>] = []
        for position in values.indices where parameters[position].hasGradient {
            result.append(values[position].zeros(of: Number.self))
        }
        return result
    }

    /// Gradients of some function in the results, all 0.
    ///
    /// A stack may end longer or shorter than it began; its gradients are empty. Entries without a gradient count as 0.
    @_specialize(where Number == Double)
    @_specialize(where Number == Dual<Double>)
    package func zeroSeeds<Number: ReversibleNumber>(for values: [Leaf<Number>]) -> [Leaf<Number>] {
        zip(parameters.filter(\.hasGradient), zeroGradients(for: values)).map { parameter, zeros in
            parameter.variable.kind == .stack ? .reals([]) : zeros
        }
    }

    /// The gradients in the results of which the pullback makes the gradient of a loss.
    @_specialize(where Number == Double)
    @_specialize(where Number == Dual<Double>)
    package func seeds<Number: ReversibleNumber>(
        forLoss loss: Int, _ seed: Number, at values: [Leaf<Number>]
    ) -> [Leaf<Number>] {
        var seeds = zeroSeeds(for: values)
        seeds[gradientCount(before: loss)] = .real(seed)
        return seeds
    }

    /// Checks that an argument number names a single real number, so that it can be a loss.
    package func checkLoss(_ index: Int) throws(ReversibilityError) {
        try checkArgument(index, called: "loss")
        guard arguments[index].count == 1, arguments[index][0].variable.kind == .scalar else {
            throw ReversibilityError(
                .invalidArgument,
                "the loss must be a Scalar, and argument \(index) is of type \(argumentTypes[index]); name another with "
                    + "`loss:`, or use `vjp` or `jacobian` for more than one number", function: name)
        }
    }

    package func checkArgument(_ index: Int, called role: String) throws(ReversibilityError) {
        guard arguments.indices.contains(index) else {
            throw ReversibilityError(
                .invalidArgument,
                "`\(role): \(index)` names no argument: the function has \(arguments.count), counted from 0",
                function: name)
        }
    }

    /// Checks that an argument has real numbers in it.
    package func checkReal(_ index: Int, called role: String) throws(ReversibilityError) {
        try checkArgument(index, called: role)
        guard arguments[index].contains(where: \.hasGradient) else {
            throw ReversibilityError(
                .invalidArgument,
                "`\(role): \(index)` is of type \(argumentTypes[index]); integers have no derivative",
                function: name)
        }
    }

    /// Checks that all of these arguments have real numbers in them.
    package func checkReal(_ indices: Set<Int>?, called role: String) throws(ReversibilityError) {
        for index in (indices ?? []).sorted() { try checkReal(index, called: role) }
    }

    /// Checks that the rows and the columns of a Jacobian can be counted before anything runs.
    package func checkJacobian(of output: Int, with input: Int) throws(ReversibilityError) {
        try checkReal(output, called: "of")
        try checkReal(input, called: "with")
        guard !arguments[output].contains(where: { $0.variable.kind == .stack }) else {
            throw ReversibilityError(
                .invalidArgument,
                "`of: \(output)` is of type \(argumentTypes[output]); a run can change how many numbers a stack has, so "
                    + "that a Jacobian of them has no fixed number of rows; use `vjp` or `jvp`",
                function: name)
        }
    }
}

extension Parameter {
    package var hasGradient: Bool { variable.kind.isReal || variable.kind == .stack }
}

extension Leaf {
    /// Zeros of the same shape.
    package func zeros<Other: RealAlgebra>(of type: Other.Type = Other.self) -> Leaf<Other> {
        let zero = Other(constant: 0)
        return switch self {
        case .real: .real(zero)
        case .integer: .integer(0)
        case .reals(let v): .reals(Array(repeating: zero, count: v.count))
        case .integers(let v): .integers(Array(repeating: 0, count: v.count))
        case .matrix(let rows, let columns, let v):
            .matrix(rows: rows, columns: columns, Array(repeating: zero, count: v.count))
        }
    }

    package func map<Other>(_ convert: (Number) -> Other) -> Leaf<Other> {
        switch self {
        case .real(let x): .real(convert(x))
        case .integer(let k): .integer(k)
        case .reals(let v): .reals(v.map(convert))
        case .integers(let v): .integers(v)
        case .matrix(let rows, let columns, let v): .matrix(rows: rows, columns: columns, v.map(convert))
        }
    }

    /// The real numbers in it.
    package var numbers: [Number] {
        switch self {
        case .real(let x): [x]
        case .reals(let v), .matrix(_, _, let v): v
        case .integer, .integers: []
        }
    }

    /// The same leaf with its real number at `index` changed.
    package func replacing(_ index: Int, _ change: (Number) -> Number) -> Leaf {
        switch self {
        case .real(let x): return .real(change(x))
        case .reals(var v):
            v[index] = change(v[index])
            return .reals(v)
        case .matrix(let rows, let columns, var v):
            v[index] = change(v[index])
            return .matrix(rows: rows, columns: columns, v)
        case .integer, .integers: return self
        }
    }
}

extension Sequence {
    /// The same leaves with real number `index`, counted through all of them, changed.
    package func replacing<Number>(_ index: Int, _ change: (Number) -> Number) -> [Leaf<Number>]
    where Element == Leaf<Number> {
        var remaining = index
        return map { leaf in
            defer { remaining -= leaf.numbers.count }
            return remaining >= 0 && remaining < leaf.numbers.count ? leaf.replacing(remaining, change) : leaf
        }
    }
}

extension Definition {
    /// Sets the gradients of the arguments that were not wanted to zeros.
    package func clear(_ gradients: inout [Leaf<Double>], outside wanted: Set<Int>, _ zeros: [Leaf<Double>]) {
        for argument in arguments.indices where !wanted.contains(argument) {
            let first = gradientCount(before: argument)
            let count = arguments[argument].count { $0.hasGradient }
            gradients.replaceSubrange(first..<(first + count), with: zeros[first..<(first + count)])
        }
    }

    /// For every parameter of the pullback, whether it is the gradient of one of these arguments.
    package func gradientsWanted(of arguments: Set<Int>) -> [Bool] {
        self.arguments.enumerated().flatMap { position, leaves in
            leaves.map { _ in false } + leaves.filter(\.hasGradient).map { _ in arguments.contains(position) }
        }
    }
}

extension [Leaf<Double>] {
    /// The same leaves with other real numbers, taken in order; as many as there are.
    package func filled(with numbers: [Double]) -> [Leaf<Double>] {
        var rest = numbers[...]
        return map { leaf in
            let count = leaf.numbers.count
            defer { rest = rest.dropFirst(count) }
            return switch leaf {
            case .real: .real(rest.first ?? .nan)
            case .reals: .reals([Double](rest.prefix(count)))
            case .matrix(let rows, let columns, _):
                .matrix(rows: rows, columns: columns, [Double](rest.prefix(count)))
            case .integer, .integers: leaf
            }
        }
    }
}
