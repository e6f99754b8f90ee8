import ReversibleCore

/// Residuals at a point with their Jacobian, and the steps that follow from them.
struct LinearResiduals {
    /// The point, half the sum of the squares, and its gradient Jᵀr.
    let location: Location
    private let residuals: [Double]
    private let jacobian: DenseMatrix
    /// The lengths of the Jacobian's columns; 1 for a column of zeros.
    private let lengths: [Double]

    /// - Throws: What the function throws, as the cause of an error; an error for a Jacobian of another shape.
    init(
        at point: [Double], _ residuals: [Double], _ jacobian: ([Double]) throws -> DenseMatrix
    ) throws(OptimizerError) {
        let j = try callingFunction { try jacobian(point) }
        guard j.rows == residuals.count, j.columns == point.count else {
            throw OptimizerError(
                .wrongSize,
                "the Jacobian has \(j.rows) rows and \(j.columns) columns; with \(residuals.count) residuals and "
                    + "\(point.count) variables it must have \(residuals.count) and \(point.count)")
        }
        var gradient = Array(repeating: 0.0, count: point.count)
        var squares = gradient
        j.elements.withUnsafeBufferPointer { elements in
            for row in 0..<j.rows {
                for column in 0..<j.columns {
                    let element = elements[row * j.columns + column]
                    gradient[column] += element * residuals[row]
                    squares[column] += element * element
                }
            }
        }
        location = Location(point: point, value: residuals.dot(residuals) / 2, gradient: gradient)
        self.residuals = residuals
        self.jacobian = j
        lengths = squares.map { $0 > 0 ? $0.squareRoot() : 1 }
    }

    /// Refuses residuals whose number has changed.
    func require(_ found: [Double], at point: [Double]) throws(OptimizerError) {
        guard found.count == residuals.count else {
            throw OptimizerError(
                .wrongSize,
                "there were \(residuals.count) residuals, and there are \(found.count) at \(point); their number must not "
                    + "change")
        }
    }

    /// The largest cosine of the angles between the residuals and the Jacobian's columns: 0 at a minimum.
    func cosine(without held: [Int]) -> Double {
        let norm = residuals.norm
        guard norm > 0 else { return 0 }
        var cosines = location.gradient.indices.map { location.gradient[$0] / lengths[$0] / norm }
        for i in held { cosines[i] = 0 }
        return cosines.largest
    }

    /// A proposal, and what the linear model says about it.
    struct Step {
        var point: [Double]
        /// How much smaller half the sum of the squares would become.
        var promised: Double
        /// The length of the step over that of the point, in the units of the Jacobian's columns.
        var length: Double
    }

    /// The damped step; nil if there is none, or if it would not lower the model's value.
    ///
    /// - Parameter held: The variables that bounds hold, which stay.
    func step(_ held: [Int], _ bounds: Bounds?, damping: Double, threads: Int) -> Step? {
        let n = jacobian.columns
        var equations = normalEquations
        for i in 0..<n { equations[i * n + i] += damping }
        var step = location.gradient.indices.map { -location.gradient[$0] / lengths[$0] }
        for i in held {
            step[i] = 0
            for k in 0..<n { (equations[i * n + k], equations[k * n + i]) = (0, 0) }
            equations[i * n + i] = 1
        }
        let isSolved = equations.withUnsafeMutableBufferPointer { equations in
            step.withUnsafeMutableBufferPointer { step in
                guard let matrix = equations.baseAddress, let right = step.baseAddress,
                    let factor = DenseCholesky(factoring: matrix, count: n, threads: threads)
                else { return false }
                factor.solve(right)
                return true
            }
        }
        guard isSolved else { return nil }
        var point = location.point
        for i in 0..<n { point[i] += step[i] / lengths[i] }
        point = bounds?.nearest(point) ?? point
        let moved = point - location.point
        let promised = decrease(moved)
        guard promised > 0, promised.isFinite, point.allSatisfy(\.isFinite) else { return nil }
        let (along, whole) = (
            moved.indices.map { moved[$0] * lengths[$0] }, point.indices.map { point[$0] * lengths[$0] }
        )
        return Step(
            point: point, promised: promised, length: along.norm / max(whole.norm, .leastNormalMagnitude))
    }

    /// The lower triangle of JᵀJ for columns of length 1.
    private var normalEquations: [Double] {
        let n = jacobian.columns
        var matrix = Array(repeating: 0.0, count: n * n)
        jacobian.elements.withUnsafeBufferPointer { j in
            for row in 0..<jacobian.rows {
                for a in 0..<n {
                    let element = j[row * n + a] / lengths[a]
                    if element == 0 { continue }
                    for b in 0...a { matrix[a * n + b] += element * j[row * n + b] / lengths[b] }
                }
            }
        }
        return matrix
    }

    /// How much smaller half the sum of the squares becomes by a step, if the residuals are linear.
    private func decrease(_ step: [Double]) -> Double {
        let n = jacobian.columns
        var decrease = 0.0
        for row in 0..<jacobian.rows {
            let change = (0..<n).reduce(0) { $0 + jacobian.elements[row * n + $1] * step[$1] }
            decrease -= change * (residuals[row] + change / 2)
        }
        return decrease
    }
}
