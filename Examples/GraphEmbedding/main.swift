// Points in five dimensions whose distances tell the edges of the Petersen graph (arXiv 2003.04617).
//
// Gradient descent finds them; the Hessian, forward over reverse, proves that they are a minimum, and shows
// the 16 directions in which nothing changes: 5 translations, 10 rotations, and growth of all distances
// alike.

import Foundation
import Optimizers

/// The variance of the lengths of edges, that of the other distances, and a penalty unless edges are shorter
/// by 0.1 on average. Row i of `x` is vertex i; pair k joins `from[k]` and `to[k]`; the first `edges` pairs
/// are edges.
let loss = ReversibleFunction("loss", parameters: ["out", "x", "from", "to", "edges"]) {
    (out: Scalar, x: Matrix, from: IntegerVector, to: IntegerVector, edges: Integer) in
    let square = Vector.ancilla(count: from.count, "square")
    let (near, far, gap) = (Scalar.ancilla("near"), Scalar.ancilla("far"), Scalar.ancilla("gap"))
    let others = from.count - edges
    Compute {
        For(from.indices) { k in
            For(0..<x.columns) { d in
                let difference = x[from[k], d] - x[to[k], d]
                square[k] += difference * difference
            }
        }
        For(0..<edges) { k in near += sqrt(square[k]) / edges }
        For(edges..<from.count) { k in far += sqrt(square[k]) / others }
        gap += near - far + 0.1
    } apply: {
        For(0..<edges) { k in out += (square[k] - near * near) / (edges - 1) }
        For(edges..<from.count) { k in out += (square[k] - far * far) / (others - 1) }
        If(gap > 0) { out += expm1(gap) }
    }
}

/// The Petersen graph: an outer pentagon, an inner pentagram, five spokes; then all pairs that are not
/// joined.
let edges = (0..<5).flatMap { i -> [[Int]] in
    let (next, second) = ((i + 1) % 5, (i + 2) % 5)
    return [[i, next], [i + 5, second + 5], [i, i + 5]].map { $0.sorted() }
}
let all = (0..<10).flatMap { i in (0..<i).map { [$0, i] } }
let pairs = edges + all.filter { !edges.contains($0) }
let (from, to) = (pairs.map { $0[0] }, pairs.map { $0[1] })

/// The eigenvalues of a symmetric matrix by Jacobi's rotations, smallest first.
func eigenvalues(_ matrix: DenseMatrix) -> [Double] {
    var a = matrix
    for _ in 0..<12 {
        for p in 0..<a.rows {
            for q in 0..<p where abs(a[p, q]) > 1e-300 {
                let angle = 0.5 * atan2(2 * a[p, q], a[q, q] - a[p, p])
                let (c, s) = (cos(angle), sin(angle))
                for k in 0..<a.rows {
                    (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q])
                }
                for k in 0..<a.rows {
                    (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k])
                }
            }
        }
    }
    return (0..<a.rows).map { a[$0, $0] }.sorted()
}

// Gradient descent with momentum, from points on no particular grid.
var start = DenseMatrix(rows: 10, columns: 5)
for k in 0..<50 { start[k / 5, k % 5] = sin(Double(k * k) + 0.5) }
var descent = GradientDescent()
(descent.learningRate, descent.momentum, descent.gradientTolerance) = (0.1, 0.9, 1e-9)
do {
    let found = try descent.minimize(
        valueAndGrad(loss), 0, start, from, to, 15, with: [1],
        progress: { if $0.iteration % 50 == 0 { print($0) } })
    let x = found.point.1
    print(found)

    /// The shortest and the longest distance of some pairs.
    func range(_ chosen: ArraySlice<[Int]>, _ x: DenseMatrix) -> (shortest: Double, longest: Double) {
        let lengths = chosen.map { pair in
            (0..<5).reduce(0.0) { $0 + pow(x[pair[0], $1] - x[pair[1], $1], 2) }.squareRoot()
        }
        return (lengths.min() ?? .nan, lengths.max() ?? .nan)
    }

    let (joined, apart) = (range(pairs[..<15], x), range(pairs[15...], x))
    print(String(format: "\nedges     %.6f to %.6f", joined.shortest, joined.longest))
    print(String(format: "others    %.6f to %.6f", apart.shortest, apart.longest))

    let spectrum = eigenvalues(try hessian(loss, 0, x, from, to, 15, with: 1))
    let free = spectrum.filter { abs($0) < 1e-6 }.count
    print(
        "Hessian   \(free) directions without cost, the others from", String(format: "%.4f", spectrum[free]))
    guard found.value < 1e-12, joined.longest + 0.09 < apart.shortest else {
        print("wrong: no embedding was found")
        exit(1)
    }
    guard free == 16, spectrum[0] > -1e-6 else {
        print("wrong: this is no minimum up to motions and scale")
        exit(1)
    }
} catch {
    // An error that nobody catches is printed above a backtrace, and hard to find there.
    print(error)
    exit(1)
}
