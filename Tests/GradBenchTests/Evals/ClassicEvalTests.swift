import Foundation
import GradBench
import Testing

/// hello, det, llsq, lse and kmeans, whose derivatives have closed forms.
@Suite struct ClassicEvalTests {
    @Test(arguments: Engine.Kind.allCases) func hello(kind: Engine.Kind) throws {
        var tool = Conversation(kind)
        for x in [3, -0.5, 0, 1e-200, 16_384] {
            #expect(try tool.numbers("hello", "square", x) == [x * x])
            #expect(try tool.numbers("hello", "double", x) == [2 * x])
        }
    }

    /// Leibniz' sum over permutations; the derivative in an entry is the sum of the terms that it is in, without it.
    @Test(arguments: Engine.Kind.allCases, 1...5) func determinant(kind: Engine.Kind, n: Int) throws {
        var tool = Conversation(kind)
        var generator = SeededNumbers(UInt64(n))
        let a = generator.numbers(n * n)
        var (determinant, cofactors) = (0.0, [Double](repeating: 0, count: n * n))
        for (permutation, sign) in ClassicEvalTests.permutations(of: Array(0..<n)) {
            func product(without row: Int?) -> Double {
                (0..<n).filter { $0 != row }.reduce(sign) { $0 * a[$1 * n + permutation[$1]] }
            }
            determinant += product(without: nil)
            for row in 0..<n { cofactors[row * n + permutation[row]] += product(without: row) }
        }
        let input: [String: Any] = ["A": a, "ell": n]
        let found = try tool.numbers("det", "primal", input)
        // Terms of the size of the cofactors cancel in the determinant.
        let scale = cofactors.map(abs).max() ?? 0
        #expect(abs(found[0] - determinant) <= rounding * scale)
        expectClose(try tool.numbers("det", "gradient", input), cofactors, rounding)
    }

    private static func permutations(of items: [Int]) -> [([Int], Double)] {
        guard !items.isEmpty else { return [([], 1)] }
        return items.indices.flatMap { position in
            var rest = items
            let first = rest.remove(at: position)
            return permutations(of: rest).map { ([first] + $0.0, position % 2 == 0 ? $0.1 : -$0.1) }
        }
    }

    /// An odd number of points has one at 0, where the sign is 0.
    @Test(arguments: Engine.Kind.allCases, [(2, 1), (9, 4), (16, 3), (33, 12)])
    func leastSquares(kind: Engine.Kind, size: (n: Int, m: Int)) throws {
        var tool = Conversation(kind)
        var generator = SeededNumbers(2)
        let (n, x) = (size.n, generator.numbers(size.m))
        var (loss, gradient) = (0.0, [Double](repeating: 0, count: x.count))
        for i in 0..<n {
            let t = -1 + 2 * Double(i) / Double(n - 1)
            let powers = x.indices.map { pow(t, Double($0)) }
            let sign: Double = t > 0 ? 1 : t < 0 ? -1 : 0
            let residual = sign - dot(x, powers)
            loss += residual * residual / 2
            for j in x.indices { gradient[j] -= residual * powers[j] }
        }
        let input: [String: Any] = ["x": x, "n": n]
        expectClose(try tool.numbers("llsq", "primal", input), [loss], rounding)
        expectClose(try tool.numbers("llsq", "gradient", input), gradient, rounding)
    }

    /// The exponentials of the last ones overflow, or are 0, unless the largest is taken off first.
    @Test(
        arguments: Engine.Kind.allCases,
        [[0.5], [0.1, -0.7, 0.3, 0.3], [1000, 1001.5, -2000], [-800, -801]])
    func logSumExp(kind: Engine.Kind, x: [Double]) throws {
        var tool = Conversation(kind)
        let largest = x.max() ?? 0
        let terms = x.map { exp($0 - largest) }
        let total = terms.reduce(0, +)
        expectClose(try tool.numbers("lse", "primal", ["x": x]), [largest + log(total)], rounding)
        expectClose(try tool.numbers("lse", "gradient", ["x": x]), terms.map { $0 / total }, rounding)
    }

    @Test(arguments: Engine.Kind.allCases, [(1, 5, 2), (3, 20, 2), (4, 30, 5)])
    func kMeans(kind: Engine.Kind, size: (k: Int, n: Int, d: Int)) throws {
        var tool = Conversation(kind)
        var generator = SeededNumbers(3)
        let points = generator.rows(size.n, size.d, from: 0, to: 1)
        let centroids = Array(points.suffix(size.k))
        try checkKMeans(&tool, points, centroids)
    }

    /// A point between two centroids belongs to the first.
    @Test(arguments: Engine.Kind.allCases) func kMeansTie(kind: Engine.Kind) throws {
        var tool = Conversation(kind)
        try checkKMeans(&tool, [[0], [1], [2]], [[0], [2]])
        #expect(
            try tool.numbers("kmeans", "dir", ["points": [[0], [1], [2]], "centroids": [[0], [2]]]) == [
                -0.5, 0,
            ])
    }

    /// The cost is a sum of squares, so that Newton's step leads to the mean of a centroid's points.
    private func checkKMeans(_ tool: inout Conversation, _ points: [[Double]], _ centroids: [[Double]]) throws
    {
        func distance(_ p: [Double], _ c: [Double]) -> Double {
            let way = zip(p, c).map { $0 - $1 }
            return dot(way, way)
        }
        var (cost, own) = (0.0, [[[Double]]](repeating: [], count: centroids.count))
        for point in points {
            let distances = centroids.map { distance(point, $0) }
            let nearest = try #require(distances.min())
            cost += nearest
            own[try #require(distances.firstIndex(of: nearest))].append(point)
        }
        let direction = zip(centroids, own).flatMap { centroid, own in
            centroid.indices.map { j -> Double in
                let sum = own.map { $0[j] }.reduce(0, +)
                return centroid[j] - sum / Double(own.count)
            }
        }
        let input: [String: Any] = ["points": points, "centroids": centroids]
        expectClose(try tool.numbers("kmeans", "cost", input), [cost], rounding)
        expectClose(try tool.numbers("kmeans", "dir", input), direction, 1e-11)
    }
}
