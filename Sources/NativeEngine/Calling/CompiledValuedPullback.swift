import AD
import ReversibleCore

/// Code that runs a function, keeps what it returns, and pulls gradients back through it, all in one run.
struct CompiledValuedPullback: Sendable {
    let function: Definition
    let request: ValuedPullback
    let wanted: Set<Int>
    let pullback: CompiledPullback
    /// The function alone, for final values that the code does not keep: those of stacks.
    private let finals: Executable?

    /// - Parameters:
    ///   - values: The arguments whose final values are asked for.
    ///   - gradients: The arguments that gradients of results are given for, or whose gradients are asked for.
    ///   - wanted: The arguments whose gradients are asked for.
    ///   - loss: The argument whose final value is differentiated, if the code says so itself.
    init(
        of function: Definition, inverted: Bool, values: Set<Int>, gradients: Set<Int>, wanted: Set<Int>,
        loss: Int?, checks: Checks, _ options: CompileOptions
    ) throws(NativeError) {
        let request = ValuedPullback(of: function, values: values, wanted: gradients, loss: loss)
        let program = try reportingProgram { () throws(ReversibilityError) in
            try function.pullback(inverted: inverted, checks, returning: request)
        }
        self.function = function
        self.request = request
        self.wanted = wanted
        let isWanted = function.arguments.indices.flatMap { argument -> [Bool] in
            let own = function.arguments[argument]
            let isReturned = request.values.contains(argument)
            let count = request.gradients.contains(argument) ? own.count { $0.hasGradient } : 0
            return Array(repeating: isReturned, count: own.count)
                + Array(repeating: wanted.contains(argument), count: count)
        }
        pullback = try CompiledPullback(
            of: function, inverted: inverted, program: program, wanted: isWanted, checks: checks, options)
        let hasStacks = values.contains { argument in
            function.arguments[argument].contains { $0.variable.kind == .stack }
        }
        finals = hasStacks ? try Executable(function, inverted: inverted, checks: checks, options) : nil
    }

    /// What a run gives: the final values of the arguments that they were asked for, all gradients, and how far undoing was off.
    struct Results {
        var values: [Leaf<Double>]
        var gradients: [Leaf<Double>]
        var drift: Double
    }

    /// - Parameter seeds: The gradients in the results, given final values.
    func run(
        _ values: [Leaf<Double>], options: RunOptions, threads: Int,
        seeds: ([Leaf<Double>]) throws -> [Leaf<Double>]
    ) throws -> Results {
        try pullback.prepare(values, options: options, threads: threads)
        var final = values
        if let finals { final = try finals.runDoubles(values, options: options, threads: threads) }
        let cotangents = try seeds(final)
        var drift = 0.0
        let leaves = try pullback.run(
            function.leaves(values, cotangents, for: request), at: values, options: options,
            threads: threads, drift: &drift)
        var gradients: [Leaf<Double>] = []
        var (position, value) = (0, 0)
        for argument in function.arguments.indices {
            let own = function.arguments[argument]
            if request.values.contains(argument) {
                final.replaceSubrange(
                    value..<(value + own.count), with: leaves[position..<(position + own.count)])
            }
            position += own.count
            let hasGradients = request.gradients.contains(argument)
            for leaf in own.indices where own[leaf].hasGradient {
                gradients.append(
                    hasGradients && wanted.contains(argument)
                        ? leaves[position] : values[value + leaf].zeros())
                if hasGradients { position += 1 }
            }
            value += own.count
        }
        try function.checkOutcome(of: gradients)
        return Results(
            values: final, gradients: gradients, drift: pullback.code.checks == .none ? .nan : drift)
    }

    /// Runs over memory: the places of every argument, followed by its gradients if it has some outside.
    func run<Number: ReversibleNumber>(
        inPlace places: [NativeBuffer<Number>], options: RunOptions, threads: Int
    ) throws(ReversibilityError) {
        try pullback.run(
            inPlace: places, layers: 1, having: request.gradients, options: options, threads: threads)
    }

    /// The same from gradients of 0, whatever they are; what checked code refuses leaves them as they were.
    func runCleared<Number: ReversibleNumber>(
        inPlace places: [NativeBuffer<Number>], options: RunOptions, threads: Int
    ) throws(ReversibilityError) {
        let gradients = gradients(among: places)
        let kept = pullback.code.checks == .all ? gradients.map { $0.leaf() } : []
        for gradient in gradients { gradient.clear() }
        do throws(ReversibilityError) {
            try run(inPlace: places, options: options, threads: threads)
        } catch {
            for (gradient, leaf) in zip(gradients, kept) { gradient.assign(leaf) }
            throw error
        }
    }

    /// The gradients among the places, as far as there are enough of these.
    private func gradients<Number: ReversibleNumber>(
        among places: [NativeBuffer<Number>]
    ) -> [NativeBuffer<Number>] {
        var result: [NativeBuffer<Number>] = []
        var position = 0
        for argument in function.arguments.indices {
            let own = function.arguments[argument]
            position += own.count
            guard request.gradients.contains(argument) else { continue }
            let count = own.count { $0.hasGradient }
            result += places[min(position, places.count)..<min(position + count, places.count)]
            position += count
        }
        return result
    }
}
