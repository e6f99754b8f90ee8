import ReversibleCore

/// The factorisation of a dense square matrix into triangles, with partial pivoting.
///
/// Golub and Van Loan, "Matrix Computations", 4th edition, algorithm 3.4.1. Rows and then columns are first divided by the
/// powers of two next to their largest elements, so that units do not count as bad condition.
struct DenseLU: Sendable {
    let count: Int
    /// The lower triangle without its diagonal of ones, and the upper one; row after row.
    private var factors: [Double]
    /// The row of the matrix that stands at each row of the factors.
    private var order: [Int]
    private var rowScales: [Double]
    private var columnScales: [Double]
    /// The sum of the sizes of a column of the scaled matrix, the largest one.
    private var norm = 0.0

    /// - Returns: nil if a pivot is 0, infinite or NaN.
    init?(_ matrix: DenseMatrix) {
        let n = matrix.rows
        count = n
        factors = matrix.elements
        order = Array(0..<n)
        rowScales = []
        columnScales = []
        rowScales = (0..<n).map { row in Self.scale((0..<n).map { matrix.elements[row * n + $0] }) }
        for row in 0..<n { for column in 0..<n { factors[row * n + column] *= rowScales[row] } }
        let scaled = factors
        columnScales = (0..<n).map { column in Self.scale((0..<n).map { scaled[$0 * n + column] }) }
        for row in 0..<n { for column in 0..<n { factors[row * n + column] *= columnScales[column] } }
        for column in 0..<n {
            norm = max(norm, (0..<n).reduce(0) { $0 + abs(factors[$1 * n + column]) })
        }
        for column in 0..<n {
            guard eliminate(column) else { return nil }
        }
    }

    /// The power of two that brings the largest number near 1; 1 if all are 0, or one is infinite or NaN.
    private static func scale(_ numbers: [Double]) -> Double {
        let largest = numbers.reduce(0) { max($0, abs($1)) }
        guard largest.isNormal else { return 1 }
        let scale = Double(sign: .plus, exponent: -largest.exponent, significand: 1)
        return scale.isNormal ? scale : 1
    }

    /// Makes a column of both factors; false if there is no pivot.
    private mutating func eliminate(_ column: Int) -> Bool {
        let n = count
        var best = column
        for row in column..<n where !(abs(factors[row * n + column]) <= abs(factors[best * n + column])) {
            best = row
        }
        let pivot = factors[best * n + column]
        guard pivot != 0, pivot.isFinite else { return false }
        if best != column {
            order.swapAt(best, column)
            for k in 0..<n { factors.swapAt(best * n + k, column * n + k) }
        }
        factors.withUnsafeMutableBufferPointer { factors in
            for row in column + 1..<n {
                let factor = factors[row * n + column] / pivot
                factors[row * n + column] = factor
                if factor == 0 { continue }
                for k in column + 1..<n { factors[row * n + k] -= factor * factors[column * n + k] }
            }
        }
        return true
    }

    /// The x with A x = b.
    func solve(_ b: [Double]) -> [Double] {
        let x = solveScaled(b.indices.map { b[$0] * rowScales[$0] })
        return x.indices.map { x[$0] * columnScales[$0] }
    }

    /// The x with Aᵀ x = b.
    func solveTransposed(_ b: [Double]) -> [Double] {
        let x = solveScaledTransposed(b.indices.map { b[$0] * columnScales[$0] })
        return x.indices.map { x[$0] * rowScales[$0] }
    }

    private func solveScaled(_ b: [Double]) -> [Double] {
        let n = count
        var x = order.map { b[$0] }
        for row in 0..<n { for k in 0..<row { x[row] -= factors[row * n + k] * x[k] } }
        for row in (0..<n).reversed() {
            for k in row + 1..<n { x[row] -= factors[row * n + k] * x[k] }
            x[row] /= factors[row * n + row]
        }
        return x
    }

