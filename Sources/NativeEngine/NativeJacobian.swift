import AD
import ReversibleCore

/// A Jacobian as native code: same call, same results to rounding.
///
/// Columns come from forward runs, one for every number of the input, or rows from backward runs, one for every
/// number of the output, whichever are fewer. Where the arguments' types do not tell which are fewer, both
/// programs are compiled, so that no call has to wait for a compiler, or fail for want of one.
public struct NativeJacobian<each A: Argument>: Sendable {
    /// Tolerances and limits of runs, as in the function; checked code uses them.
    public var options: RunOptions
    /// On how many threads the iterations of a `ParallelFor` run; 0 for all cores. The results do not depend on it.
    public var threads: Int
    /// The number of the argument whose final value is differentiated.
    public let output: Int
    /// The number of the argument in whose initial value it is differentiated.
    public let input: Int
    /// For rows; nil where columns are never more.
    let pullback: CompiledPullback?
    /// For columns; nil where rows are always fewer.
    let forward: CompiledTangent?
    let function: Definition

    /// The C source that was compiled; of both programs, where there are two.
    public var source: String {
        [forward?.code.source, pullback?.code.source].compactMap { $0 }.joined(separator: "\n")
    }

    /// The Jacobian at a point, as `jacobian` gives it.
    ///
    /// - Throws: With `checks: .all`, what the interpreter would throw.
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> DenseMatrix {
        try function.reportingArguments { () throws(any Error) in
            var writer = ValueWriter()
            repeat try (each A).pack(each arguments, into: &writer)
            return try matrix(at: writer.leaves)
        }
    }

    /// The same, of the arguments' leaves.
    package func matrix(at values: [Leaf<Double>]) throws(ReversibilityError) -> DenseMatrix {
        try function.checkArguments(values)
        let zeros = function.zeroGradients(for: values)
        let rows = function.numberCount(ofArgument: output, in: zeros)
        let columns = function.numberCount(ofArgument: input, in: zeros)
        var result = DenseMatrix(rows: rows, columns: columns)
        if let forward, columns <= rows || pullback == nil {
            try fillColumns(of: &result, by: forward, values, zeros)
        } else if let pullback {
            try fillRows(of: &result, by: pullback, values)
        }
        return result
    }

    private func fillColumns(
        of result: inout DenseMatrix, by forward: CompiledTangent, _ values: [Leaf<Double>],
        _ zeros: [Leaf<Double>]
    ) throws(ReversibilityError) {
        let first = function.firstNumber(ofArgument: input, zeros)
        for column in 0..<result.columns {
            let directions = zeros.replacing(first + column) { _ in 1 }
            let final = try forward.run(values, directions, options: options, threads: threads)
            let numbers = function.gradients(ofArgument: output, in: final.tangents).flatMap(\.numbers)
            for row in 0..<result.rows { result[row, column] = numbers[row] }
        }
    }

    private func fillRows(
        of result: inout DenseMatrix, by pullback: CompiledPullback, _ values: [Leaf<Double>]
    ) throws(ReversibilityError) {
        try pullback.prepare(values, options: options, threads: threads)
        let unseeded = function.zeroSeeds(for: values)
        let first = function.firstNumber(ofArgument: output, unseeded)
        for row in 0..<result.rows {
            let seeds = unseeded.replacing(first + row) { _ in 1 }
            let gradients = try pullback.gradients(at: values, of: seeds, options: options, threads: threads)
            let numbers = function.gradients(ofArgument: input, in: gradients).flatMap(\.numbers)
            for column in 0..<result.columns { result[row, column] = numbers[column] }
        }
    }
}

/// Turns a Jacobian into native code, which verifies undoing, and makes the other checks if they are asked for.
///
/// ```swift
/// let fast = try compile(jacobian(f, of: 0, with: 1))
/// ```
///
/// - Parameters:
///   - threads: On how many threads the iterations of a `ParallelFor` run; 0 for all cores.
///   - schedule: The passes that the program goes through before C is written.
/// - Throws: A ``NativeError``, for example if the machine has no C compiler.
public func compile<each A: Argument>(
    _ jacobian: Jacobian<repeat each A>, checks: Checks = .undoing, threads: Int = 1,
    optimizing schedule: Schedule = .standard, options: CompileOptions = CompileOptions()
) throws(NativeError) -> NativeJacobian<repeat each A> {
    let options = options.optimizing(schedule)
    let f = jacobian.function
    let definition = try f.program()
    try reportingProgram { () throws(ReversibilityError) in
        try definition.checkJacobian(of: jacobian.output, with: jacobian.input)
    }
    let ways = definition.jacobianWays(of: jacobian.output, with: jacobian.input)
    var pullback: CompiledPullback?
    if ways.backward {
        let program = try reportingProgram { () throws(ReversibilityError) in
            try definition.pullback(inverted: f.isInverted, checks)
        }
        pullback = try CompiledPullback(
            of: definition, inverted: f.isInverted, program: program,
            wanted: definition.gradientsWanted(of: [jacobian.input]), checks: checks, options)
    }
    var forward: CompiledTangent?
    if ways.forward {
        forward = try CompiledTangent(
            of: definition, inverted: f.isInverted, moving: [jacobian.input], wanted: [jacobian.output],
            checks: checks, options)
    }
    return NativeJacobian<repeat each A>(
        options: f.options, threads: try threadCount(threads), output: jacobian.output, input: jacobian.input,
        pullback: pullback, forward: forward, function: definition)
}
