import AD
import ReversibleCore

/// Products of a Hessian with directions as native code: same call, same results up to rounding, or an error of kind
/// `.drift` where undoing has lost more.
///
/// The code is the tangent of the pullback: the gradient's derivative along the direction, forward over reverse. So
/// nothing is undone but what the gradient undoes, and its tangents with it, and both are verified.
public struct NativeHessianProduct<each A: Argument>: CallableHessianProduct {
    /// The type of the function that is differentiated.
    public typealias Program = ReversibleFunction<repeat each A>

    /// Tolerances and limits of runs, as in the function; checked code uses them.
    public var options: RunOptions
    /// On how many threads the iterations of a `ParallelFor` run; 0 for all cores. The results do not depend on it.
    public var threads: Int
    /// The number of the argument whose final value is the loss.
    public let loss: Int
    let typed: ReversibleFunction<repeat each A>
    let pullback: Definition
    /// The tangent of the pullback.
    let second: CompiledPullback
    /// The numbers of the arguments in which the product was asked for.
    package let wanted: Set<Int>

    /// The C source that was compiled.
    public var source: String { second.code.source }

    /// The program after each of the passes it went through.
    public var lowering: LoweringTrace { second.code.trace }

    /// For every argument the derivative of its gradient in a direction; zeros for those not asked for.
    ///
    /// - Parameter direction: For every argument the direction in its initial value; `()` for integers.
    /// - Throws: With `checks: .all`, what the interpreter would throw.
    @_disfavoredOverload
    public func callAsFunction(
        _ arguments: repeat (each A).Value, direction: (repeat (each A).Value.Gradient)
    ) throws(ReversibilityError) -> (repeat (each A).Value.Gradient) {
        try product(at: (repeat each arguments), direction: (repeat each direction))
    }

    /// The same, of the arguments as one tuple.
    public func product(
        at values: (repeat (each A).Value), direction: (repeat (each A).Value.Gradient)
    ) throws(ReversibilityError) -> (repeat (each A).Value.Gradient) {
        let function = second.function
        return try function.reportingArguments { () throws(any Error) in
            var (writer, directions) = (ValueWriter(), ValueWriter())
            repeat try (each A).pack(each values, into: &writer)
            repeat try (each A).packGradient(each direction, into: &directions)
            var reader = ValueReader(try products(at: writer.leaves, along: directions.leaves))
            return (repeat try (each A).unpackGradient(from: &reader))
        }
    }

    /// The derivative of the gradient in one argument, along a direction in that argument, which is a `Scalar`.
    ///
    /// - Parameters:
    ///   - direction: A direction in the argument's initial value.
    ///   - input: The argument; one of those that were asked for.
    /// - Throws: With `checks: .all`, what the interpreter would throw; an error for a direction that does not fit.
    public func callAsFunction(
        _ arguments: repeat (each A).Value, direction: Double, with input: Int
    ) throws(ReversibilityError) -> Double {
        try product(at: (repeat each arguments), along: direction, in: input)
    }

    /// The derivative of the gradient in one argument, along a direction in that argument, which is a `Vector`.
    ///
    /// - Parameters:
    ///   - direction: A direction in the argument's initial value.
    ///   - input: The argument; one of those that were asked for.
    /// - Throws: With `checks: .all`, what the interpreter would throw; an error for a direction that does not fit.
    public func callAsFunction(
        _ arguments: repeat (each A).Value, direction: [Double], with input: Int
    ) throws(ReversibilityError) -> [Double] {
        try product(at: (repeat each arguments), along: direction, in: input)
    }

    /// The derivative of the gradient in one argument, along a direction in that argument, which is a `Matrix`.
    ///
    /// - Parameters:
    ///   - direction: A direction in the argument's initial value.
    ///   - input: The argument; one of those that were asked for.
    /// - Throws: With `checks: .all`, what the interpreter would throw; an error for a direction that does not fit.
    public func callAsFunction(
        _ arguments: repeat (each A).Value, direction: DenseMatrix, with input: Int
    ) throws(ReversibilityError) -> DenseMatrix {
        try product(at: (repeat each arguments), along: direction, in: input)
    }

    /// The same for an argument that is a struct of places.
    @_disfavoredOverload
    public func callAsFunction<Direction: ArgumentValue>(
        _ arguments: repeat (each A).Value, direction: Direction, with input: Int
    ) throws(ReversibilityError) -> Direction {
        try product(at: (repeat each arguments), along: direction, in: input)
    }

