import AD
import ReversibleCore

/// Code that pulls gradients back through a function.
struct CompiledPullback: Sendable {
    let function: Definition
    private let inverted: Bool
    /// The pullback, or the pullback's pullback.
    let code: Executable
    /// The function itself, run first if checks are on: a pullback leaves out what cancels in it. A function that knows
    /// what it means if its results are not finite is run in any case: its gradient may be finite all the same.
    private let primal: Executable?

    /// - Parameters:
    ///   - program: The pullback of the function, inverted if `inverted` says so.
    ///   - wanted: For every parameter of `program`, whether its final value is wanted.
    init(
        of function: Definition, inverted: Bool, program: Definition, wanted: [Bool], checks: Checks,
        _ options: CompileOptions
    ) throws(NativeError) {
        self.function = function
        self.inverted = inverted
        code = try Executable(
            program, inverted: false, wanted: wanted, verifies: checks != .none, checks: checks, options)
        primal =
            checks == .all || function.requirements?.outcome != nil
            ? try Executable(function, inverted: inverted, checks: checks, options) : nil
    }

    /// Checks the arguments, and with checks on runs the function as the interpreter does.
    func prepare(
        _ values: [Leaf<Double>], options: RunOptions, threads: Int
    ) throws(ReversibilityError) {
        try function.checkArguments(values)
        try function.checkContents(values, inverted: inverted)
        if let primal { _ = try primal.runDoubles(values, options: options, threads: threads) }
    }

    /// The gradients in the arguments, given those in the results.
    func gradients(
        at values: [Leaf<Double>], of seeds: [Leaf<Double>], options: RunOptions, threads: Int
    ) throws(ReversibilityError) -> [Leaf<Double>] {
        let gradients = function.gradients(
            in: try run(function.interleave(values, seeds), at: values, options: options, threads: threads))
        try function.checkOutcome(of: gradients)
        return gradients
    }

    /// The program's results. If it fails, and the function was not run before, that is run first to say why.
    func run(
        _ leaves: [Leaf<Double>], at values: [Leaf<Double>], options: RunOptions, threads: Int
    ) throws(ReversibilityError) -> [Leaf<Double>] {
        var drift = 0.0
        return try run(leaves, at: values, options: options, threads: threads, drift: &drift)
    }

    /// The same.
    ///
    /// - Parameter drift: Becomes how far sums that verify undoing were apart.
    func run(
        _ leaves: [Leaf<Double>], at values: [Leaf<Double>], options: RunOptions, threads: Int,
        drift: inout Double
    ) throws(ReversibilityError) -> [Leaf<Double>] {
        var ownError: ReversibilityError?
        do throws(ReversibilityError) {
            return try code.runDoubles(leaves, options: options, threads: threads, drift: &drift) {
                () throws(ReversibilityError) in
                guard primal == nil else { return }
                do throws(ReversibilityError) {
                    try runFunction(values, options)
                } catch {
                    ownError = error
                    throw error
                }
            }
        } catch {
            throw ownError ?? function.explained(error, in: code.definition)
        }
    }

    /// Runs the function in the interpreter, with the numbers of the code.
    private func runFunction(
        _ values: [Leaf<Double>], _ options: RunOptions
    ) throws(ReversibilityError) {
        if code.precision == .double {
            _ = try function.run(values, inverted: inverted, options: options)
        } else {
            _ = try function.run(
                values.map { $0.map { Float($0) } }, inverted: inverted, options: options)
        }
    }

    /// Runs over memory: the places of every argument, each real value followed by `layers` derivatives of it.
    ///
    /// - Parameter having: The arguments that have derivatives among the places; nil for all.
    func run<Number: ReversibleNumber>(
        inPlace places: [NativeBuffer<Number>], layers: Int, having: [Int]? = nil, options: RunOptions,
        threads: Int
    ) throws(ReversibilityError) {
        try code.requireNumber(Number.self)
        if code.checks != .none {
            try code.checkDerivatives(among: places, of: function, layers: layers, having: having)
        }
        do {
            try code.run(inPlace: places, options: options, threads: threads)
        } catch {
            throw error.renamed(from: code.definition, to: function)
        }
    }
}
