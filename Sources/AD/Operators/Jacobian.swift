import ReversibleCore

/// The Jacobian of a function as a value: call it with arguments, or hand it to a compiler.
public struct Jacobian<each A: Argument>: Sendable {
    /// The function that is differentiated.
    public let function: ReversibleFunction<repeat each A>
    /// The number of the argument whose final value is differentiated.
    public let output: Int
    /// The number of the argument in whose initial value it is differentiated.
    public let input: Int

    /// The Jacobian at a point, as ``jacobian(_:_:of:with:undoing:)`` gives it.
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> DenseMatrix {
        try jacobian(function, repeat each arguments, of: output, with: input)
    }

    /// The same, of the arguments' leaves.
    package func matrix(at values: [Leaf<Double>]) throws(ReversibilityError) -> DenseMatrix {
        try function.definition.jacobian(
            values, of: output, with: input, inverted: function.isInverted, options: function.options)
    }
}

/// The Jacobian of `f` as a value: of argument `output` in argument `input`.
///
/// - Parameter undoing: How its rows get back the values that they read.
public func jacobian<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, of output: Int, with input: Int,
    undoing: Undoing = .inverse
) -> Jacobian<repeat each A> {
    Jacobian(function: f.undoing(undoing), output: output, input: input)
}

/// The Jacobian of one argument's final value in another argument's initial value.
///
/// Row i, column j holds the derivative of number i of argument `output` in number j of argument `input`;
/// the numbers of a matrix count row after row, those of a struct field after field. Columns come from
/// forward runs over duals, rows from backward runs over gradients, whichever are fewer.
public func jacobian<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value, of output: Int,
    with input: Int, undoing: Undoing = .inverse
) throws(ReversibilityError) -> DenseMatrix {
    let f = f.undoing(undoing)
    let definition = try f.definition
    return try definition.reportingArguments { () throws(any Error) in
        var writer = ValueWriter()
        repeat try (each A).pack(each arguments, into: &writer)
        return try definition.jacobian(
            writer.leaves, of: output, with: input, inverted: f.isInverted, options: f.options)
    }
}

extension Definition {
    func jacobian(
        _ values: [Leaf<Double>], of output: Int, with input: Int, inverted: Bool, options: RunOptions
    ) throws(ReversibilityError) -> DenseMatrix {
        try checkJacobian(of: output, with: input)
        let zeros = zeroGradients(for: values)
        // No word changes a size, but for a stack's: the sizes before are the sizes after.
        let rows = numberCount(ofArgument: output, in: zeros)
        let columns = numberCount(ofArgument: input, in: zeros)
        var result = DenseMatrix(rows: rows, columns: columns)
        if columns <= rows {
            let first = firstNumber(ofArgument: input, zeros)
            for column in 0..<columns {
                let directions = zeros.replacing(first + column) { _ in 1 }
                let final = try pushForward(
                    values, directions, inverted: inverted, options: options)
                let changes = zip(parameters, final).filter { $0.0.hasGradient }.map(\.1)
                let numbers = gradients(ofArgument: output, in: changes).flatMap(\.numbers)
                for row in 0..<rows { result[row, column] = numbers[row].tangent }
            }
        } else {
            let unseeded = zeroSeeds(for: values)
            let first = firstNumber(ofArgument: output, unseeded)
            let final = try run(values, inverted: inverted, options: options)
            let adjoint = try self.adjoint
            var verified = options
            verified.tolerance = .greatestFiniteMagnitude
            for row in 0..<rows {
                let seeds = unseeded.replacing(first + row) { _ in 1 }
                // What is undone, and read again, is the same for every row: it is verified once. What a run keeps on a
                // stack is used up by its undoing.
                let back =
                    row == 0 || calls.usesRunStack
                    ? try pullGradients(values, seeds, inverted: inverted, options: options).gradients
                    : gradients(
                        in: try explaining(adjoint) { () throws(ReversibilityError) in
                            try adjoint.run(interleave(final, seeds), inverted: inverted, options: verified)
                        })
                let numbers = gradients(ofArgument: input, in: back).flatMap(\.numbers)
                for column in 0..<columns { result[row, column] = numbers[column] }
            }
        }
        return result
    }

    /// How many real numbers an argument has.
    package func numberCount(ofArgument index: Int, in zeros: [Leaf<Double>]) -> Int {
        gradients(ofArgument: index, in: zeros).reduce(0) { $0 + $1.numbers.count }
    }

    /// The position of an argument's first real number among all.
    package func firstNumber(ofArgument index: Int, _ zeros: [Leaf<Double>]) -> Int {
        zeros.prefix(gradientCount(before: index)).reduce(0) { $0 + $1.numbers.count }
    }
}
