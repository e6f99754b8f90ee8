import AD
import NativeEngine

// Searches over the arguments of a program: the row of numbers is made here, and the result put into the arguments' own
// types.

extension GradientMinimizer {
    /// Searches a minimum of a compiled program over some of its arguments, in their own types.
    ///
    /// ```swift
    /// let both = try compile(valueAndGrad(loss), with: [1])
    /// let found = try LimitedMemoryBFGS().minimize(both, 0.0, camera, data, with: [1])
    /// let adjusted = found.point.1
    /// ```
    ///
    /// - Parameters:
    ///   - loss: The compiled program with its gradient.
    ///   - arguments: The arguments of a call: where the search begins, and what stays as it is.
    ///   - searched: The numbers of the arguments that are searched, structs of places among them. Their numbers count in
    ///     the order of ``FlatParameters``, one argument after the other.
    ///   - bounds: The least and the largest value of every searched number.
    ///   - progress: Is called after every iteration; it may end the search.
    /// - Returns: All arguments, those that were searched at the minimum; the value and the gradient there.
    /// - Throws: An ``OptimizerError``, as ``minimize(from:bounds:progress:_:)`` does.
    public func minimize<each A: Argument>(
        _ loss: NativeValuedGradient<repeat each A>, _ arguments: repeat (each A).Value,
        with searched: Set<Int>, bounds: Bounds? = nil, progress: (inout Progress) -> Void = { _ in }
    ) throws(OptimizerError) -> Minimum<(repeat (each A).Value)> {
        let flat = try SearchedArguments(
            repeat (each A).self, values: repeat each arguments, searching: searched)
        try flat.require(loss.wanted, of: "valueAndGrad")
        let found = try minimize(over: flat, bounds, progress) { try loss.valuedGradient(at: $0) }
        return try found.inOwnTypes(repeat (each A).self, of: flat)
    }

    /// The same for a program that is interpreted.
    public func minimize<each A: Argument>(
        _ loss: ValuedGradient<repeat each A>, _ arguments: repeat (each A).Value, with searched: Set<Int>,
        bounds: Bounds? = nil, progress: (inout Progress) -> Void = { _ in }
    ) throws(OptimizerError) -> Minimum<(repeat (each A).Value)> {
        let flat = try SearchedArguments(
            repeat (each A).self, values: repeat each arguments, searching: searched)
        let found = try minimize(over: flat, bounds, progress) {
            try loss.function.untyped.valuedGradient($0, loss: loss.loss)
        }
        return try found.inOwnTypes(repeat (each A).self, of: flat)
    }

    /// Searches over the numbers of arguments, of which a program is given the leaves.
    private func minimize(
        over flat: SearchedArguments, _ bounds: Bounds?, _ progress: (inout Progress) -> Void,
        _ loss: ([Leaf<Double>]) throws -> ValueAndGradient<[Leaf<Double>]>
    ) throws(OptimizerError) -> Minimum<[Double]> {
        try minimize(from: flat.numbers, bounds: bounds, progress: progress) { point in
            try flat.valuedGradient(loss, at: point)
        }
    }
}

extension NewtonCG {
    /// Searches a minimum of a compiled program over some of its arguments, in their own types.
    ///
    /// - Parameters:
    ///   - loss: The compiled program with its gradient.
    ///   - hessianProduct: The compiled products with its Hessian.
    ///   - arguments: The arguments of a call: where the search begins, and what stays as it is.
    ///   - searched: The numbers of the arguments that are searched.
    ///   - bounds: The least and the largest value of every searched number.
    ///   - progress: Is called after every iteration; it may end the search.
    /// - Returns: All arguments, those that were searched at the minimum; the value and the gradient there.
    /// - Throws: An ``OptimizerError``, as ``GradientMinimizer/minimize(from:bounds:progress:_:)`` does.
    public func minimize<each A: Argument>(
        _ loss: NativeValuedGradient<repeat each A>, _ hessianProduct: NativeHessianProduct<repeat each A>,
        _ arguments: repeat (each A).Value, with searched: Set<Int>, bounds: Bounds? = nil,
        progress: (inout Progress) -> Void = { _ in }
    ) throws(OptimizerError) -> Minimum<(repeat (each A).Value)> {
        let flat = try SearchedArguments(
            repeat (each A).self, values: repeat each arguments, searching: searched)
        try flat.require(loss.wanted, of: "valueAndGrad")
        try flat.require(hessianProduct.wanted, of: "hvp")
        let found = try minimize(
            over: flat, bounds, progress, { try hessianProduct.products(at: $0, along: $1) },
            { try loss.valuedGradient(at: $0) })
        return try found.inOwnTypes(repeat (each A).self, of: flat)
    }

