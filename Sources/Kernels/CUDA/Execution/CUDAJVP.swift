import AD
import ReversibleCore

/// Jacobian–vector products as kernels on a device: same call, same results.
///
/// Runs in place take the places of every argument, each argument's values followed by its tangents (integers have
/// none). On entry they are the initial values and the direction, on return the final values and their derivatives.
public struct CUDAJVP<each A: Argument>: CUDAProgram {
    /// The kernels, loaded on a device.
    public let program: DeviceProgram
    let function: Definition

    /// The final values, and their derivatives in a direction.
    ///
    /// - Parameter tangent: For every argument the direction in its initial value; `()` for integers.
    /// - Throws: What is wrong with the arguments, or what went wrong on the device.
    public func callAsFunction(
        _ arguments: repeat (each A).Value, tangent: (repeat (each A).Value.Gradient)
    ) throws(CUDAFunctionError) -> Product<(repeat (each A).Value), (repeat (each A).Value.Gradient)> {
        try reportingFunction(function.name) {
            var (writer, directions) = (ValueWriter(), ValueWriter())
            repeat try (each A).pack(each arguments, into: &writer)
            repeat try (each A).packGradient(each tangent, into: &directions)
            try function.checkArguments(writer.leaves)
            try function.checkSizes(of: directions.leaves, against: writer.leaves, called: "tangent")
            let results = try program.run(function.interleave(writer.leaves, directions.leaves))
            var (values, tangents) = (
                ValueReader(function.values(in: results)), ValueReader(function.gradients(in: results))
            )
            return Product(
                value: (repeat try (each A).unpack(from: &values)),
                product: (repeat try (each A).unpackGradient(from: &tangents)))
        }
    }
}

/// Turns Jacobian–vector products into kernels and loads them on a device.
///
/// - Throws: `device` where there is no driver or no device, or the driver refuses the kernels; `program` if the
///   program has no form on a device.
public func compile<each A: Argument>(
    _ product: JVP<repeat each A>, on target: CUDATarget, options: PTXOptions = PTXOptions()
) throws(CUDAFunctionError) -> CUDAJVP<repeat each A> {
    try loadingProgram(on: target) { device in
        let plan = try kernelPlan(product, options: options)
        let function = try product.function.definition
        return CUDAJVP(
            program: try DeviceProgram(plan, on: device, companions: function.companions), function: function)
    }
}

extension Definition {
    /// The values out of the tangent program's results.
    fileprivate func values(in results: [Leaf<Double>]) -> [Leaf<Double>] {
        var values: [Leaf<Double>] = []
        var position = 0
        for argument in arguments {
            values += results[position..<(position + argument.count)]
            position += argument.count + argument.count { $0.hasGradient }
        }
        return values
    }
}
