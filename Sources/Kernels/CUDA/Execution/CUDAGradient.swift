import AD
import NativeEngine
import ReversibleCore

/// A gradient as kernels on a device: same call, same results.
///
/// The order in which threads add to one number is not fixed, unless the options say so
/// (``PTXOptions/Reductions/deterministic``): the last bits of gradients may differ from run to run.
public struct CUDAGradient<each A: Argument>: Sendable {
    let program: DeviceProgram
    let function: Definition
    let wanted: Set<Int>
    /// The number of the argument whose final value is the loss.
    public let loss: Int

    /// The PTX text of the kernels.
    public var text: String { program.plan.text }

    /// The device that the kernels are loaded on.
    public var device: CUDADevice { program.device }

    /// The gradient of argument `loss` in every argument; zeros in those that were not asked for.
    ///
    /// - Throws: What is wrong with the arguments, or what went wrong on the device.
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(CUDAFunctionError) -> (repeat (each A).Value.Gradient) {
        try reportingFunction(function.name) {
            var writer = ValueWriter()
            repeat try (each A).pack(each arguments, into: &writer)
            var reader = ValueReader(try gradients(at: writer.leaves))
            return (repeat try (each A).unpackGradient(from: &reader))
        }
    }

    private func gradients(at values: [Leaf<Double>]) throws -> [Leaf<Double>] {
        try function.checkArguments(values)
        let zeros = function.zeroGradients(for: values)
        var seeds = zeros
        seeds[function.gradientCount(before: loss)] = .real(1)
        let results = try program.run(
            function.interleave(values, seeds), wanted: function.gradientsWanted(of: wanted))
        var gradients = function.gradients(in: results)
        for argument in function.arguments.indices where !wanted.contains(argument) {
            let first = function.gradientCount(before: argument)
            let count = function.gradients(ofArgument: argument, in: zeros).count
            gradients.replaceSubrange(first..<(first + count), with: zeros[first..<(first + count)])
        }
        return gradients
    }

    /// Runs the gradient on places of the host: copies them to the device and back.
    ///
    /// The places are those of `run(inPlace:on:)`.
    public func run(_ places: [Leaf<Double>]) throws(CUDAFunctionError) -> [Leaf<Double>] {
        try program.run(values: places)
    }

    /// Runs the gradient on data that is on the device and stays there.
    ///
    /// The places are those of every argument, each argument's values followed by its gradients (integers have
    /// none). On entry the gradients are those of some function of the results: 1 for the loss and 0 elsewhere gives
    /// the gradient of the loss. On return they are the gradients in the arguments. What the values are on return
    /// is not specified, except that arrays which the program only reads are unchanged.
    ///
    /// The rest is as for functions (``CUDAFunction``).
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

/// Turns a gradient into kernels and loads them on a device.
///
/// ```swift
/// let df = try compile(grad(f), on: .cuda)
/// ```
///
/// - Parameter arguments: The numbers of the arguments whose gradients are wanted; all, if nil. What only the others
///   need is not computed, and they come back as zeros.
/// - Throws: `device` where there is no driver or no device, or the driver refuses the kernels; `program` if the
///   program has no form on a device.
public func compile<each A: Argument>(
    _ gradient: Gradient<repeat each A>, on target: CUDATarget, with arguments: Set<Int>? = nil,
    options: PTXOptions = PTXOptions()
) throws(CUDAFunctionError) -> CUDAGradient<repeat each A> {
    do {
        let device = try target.device()
        let plan = try kernelPlan(gradient, with: arguments, options: options)
        let function = try gradient.function.definition
        return CUDAGradient(
            program: try DeviceProgram(plan, on: device, companions: function.companions),
            function: function, wanted: arguments ?? Set(function.arguments.indices), loss: gradient.loss)
    } catch {
        throw CUDAFunctionError(error, function: "")
    }
}

extension Definition {
    /// For every place of the pullback or the tangent program, the value whose derivative it is.
    var companions: [Int?] {
        var result: [Int?] = []
        for argument in arguments {
            let first = result.count
            result += argument.map { _ in nil }
            for (offset, leaf) in argument.enumerated() where leaf.hasGradient {
                result.append(first + offset)
            }
        }
        return result
    }
}
