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
        let found = try minimize(from: flat.numbers, bounds: bounds, progress: progress) { point in
            let here = try loss.valuedGradient(at: flat.leaves(at: point))
            return (here.value, flat.numbers(ofGradient: here.gradient))
        }
        return try found.inOwnTypes(repeat (each A).self, of: flat)
    }

    /// The same for a program that is interpreted.
    public func minimize<each A: Argument>(
        _ loss: ValuedGradient<repeat each A>, _ arguments: repeat (each A).Value, with searched: Set<Int>,
        bounds: Bounds? = nil, progress: (inout Progress) -> Void = { _ in }
    ) throws(OptimizerError) -> Minimum<(repeat (each A).Value)> {
        let flat = try SearchedArguments(
            repeat (each A).self, values: repeat each arguments, searching: searched)
        let found = try minimize(from: flat.numbers, bounds: bounds, progress: progress) { point in
            let here = try loss.function.untyped.valuedGradient(flat.leaves(at: point), loss: loss.loss)
            return (here.value, flat.numbers(ofGradient: here.gradient))
        }
        return try found.inOwnTypes(repeat (each A).self, of: flat)
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
            from: flat.numbers, bounds: bounds, progress: progress,
            hessianProduct: { point, direction in
                flat.numbers(
                    ofGradient: try hessianProduct.products(
                        at: flat.leaves(at: point), along: flat.direction(direction)))
            },
            { point in
                let here = try loss.valuedGradient(at: flat.leaves(at: point))
                return (here.value, flat.numbers(ofGradient: here.gradient))
            })
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
            from: flat.numbers, bounds: bounds, progress: progress,
            hessianProduct: { point, direction in
                flat.numbers(
                    ofGradient: try hessianProduct.function.untyped.hessianProduct(
                        flat.leaves(at: point), flat.direction(direction), loss: hessianProduct.loss))
            },
            { point in
                let here = try loss.function.untyped.valuedGradient(flat.leaves(at: point), loss: loss.loss)
                return (here.value, flat.numbers(ofGradient: here.gradient))
            })
        return try found.inOwnTypes(repeat (each A).self, of: flat)
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
            from: flat.numbers, bounds: bounds, progress: progress,
            jacobian: { point in try jacobian.matrix(at: flat.leaves(at: point)) },
            { point in
                flat.numbers(
                    ofArgument: jacobian.output, in: try residuals.leaves(from: flat.leaves(at: point)))
            })
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
            from: flat.numbers, bounds: bounds, progress: progress,
            jacobian: { point in try jacobian.matrix(at: flat.leaves(at: point)) },
            { point in
                flat.numbers(ofArgument: jacobian.output, in: try residuals.run(flat.leaves(at: point)))
            })
        return try found.inOwnTypes(repeat (each A).self, of: flat)
    }
}
