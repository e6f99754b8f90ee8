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
/// - Parameters:
///   - cotangent: For every argument the gradient of some loss in its final value; `()` for integers.
///   - undoing: How the gradients get back the values that they read.
/// - Returns: The final values, and for every argument the gradient in its initial value.
public func vjp<Program: DifferentiableProgram, each Value>(
    _ f: Program, _ arguments: repeat each Value, cotangent: Program.Directions,
    undoing: Undoing = .inverse
) throws(ReversibilityError) -> Product<Program.Values, Program.Gradients>
where Program.Values == (repeat each Value) {
    try product(f.undoing(undoing), (repeat each arguments)) { definition, _ in
        var seeds = ValueWriter()
        try Program.packDirections(cotangent, into: &seeds)
        return seeds.leaves
    }
}

/// The vector–Jacobian product for one result: its gradient pulled back to the arguments.
///
/// - Parameters:
///   - cotangent: The gradient of some loss in the final value of argument `output`, of its gradient's type.
///   - output: The argument.
///   - undoing: How the gradients get back the values that they read.
public func vjp<Program: DifferentiableProgram, each Value, Cotangent>(
    _ f: Program, _ arguments: repeat each Value, cotangent: Cotangent, of output: Int,
    undoing: Undoing = .inverse
) throws(ReversibilityError) -> Product<Program.Values, Program.Gradients>
where Program.Values == (repeat each Value) {
    let f = f.undoing(undoing)
    return try product(f, (repeat each arguments)) { definition, final in
        try definition.checkReal(output, called: "of")
        var seeds = definition.zeroGradients(for: final)
        try f.replaceGradient(ofArgument: output, in: &seeds, by: cotangent, called: "cotangent")
        return seeds
    }
}

/// Runs a function, and its verified pullback of the gradients in the results that `seeds` gives.
private func product<Program: DifferentiableProgram>(
    _ f: Program, _ values: Program.Values, seeds: (Definition, [Leaf<Double>]) throws -> [Leaf<Double>]
) throws(ReversibilityError) -> Product<Program.Values, Program.Gradients> {
    let function = f.untyped
    let definition = try function.definition
    return try definition.reportingArguments { () throws(any Error) in
        var writer = ValueWriter()
        try Program.pack(values, into: &writer)
        let final = try definition.run(
            writer.leaves, inverted: function.isInverted, options: function.options)
        let cotangents = try seeds(definition, final)
        try definition.checkSizes(of: cotangents, against: final, called: "cotangent")
        let pulled = try definition.pullGradients(
            writer.leaves, cotangents, inverted: function.isInverted, options: function.options)
        var (results, gradients) = (ValueReader(final), ValueReader(pulled.gradients))
        return Product(
            value: try Program.unpackValues(from: &results),
            product: try Program.unpackGradients(from: &gradients))
    }
}

extension DifferentiableProgram {
    /// Puts the gradient of one argument among those of all.
    package func replaceGradient<Gradient>(
        ofArgument index: Int, in all: inout [Leaf<Double>], by gradient: Gradient, called role: String
    ) throws {
        let definition = try untyped.definition
        let own = try Self.packGradient(gradient, ofArgument: index) { expected in
            ReversibilityError(
                .invalidArgument,
                "the \(role) is of type \(Gradient.self), and argument \(index) has gradients of type \(expected)",
                function: definition.name)
        }
        let start = definition.gradientCount(before: index)
        all.replaceSubrange(start..<(start + own.count), with: own)
    }

    /// The gradient of one argument out of those of all.
    package func gradient<Gradient>(ofArgument index: Int, in all: [Leaf<Double>]) throws -> Gradient {
        let definition = try untyped.definition
        let own = definition.gradients(ofArgument: index, in: all)
        guard let found = try Self.unpackGradient(ofArgument: index, own, as: Gradient.self) else {
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
                    "the \(role) of `\(parameter.name)` has \(r)×\(c) elements and its value has \(rows)×\(columns); give one "
                        + "number for each of them", function: name)
            }
            if value.numbers.count == gradient.numbers.count { continue }
            throw ReversibilityError(
                .lengthMismatch,
                "the \(role) of `\(parameter.name)` has \(gradient.numbers.count) numbers and its value has "
                    + "\(value.numbers.count); give one for each of them", function: name)
        }
    }
}
