import ReversibleCore

/// Newton's method for functions of many variables: conjugate gradients find each step from products of the Hessian with
/// directions, which never is written down.
///
/// Nocedal and Wright, "Numerical Optimization", 2nd edition, algorithm 7.1: the conjugate gradients end early while the
/// gradient is large, and where the curvature is not positive. Near a minimum the error squares in every step, so that
/// few iterations are left where ``LimitedMemoryBFGS`` takes many.
///
/// ```swift
/// let found = try NewtonCG().minimize(
///     compile(valueAndGrad(loss)), compile(hvp(loss)), 0.0, camera, data, with: [1])
/// ```
public struct NewtonCG: Hashable, Sendable, Codable {
    /// The search ends when no element of the gradient is larger than this; finite and at least 0.
    public var gradientTolerance = 1e-8
    /// The search ends after so many iterations; at least 0.
    public var maximumIterations = 200
    /// How many products a step may take; at least 1.
    public var maximumProducts = 100
    /// The lengths that are tried for a step.
    public var lineSearch = WolfeLineSearch()

    /// The defaults.
    public init() {}

    /// What is wrong with the options, in a sentence that names the field; nil if nothing is.
    public var problem: String? {
        OptionRange.nonnegative(gradientTolerance, "gradientTolerance")
            ?? OptionRange.atLeast(0, maximumIterations, "maximumIterations")
            ?? OptionRange.atLeast(1, maximumProducts, "maximumProducts")
            ?? lineSearch.problem
    }

    /// Searches a minimum of a function of numbers.
    ///
    /// - Parameters:
    ///   - start: Where the search begins; finite numbers.
    ///   - bounds: The least and the largest value of every variable.
    ///   - progress: Is called after every iteration; it may end the search.
    ///   - hessianProduct: The product of the Hessian at a point with a direction.
    ///   - function: The value and the gradient at a point.
    /// - Throws: An ``OptimizerError``, as ``GradientMinimizer/minimize(from:bounds:progress:_:)`` does.
    public func minimize(
        from start: [Double], bounds: Bounds? = nil, progress: (inout Progress) -> Void = { _ in },
        hessianProduct: (_ point: [Double], _ direction: [Double]) throws -> [Double],
        _ function: ([Double]) throws -> (value: Double, gradient: [Double])
    ) throws(OptimizerError) -> Minimum<[Double]> {
        if let problem { throw OptimizerError(.invalidOption, problem) }
        let watch = Watch(
            gradientTolerance: gradientTolerance, maximumIterations: maximumIterations, bounds: bounds)
        // The directions keep the function for the time of this call.
        return try withoutActuallyEscaping(hessianProduct) { product throws(OptimizerError) in
            var directions = NewtonDirections(maximumProducts: maximumProducts, hessianProduct: product)
            return try directions.descend(from: start, watch, lineSearch, progress, function)
        }
    }
}

/// Steps of Newton's method by conjugate gradients.
private struct NewtonDirections: DirectionMethod {
    let maximumProducts: Int
    let hessianProduct: ([Double], [Double]) throws -> [Double]
    /// The size of the first gradient, by which later ones are small or not.
    private var firstNorm: Double?
    private var takesGradient = false

    init(
        maximumProducts: Int, hessianProduct: @escaping ([Double], [Double]) throws -> [Double]
    ) {
        self.maximumProducts = maximumProducts
        self.hessianProduct = hessianProduct
    }

    mutating func learn(step: [Double], change: [Double]) { takesGradient = false }

    mutating func forget() -> Bool {
        defer { takesGradient = true }
        return !takesGradient
    }

    mutating func direction(
        at point: [Double], against gradient: [Double], held: [Int]
    ) throws(OptimizerError) -> (direction: [Double], firstStep: Double) {
        var residual = gradient.map { -$0 }
        let norm = residual.norm
        let first = firstNorm ?? norm
        firstNorm = first
        if takesGradient { return (residual, min(1, 1 / norm)) }
        // The smaller the gradient, the more exact the step: the convergence is faster than linear.
        let enough = min(0.5, (norm / first).squareRoot()) * norm
        var step = Array(repeating: 0.0, count: point.count)
        var direction = residual
        var square = residual.dot(residual)
        for number in 0..<maximumProducts {
            let product = try self.product(point, direction, held)
            let curvature = direction.dot(product)
            // Upwards or flat along this direction the parabola has no minimum.
            guard curvature > 1e-14 * direction.dot(direction) * product.largest, curvature.isFinite else {
                if number == 0 { return (residual, min(1, 1 / norm)) }
                break
            }
            let length = square / curvature
            step.add(length, direction)
            residual.add(-length, product)
            let next = residual.dot(residual)
            if next.squareRoot() <= enough { break }
            var turned = residual
            turned.add(next / square, direction)
            direction = turned
            square = next
        }
        return (step, 1)
    }

    /// The product, without the variables that a bound holds.
    private func product(
        _ point: [Double], _ direction: [Double], _ held: [Int]
    ) throws(OptimizerError) -> [Double] {
        var product = try callingFunction { try hessianProduct(point, direction) }
        guard product.count == point.count else {
            throw OptimizerError(
                .wrongSize,
                "the product with the Hessian has \(product.count) numbers, and the point \(point.count); it needs one for "
                    + "each")
        }
        for i in held { product[i] = 0 }
        return product
    }
}