    private func product<Direction>(
        at values: (repeat (each A).Value), along direction: Direction, in input: Int
    ) throws(ReversibilityError) -> Direction {
        let function = second.function
        return try function.reportingArguments { () throws(any Error) in
            try function.checkReal(input, called: "with")
            guard wanted.contains(input) else {
                throw ReversibilityError(
                    .invalidArgument,
                    "the product was compiled for arguments \(wanted.sorted()) only, and `with: \(input)` is none of them; "
                        + "name it in `compile(hvp(f), with: …)`", function: function.name)
            }
            var writer = ValueWriter()
            repeat try (each A).pack(each values, into: &writer)
            var directions = function.zeroGradients(for: writer.leaves)
            try typed.replaceGradient(
                ofArgument: input, in: &directions, by: direction, called: "direction")
            return try typed.gradient(
                ofArgument: input, in: try products(at: writer.leaves, along: directions))
        }
    }

    /// The same, of the arguments' leaves: for every value with a gradient a direction, and a product.
    package func products(
        at values: [Leaf<Double>], along directions: [Leaf<Double>]
    ) throws(ReversibilityError) -> [Leaf<Double>] {
        let function = second.function
        try function.checkSizes(of: directions, against: values, called: "direction")
        try second.prepare(values, options: options, threads: threads)
        let zeros = function.zeroGradients(for: values)
        // The pullback's arguments are values, which move along the direction, and gradients, which stay.
        let places = pullback.tangentOrder(
            of: function.interleave(values, function.seeds(forLoss: loss, 1, at: values)),
            values: directions, gradients: function.zeroSeeds(for: values))
        var products = pullback.gradientTangents(
            in: try second.run(places, at: values, options: options, threads: threads))
        function.clear(&products, outside: wanted, zeros)
        return products
    }

    /// Runs the product over memory of the caller's, in place and without copies.
    ///
    /// The places are those of every argument: its values, its gradients, its products and its directions (of
    /// integers only the values). On entry the gradients are 1 for the loss and 0 elsewhere, the products are 0, and
    /// the directions are the direction. On return the products are the product. What the others are on return is
    /// not specified, except that arrays which the program only reads are unchanged.
    ///
    /// - Throws: With `checks: .all`, what the interpreter would throw; an error for memory that does not fit.
    public func run(inPlace places: [NativeBuffer<Double>]) throws(ReversibilityError) {
        try second.run(
            inPlace: second.function.directionsBeforeProducts(places), layers: 3, options: options,
            threads: threads)
    }
}

/// Turns Hessian–vector products into native code, which verifies undoing, and makes the other checks if they are
/// asked for.
///
/// ```swift
/// let product = try compile(hvp(f))
/// let (_, h) = try product(0.0, 3.0, direction: (0, 1))
/// ```
///
/// - Parameters:
///   - arguments: The numbers of the arguments whose products are wanted; all, if nil. What only the others need is not
///     computed, and they come back as zeros.
///   - threads: On how many threads the iterations of a `ParallelFor` run; 0 for all cores.
///   - schedule: The passes that the program goes through before C is written.
/// - Throws: A ``NativeError``, for example if the machine has no C compiler.
public func compile<each A: Argument>(
    _ product: HessianProduct<repeat each A>, with arguments: Set<Int>? = nil, checks: Checks = .undoing,
    threads: Int = 1, optimizing schedule: Schedule = .standard, options: CompileOptions = CompileOptions()
) throws(NativeError) -> NativeHessianProduct<repeat each A> {
    let f = product.function
    let definition = try f.program()
    let (pullback, second) = try reportingProgram { () throws(ReversibilityError) in
        try definition.checkLoss(product.loss)
        try definition.checkReal(arguments, called: "with")
        let pullback = try definition.pullback(inverted: f.isInverted, checks)
        return (pullback, try pullback.tangentOfPullback)
    }
    let wanted = arguments ?? Set(definition.arguments.indices)
    return NativeHessianProduct<repeat each A>(
        options: f.options, threads: try threadCount(threads), loss: product.loss, typed: f,
        pullback: pullback,
        second: try CompiledPullback(
            of: definition, inverted: f.isInverted, program: second,
            wanted: definition.gradientTangentsWanted(of: wanted), checks: checks,
            options.optimizing(schedule)),
        wanted: wanted)
}
