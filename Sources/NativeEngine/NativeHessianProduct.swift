import AD
import ReversibleCore

/// Products of a Hessian with directions as native code: same call, same results up to rounding.
///
/// The code is the pullback of the pullback: the gradient's derivative, pulled back along the direction. The
/// Hessian is symmetric, so this is its product with the direction.
public struct NativeHessianProduct<each A: Argument>: CallableHessianProduct {
    /// The type of the function that is differentiated.
    public typealias Program = ReversibleFunction<repeat each A>

    /// Tolerances and limits of runs, as in the function; checked code uses them.
    public var options: RunOptions
    /// On how many threads the iterations of a `ParallelFor` run. The results do not depend on it.
    public var threads: Int
    /// The number of the argument whose final value is the loss.
    public let loss: Int
    let pullback: Definition
    let second: CompiledPullback
    let wanted: Set<Int>

    /// The C source that was compiled.
    public var source: String { second.code.source }

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
            try function.checkSizes(of: directions.leaves, against: writer.leaves, called: "direction")
            try second.prepare(writer.leaves, options: options, threads: threads)
            let zeros = function.zeroGradients(for: writer.leaves)
            // The pullback's results are values, which nobody differentiates, and gradients, along the direction.
            let results = try second.code.runDoubles(
                pullback.interleave(
                    function.interleave(writer.leaves, function.seeds(forLoss: loss, zeros)),
                    function.pairs(zeros, directions.leaves)),
                options: options, threads: threads)
            var products = function.firstOfPairs(pullback.gradients(in: results))
            function.clear(&products, outside: wanted, zeros)
            var reader = ValueReader(products)
            return (repeat try (each A).unpackGradient(from: &reader))
        }
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
        try second.code.requireNumber(Double.self)
        try second.code.run(inPlace: places, options: options, threads: threads)
    }
}

extension Definition {
    /// Leaves for the real values and for the gradients of every argument, in the pullback's order.
    package func pairs(_ values: [Leaf<Double>], _ gradients: [Leaf<Double>]) -> [Leaf<Double>] {
        arguments.indices.flatMap {
            self.gradients(ofArgument: $0, in: values) + self.gradients(ofArgument: $0, in: gradients)
        }
    }

    /// The leaves for the real values out of those.
    package func firstOfPairs(_ all: [Leaf<Double>]) -> [Leaf<Double>] {
        var result: [Leaf<Double>] = []
        var position = 0
        for argument in arguments {
            let count = argument.count { $0.hasGradient }
            result += all[position..<(position + count)]
            position += 2 * count
        }
        return result
    }

    /// For every parameter of the pullback's pullback, whether it is the gradient of a value of these arguments.
    package func valueGradientsWanted(of wanted: Set<Int>) -> [Bool] {
        arguments.enumerated().flatMap { position, leaves in
            let count = leaves.count { $0.hasGradient }
            return Array(repeating: false, count: leaves.count + count)
                + Array(repeating: wanted.contains(position), count: count)
                + Array(repeating: false, count: count)
        }
    }
}

/// Turns Hessian–vector products into native code, without checks unless they are asked for.
///
/// ```swift
/// let product = try compile(hvp(f))
/// let (_, h) = try product(0.0, 3.0, direction: (0, 1))
/// ```
///
/// - Parameter arguments: The numbers of the arguments whose products are wanted; all, if nil. What only the
///   others need is not computed, and they come back as zeros.
/// - Throws: A ``NativeError``, for example if the machine has no C compiler.
public func compile<each A: Argument>(
    _ product: HessianProduct<repeat each A>, with arguments: Set<Int>? = nil, checks: Checks = .none,
    threads: Int = 1,
    options: CompileOptions = CompileOptions()
) throws(NativeError) -> NativeHessianProduct<repeat each A> {
    let f = product.function
    let definition = try f.program()
    let (pullback, second) = try reportingProgram { () throws(ReversibilityError) in
        try definition.checkLoss(product.loss)
        for argument in arguments ?? [] { try definition.checkArgument(argument, called: "with") }
        let pullback = try definition.pullback(inverted: f.isInverted)
        return (pullback, try pullback.pullback(inverted: false))
    }
    let wanted = arguments ?? Set(definition.arguments.indices)
    return NativeHessianProduct<repeat each A>(
        options: f.options, threads: try threadCount(threads), loss: product.loss,
        pullback: pullback,
        second: try CompiledPullback(
            of: definition, inverted: f.isInverted, program: second,
            wanted: definition.valueGradientsWanted(of: wanted), checks: checks, options),
        wanted: wanted)
}
