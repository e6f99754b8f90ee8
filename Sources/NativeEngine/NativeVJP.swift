import AD
import ReversibleCore

/// Vector–Jacobian products of one result as native code: same call, same results to rounding.
///
/// The code runs the function once, keeps what it returns, and goes on with the adjoint.
public struct NativeVJP<each A: Argument>: CallableVJP {
    /// The type of the function that is differentiated.
    public typealias Program = ReversibleFunction<repeat each A>

    /// Tolerances and limits of runs, as in the function; checked code uses them.
    public var options: RunOptions
    /// On how many threads the iterations of a `ParallelFor` run; 0 for all cores. The results do not depend on it.
    public var threads: Int
    /// The number of the argument in whose final value the gradient is given.
    public let output: Int
    let typed: ReversibleFunction<repeat each A>
    let compiled: CompiledValuedPullback

    /// The C source that was compiled.
    public var source: String { compiled.pullback.code.source }

    /// The program after each of the passes it went through.
    public var lowering: LoweringTrace { compiled.pullback.code.trace }

    /// The final values, and the gradients in all arguments.
    ///
    /// - Parameter cotangent: The gradient of some loss in the final value of argument `output`, of its gradient's type.
    @_disfavoredOverload
    public func callAsFunction<Cotangent>(
        _ arguments: repeat (each A).Value, cotangent: Cotangent
    ) throws(ReversibilityError) -> Product<(repeat (each A).Value), (repeat (each A).Value.Gradient)> {
        try product(at: (repeat each arguments), cotangent: cotangent)
    }

    /// The final values, and the gradients in all arguments; zeros in those that were not asked for.
    ///
    /// - Parameter cotangent: The gradient of some loss in the final value of argument `output`, of its gradient's type.
    /// - Throws: An error of kind `.drift`; with `checks: .all`, what the interpreter would throw; an error for a cotangent
    ///   that does not fit.
    public func product<Cotangent>(
        at values: (repeat (each A).Value), cotangent: Cotangent
    ) throws(ReversibilityError) -> Product<(repeat (each A).Value), (repeat (each A).Value.Gradient)> {
        let function = compiled.function
        return try function.reportingArguments { () throws(any Error) in
            var writer = ValueWriter()
            repeat try (each A).pack(each values, into: &writer)
            let results = try compiled.run(writer.leaves, options: options, threads: threads) { final in
                var seeds = function.zeroGradients(for: final)
                try typed.replaceGradient(
                    ofArgument: output, in: &seeds, by: cotangent, called: "cotangent")
                try function.checkSizes(of: seeds, against: final, called: "cotangent")
                return seeds
            }
            var (finals, gradients) = (ValueReader(results.values), ValueReader(results.gradients))
            return Product(
                value: (repeat try (each A).unpack(from: &finals)),
                product: (repeat try (each A).unpackGradient(from: &gradients)))
        }
    }

    /// Runs the product over memory of the caller's, in place and without copies.
    ///
    /// The places are those of every argument: its values, followed by its gradients if the argument was asked for or is
    /// `output` (integers have none). On entry the gradients are those of some function of the results: the cotangent for
    /// `output` and 0 elsewhere gives the product. On return the values are the final values, and the gradients of arguments
    /// that were asked for are the product.
    ///
    /// - Throws: An error of kind `.drift`; with `checks: .all`, what the interpreter would throw; an error for memory
    ///   that does not fit.
    public func run(inPlace places: [NativeBuffer<Double>]) throws(ReversibilityError) {
        try compiled.run(inPlace: places, options: options, threads: threads)
    }

    /// The same for code compiled with single precision.
    public func run(inPlace places: [NativeBuffer<Float>]) throws(ReversibilityError) {
        try compiled.run(inPlace: places, options: options, threads: threads)
    }
}

/// Turns vector–Jacobian products into one compiled function, which verifies undoing, and makes the other checks if they are
/// asked for.
///
/// ```swift
/// let pull = try compile(vjp(f, of: 0))
/// let r = try pull(y, x, cotangent: [1, -1])      // r.value, r.product
/// ```
///
/// - Parameters:
///   - arguments: The numbers of the arguments in which the gradient is wanted; all, if nil. What only the others need is
///     not computed, and their gradients come back as zeros.
///   - checks: With `.all` the function is run first, with its checks, as the interpreter does. With `.undoing`, the
///     default, what the product reads after undoing is verified, and nothing else.
///   - threads: On how many threads the iterations of a `ParallelFor` run; 0 for all cores.
///   - schedule: The passes that the program goes through before C is written.
/// - Throws: A ``NativeError``, for example if the machine has no C compiler.
public func compile<each A: Argument>(
    _ product: VJP<repeat each A>, with arguments: Set<Int>? = nil, checks: Checks = .undoing,
    threads: Int = 1, optimizing schedule: Schedule = .standard, options: CompileOptions = CompileOptions()
) throws(NativeError) -> NativeVJP<repeat each A> {
    let f = product.function
    let definition = try f.program()
    try reportingProgram { () throws(ReversibilityError) in
        try definition.checkReal(product.output, called: "of")
        try definition.checkReal(arguments, called: "with")
    }
    let all = Set(definition.arguments.indices)
    let wanted = arguments ?? all
    return NativeVJP<repeat each A>(
        options: f.options, threads: try threadCount(threads), output: product.output, typed: f,
        compiled: try CompiledValuedPullback(
            of: definition, inverted: f.isInverted, values: all, gradients: wanted.union([product.output]),
            wanted: wanted, loss: nil, checks: checks, options.optimizing(schedule)))
}
