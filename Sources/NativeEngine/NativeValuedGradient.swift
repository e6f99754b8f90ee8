import AD
import ReversibleCore

/// A loss and its gradient as native code: same call, same results to rounding.
///
/// The code runs the function once, keeps the loss, and goes on with the adjoint. Beside the value of the loss it computes
/// what a compiled gradient computes.
public struct NativeValuedGradient<each A: Argument>: CallableValuedGradient {
    /// The type of the function that is differentiated.
    public typealias Program = ReversibleFunction<repeat each A>

    /// Tolerances and limits of runs, as in the function; checked code uses them.
    public var options: RunOptions
    /// On how many threads the iterations of a `ParallelFor` run; 0 for all cores. The results do not depend on it.
    public var threads: Int
    /// The number of the argument whose final value is the loss.
    public let loss: Int
    let compiled: CompiledValuedPullback

    /// The numbers of the arguments in which the gradient was asked for.
    package var wanted: Set<Int> { compiled.wanted }

    /// The C source that was compiled.
    public var source: String { compiled.pullback.code.source }

    /// The program after each of the passes it went through.
    public var lowering: LoweringTrace { compiled.pullback.code.trace }

    /// The final value of argument `loss`, and its gradient in every argument; zeros in those that were not asked for.
    ///
    /// - Throws: An error of kind `.drift`; with `checks: .all`, what the interpreter would throw.
    @_disfavoredOverload
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> ValueAndGradient<(repeat (each A).Value.Gradient)> {
        try valueAndGradients(at: (repeat each arguments))
    }

    /// The same, of the arguments as one tuple.
    public func valueAndGradients(
        at values: (repeat (each A).Value)
    ) throws(ReversibilityError) -> ValueAndGradient<(repeat (each A).Value.Gradient)> {
        try compiled.function.reportingArguments { () throws(any Error) in
            var writer = ValueWriter()
            repeat try (each A).pack(each values, into: &writer)
            let found = try valuedGradient(at: writer.leaves)
            var reader = ValueReader(found.gradient)
            return ValueAndGradient(
                value: found.value, gradient: (repeat try (each A).unpackGradient(from: &reader)),
                drift: found.drift)
        }
    }

    /// The same, of the arguments' leaves.
    package func valuedGradient(at values: [Leaf<Double>]) throws -> ValueAndGradient<[Leaf<Double>]> {
        let function = compiled.function
        let results = try compiled.run(values, options: options, threads: threads) {
            function.zeroSeeds(for: $0)
        }
        let position = function.arguments[..<loss].reduce(0) { $0 + $1.count }
        return ValueAndGradient(
            value: results.values[position].numbers.first ?? .nan, gradient: results.gradients,
            drift: results.drift)
    }

    /// Runs it over memory of the caller's, in place and without copies.
    ///
    /// The places are those of every argument: its values, followed by its gradients if the argument was asked for
    /// (integers have none). What the gradients are on entry does not matter. On return the loss has its final value, and
    /// the gradients are those of the loss in the arguments. What the other values are on return is not specified, except
    /// that arrays which the program only reads are unchanged.
    ///
    /// - Throws: An error of kind `.drift`; with `checks: .all`, what the interpreter would throw; an error for memory
    ///   that does not fit.
    public func run(inPlace places: [NativeBuffer<Double>]) throws(ReversibilityError) {
        try compiled.runCleared(inPlace: places, options: options, threads: threads)
    }

    /// The same for code compiled with single precision.
    public func run(inPlace places: [NativeBuffer<Float>]) throws(ReversibilityError) {
        try compiled.runCleared(inPlace: places, options: options, threads: threads)
    }
}

/// Turns a loss and its gradient into one compiled function, which verifies undoing, and makes the other checks if they are
/// asked for.
///
/// ```swift
/// let both = try compile(valueAndGrad(f))
/// let r = try both(0.0, 3.0)       // r.value, r.gradient, r.drift
/// ```
///
/// - Parameters:
///   - arguments: The numbers of the arguments in which the gradient is wanted; all, if nil. What only the others need is
///     not computed, their gradients come back as zeros, and in place they have no memory.
///   - checks: With `.all` the function is run first, with its checks, as the interpreter does. With `.undoing`, the
///     default, what the gradient reads after undoing is verified, and nothing else.
///   - threads: On how many threads the iterations of a `ParallelFor` run; 0 for all cores.
///   - schedule: The passes that the program goes through before C is written.
/// - Throws: A ``NativeError``, for example if the machine has no C compiler.
public func compile<each A: Argument>(
    _ gradient: ValuedGradient<repeat each A>, with arguments: Set<Int>? = nil, checks: Checks = .undoing,
    threads: Int = 1, optimizing schedule: Schedule = .standard, options: CompileOptions = CompileOptions()
) throws(NativeError) -> NativeValuedGradient<repeat each A> {
    let f = gradient.function
    let definition = try f.program()
    try reportingProgram { () throws(ReversibilityError) in
        try definition.checkLoss(gradient.loss)
        try definition.checkReal(arguments, called: "with")
    }
    let wanted = arguments ?? Set(definition.arguments.indices)
    return NativeValuedGradient<repeat each A>(
        options: f.options, threads: try threadCount(threads), loss: gradient.loss,
        compiled: try CompiledValuedPullback(
            of: definition, inverted: f.isInverted, values: [gradient.loss], gradients: wanted,
            wanted: wanted, loss: gradient.loss, checks: checks, options.optimizing(schedule)))
}
