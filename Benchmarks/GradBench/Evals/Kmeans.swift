import AD
import BenchmarkSupport

/// The cost of cluster centres, and Newton's direction.
struct Kmeans: Eval {
    static let module = "kmeans"

    /// Σᵢ minⱼ |Pᵢ − Cⱼ|².
    ///
    /// Which centre is nearest is an integer, and has no derivative; the distance to it is computed again.
    static let cost = ReversibleFunction("cost", parameters: ["cost", "centroids", "points"]) {
        (cost: Scalar, centroids: Matrix, points: Matrix) in
        let ofPoint = Vector.ancilla(count: points.rows, "ofPoint")
        Compute {
            ParallelFor(0..<points.rows) { i in
                let point = Vector.ancilla(count: points.columns, "point")
                let distances = Vector.ancilla(count: centroids.rows, "distances")
                let nearest = Integer.ancilla("nearest")
                Compute {
                    For(point.indices) { j in point[j] += points[i, j] }
                    For(distances.indices) { k in
                        For(point.indices) { j in
                            distances[k] += (point[j] - centroids[k, j]) * (point[j] - centroids[k, j])
                        }
                    }
                    nearest += argmin(distances)
                } apply: {
                    For(point.indices) { j in
                        ofPoint[i] +=
                            (point[j] - centroids[nearest, j]) * (point[j] - centroids[nearest, j])
                    }
                }
            }
        } apply: {
            cost += sum(ofPoint)
        }
    }

    private let value: Runnable
    private let gradient: Runnable
    private let curvature: Runnable

    init(_ engine: Engine) throws {
        value = try engine.function(Kmeans.cost)
        gradient = try engine.gradient(of: Kmeans.cost, in: [1])
        curvature = try engine.hessianProduct(of: Kmeans.cost, in: [1])
    }

    private struct Input: Decodable {
        let points: Rows
        let centroids: Rows

        func arguments() throws -> [Memory.Content] {
            let (p, c) = (points.matrix, centroids.matrix)
            try require(c.rows > 0, "\"centroids\" is empty; there must be at least one")
            try require(
                p.rows == 0 || p.columns == c.columns,
                "\"points\" have \(p.columns) coordinates and \"centroids\" \(c.columns)")
            return [.real(0), .matrix(c), .matrix(p)]
        }
    }

    var functions: [String: @Sendable (Request) throws -> Answer] {
        [
            "cost": { request in
                let input = try request.input(Input.self)
                let memory = Memory(try input.value.arguments(), changing: [0])
                return try input.repeats.run(value, on: memory) { $0.value(of: 0)[0] }
            },
            "dir": { request in
                let input = try request.input(Input.self)
                return try direction(try input.value.arguments(), input.repeats)
            },
        ]
    }

    /// The gradient divided by the diagonal of the Hessian, which is the product with ones: the Hessian is diagonal.
    private func direction(_ arguments: [Memory.Content], _ repeats: Repeats) throws -> Answer {
        let slope = Memory(arguments, changing: [0], wanted: [1])
        guard case .matrix(let centroids) = arguments[1] else { throw RequestError("there are no centroids") }
        let ones = [Double](repeating: 1, count: centroids.elements.count)
        let bend = Memory(arguments, changing: [0], wanted: [1], directions: [1: ones])
        var direction: [Double] = []
        return try repeats.run {
            for (memory, program) in [(slope, gradient), (bend, curvature)] {
                memory.reset()
                try program.run(memory)
            }
            direction = zip(slope.gradients(of: [1]), bend.product(of: 1)).map { $0 / $1 }
        } output: {
            try require(
                direction.allSatisfy(\.isFinite),
                "a centroid has no points, so there is no Newton direction for it")
            return
                (DenseMatrix(rows: centroids.rows, columns: centroids.columns, elements: direction)
                ?? centroids)
                .lists
        }
    }
}
