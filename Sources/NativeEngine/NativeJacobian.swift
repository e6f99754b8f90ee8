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
        let products = try products(at: values)
        func unit(_ number: Int, of count: Int) -> [Double] {
            var direction = Array(repeating: 0.0, count: count)
            direction[number] = 1
            return direction
        }
        if let forward = products.forward, columns <= rows || products.backward == nil {
            for column in 0..<columns {
                for (row, number) in try forward(unit(column, of: columns)).enumerated() {
                    result[row, column] = number
                }
            }
        } else if let backward = products.backward {
            for row in 0..<rows {
                for (column, number) in try backward(unit(row, of: rows)).enumerated() {
                    result[row, column] = number
                }
            }
        }
        return result
    }

    /// Which products there is code for.
    package var ways: (forward: Bool, backward: Bool) { (forward != nil, pullback != nil) }

    /// A product with a direction, or with weights.
    package typealias Product = ([Double]) throws(ReversibilityError) -> [Double]

    /// The products at a point, flat as rows and columns are: J d and Jᵀ w; nil where there is no code.
    package func products(
        at values: [Leaf<Double>]
    ) throws(ReversibilityError) -> (forward: Product?, backward: Product?) {
        try function.checkArguments(values)
        var products: (forward: Product?, backward: Product?)
        if let forward {
            let zeros = function.zeroGradients(for: values)
            products.forward = { direction throws(ReversibilityError) in
                let directions = function.replacing(ofArgument: input, in: zeros, by: direction)
                let final = try forward.run(values, directions, options: options, threads: threads)
                return function.gradients(ofArgument: output, in: final.tangents).flatMap(\.numbers)
            }
        }
        if let pullback {
            let unseeded = function.zeroSeeds(for: values)
            var isPrepared = false
            products.backward = { weights throws(ReversibilityError) in
                if !isPrepared { try pullback.prepare(values, options: options, threads: threads) }
                isPrepared = true
                let seeds = function.replacing(ofArgument: output, in: unseeded, by: weights)
                let gradients = try pullback.gradients(
                    at: values, of: seeds, options: options, threads: threads)
                return function.gradients(ofArgument: input, in: gradients).flatMap(\.numbers)
            }
        }
        return products
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
