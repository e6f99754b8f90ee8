import AD
import ReversibleCore

/// Products of a Hessian with directions as kernels on a device: same call, same results up to rounding.
///
/// The kernels are those of the pullback's tangent: the gradient's derivative along the direction, forward over reverse.
///
/// Runs in place take the places of every argument: its values, its gradients, its products and its directions (of
/// integers only the values). On entry the gradients are 1 for the loss and 0 elsewhere, the products are 0, and the
/// directions are the direction. On return the products are the product. What the others are on return is not
/// specified, except that arrays which the program only reads are unchanged.
public struct CUDAHessianProduct<each A: Argument>: CUDAProgram {
    /// The kernels, loaded on a device.
    public let program: DeviceProgram
    let function: Definition
    let pullback: Definition
    let wanted: Set<Int>
    /// The number of the argument whose final value is the loss.
    public let loss: Int

    /// For every argument the derivative of its gradient in a direction; zeros for those not asked for.
    ///
    /// - Parameter direction: For every argument the direction in its initial value; `()` for integers.
    /// - Throws: What is wrong with the arguments, what undoing has lost, or what went wrong on the device.
    public func callAsFunction(
        _ arguments: repeat (each A).Value, direction: (repeat (each A).Value.Gradient)
    ) throws(CUDAFunctionError) -> (repeat (each A).Value.Gradient) {
        try reportingFunction(function.name) {
            var (writer, directions) = (ValueWriter(), ValueWriter())
            repeat try (each A).pack(each arguments, into: &writer)
            repeat try (each A).packGradient(each direction, into: &directions)
            var reader = ValueReader(try products(at: writer.leaves, directions.leaves))
            return (repeat try (each A).unpackGradient(from: &reader))
        }
    }

    private func products(at values: [Leaf<Double>], _ directions: [Leaf<Double>]) throws -> [Leaf<Double>] {
        try function.checkArguments(values)
        try function.checkSizes(of: directions, against: values, called: "direction")
        let zeros = function.zeroGradients(for: values)
        // The pullback's arguments are values, which move along the direction, and gradients, which stay.
        let results = try program.run(
            pullback.interleave(
                function.interleave(values, function.seeds(forLoss: loss, 1, at: values)),
                function.pairs(zeros, directions)),
            wanted: function.productsWanted(of: wanted))
        var products = function.firstOfPairs(pullback.gradients(in: results))
        function.clear(&products, outside: wanted, zeros)
        return products
    }
}

/// Turns Hessian–vector products into kernels and loads them on a device.
///
/// ```swift
/// let product = try compile(hvp(f), on: .cuda)
/// ```
///
/// - Parameters:
///   - arguments: The numbers of the arguments whose products are wanted; all, if nil. What only the others need is
///     not computed, and they come back as zeros.
///   - checks: As for gradients.
/// - Throws: `device` where there is no driver or no device, or the driver refuses the kernels; `program` if the
///   program has no form on a device.
public func compile<each A: Argument>(
    _ product: HessianProduct<repeat each A>, on target: CUDATarget, with arguments: Set<Int>? = nil,
    checks: Checks = .undoing, options: PTXOptions = PTXOptions()
) throws(CUDAFunctionError) -> CUDAHessianProduct<repeat each A> {
    try loadingProgram(on: target) { device in
        let plan = try kernelPlan(product, with: arguments, checks: checks, options: options)
        let f = product.function
        let function = try f.definition
        let pullback = try function.pullback(inverted: f.isInverted)
        return CUDAHessianProduct(
            program: try DeviceProgram(
                plan, on: device, companions: pullback.companions(after: function.companions)),
            function: function, pullback: pullback,
            wanted: arguments ?? Set(function.arguments.indices), loss: product.loss)
    }
}

extension Definition {
    /// Leaves for the real values and for the gradients of every argument, in the pullback's order.
    func pairs(_ values: [Leaf<Double>], _ gradients: [Leaf<Double>]) -> [Leaf<Double>] {
        arguments.indices.flatMap {
            self.gradients(ofArgument: $0, in: values) + self.gradients(ofArgument: $0, in: gradients)
        }
    }

    /// The leaves for the real values out of those.
    func firstOfPairs(_ all: [Leaf<Double>]) -> [Leaf<Double>] {
        var result: [Leaf<Double>] = []
        var position = 0
        for argument in arguments {
            let count = argument.count { $0.hasGradient }
            result += all[position..<(position + count)]
            position += 2 * count
        }
        return result
    }
}
