import AD
import ReversibleCore

/// Jacobian–vector products as native code: same call, same results to rounding.
///
/// The code is the forward-mode program, which `tangent` gives: one run computes values and tangents.
public struct NativeJVP<each A: Argument>: CallableJVP {
    /// The type of the function that is differentiated.
    public typealias Program = ReversibleFunction<repeat each A>

    /// Tolerances and limits of runs, as in the function; checked code uses them.
    public var options: RunOptions
    /// On how many threads the iterations of a `ParallelFor` run; 0 for all cores. The results do not depend on it.
    public var threads: Int
    let compiled: CompiledTangent
    let moving: Set<Int>

    /// The C source that was compiled.
    public var source: String { compiled.code.source }

    /// The program after each of the passes it went through.
    public var lowering: LoweringTrace { compiled.code.trace }

    /// The final values, and their derivatives in a direction.
    ///
    /// - Parameter tangent: For every argument the direction in its initial value; `()` for integers. It must be 0
    ///   in arguments that were compiled not to move.
    /// - Throws: With `checks: .all`, what the interpreter would throw; an error for tangents that do not fit.
    @_disfavoredOverload
    public func callAsFunction(
        _ arguments: repeat (each A).Value, tangent: (repeat (each A).Value.Gradient)
    ) throws(ReversibilityError) -> Product<(repeat (each A).Value), (repeat (each A).Value.Gradient)> {
        try product(at: (repeat each arguments), tangent: (repeat each tangent))
    }

    /// The same, of the arguments as one tuple.
    public func product(
        at values: (repeat (each A).Value), tangent: (repeat (each A).Value.Gradient)
    ) throws(ReversibilityError) -> Product<(repeat (each A).Value), (repeat (each A).Value.Gradient)> {
        let function = compiled.function
        return try function.reportingArguments { () throws(any Error) in
            var (writer, directions) = (ValueWriter(), ValueWriter())
            repeat try (each A).pack(each values, into: &writer)
            repeat try (each A).packGradient(each tangent, into: &directions)
            try function.checkArguments(writer.leaves)
            try function.checkSizes(of: directions.leaves, against: writer.leaves, called: "tangent")
            for argument in function.arguments.indices where !moving.contains(argument) {
                let own = function.gradients(ofArgument: argument, in: directions.leaves)
                guard own.allSatisfy({ $0.numbers.allSatisfy { $0 == 0 } }) else {
                    throw ReversibilityError(
                        .invalidArgument,
                        "the tangent of argument \(argument) is not 0, and the product was compiled for moving arguments "
                            + "\(moving.sorted()) only; name it in `with:`", function: function.name)
                }
            }
            let final = try compiled.run(
                writer.leaves, directions.leaves, options: options, threads: threads)
            var (values, tangents) = (ValueReader(final.values), ValueReader(final.tangents))
            return Product(
                value: (repeat try (each A).unpack(from: &values)),
                product: (repeat try (each A).unpackGradient(from: &tangents)))
        }
    }

    /// Runs the product over memory of the caller's, in place and without copies.
    ///
    /// The places are those of every argument, each argument's values followed by its tangents (integers have
    /// none). On entry they are the initial values and the direction, on return the final values and their
    /// derivatives. Tangents of arguments that were compiled not to move are taken to be 0 on entry. With
    /// `checks: .all` the memory is put back after an error.
    ///
    /// - Throws: With `checks: .all`, what the interpreter would throw; an error for memory that does not fit.
    public func run(inPlace places: [NativeBuffer<Double>]) throws(ReversibilityError) {
        try compiled.run(inPlace: places, options: options, threads: threads)
    }

    /// The same for code compiled with single precision.
    public func run(inPlace places: [NativeBuffer<Float>]) throws(ReversibilityError) {
        try compiled.run(inPlace: places, options: options, threads: threads)
    }
}

/// Turns Jacobian–vector products into native code, which looks whether arrays that go together have one size, and makes
/// the other checks if they are asked for.
///
/// ```swift
/// let product = try compile(jvp(f))
/// let dy = try product(0.0, 3.0, tangent: (0, 1)).product.0
/// ```
///
/// - Parameters:
///   - arguments: The numbers of the arguments that may move; all, if nil. What only the tangents of the others
///     would need is not computed.
///   - threads: On how many threads the iterations of a `ParallelFor` run; 0 for all cores.
///   - schedule: The passes that the program goes through before C is written.
/// - Throws: A ``NativeError``, for example if the machine has no C compiler.
public func compile<each A: Argument>(
    _ product: JVP<repeat each A>, with arguments: Set<Int>? = nil, checks: Checks = .undoing,
    threads: Int = 1, optimizing schedule: Schedule = .standard, options: CompileOptions = CompileOptions()
) throws(NativeError) -> NativeJVP<repeat each A> {
    let f = product.function
    let definition = try f.program()
    try reportingProgram { () throws(ReversibilityError) in
        try definition.checkReal(arguments, called: "with")
    }
    let moving = arguments ?? Set(definition.arguments.indices)
    return NativeJVP<repeat each A>(
        options: f.options, threads: try threadCount(threads),
        compiled: try CompiledTangent(
            of: definition, inverted: f.isInverted, moving: moving, checks: checks,
            options.optimizing(schedule)),
        moving: moving)
}
