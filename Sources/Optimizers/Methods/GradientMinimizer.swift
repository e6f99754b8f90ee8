/// A method that needs a function's value and gradient, and no more.
///
/// Methods are values: their fields are the options. All minimise functions of `[Double]` and compiled programs alike:
///
/// ```swift
/// let found = try LimitedMemoryBFGS().minimize(from: [-1.2, 1]) { x in (value(x), gradient(x)) }
/// let fitted = try LimitedMemoryBFGS().minimize(compile(valueAndGrad(loss)), 0.0, camera, data, with: [1])
/// print(fitted.point.1, fitted.reason)       // the camera, and why the search ended
/// ```
public protocol GradientMinimizer: Sendable {
    /// What is wrong with the options, in a sentence that names the field; nil if nothing is.
    var problem: String? { get }

    /// Searches a minimum of a function of numbers.
    ///
    /// - Parameters:
    ///   - start: Where the search begins; finite numbers.
    ///   - bounds: The least and the largest value of every variable.
    ///   - progress: Is called after every iteration; it may end the search.
    ///   - function: The value and the gradient at a point.
    /// - Throws: An ``OptimizerError``: options, start or bounds make no sense, the gradient has another length than the
    ///   point, or the function threw, whose error is the ``OptimizerError/cause``.
    func minimize(
        from start: [Double], bounds: Bounds?, progress: (inout Progress) -> Void,
        _ function: ([Double]) throws -> (value: Double, gradient: [Double])
    ) throws(OptimizerError) -> Minimum<[Double]>
}

extension GradientMinimizer {
    func checkOptions() throws(OptimizerError) {
        if let problem { throw OptimizerError(.invalidOption, problem) }
    }
}
