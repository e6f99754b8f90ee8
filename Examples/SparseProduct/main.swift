// Sparse linear algebra written as loops over compressed columns (as in arXiv 2003.04617): the gradient
// touches stored entries only.

import AD
import Foundation

/// Column j of the matrix has the entries `starts[j]..<starts[j + 1]`.
struct SparseMatrix: Argument {
    var starts: IntegerVector
    var rows: IntegerVector
    var entries: Vector
    struct Value: ArgumentValue {
        var starts: [Int]
        var rows: [Int]
        var entries: [Double]
    }
}

/// y += A x.
let multiply = ReversibleFunction("multiply", parameters: ["y", "A", "x"]) {
    (y: Vector, a: SparseMatrix, x: Vector) in
    For(x.indices) { column in
        For(a.starts[column]..<a.starts[column + 1]) { k in y[a.rows[k]] += a.entries[k] * x[column] }
    }
}

/// out += uᵀ A x.
let form = ReversibleFunction("form", parameters: ["out", "u", "A", "x"]) {
    (out: Scalar, u: Vector, a: SparseMatrix, x: Vector) in
    let y = Vector.ancilla(count: u.count, "y")
    Compute {
        multiply(y, a, x)
    } apply: {
        out += sum(u * y)
    }
}

/// out += Σ A∘B: each column of B is spread into a dense work column, which A's entries pick from.
let dot = ReversibleFunction("dot", parameters: ["out", "A", "B", "rowCount"]) {
    (out: Scalar, a: SparseMatrix, b: SparseMatrix, rowCount: Integer) in
    let work = Vector.ancilla(count: rowCount, "work")
    For(0..<(a.starts.count - 1)) { column in
        Compute {
            For(b.starts[column]..<b.starts[column + 1]) { k in work[b.rows[k]] += b.entries[k] }
        } apply: {
            For(a.starts[column]..<a.starts[column + 1]) { k in out += a.entries[k] * work[a.rows[k]] }
        }
    }
}

/// The second difference on an n × n grid with every seventh column left empty.
func laplacian(_ n: Int) -> SparseMatrix.Value {
    var matrix = SparseMatrix.Value(starts: [0], rows: [], entries: [])
    for column in 0..<(n * n) {
        let (i, j) = (column / n, column % n)
        var neighbours = [(column, 4.0)]
        if i > 0 { neighbours.append((column - n, -1)) }
        if j > 0 { neighbours.append((column - 1, -1)) }
        if j < n - 1 { neighbours.append((column + 1, -1)) }
        if i < n - 1 { neighbours.append((column + n, -1)) }
        for (row, entry) in column % 7 == 0 ? [] : neighbours.sorted(by: <) {
            matrix.rows.append(row)
            matrix.entries.append(entry)
        }
        matrix.starts.append(matrix.rows.count)
    }
    return matrix
}

let n = 30
let a = laplacian(n)
let u = (0..<(n * n)).map { sin(Double($0)) }
let x = (0..<(n * n)).map { cos(0.3 * Double($0)) }
let clock = ContinuousClock()
do {
    var gradient = try grad(form, 0, u, a, x)
    let time = try clock.measure { gradient = try grad(form, 0, u, a, x) }
    print("A has \(n * n) rows and columns and \(a.entries.count) entries; the gradient of uᵀAx took \(time)")

    // d/dA_ij = u_i x_j, where A has an entry; d/du = A x; d/dx = Aᵀu.
    let (product, _, _) = try multiply([Double](repeating: 0, count: n * n), a, x)
    var (worst, transposed) = (0.0, [Double](repeating: 0, count: n * n))
    for column in 0..<(n * n) {
        for k in a.starts[column]..<a.starts[column + 1] {
            worst = max(worst, abs(gradient.2.entries[k] - u[a.rows[k]] * x[column]))
            transposed[column] += a.entries[k] * u[a.rows[k]]
        }
    }
    worst = max(worst, zip(gradient.1, product).map { abs($0 - $1) }.max() ?? .nan)
    worst = max(worst, zip(gradient.3, transposed).map { abs($0 - $1) }.max() ?? .nan)
    print("largest deviation from u xᵀ, A x and Aᵀu:", String(format: "%.1e", worst))

    let (square, _, _, _) = try dot(0, a, a, n * n)
    print("the sum of the squares of A's entries is \(square)")
    guard worst < 1e-14 else {
        print("wrong: the gradient of a bilinear form is known")
        exit(1)
    }
    guard square == a.entries.reduce(0, { $0 + $1 * $1 }) else {
        print("wrong: A·A is the sum of squares")
        exit(1)
    }
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
