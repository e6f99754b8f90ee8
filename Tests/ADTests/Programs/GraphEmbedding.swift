import AD
import Foundation
import Testing

/// How badly points represent a graph: the variance of the lengths of edges, that of the distances between
/// points not joined, and a penalty unless edges are shorter by 0.1 on average.
///
/// The benchmark of arXiv 2003.04617 (NiLang's examples/graph_embeding.jl), for any graph. Row i of `x` is
/// the position of vertex i; pair k joins vertices `from[k]` and `to[k]`; the first `edges` pairs are edges.
private let embeddingLoss = ReversibleFunction(
    "embeddingLoss", parameters: ["out", "x", "from", "to", "edges"]
) {
    (out: Scalar, x: Matrix, from: IntegerVector, to: IntegerVector, edges: Integer) in
    let square = Vector.ancilla(count: from.count, "square")
    let (near, far) = (Scalar.ancilla("near"), Scalar.ancilla("far"))
    let gap = Scalar.ancilla("gap")
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

/// The Petersen graph: an outer pentagon, an inner pentagram, and five spokes.
private enum Petersen {
    static let edges: [(Int, Int)] = (0..<5).flatMap { i -> [(Int, Int)] in
        let (next, second) = ((i + 1) % 5, (i + 2) % 5)
        return [(i, next), (i + 5, second + 5), (i, i + 5)]
    }
    static let others: [(Int, Int)] = (0..<10).flatMap { i in
        (0..<i).map { (i, $0) }.filter { pair in !edges.contains { $0 == pair || $0 == (pair.1, pair.0) } }
    }
    static let from = (edges + others).map(\.0)
    static let to = (edges + others).map(\.1)
}

@Suite struct GraphEmbeddingTests {
    private func points(_ dimension: Int) -> DenseMatrix {
        var x = DenseMatrix(rows: 10, columns: dimension)
        for (k, number) in sample(10 * dimension).enumerated() { x[k / dimension, k % dimension] = number }
        return x
    }

    private func plain(_ x: DenseMatrix) -> Double {
        func distances(_ pairs: [(Int, Int)]) -> [Double] {
            pairs.map { i, j in
                zip(x.row(i), x.row(j)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
            }
        }
        func moments(_ lengths: [Double]) -> (mean: Double, variance: Double) {
            let mean = lengths.reduce(0, +) / Double(lengths.count)
            return (mean, lengths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(lengths.count - 1))
        }
        let (near, far) = (moments(distances(Petersen.edges)), moments(distances(Petersen.others)))
        return near.variance + far.variance + max(0, exp(near.mean - far.mean + 0.1) - 1)
    }

    @Test func theGraphHasItsEdges() {
        #expect(Petersen.edges.count == 15 && Petersen.others.count == 30)
    }

    @Test(arguments: [1, 2, 5]) func value(dimension: Int) throws {
        let x = points(dimension)
        let (out, _, _, _, _) = try embeddingLoss(0, x, Petersen.from, Petersen.to, 15)
        // The plain version subtracts means first, the program squares: both lose a few units of rounding.
        #expect(agrees(out, plain(x), 1e-14))
        try checkInverse(embeddingLoss, 0.5, x, Petersen.from, Petersen.to, 15, tolerance: 1e-14)
    }

    @Test(arguments: [2, 5]) func gradient(dimension: Int) throws {
        try checkGrads(embeddingLoss, 0, points(dimension), Petersen.from, Petersen.to, 15)
    }

    /// The Hessian against central differences of the gradient. Truncation is h²/6 times a fourth derivative,
    /// which grows like 1/(distance)³ and stays below 10^3 here; with h = 1e-4 that leaves 1e-5.
    @Test func hessianAgreesWithDifferencesOfGradients() throws {
        let x = points(2)
        let found = try hessian(embeddingLoss, 0, x, Petersen.from, Petersen.to, 15, with: 1)
        #expect(found.rows == 20 && found.columns == 20)
        #expect(agrees(found, found.transposed, 1e-12))  // sums over 45 pairs, to rounding
        let step = 1e-4
        for column in stride(from: 0, to: 20, by: 3) {
            var (above, below) = (x, x)
            above[column / 2, column % 2] += step
            below[column / 2, column % 2] -= step
            let up = try grad(embeddingLoss, 0, above, Petersen.from, Petersen.to, 15).1.elements
            let down = try grad(embeddingLoss, 0, below, Petersen.from, Petersen.to, 15).1.elements
            let difference = zip(up, down).map { ($0 - $1) / (2 * step) }
            #expect(agrees(found.row(column), difference, 1e-5))
        }
    }

    /// Moving all points together changes no distance, so the rows of the Hessian sum to 0 in each
    /// coordinate.
    @Test func translationIsFree() throws {
        let x = points(2)
        let found = try hessian(embeddingLoss, 0, x, Petersen.from, Petersen.to, 15, with: 1)
        for row in 0..<20 {
            let sums = [0, 1].map { d in stride(from: d, to: 20, by: 2).reduce(0) { $0 + found[row, $1] } }
            #expect(agrees(sums, [0, 0], 1e-12))
        }
    }
}
