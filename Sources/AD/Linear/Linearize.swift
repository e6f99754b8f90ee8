import ReversibleCore

/// The value of a function, and its derivative at that point as a linear map: all arguments move, all results are kept.
///
/// ```swift
/// let (value, map) = try linearize(f, 0.0, 3.0)
/// let change = try map([0, 1])                 // as jvp(f, 0, 3, tangent: (0, 1)).product, flat
/// ```
///
/// The function runs once, on numbers that note their partial derivatives, and numbers in between are then taken out of what
/// was noted wherever that makes it no longer (preaccumulation; see arXiv 2105.09469 for what linearizing is). The map takes
/// and gives the real numbers of all arguments in order: those of a matrix row after row, those of a struct field after field.
/// It holds copies: what happens to the arguments afterwards changes nothing.
///
/// - Parameter limit: How many partial derivatives may be kept, 16 bytes each.
/// - Throws: What running the function throws; `invalidSize` if there are more partial derivatives than `limit`.
public func linearize<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value, limit: Int = 100_000_000
) throws(ReversibilityError) -> (value: (repeat (each A).Value), map: LinearMap) {
    let definition = try f.definition
    return try definition.reportingArguments { () throws(any Error) in
        var writer = ValueWriter()
        repeat try (each A).pack(each arguments, into: &writer)
        let everything = { (zeros: [Leaf<Double>]) in 0..<zeros.reduce(0) { $0 + $1.numbers.count } }
        let (leaves, map) = try definition.linearize(
            writer.leaves, inverted: f.isInverted, options: f.options, limit: limit, results: everything,
            moving: everything)
        var reader = ValueReader(leaves)
        return ((repeat try (each A).unpack(from: &reader)), map)
    }
}

/// The final value of one argument, and its derivative in the initial value of another as a linear map, both flat as rows
/// and columns of ``jacobian(_:_:of:with:undoing:)`` are.
///
/// ```swift
/// let (residuals, J) = try linearize(f, zeros, parameters, times, of: 0, with: 1)
/// let step = try J.transposed(residuals)       // Jᵀ r
/// ```
///
/// - Parameters:
///   - output: The number of the argument whose final value is meant.
///   - input: The number of the argument that moves.
///   - limit: How many partial derivatives may be kept, 16 bytes each.
/// - Throws: What running the function throws; `invalidArgument` if there is no such argument, or it has no real numbers;
///   `invalidSize` if there are more partial derivatives than `limit`.
public func linearize<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value, of output: Int,
    with input: Int,
    limit: Int = 100_000_000
) throws(ReversibilityError) -> (value: [Double], map: LinearMap) {
    let definition = try f.definition
    return try definition.reportingArguments { () throws(any Error) in
        var writer = ValueWriter()
        repeat try (each A).pack(each arguments, into: &writer)
        return try f.linearized(at: writer.leaves, of: output, with: input, limit: limit)
    }
}

extension ReversibleFunction {
    /// The same, of the arguments' leaves.
    package func linearized(
        at leaves: [Leaf<Double>], of output: Int, with input: Int, limit: Int = 100_000_000
    ) throws(ReversibilityError) -> (value: [Double], map: LinearMap) {
        let definition = try definition
        try definition.checkJacobian(of: output, with: input)
        let (final, map) = try definition.linearize(
            leaves, inverted: isInverted, options: options, limit: limit,
            results: { definition.numbers(ofArgument: output, $0) },
            moving: { definition.numbers(ofArgument: input, $0) })
        return (definition.numbers(ofArgument: output, in: final), map)
    }
}

extension Definition {
    /// Which of all real numbers are an argument's, of zeros in the shape of all.
    func numbers(ofArgument index: Int, _ zeros: [Leaf<Double>]) -> Range<Int> {
        let first = firstNumber(ofArgument: index, zeros)
        return first..<first + numberCount(ofArgument: index, in: zeros)
    }

    /// The real numbers of an argument, of all arguments' leaves.
    func numbers(ofArgument index: Int, in leaves: [Leaf<Double>]) -> [Double] {
        let real = zip(parameters, leaves).filter { $0.0.hasGradient }.map(\.1)
        return gradients(ofArgument: index, in: real).flatMap(\.numbers)
    }
}

extension Definition {
    /// - Parameters:
    ///   - results: Which of all real numbers are results, of zeros in the shape of the arguments.
    ///   - moving: Which of them move.
    fileprivate func linearize(
        _ values: [Leaf<Double>], inverted: Bool, options: RunOptions, limit: Int,
        results: ([Leaf<Double>]) -> Range<Int>, moving: ([Leaf<Double>]) -> Range<Int>
    ) throws(ReversibilityError) -> (values: [Leaf<Double>], map: LinearMap) {
        try checkLinearizes(limit: limit)
        let zeros = zeroGradients(for: values)
        let (kept, moved) = (results(zeros), moving(zeros))
        let record = LinearRun(limit: limit)
        let leaves = noting(values, moving: moved, record)
        let (final, nodes) = try withExtendedLifetime(record) { () throws(ReversibilityError) in
            let final = try run(leaves, inverted: inverted, options: options)
            let numbers = zip(parameters, final).filter { $0.0.hasGradient }.flatMap { $0.1.numbers }
            return (final, numbers[kept].map(\.noted))
        }
        return (final.map { $0.map(\.value) }, try map(of: record, moved.count, nodes, limit: limit))
    }

    /// Refuses what numbers that note partial derivatives would differentiate in their own way, and a limit that is none.
    func checkLinearizes(limit: Int) throws(ReversibilityError) {
        if let problem = OptionRange.atLeast(0, limit, "limit") {
            throw ReversibilityError(.invalidArgument, problem, function: name)
        }
        guard calls.appliesUserFunctions else { return }
        throw ReversibilityError(
            .invalidArgument,
            "`\(name)` uses a function with a derivative that was given, which `linearize` would not know of; use `jvp`, "
                + "`vjp` or `jacobian`", function: name)
    }

    /// Leaves as numbers of a run, of which some of all real ones move.
    func noting(
        _ values: [Leaf<Double>], moving moved: Range<Int>, _ record: LinearRun
    ) -> [Leaf<LinearNumber>] {
        var next = 0
        return zip(parameters, values).map { parameter, value in
            guard parameter.hasGradient else { return value.map { LinearNumber(constant: $0) } }
            return value.map { number in
                defer { next += 1 }
                return moved.contains(next)
                    ? LinearNumber(argument: number, of: record) : LinearNumber(constant: number)
            }
        }
    }

    /// What a run has noted, as a map to some of its numbers.
    func map(
        of record: LinearRun, _ arguments: Int, _ results: [Int32], limit: Int
    ) throws(ReversibilityError) -> LinearMap {
        guard !record.isFull else {
            throw ReversibilityError(
                .invalidSize,
                "the run has more than \(limit) partial derivatives, which is the limit; raise it, or take products one by one: "
                    + "`jvp(f)` and `vjp(f)`, also compiled, keep none", function: name)
        }
        let rows = ForwardRows(record.notes, arguments: arguments, results: results)
        if let rows, rows.suffices { return LinearMap(rows.record) }
        var graph = LinearGraph(record, arguments: arguments, results: results)
        graph.eliminate()
        let eliminated = graph.record(results: results)
        if let rows, rows.record.sources.count < eliminated.sources.count { return LinearMap(rows.record) }
        return LinearMap(eliminated)
    }
}
