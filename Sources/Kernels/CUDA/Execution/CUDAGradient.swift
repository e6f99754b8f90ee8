import AD
import ReversibleCore

/// A gradient as kernels on a device: same call, same results.
///
/// The order in which threads add to one number is not fixed, unless the options say so
/// (``PTXOptions/Reductions/deterministic``): the last bits of gradients may differ from run to run.
///
/// What the gradient reads of numbers that undoing has restored is verified, unless it was compiled with `checks: .none`:
/// runs then wait for the device's verdict. Gradients that read nothing of that kind have nothing to wait for.
///
/// Runs in place take the places of every argument, each argument's values followed by its gradients (integers have
/// none). On entry the gradients are those of some function of the results: 1 for the loss and 0 elsewhere gives the
/// gradient of the loss. On return they are the gradients in the arguments. What the values are on return is not
/// specified, except that arrays which the program only reads are unchanged.
public struct CUDAGradient<each A: Argument>: CUDAProgram {
    /// The kernels, loaded on a device.
    public let program: DeviceProgram
    let function: Definition
    let wanted: Set<Int>
    /// The number of the argument whose final value is the loss.
    public let loss: Int

    /// The gradient of argument `loss` in every argument; zeros in those that were not asked for.
    ///
    /// - Throws: What is wrong with the arguments, what undoing has lost, or what went wrong on the device.
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
        let results = try program.run(
            function.interleave(values, function.seeds(forLoss: loss, 1, at: values)),
            wanted: function.gradientsWanted(of: wanted))
        var gradients = function.gradients(in: results)
        function.clear(&gradients, outside: wanted, zeros)
        return gradients
    }
}

/// Turns a gradient into kernels and loads them on a device.
///
/// ```swift
/// let df = try compile(grad(f), on: .cuda)
/// ```
///
/// - Parameters:
///   - arguments: The numbers of the arguments whose gradients are wanted; all, if nil. What only the others need is
///     not computed, and they come back as zeros.
///   - checks: With `.undoing`, the default, what the gradient reads after undoing is verified, and with `.none`
///     nothing. Kernels make no other checks: `.all` is refused.
/// - Throws: `device` where there is no driver or no device, or the driver refuses the kernels; `program` if the
///   program has no form on a device.
public func compile<each A: Argument>(
    _ gradient: Gradient<repeat each A>, on target: CUDATarget, with arguments: Set<Int>? = nil,
    checks: Checks = .undoing, options: PTXOptions = PTXOptions()
) throws(CUDAFunctionError) -> CUDAGradient<repeat each A> {
    try loadingProgram(on: target) { device in
        let plan = try kernelPlan(gradient, with: arguments, checks: checks, options: options)
        let function = try gradient.function.definition
        return CUDAGradient(
            program: try DeviceProgram(plan, on: device, companions: function.companions),
            function: function, wanted: arguments ?? Set(function.arguments.indices), loss: gradient.loss)
    }
}

extension Definition {
    /// For every place of the pullback or the tangent program, the value whose derivative it is.
    var companions: [Int?] { companions(after: parameters.map { _ in nil }) }

    /// The same where some of the values are derivatives themselves: `earlier` says of which.
    func companions(after earlier: [Int?]) -> [Int?] {
        var (result, places, origins): ([Int?], [Int], [Int?]) = ([], [], [])
        for argument in arguments {
            let first = result.count
            for offset in argument.indices {
                origins.append(earlier[places.count])
                places.append(first + offset)
                result.append(nil)
            }
            for (offset, leaf) in argument.enumerated() where leaf.hasGradient {
                result.append(first + offset)
            }
        }
        for (place, origin) in zip(places, origins) { result[place] = origin.map { places[$0] } }
        return result
    }
}
