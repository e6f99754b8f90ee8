import ReversibleCore

/// The Jacobian–vector product of a function as a value: call it with arguments, print it, or hand it to a
/// compiler.
public struct JVP<each A: Argument>: CallableJVP {
    /// The type of the function that is differentiated.
    public typealias Program = ReversibleFunction<repeat each A>

    /// The function that is differentiated.
    public let function: ReversibleFunction<repeat each A>

    /// The product with a direction, as ``jvp(_:_:tangent:)`` gives it.
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
        try jvp(function, repeat each values, tangent: tangent)
    }

    /// The reversible program that computes it, over values with tangents.
    public var program: ReversibleFunction<repeat DualVar<each A>> { tangent(function) }
}

extension JVP: CustomStringConvertible {
    /// The source of the program that computes the product.
    public var description: String { program.description }
}

/// Products of the Jacobian of `f` with directions, as a value.
public func jvp<each A: Argument>(_ f: ReversibleFunction<repeat each A>) -> JVP<repeat each A> {
    JVP(function: f)
}

/// The Jacobian–vector product: a direction in the arguments pushed forward to the results.
///
/// - Parameter tangent: For every argument the direction in its initial value; `()` for integers.
/// - Returns: The final values, and for every argument the derivative of its final value in that direction.
public func jvp<Program: DifferentiableProgram, each Value>(
    _ f: Program, _ arguments: repeat each Value, tangent: Program.Directions
) throws(ReversibilityError) -> Product<Program.Values, Program.Gradients>
where Program.Values == (repeat each Value) {
    let function = f.untyped
    let definition = try function.definition
    return try definition.reportingArguments { () throws(any Error) in
        var (writer, directions) = (ValueWriter(), ValueWriter())
        try Program.pack((repeat each arguments), into: &writer)
        try Program.packDirections(tangent, into: &directions)
        try definition.checkSizes(of: directions.leaves, against: writer.leaves, called: "tangent")
        let results = try definition.pushForward(
            writer.leaves, directions.leaves, inverted: function.isInverted, options: function.options)
        let changes = zip(definition.parameters, results).filter { $0.0.hasGradient }
        var values = ValueReader(results.map { $0.map(\.value) })
        var tangents = ValueReader(changes.map { $0.1.map(\.tangent) })
        return Product(
            value: try Program.unpackValues(from: &values),
            product: try Program.unpackGradients(from: &tangents))
    }
}

extension Definition {
    /// Runs the function on values that move in some directions.
    ///
    /// Numbers with tangents know the derivatives of elementary functions. A user's function has the derivative that it was
    /// given, which only the forward-mode program names.
    func pushForward(
        _ values: [Leaf<Double>], _ directions: [Leaf<Double>], inverted: Bool, options: RunOptions
    ) throws(ReversibilityError) -> [Leaf<Dual<Double>>] {
        guard calls.appliesUserFunctions else {
            return try run(duals(values, directions), inverted: inverted, options: options)
        }
        let program = try tangent(moving: Set(arguments.indices))
        let results = try program.run(interleave(values, directions), inverted: inverted, options: options)
        var (finals, position): ([Leaf<Double>], Int) = ([], 0)
        for argument in arguments {
            finals += results[position..<position + argument.count]
            position += argument.count + argument.count { $0.hasGradient }
        }
        return duals(finals, gradients(in: results))
    }

    /// Values with tangents. `directions` has a leaf for every value that has a gradient.
    func duals(_ values: [Leaf<Double>], _ directions: [Leaf<Double>]) -> [Leaf<Dual<Double>>] {
        var remaining = directions[...]
        return zip(parameters, values).map { parameter, value in
            guard parameter.hasGradient, let direction = remaining.popFirst()?.numbers else {
                return value.map { Dual($0, tangent: 0) }
            }
            var index = -1
            return value.map { number in
                index += 1
                return Dual(number, tangent: direction[index])
            }
        }
    }
}
