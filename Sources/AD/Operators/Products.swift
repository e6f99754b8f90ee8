import ReversibleCore

/// Final values with what belongs to them.
public struct Product<Values, Derivatives> {
    /// What the function returns.
    public let value: Values
    /// The product: a tangent of the results (`jvp`), or gradients of the arguments (`vjp`).
    public let product: Derivatives

    package init(value: Values, product: Derivatives) {
        self.value = value
        self.product = product
    }
}

extension Product: Sendable where Values: Sendable, Derivatives: Sendable {}

/// The vector–Jacobian product: gradients of the results pulled back to the arguments.
///
/// - Parameter cotangent: For every argument the gradient of some loss in its final value; `()` for integers.
/// - Returns: The final values, and for every argument the gradient in its initial value.
public func vjp<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value,
    cotangent: (repeat (each A).Value.Gradient)
) throws(ReversibilityError) -> Product<(repeat (each A).Value), (repeat (each A).Value.Gradient)> {
    let definition = try f.definition
    return try definition.reportingArguments { () throws(any Error) in
        var (writer, seeds) = (ValueWriter(), ValueWriter())
        repeat try (each A).pack(each arguments, into: &writer)
        repeat try (each A).packGradient(each cotangent, into: &seeds)
        let final = try definition.run(writer.leaves, inverted: f.isInverted, options: f.options)
        try definition.checkSizes(of: seeds.leaves, against: final, called: "cotangent")
        let pulled = try definition.pullGradients(
            writer.leaves, seeds.leaves, inverted: f.isInverted, options: f.options)
        var (values, gradients) = (ValueReader(final), ValueReader(pulled.gradients))
        return Product(
            value: (repeat try (each A).unpack(from: &values)),
            product: (repeat try (each A).unpackGradient(from: &gradients)))
    }
}

/// The vector–Jacobian product for one result: its gradient pulled back to the arguments.
///
/// - Parameters:
///   - cotangent: The gradient of some loss in the final value of argument `output`, of its gradient's type.
///   - output: The argument.
public func vjp<each A: Argument, Cotangent>(
    _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value, cotangent: Cotangent,
    of output: Int
) throws(ReversibilityError) -> Product<(repeat (each A).Value), (repeat (each A).Value.Gradient)> {
    let definition = try f.definition
    return try definition.reportingArguments { () throws(any Error) in
        var writer = ValueWriter()
        repeat try (each A).pack(each arguments, into: &writer)
        try definition.checkReal(output, called: "of")
        let final = try definition.run(writer.leaves, inverted: f.isInverted, options: f.options)
        var seeds = definition.zeroGradients(for: final)
        try f.replaceGradient(ofArgument: output, in: &seeds, by: cotangent, called: "cotangent")
        try definition.checkSizes(of: seeds, against: final, called: "cotangent")
        let pulled = try definition.pullGradients(
            writer.leaves, seeds, inverted: f.isInverted, options: f.options)
        var (values, gradients) = (ValueReader(final), ValueReader(pulled.gradients))
        return Product(
            value: (repeat try (each A).unpack(from: &values)),
            product: (repeat try (each A).unpackGradient(from: &gradients)))
    }
}

extension ReversibleFunction {
    /// Puts the gradient of one argument among those of all.
    func replaceGradient<Gradient>(
        ofArgument index: Int, in all: inout [Leaf<Double>], by gradient: Gradient, called role: String
    ) throws {
        let definition = try self.definition
        var position = 0
        func pack<P: Argument>(_ type: P.Type) throws {
            defer { position += 1 }
            guard position == index else { return }
            guard let own = gradient as? P.Value.Gradient else {
                throw ReversibilityError(
                    .invalidArgument,
                    "the \(role) is of type \(Gradient.self), and argument \(index) has gradients of type "
                        + "\(P.Value.Gradient.self)", function: definition.name)
            }
            var writer = ValueWriter()
            try P.packGradient(own, into: &writer)
            let start = definition.gradientCount(before: index)
            all.replaceSubrange(start..<(start + writer.leaves.count), with: writer.leaves)
        }
        repeat try pack((each A).self)
    }

    /// The gradient of one argument out of those of all.
    func gradient<Gradient>(ofArgument index: Int, in all: [Leaf<Double>]) throws -> Gradient {
        let definition = try self.definition
        var position = 0
        var found: Gradient?
        func unpack<P: Argument>(_ type: P.Type) throws {
            defer { position += 1 }
            guard position == index else { return }
            var reader = ValueReader(definition.gradients(ofArgument: index, in: all))
            found = try P.unpackGradient(from: &reader) as? Gradient
        }
        repeat try unpack((each A).self)
        guard let found else {
            throw ReversibilityError(
                .invalidArgument, "argument \(index) has no gradient of type \(Gradient.self)",
                function: definition.name)
        }
        return found
    }
}

extension Definition {
    /// Checks that every gradient has the size of its value.
    package func checkSizes(
        of gradients: [Leaf<Double>], against values: [Leaf<Double>], called role: String
    ) throws(ReversibilityError) {
        let expected = zip(parameters, values).filter { $0.0.hasGradient }
        for ((parameter, value), gradient) in zip(expected, gradients) {
            if case .matrix(let rows, let columns, _) = value, case .matrix(let r, let c, _) = gradient,
                rows != r || columns != c
            {
                throw ReversibilityError(
                    .lengthMismatch,
                    "the \(role) of `\(parameter.name)` has \(r)×\(c) elements and its value has \(rows)×\(columns)",
                    function: name)
            }
            if value.numbers.count == gradient.numbers.count { continue }
            throw ReversibilityError(
                .lengthMismatch,
                "the \(role) of `\(parameter.name)` has \(gradient.numbers.count) numbers and its value has "
                    + "\(value.numbers.count)", function: name)
        }
    }
}
