import AD

/// The arguments of a program, some of which a search moves: between their leaves and one row of numbers.
struct SearchedArguments {
    /// For every argument what its places hold.
    private let arguments: [[Leaf<Double>]]
    private let searched: Set<Int>

    /// - Throws: An error for numbers that name no argument, or one without real numbers.
    init<each A: Argument>(
        _ types: repeat (each A).Type, values: repeat (each A).Value, searching searched: Set<Int>
    ) throws(OptimizerError) {
        self.searched = searched
        var arguments: [[Leaf<Double>]] = []
        for (type, value) in repeat (each types, each values) {
            arguments.append(try FlatParameters(type, value).leaves)
        }
        self.arguments = arguments
        guard !searched.isEmpty else {
            throw OptimizerError(
                .invalidArgument, "`with:` names no argument; say which are to be searched, as in `with: [1]`"
            )
        }
        for argument in searched.sorted() {
            guard arguments.indices.contains(argument) else {
                throw OptimizerError(
                    .invalidArgument,
                    "`with: [\(argument)]` names no argument: the function has \(arguments.count), counted from 0"
                )
            }
            guard arguments[argument].contains(where: \.isReal) else {
                throw OptimizerError(
                    .invalidArgument,
                    "`with: [\(argument)]` is an argument of integers, which have no derivative to search with"
                )
            }
        }
    }

    /// Refuses compiled derivatives without those that the search needs: they would come as zeros.
    func require(_ available: Set<Int>, of word: String) throws(OptimizerError) {
        guard !searched.isSubset(of: available) else { return }
        throw OptimizerError(
            .invalidArgument,
            "the search is over arguments \(searched.sorted()), and `compile(\(word)(…), with: \(available.sorted()))` "
                + "has derivatives in others; name the same there")
    }

    /// The numbers that are moved.
    var numbers: [Double] {
        searched.sorted().flatMap { arguments[$0].flatMap(\.numbers) }
    }

    /// All arguments, with the moved numbers put in.
    func leaves(at numbers: [Double]) -> [Leaf<Double>] { moved(to: numbers) { $0 }.flatMap { $0 } }

    /// A direction in the moved numbers as one in all real arguments: 0 in the others.
    func direction(_ numbers: [Double]) -> [Leaf<Double>] {
        moved(to: numbers) { leaves in leaves.map { $0.zeros(of: Double.self) } }
            .flatMap { $0.filter(\.isReal) }
    }

    /// Of a gradient in all real arguments the numbers that are moved.
    func numbers(ofGradient gradient: [Leaf<Double>]) -> [Double] {
        var rest = gradient[...]
        var numbers: [Double] = []
        for (argument, leaves) in arguments.enumerated() {
            let count = leaves.count(where: \.isReal)
            if searched.contains(argument) { numbers += rest.prefix(count).flatMap(\.numbers) }
            rest = rest.dropFirst(count)
        }
        return numbers
    }

    /// The value and the gradient at a point, of a program that is given the leaves.
    func valuedGradient(
        _ loss: ([Leaf<Double>]) throws -> ValueAndGradient<[Leaf<Double>]>, at point: [Double]
    ) throws -> (value: Double, gradient: [Double]) {
        let here = try loss(leaves(at: point))
        return (here.value, numbers(ofGradient: here.gradient))
    }

    /// The numbers of one argument among all leaves.
    func numbers(ofArgument index: Int, in leaves: [Leaf<Double>]) -> [Double] {
        let first = arguments[..<index].reduce(0) { $0 + $1.count }
        return leaves[first..<first + arguments[index].count].flatMap(\.numbers)
    }

    /// What the places hold, with the numbers in those that are moved, and `others` made of the others.
    private func moved(
        to numbers: [Double], others: ([Leaf<Double>]) -> [Leaf<Double>]
    ) -> [[Leaf<Double>]] {
        var rest = numbers[...]
        return arguments.enumerated().map { argument, leaves in
            guard searched.contains(argument) else { return others(leaves) }
            let count = leaves.reduce(0) { $0 + $1.numbers.count }
            defer { rest = rest.dropFirst(count) }
            return leaves.filled(with: Array(rest.prefix(count)))
        }
    }
}

extension Leaf {
    /// Whether its numbers have a derivative.
    fileprivate var isReal: Bool {
        switch self {
        case .real, .reals, .matrix: true
        case .integer, .integers: false
        }
    }
}

extension Minimum<[Double]> {
    /// A minimum whose point is all arguments, in their own types.
    func inOwnTypes<each A: Argument>(
        _ types: repeat (each A).Type, of arguments: SearchedArguments
    ) throws(OptimizerError) -> Minimum<(repeat (each A).Value)> {
        var reader = ValueReader(arguments.leaves(at: point))
        let own: (repeat (each A).Value)
        do {
            own = (repeat try (each A).unpack(from: &reader))
        } catch {
            throw OptimizerError(.invalidArgument, "\(error)", cause: error)
        }
        return Minimum<(repeat (each A).Value)>(
            point: own, value: value, gradient: gradient, gradientNorm: gradientNorm, iterations: iterations,
            evaluations: evaluations, reason: reason)
    }
}