    private func solveScaledTransposed(_ b: [Double]) -> [Double] {
        let n = count
        var y = b
        for row in 0..<n {
            y[row] /= factors[row * n + row]
            for k in row + 1..<n { y[k] -= factors[row * n + k] * y[row] }
        }
        for row in (0..<n).reversed() { for k in 0..<row { y[k] -= factors[row * n + k] * y[row] } }
        var x = y
        for (position, row) in order.enumerated() { x[row] = y[position] }
        return x
    }

    /// An estimate of the scaled matrix's condition number, in the norm of column sums: the number of digits that solving loses
    /// is its logarithm.
    ///
    /// Hager, "Condition estimates", 1984: a lower bound that is seldom far below.
    var condition: Double {
        guard count > 0 else { return 1 }
        var x = Array(repeating: 1 / Double(count), count: count)
        var estimate = 0.0
        for _ in 0..<5 {
            let y = solveScaled(x)
            estimate = max(estimate, y.reduce(0) { $0 + abs($1) })
            let z = solveScaledTransposed(y.map { $0 < 0 ? -1 : 1 })
            guard let place = z.indices.max(by: { abs(z[$0]) < abs(z[$1]) }) else { break }
            let reached = zip(z, x).reduce(0) { $0 + $1.0 * $1.1 }
            if !(abs(z[place]) > reached) { break }
            x = Array(repeating: 0, count: count)
            x[place] = 1
        }
        return estimate.isNaN ? .infinity : norm * estimate
    }
}

extension LinearMap {
    /// The largest number of rows of a map that is inverted: its matrix then has 16 million numbers.
    private static let largestInverse = 4096

    /// The inverse of a square map: a map again, to apply, transpose, add and compose.
    ///
    /// The map's matrix is made, which takes as many applications as it has columns, and factorised; every application of the
    /// inverse then takes as many multiplications as the matrix has elements. Larger systems are solved iteratively, by the
    /// methods of the module `Optimizers`.
    ///
    /// - Throws: `invalidArgument` if the map is not square, or is singular up to rounding, or has a coefficient that is infinite
    ///   or NaN; `invalidSize` if it has more than 4096 rows; `lengthMismatch` if maps were put together that do not fit.
    public func inverse() throws(ReversibilityError) -> LinearMap {
        if let misfit { throw ReversibilityError(.lengthMismatch, misfit, function: "LinearMap") }
        guard rows == columns else {
            throw ReversibilityError(
                .invalidArgument,
                "a map of \(rows)×\(columns) numbers has no inverse; one of as many rows as columns is needed",
                function: "LinearMap")
        }
        guard rows <= Self.largestInverse else {
            throw ReversibilityError(
                .invalidSize,
                "the map has \(rows) rows, and its inverse is made of its matrix only up to \(Self.largestInverse); solve "
                    + "iteratively, by `MINRES` or `LSQR` of the module Optimizers", function: "LinearMap")
        }
        let matrix = matrix
        if let place = matrix.elements.firstIndex(where: { !$0.isFinite }) {
            throw ReversibilityError(
                .invalidArgument,
                "the map has the coefficient \(matrix.elements[place]) in row \(place / columns) and column "
                    + "\(place % columns), and so no inverse", function: "LinearMap")
        }
        let factors = DenseLU(matrix)
        let condition = factors?.condition ?? .infinity
        guard let invertible = factors, condition < 1 / Double.ulpOfOne else {
            let size =
                condition.isFinite
                ? formatted("a condition number of about %.1e", condition) : "a pivot that is 0"
            throw ReversibilityError(
                .invalidArgument,
                "the map is singular, up to rounding, and has no inverse: its matrix of \(rows)×\(columns) has \(size); "
                    + "`LSQR` of the module Optimizers finds the shortest least-squares solution",
                function: "LinearMap")
        }
        return LinearMap(rows: rows, columns: columns, .inverse(invertible, isTransposed: false))
    }
}