    /// The same for a program that is interpreted.
    public func minimize<each A: Argument>(
        _ loss: ValuedGradient<repeat each A>, _ hessianProduct: HessianProduct<repeat each A>,
        _ arguments: repeat (each A).Value, with searched: Set<Int>, bounds: Bounds? = nil,
        progress: (inout Progress) -> Void = { _ in }
    ) throws(OptimizerError) -> Minimum<(repeat (each A).Value)> {
        let flat = try SearchedArguments(
            repeat (each A).self, values: repeat each arguments, searching: searched)
        let found = try minimize(
            over: flat, bounds, progress,
            { try hessianProduct.function.untyped.hessianProduct($0, $1, loss: hessianProduct.loss) },
            { try loss.function.untyped.valuedGradient($0, loss: loss.loss) })
        return try found.inOwnTypes(repeat (each A).self, of: flat)
    }

    /// Searches over the numbers of arguments, of which programs are given the leaves.
    private func minimize(
        over flat: SearchedArguments, _ bounds: Bounds?, _ progress: (inout Progress) -> Void,
        _ hessianProduct: (_ at: [Leaf<Double>], _ along: [Leaf<Double>]) throws -> [Leaf<Double>],
        _ loss: ([Leaf<Double>]) throws -> ValueAndGradient<[Leaf<Double>]>
    ) throws(OptimizerError) -> Minimum<[Double]> {
        try minimize(
            from: flat.numbers, bounds: bounds, progress: progress,
            hessianProduct: { point, direction in
                flat.numbers(
                    ofGradient: try hessianProduct(flat.leaves(at: point), flat.direction(direction)))
            }, { point in try flat.valuedGradient(loss, at: point) })
    }
}

extension LevenbergMarquardt {
    /// Searches the least squares of a compiled program over one of its arguments, in its own type.
    ///
    /// ```swift
    /// let fit = try LevenbergMarquardt().minimize(
    ///     compile(residuals), compile(jacobian(residuals, of: 0, with: 1)), zeros, model, times, measured)
    /// let fitted = fit.point.1
    /// ```
    ///
    /// - Parameters:
    ///   - residuals: The compiled program that computes the residuals.
    ///   - jacobian: Their compiled Jacobian; it says which argument they are, and which one is searched.
    ///   - arguments: The arguments of a call: where the search begins, and what stays as it is.
    ///   - bounds: The least and the largest value of every searched number.
    ///   - progress: Is called after every step that was made; it may end the search.
    /// - Returns: All arguments, the one that was searched at the minimum; half the sum of the squares there.
    /// - Throws: An ``OptimizerError``, as ``GradientMinimizer/minimize(from:bounds:progress:_:)`` does.
    public func minimize<each A: Argument>(
        _ residuals: NativeFunction<repeat each A>, _ jacobian: NativeJacobian<repeat each A>,
        _ arguments: repeat (each A).Value, bounds: Bounds? = nil,
        progress: (inout Progress) -> Void = { _ in }
    ) throws(OptimizerError) -> Minimum<(repeat (each A).Value)> {
        let flat = try SearchedArguments(
            repeat (each A).self, values: repeat each arguments, searching: [jacobian.input])
        let found = try minimize(
            over: flat, jacobian.output, bounds, progress, { try jacobian.matrix(at: $0) },
            { try residuals.leaves(from: $0) })
        return try found.inOwnTypes(repeat (each A).self, of: flat)
    }

    /// The same for a program that is interpreted.
    public func minimize<each A: Argument>(
        _ residuals: ReversibleFunction<repeat each A>, _ jacobian: Jacobian<repeat each A>,
        _ arguments: repeat (each A).Value, bounds: Bounds? = nil,
        progress: (inout Progress) -> Void = { _ in }
    ) throws(OptimizerError) -> Minimum<(repeat (each A).Value)> {
        let flat = try SearchedArguments(
            repeat (each A).self, values: repeat each arguments, searching: [jacobian.input])
        let found = try minimize(
            over: flat, jacobian.output, bounds, progress, { try jacobian.matrix(at: $0) },
            { try residuals.run($0) })
        return try found.inOwnTypes(repeat (each A).self, of: flat)
    }

    /// Searches over the numbers of an argument, where programs are given the leaves of all of them.
    private func minimize(
        over flat: SearchedArguments, _ output: Int, _ bounds: Bounds?, _ progress: (inout Progress) -> Void,
        _ jacobian: ([Leaf<Double>]) throws -> DenseMatrix,
        _ residuals: ([Leaf<Double>]) throws -> [Leaf<Double>]
    ) throws(OptimizerError) -> Minimum<[Double]> {
        try minimize(
            from: flat.numbers, bounds: bounds, progress: progress,
            jacobian: { point in try jacobian(flat.leaves(at: point)) },
            { point in flat.numbers(ofArgument: output, in: try residuals(flat.leaves(at: point))) })
    }
}
