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
            in: try code.runDoubles(
                function.interleave(values, seeds), options: options, threads: threads))
        try function.checkOutcome(of: gradients)
        return gradients
    }
}

extension Definition {
    /// The gradients in the results of which the pullback makes the gradient of a loss.
    package func seeds(forLoss loss: Int, _ zeros: [Leaf<Double>]) -> [Leaf<Double>] {
        var seeds = zeros
        seeds[gradientCount(before: loss)] = .real(1)
        return seeds
    }
}
