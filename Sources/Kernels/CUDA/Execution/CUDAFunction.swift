import AD
import ReversibleCore

/// A reversible function as kernels on a device: same call, same results.
///
/// ```swift
/// let fast = try compile(f, on: .cuda)
/// let (y, x, a) = try fast([1, 2], [3, 4], 0.5)
/// ```
///
/// Kernels make none of the interpreter's checks, as native code with `checks: .none`: an index outside of an array
/// reads or writes other memory, or loses the device. Test a program with the interpreter first.
public struct CUDAFunction<each A: Argument>: Sendable {
    let program: DeviceProgram
    let definition: Definition

    /// The PTX text of the kernels.
    public var text: String { program.plan.text }

    /// The device that the kernels are loaded on.
    public var device: CUDADevice { program.device }

    /// Copies the arguments to the device, runs the function there, and returns all arguments, changed as the
    /// program says.
    ///
    /// Of arguments that start at zero (``PTXOptions/startingAtZero``) only the sizes count, here and in the other ways
    /// to run the function.
    ///
    /// - Throws: What is wrong with the arguments, or what went wrong on the device.
    @discardableResult
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(CUDAFunctionError) -> (repeat (each A).Value) {
        try reportingFunction(definition.name) {
            var writer = ValueWriter()
            repeat try (each A).pack(each arguments, into: &writer)
            try definition.checkArguments(writer.leaves)
            var reader = ValueReader(try program.run(writer.leaves))
            return (repeat try (each A).unpack(from: &reader))
        }
    }

    /// Runs the function on places of the host: copies them to the device and back.
    ///
    /// - Parameter places: One entry for every place among the arguments, the fields of structs in order.
    /// - Returns: What the places hold afterwards.
    public func run(_ places: [Leaf<Double>]) throws(CUDAFunctionError) -> [Leaf<Double>] {
        try program.run(values: places)
    }

    /// Runs the function on data that is on the device and stays there.
    ///
    /// ```swift
    /// let (y, x) = (try CUDABuffer(values, on: device), try CUDABuffer(others, on: device))
    /// try fast.run(inPlace: [.reals(y), .reals(x), .realValue(0.5)])
    /// print(try y.elements())
    /// ```
    ///
    /// The call gives the launches to the stream and returns before they are done; memory for what is in between is
    /// taken from the device's pool, in the order of the stream. Nothing that changes may overlap anything else. What
    /// is wrong with the arguments, and lack of memory, is found before the first launch: the data is then as it was.
    /// After an error of the device itself, nothing is promised.
    ///
    /// - Parameters:
    ///   - places: One entry for every place among the arguments, the fields of structs in order.
    ///   - stream: Where; the device's own stream by default.
    public func run(
        inPlace places: [CUDAPlace<Double>], on stream: CUDAStream? = nil
    ) throws(CUDAFunctionError) {
        try program.run(inPlace: places, on: stream)
    }

    /// The same for kernels of single precision.
    public func run(
        inPlace places: [CUDAPlace<Float>], on stream: CUDAStream? = nil
    ) throws(CUDAFunctionError) {
        try program.run(inPlace: places, on: stream)
    }

    /// The launches of `run(inPlace:on:)` on these places, written down: launching them again costs less.
    ///
    /// The graph keeps the places' memory, and memory for what is in between: it runs once at a time. Numbers that
    /// the program only reads are those of now.
    public func graph(inPlace places: [CUDAPlace<Double>]) throws(CUDAFunctionError) -> CUDAGraph {
        try program.graph(inPlace: places)
    }

    /// The same for kernels of single precision.
    public func graph(inPlace places: [CUDAPlace<Float>]) throws(CUDAFunctionError) -> CUDAGraph {
        try program.graph(inPlace: places)
    }
}

/// Turns a function into kernels and loads them on a device.
///
/// ```swift
/// let fast = try compile(f, on: .cuda)
/// ```
///
/// - Throws: `device` where there is no driver or no device, or the driver refuses the kernels; `program` if the
///   program has no form on a device.
public func compile<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, on target: CUDATarget, options: PTXOptions = PTXOptions()
) throws(CUDAFunctionError) -> CUDAFunction<repeat each A> {
    do {
        let device = try target.device()
        let plan = try kernelPlan(f, options: options)
        return CUDAFunction(program: try DeviceProgram(plan, on: device), definition: try f.definition)
    } catch {
        throw CUDAFunctionError(error, function: "")
    }
}
