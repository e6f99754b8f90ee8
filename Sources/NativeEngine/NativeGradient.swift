import AD
import ReversibleCore

/// A gradient as native code: same call, same results to rounding.
///
/// The code computes what is needed for the gradient and nothing else: not the loss, and not the arguments'
/// values afterwards.
public struct NativeGradient<each A: Argument>: CallableGradient {
    /// The type of the function that is differentiated.
    public typealias Program = ReversibleFunction<repeat each A>

    /// Tolerances and limits of runs, as in the function; checked code uses them.
    public var options: RunOptions
    /// On how many threads the iterations of a `ParallelFor` run; 0 for all cores. The results do not depend on it.
    public var threads: Int
    /// The number of the argument whose final value is the loss.
    public let loss: Int
    let pullback: CompiledPullback
    let wanted: Set<Int>

    /// The C source that was compiled.
    public var source: String { pullback.code.source }

    /// The program after each of the passes it went through.
    public var lowering: LoweringTrace { pullback.code.trace }

    /// The gradient of argument `loss` in every argument; zeros in those that were not asked for.
    ///
    /// - Throws: An error of kind `.drift`; with `checks: .all`, what the interpreter would throw.
    @_disfavoredOverload
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> (repeat (each A).Value.Gradient) {
        try gradients(at: (repeat each arguments))
    }

    /// The same, of the arguments as one tuple.
    public func gradients(
        at values: (repeat (each A).Value)
    ) throws(ReversibilityError) -> (repeat (each A).Value.Gradient) {
        let function = pullback.function
        return try function.reportingArguments { () throws(any Error) in
            var writer = ValueWriter()
            repeat try (each A).pack(each values, into: &writer)
            try pullback.prepare(writer.leaves, options: options, threads: threads)
            let zeros = function.zeroGradients(for: writer.leaves)
            var gradients = try pullback.gradients(
                at: writer.leaves, of: function.seeds(forLoss: loss, 1, at: writer.leaves), options: options,
                threads: threads)
            function.clear(&gradients, outside: wanted, zeros)
            var reader = ValueReader(gradients)
            return (repeat try (each A).unpackGradient(from: &reader))
        }
    }

    /// Runs the gradient over memory of the caller's, in place and without copies.
    ///
    /// The places are those of every argument, each argument's values followed by its gradients (integers have
    /// none). On entry the gradients are those of some function of the results: 1 for the loss and 0 elsewhere gives
    /// the gradient of the loss. On return they are the gradients in the arguments. What the values are on
    /// return is not specified, except that arrays which the program only reads are unchanged.
    ///
    /// - Throws: An error of kind `.drift`; with `checks: .all`, what the interpreter would throw; an error for memory
    ///   that does not fit.
    public func run(inPlace places: [NativeBuffer<Double>]) throws(ReversibilityError) {
        try pullback.run(inPlace: places, layers: 1, options: options, threads: threads)
    }

    /// The same for code compiled with single precision.
    public func run(inPlace places: [NativeBuffer<Float>]) throws(ReversibilityError) {
        try pullback.run(inPlace: places, layers: 1, options: options, threads: threads)
    }
}

/// Turns a gradient into native code, which verifies undoing, and makes the other checks if they are asked for.
///
/// ```swift
/// let df = try compile(grad(f))
/// let (dy, dx) = try df(0.0, 3.0)
/// ```
///
/// - Parameters:
///   - arguments: The numbers of the arguments whose gradients are wanted; all, if nil. What only the others need
///     is not computed, and they come back as zeros.
///   - checks: With `.all` the function is run first, with its checks, as the interpreter does. With `.undoing`, the
///     default, what the gradient reads after undoing is verified, and nothing else.
///   - threads: On how many threads the iterations of a `ParallelFor` run; 0 for all cores.
///   - schedule: The passes that the program goes through before C is written.
/// - Throws: A ``NativeError``, for example if the machine has no C compiler.
public func compile<each A: Argument>(
    _ gradient: Gradient<repeat each A>, with arguments: Set<Int>? = nil, checks: Checks = .undoing,
    threads: Int = 1, optimizing schedule: Schedule = .standard, options: CompileOptions = CompileOptions()
) throws(NativeError) -> NativeGradient<repeat each A> {
    let f = gradient.function
    let definition = try f.program()
    let pullback = try reportingProgram { () throws(ReversibilityError) in
        try definition.checkLoss(gradient.loss)
        try definition.checkReal(arguments, called: "with")
        return try definition.pullback(inverted: f.isInverted, checks)
    }
    let wanted = arguments ?? Set(definition.arguments.indices)
    return NativeGradient<repeat each A>(
        options: f.options, threads: try threadCount(threads), loss: gradient.loss,
        pullback: try CompiledPullback(
            of: definition, inverted: f.isInverted, program: pullback,
            wanted: definition.gradientsWanted(of: wanted), checks: checks,
            options.optimizing(schedule)),
        wanted: wanted)
}

/// Reports what is wrong with a program as the error of its compilation.
func reportingProgram<Result>(
    _ body: () throws(ReversibilityError) -> Result
) throws(NativeError) -> Result {
    do {
        return try body()
    } catch {
        throw NativeError(.invalidProgram, "\(error)")
    }
}
