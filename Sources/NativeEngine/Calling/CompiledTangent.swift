import AD
import ReversibleCore

/// Code that pushes tangents forward through a function.
struct CompiledTangent: Sendable {
    let function: Definition
    private let inverted: Bool
    /// The forward-mode program, which has no tangents of arguments that stay as they are.
    let code: Executable
    /// For every argument, whether the program has tangents of it.
    private let hasTangents: [Bool]

    /// - Parameters:
    ///   - moving: The arguments whose tangents may differ from 0.
    ///   - wanted: The arguments whose final tangents are wanted, without any values; nil for everything.
    init(
        of function: Definition, inverted: Bool, moving: Set<Int>, wanted: Set<Int>? = nil, checks: Checks,
        _ options: CompileOptions
    ) throws(NativeError) {
        self.function = function
        self.inverted = inverted
        let program = try reportingProgram { () throws(ReversibilityError) in
            try function.tangent(moving: moving)
        }
        let hasTangents = function.arguments.indices.map { function.hasTangents($0, in: program) }
        self.hasTangents = hasTangents
        let isWanted = wanted.map { function.tangentsWanted(of: $0, in: program) }
        code = try Executable(program, inverted: inverted, wanted: isWanted, checks: checks, options)
    }

    /// The final values and their tangents, given the initial ones.
    func run(
        _ values: [Leaf<Double>], _ tangents: [Leaf<Double>], options: RunOptions, threads: Int
    ) throws(ReversibilityError) -> (values: [Leaf<Double>], tangents: [Leaf<Double>]) {
        try function.checkContents(values, inverted: inverted)
        let whole = function.interleave(values, tangents)
        let results = try code.runDoubles(whole.selecting(taken), options: options, threads: threads) {
            () throws(ReversibilityError) in
            _ = try function.run(values, inverted: inverted, options: options)
        }
        var (finalValues, finalTangents): ([Leaf<Double>], [Leaf<Double>]) = ([], [])
        var (position, tangent) = (0, 0)
        for (argument, leaves) in function.arguments.enumerated() {
            finalValues += results[position..<(position + leaves.count)]
            position += leaves.count
            for leaf in leaves where leaf.hasGradient {
                finalTangents.append(
                    hasTangents[argument] ? results[position] : tangents[tangent].zeros(of: Double.self))
                if hasTangents[argument] { position += 1 }
                tangent += 1
            }
        }
        try function.checkOutcome(of: finalValues, from: values)
        return (finalValues, finalTangents)
    }

    /// Runs over memory: the places of every argument, its values followed by its tangents.
    func run<Number: ReversibleNumber>(
        inPlace places: [NativeBuffer<Number>], options: RunOptions, threads: Int
    ) throws(ReversibilityError) {
        try code.requireNumber(Number.self)
        let taken = taken
        guard places.count == taken.count else {
            throw ReversibilityError(
                .invalidArgument,
                "the product has \(taken.count) places, each argument's values followed by its tangents, and is given "
                    + "\(places.count)", function: code.definition.name)
        }
        try code.run(inPlace: places.selecting(taken), options: options, threads: threads)
    }

    /// For every value and tangent of the arguments, whether the program has it.
    private var taken: [Bool] {
        function.arguments.enumerated().flatMap { argument, leaves in
            leaves.map { _ in true } + leaves.filter(\.hasGradient).map { _ in hasTangents[argument] }
        }
    }
}

extension Array {
    /// The elements that a mask says.
    fileprivate func selecting(_ mask: [Bool]) -> [Element] { zip(self, mask).filter(\.1).map(\.0) }
}
