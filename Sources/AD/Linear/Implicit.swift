import ReversibleCore

/// What the solution of a system of equations satisfies, of a function that adds F(z, …) to its first argument.
public enum ImplicitEquation: String, Hashable, Sendable, CaseIterable {
    /// F(z, …) = 0: the function adds residuals.
    case root
    /// F(z, …) = z: the function adds the next step of an iteration that stands still at the solution.
    case fixedPoint
}

/// The derivative of the solution of a system of equations in a parameter of it, as a linear map: by the implicit function
/// theorem, without a look at how the solution was found.
///
/// ```swift
/// let layer = ReversibleFunction { (y: Vector, z: Vector, x: Scalar) in … y[i] += tanh(…) }
/// let map = try implicit(layer, [0, 0], z, 0.8, solution: 1, as: .fixedPoint, with: 2)
/// let dz = try map(1)                          // how z moves when x does
/// let dx = try map.transposed(dLoss)           // the gradient in x of a loss of z
/// ```
///
/// For a root, F_z dz + F_x dx = 0 with both derivatives at the solution, from ``linearize(_:_:of:with:limit:)``; for a fixed
/// point F_z − I stands in the place of F_z. That matrix is factorised (``LinearMap/inverse()``), so that the map is applied
/// and transposed without iterations, and the composition of two maps like any other. Where the solution has more than some
/// thousand numbers, solve with the two maps of `linearize` iteratively instead.
///
/// - Parameters:
///   - f: A function that adds F to its first argument.
///   - arguments: The arguments of a call, the solution among them; zeros for the first.
///   - solution: The number of the argument that holds the solution.
///   - equation: What it solves.
///   - input: The number of the argument that moves.
///   - tolerance: How far, of its largest number or of 1, a step of Newton's method may move the solution.
/// - Throws: What running the function throws; `invalidArgument` if there are no such arguments, if the solution is none, or if
///   the matrix is singular; `lengthMismatch` if there are not as many equations as unknowns; `invalidSize` for more than 4096.
public func implicit<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, _ arguments: repeat (each A).Value, solution: Int,
    as equation: ImplicitEquation, with input: Int, tolerance: Double = 1e-6
) throws(ReversibilityError) -> LinearMap {
    let definition = try f.definition
    return try definition.reportingArguments { () throws(any Error) in
        try definition.checkReal(solution, called: "solution")
        try definition.checkReal(input, called: "with")
        guard solution != 0, input != 0, solution != input else {
            throw ReversibilityError(
                .invalidArgument,
                "`solution: \(solution)` and `with: \(input)` must name two arguments after the first, to which the function "
                    + "adds", function: definition.name)
        }
        guard tolerance >= 0 else {
            throw ReversibilityError(
                .invalidArgument, "`tolerance` is \(tolerance); it must be at least 0",
                function: definition.name)
        }
        var writer = ValueWriter()
        repeat try (each A).pack(each arguments, into: &writer)
        let z = definition.numbers(ofArgument: solution, in: writer.leaves)
        let before = definition.numbers(ofArgument: 0, in: writer.leaves)
        let (value, stateMap) = try f.linearized(at: writer.leaves, of: 0, with: solution)
        guard value.count == z.count else {
            throw ReversibilityError(
                .lengthMismatch,
                "the function adds \(value.count) numbers, and the solution, argument \(solution), has \(z.count); as many "
                    + "equations as unknowns are needed", function: definition.name)
        }
        let added = zip(value, before).map { $0 - $1 }
        let residuals = equation == .root ? added : zip(added, z).map { $0 - $1 }
        let inverse = try inverted(
            equation == .root ? stateMap : stateMap - .identity(z.count), definition.name)
        try checkSolution(z, residuals, try inverse(residuals), equation, tolerance, definition.name)
        let parameterMap = try f.linearized(at: writer.leaves, of: 0, with: input).map
        return -1 * inverse.after(parameterMap)
    }
}

/// The inverse, with an error that says what it was for.
private func inverted(_ map: LinearMap, _ name: String) throws(ReversibilityError) -> LinearMap {
    do {
        return try map.inverse()
    } catch {
        throw ReversibilityError(
            error.kind,
            "the solution has no derivative where the equations' derivative in it has no inverse: \(error.message)",
            function: name)
    }
}

/// Refuses numbers that solve nothing: a step of Newton's method leads away from them.
private func checkSolution(
    _ z: [Double], _ residuals: [Double], _ step: [Double], _ equation: ImplicitEquation,
    _ tolerance: Double, _ name: String
) throws(ReversibilityError) {
    let allowed = tolerance * z.reduce(1) { max($0, abs($1)) }
    // Written so that a NaN is refused.
    guard let worst = step.indices.first(where: { !(abs(step[$0]) <= allowed) }) else { return }
    let says = equation == .root ? "leaves a residual of" : "is moved by the step by"
    throw ReversibilityError(
        .invalidArgument,
        "the solution is none: number \(worst) of it, \(z[worst]), \(says) \(residuals[worst]), and a step of Newton's method "
            + "would change it by \(-step[worst]), where \(allowed) is allowed; solve more exactly, or look whether it is a "
            + "root or a fixed point", function: name)
}
