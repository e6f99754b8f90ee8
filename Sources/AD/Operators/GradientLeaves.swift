import ReversibleCore

// Between the leaves of a function's arguments and those of its pullback, which has each argument's values
// followed by its gradients.

extension Definition {
    /// Values and gradients in the order of the pullback's parameters.
    func interleave<Number: ReversibleNumber>(
        _ values: [Leaf<Number>], _ gradients: [Leaf<Number>]
    ) -> [Leaf<Number>] {
        var result: [Leaf<Number>] = []
        var (value, gradient) = (0, 0)
        for argument in arguments {
            result += values[value..<(value + argument.count)]
            value += argument.count
            let own = argument.count { $0.hasGradient }
            result += gradients[gradient..<(gradient + own)]
            gradient += own
        }
        return result
    }

    /// The gradients out of the pullback's results.
    func gradients<Number>(in results: [Leaf<Number>]) -> [Leaf<Number>] {
        var result: [Leaf<Number>] = []
        var position = 0
        for argument in arguments {
            position += argument.count
            let own = argument.count { $0.hasGradient }
            result += results[position..<(position + own)]
            position += own
        }
        return result
    }

    /// The gradients of one argument out of all gradients.
    func gradients<Leaves: Sequence>(ofArgument index: Int, in all: Leaves) -> [Leaves.Element] {
        let before = arguments[..<index].joined().count { $0.hasGradient }
        return Array(all.dropFirst(before).prefix(arguments[index].count { $0.hasGradient }))
    }

    /// A zero for every value that has a gradient.
    func zeroGradients<Number: ReversibleNumber>(for values: [Leaf<Number>]) -> [Leaf<Number>] {
        zip(parameters, values).filter { $0.0.hasGradient }.map { $0.1.map { _ in Number(constant: 0) } }
    }

    /// Checks that an argument number names a single real number, so that it can be a loss.
    func checkLoss(_ index: Int) throws(ReversibilityError) {
        try checkArgument(index, called: "loss")
        guard arguments[index].count == 1, arguments[index][0].variable.kind == .scalar else {
            throw ReversibilityError(
                .invalidArgument,
                "the loss must be a Scalar, and argument \(index) is a \(argumentTypes[index]); name another with "
                    + "`loss:`, or use `vjp` or `jacobian` for more than one number", function: name)
        }
    }

    func checkArgument(_ index: Int, called role: String) throws(ReversibilityError) {
        guard arguments.indices.contains(index) else {
            throw ReversibilityError(
                .invalidArgument,
                "`\(role): \(index)` names no argument: the function has \(arguments.count), counted from 0",
                function: name)
        }
    }

    /// Checks that an argument has real numbers in it.
    func checkReal(_ index: Int, called role: String) throws(ReversibilityError) {
        try checkArgument(index, called: role)
        guard arguments[index].contains(where: \.variable.kind.isReal) else {
            throw ReversibilityError(
                .invalidArgument,
                "`\(role): \(index)` is a \(argumentTypes[index]); integers have no derivative",
                function: name)
        }
    }
}

extension Parameter {
    var hasGradient: Bool { variable.kind.isReal || variable.kind == .stack }
}

extension Leaf {
    /// The real numbers in it.
    var numbers: [Number] {
        switch self {
        case .real(let x): [x]
        case .reals(let v), .matrix(_, _, let v): v
        case .integer, .integers: []
        }
    }

    /// The same leaf with its real number at `index` changed.
    func replacing(_ index: Int, _ change: (Number) -> Number) -> Leaf {
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
    func replacing<Number>(_ index: Int, _ change: (Number) -> Number) -> [Leaf<Number>]
    where Element == Leaf<Number> {
        var remaining = index
        return map { leaf in
            defer { remaining -= leaf.numbers.count }
            return remaining >= 0 && remaining < leaf.numbers.count ? leaf.replacing(remaining, change) : leaf
        }
    }
}
