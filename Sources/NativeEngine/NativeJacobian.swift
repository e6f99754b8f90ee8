import AD
import ReversibleCore

/// A Jacobian as native code: same call, same results.
///
/// Row by row: one backward run for every number of the output.
public struct NativeJacobian<each A: Argument>: Sendable {
    /// Tolerances and limits of runs, as in the function; checked code uses them.
    public var options: RunOptions
    /// On how many threads the iterations of a `ParallelFor` run. The results do not depend on it.
    public var threads: Int
    /// The number of the argument whose final value is differentiated.
    public let output: Int
    /// The number of the argument in whose initial value it is differentiated.
    public let input: Int
    let pullback: CompiledPullback

    /// The C source that was compiled.
    public var source: String { pullback.code.source }

    /// The Jacobian at a point, as `jacobian` gives it.
    ///
    /// - Throws: With `checks: .all`, what the interpreter would throw.
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> DenseMatrix {
        let function = pullback.function
        return try function.reportingArguments { () throws(any Error) in
            var writer = ValueWriter()
            repeat try (each A).pack(each arguments, into: &writer)
            try pullback.prepare(writer.leaves, options: options, threads: threads)
            let zeros = function.zeroGradients(for: writer.leaves)
            let rows = function.gradients(ofArgument: output, in: zeros).reduce(0) { $0 + $1.numbers.count }
            let columns = function.gradients(ofArgument: input, in: zeros).reduce(0) { $0 + $1.numbers.count }
            let first = zeros[..<function.gradientCount(before: output)].reduce(0) { $0 + $1.numbers.count }
            var result = DenseMatrix(rows: rows, columns: columns)
            for row in 0..<rows {
                let seeds = zeros.replacing(first + row) { _ in 1 }
                let gradients = try pullback.gradients(
                    at: writer.leaves, of: seeds, options: options, threads: threads)
                let numbers = function.gradients(ofArgument: input, in: gradients).flatMap(\.numbers)
                for column in 0..<columns { result[row, column] = numbers[column] }
            }
            return result
        }
    }
}

/// Turns a Jacobian into native code, without checks unless they are asked for.
///
/// ```swift
/// let fast = try compile(jacobian(f, of: 0, with: 1))
/// ```
///
/// - Throws: A ``NativeError``, for example if the machine has no C compiler.
public func compile<each A: Argument>(
    _ jacobian: Jacobian<repeat each A>, checks: Checks = .none, threads: Int = 1,
    options: CompileOptions = CompileOptions()
) throws(NativeError) -> NativeJacobian<repeat each A> {
    let f = jacobian.function
    let definition = try f.program()
    let pullback = try reportingProgram { () throws(ReversibilityError) in
        try definition.checkReal(jacobian.output, called: "of")
        try definition.checkReal(jacobian.input, called: "with")
        return try definition.pullback(inverted: f.isInverted)
    }
    return NativeJacobian<repeat each A>(
        options: f.options, threads: try threadCount(threads), output: jacobian.output, input: jacobian.input,
        pullback: try CompiledPullback(
            of: definition, inverted: f.isInverted, program: pullback,
            wanted: definition.gradientsWanted(of: [jacobian.input]), checks: checks, options))
}
