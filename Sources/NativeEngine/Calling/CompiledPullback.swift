import AD
import ReversibleCore

/// Code that pulls gradients back through a function.
struct CompiledPullback: Sendable {
    let function: Definition
    /// The pullback, or the pullback's pullback.
    let code: Executable
    /// The function itself, run first if checks are on: a pullback leaves out what cancels in it.
    private let primal: Executable?

    /// - Parameters:
    ///   - program: The pullback of the function, inverted if `inverted` says so.
    ///   - wanted: For every parameter of `program`, whether its final value is wanted.
    init(
        of function: Definition, inverted: Bool, program: Definition, wanted: [Bool], checks: Checks,
        _ options: CompileOptions
    ) throws(NativeError) {
        self.function = function
        code = try Executable(
            program, inverted: false, wanted: wanted, verifies: checks != .none, checks: checks, options)
        primal =
            checks == .all ? try Executable(function, inverted: inverted, checks: .all, options) : nil
    }

    /// Checks the arguments, and with checks on runs the function as the interpreter does.
    func prepare(
        _ values: [Leaf<Double>], options: RunOptions, threads: Int
    ) throws(ReversibilityError) {
        try function.checkArguments(values)
        if let primal { _ = try primal.runDoubles(values, options: options, threads: threads) }
    }

    /// The gradients in the arguments, given those in the results.
    func gradients(
        at values: [Leaf<Double>], of seeds: [Leaf<Double>], options: RunOptions, threads: Int
    ) throws(ReversibilityError) -> [Leaf<Double>] {
        function.gradients(
            in: try code.runDoubles(
                function.interleave(values, seeds), options: options, threads: threads))
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
