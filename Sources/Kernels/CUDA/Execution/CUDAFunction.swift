import AD
import ReversibleCore

/// A reversible function as kernels on a device: same call, same results.
///
/// ```swift
/// let fast = try compile(f, on: .cuda)
/// let (y, x, a) = try fast([1, 2], [3, 4], 0.5)
/// ```
///
/// Runs in place take one entry for every place among the arguments, the fields of structs in order.
///
/// Kernels make none of the interpreter's checks, as native code with `checks: .none`: an index outside of an array
/// reads or writes other memory, or loses the device. Test a program with the interpreter first.
public struct CUDAFunction<each A: Argument>: CUDAProgram {
    /// The kernels, loaded on a device.
    public let program: DeviceProgram
    let definition: Definition

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
    try loadingProgram(on: target) { device in
        let plan = try kernelPlan(f, options: options)
        return CUDAFunction(program: try DeviceProgram(plan, on: device), definition: try f.definition)
    }
}
