import AD
import ReversibleCore

/// A reversible function as native code: same call, same results to rounding; with `checks: .all` to the last bit.
///
/// ```swift
/// let fast = try compile(f)
/// let (y, x) = try fast(0.0, 3.0)
/// ```
///
/// Compiled functions are values that any number of threads may call at once.
public struct NativeFunction<each A: Argument>: ValueFunction {
    /// The host values of all arguments.
    public typealias Values = (repeat (each A).Value)

    /// Tolerances and limits of runs, as in the function; checked code uses them.
    public var options: RunOptions
    /// On how many threads the iterations of a `ParallelFor` run; 0 for all cores. The results do not depend on it.
    public var threads: Int
    package let executable: Executable

    package init(_ executable: Executable, options: RunOptions, threads: Int) {
        self.executable = executable
        self.options = options
        self.threads = threads
    }

    /// The C source that was compiled.
    public var source: String { executable.source }

    /// The program after each of the passes it went through.
    public var lowering: LoweringTrace { executable.trace }

    /// Runs the function and returns all arguments, changed as the program says.
    ///
    /// - Throws: With `checks: .all`, what the interpreter would throw.
    @discardableResult
    @_disfavoredOverload
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> (repeat (each A).Value) {
        try run(on: (repeat each arguments))
    }

    /// The same, of the arguments as one tuple.
    public func run(
        on values: (repeat (each A).Value)
    ) throws(ReversibilityError) -> (repeat (each A).Value) {
        do {
            if executable.takesFewNumbers {
                var writer = ValueWriter(numbers: NumberWords())
                repeat try (each A).pack(each values, into: &writer)
                if var numbers = writer.numbers,
                    try executable.run(on: &numbers, options: options, threads: threads)
                {
                    var reader = ValueReader(numbers: numbers)
                    return (repeat try (each A).unpack(from: &reader))
                }
            }
            var writer = ValueWriter()
            repeat try (each A).pack(each values, into: &writer)
            var reader = ValueReader(try leaves(from: writer.leaves))
            return (repeat try (each A).unpack(from: &reader))
        } catch {
            throw executable.definition.reported(error)
        }
    }

    /// The same, of the arguments' leaves.
    package func leaves(from values: [Leaf<Double>]) throws(ReversibilityError) -> [Leaf<Double>] {
        try executable.runDoubles(values, options: options, threads: threads)
    }

    /// Runs the function on places of the precision it was compiled for.
    ///
    /// - Parameter places: One entry for every place among the arguments, the fields of structs in order.
    /// - Returns: What the places hold afterwards.
    /// - Throws: With `checks: .all`, what the interpreter would throw; an error for the wrong number type.
    public func run<Number: ReversibleNumber>(
        _ places: [Leaf<Number>]
    ) throws(ReversibilityError) -> [Leaf<Number>] {
        try executable.requireNumber(Number.self)
        return try executable.run(places, options: options, threads: threads)
    }

    /// Runs the function over memory of the caller's, in place and without copies.
    ///
    /// ```swift
    /// try withUnsafeMutablePointer(to: &loss) { loss in
    ///     try y.withUnsafeMutableBufferPointer { y in
    ///         try fast.run(inPlace: [.real(loss), .reals(y)])
    ///     }
    /// }
    /// ```
    ///
    /// What the program changes must not overlap anything else. With `checks: .all` the memory is copied first
    /// and put back after an error; with `.none` nothing is promised after an error.
    ///
    /// - Parameter places: One entry for every place among the arguments, the fields of structs in order.
    /// - Throws: With `checks: .all`, what the interpreter would throw; an error for memory that does not fit.
    public func run(inPlace places: [NativeBuffer<Double>]) throws(ReversibilityError) {
        try executable.requireNumber(Double.self)
        try executable.run(inPlace: places, options: options, threads: threads)
    }

    /// The same for code compiled with single precision.
    public func run(inPlace places: [NativeBuffer<Float>]) throws(ReversibilityError) {
        try executable.requireNumber(Float.self)
        try executable.run(inPlace: places, options: options, threads: threads)
    }
}

extension Executable {
    /// Runs on `Double` leaves, whatever the code computes with.
    package func runDoubles(
        _ leaves: [Leaf<Double>], options: RunOptions, threads: Int,
        explaining: () throws(ReversibilityError) -> Void = {}
    ) throws(ReversibilityError) -> [Leaf<Double>] {
        var drift = 0.0
        return try runDoubles(
            leaves, options: options, threads: threads, drift: &drift, explaining: explaining)
    }

    /// The same.
    ///
    /// - Parameter drift: Becomes how far sums that verify undoing were apart.
    func runDoubles(
        _ leaves: [Leaf<Double>], options: RunOptions, threads: Int, drift: inout Double,
        explaining: () throws(ReversibilityError) -> Void
    ) throws(ReversibilityError) -> [Leaf<Double>] {
        if precision == .double {
            return try run(
                leaves, options: options, threads: threads, drift: &drift, explaining: explaining)
        }
        let results = try run(
            leaves.map { $0.map { Float($0) } }, options: options, threads: threads, drift: &drift,
            explaining: explaining)
        return results.map { $0.map { Double($0) } }
    }

    func requireNumber<Number: ReversibleNumber>(_ type: Number.Type) throws(ReversibilityError) {
        let fits = precision == .double ? type == Double.self : type == Float.self
        guard fits else {
            throw ReversibilityError(
                .invalidArgument,
                "the code was compiled for \(precision == .double ? "Double" : "Float") and is given \(Number.self); "
                    + "choose the number type with `CompileOptions.precision`", function: definition.name)
        }
    }
}
