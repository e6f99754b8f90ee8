import AD
import BenchmarkSupport
import ReversiblePrograms
import NativeEngine

/// A sparse matrix times a vector, over compressed columns; half the sum of the squares of the result.
enum SparseProduct {
    static let problem = Problem("sparse product") { options, progress, report in
        let n = options.quick ? 100 : 1000
        let a = CompressedColumns(n, density: 0.05, seed: options.seed)
        var generator = RandomNumbers(seed: options.seed &+ 1)
        let x = generator.numbers(n)
        let zero = [Double](repeating: 0, count: n)
        let arguments: [Memory.Content] = [
            .real(0), .reals(zero), .real(1), .integer(n), .integers(a.starts), .integers(a.rows),
            .reals(a.values), .reals(x),
        ]
        let matrix = try SparseMatrixCSC(
            rows: n, columns: n, columnPointers: a.starts, rowIndices: a.rows, values: a.values)
        let reference = try Reference("sparse")
        let objective: Objective = try reference.function("sparse_objective")
        let gradient: Gradient = try reference.function("sparse_gradient")
        let (y, inValues, inX) = (Buffer(n), Buffer(a.values.count), Buffer(n))
        report.rows.append(
            try Comparison(
                name: "sparse product", size: "\(n)×\(n), \(a.values.count) entries",
                objective: .init(
                    reference: Work { objective(n, n, a.starts, a.rows, a.values, x, y.start) },
                    interpreter: Work { try program(0, zero, 1, matrix, x).0 },
                    native: Work(
                        try compile(program, checks: .none), Memory(arguments, changing: [0, 1]), results: [0]
                    )),
                gradient: .init(
                    reference: Work {
                        gradient(n, n, a.starts, a.rows, a.values, x, y.start, inValues.start, inX.start)
                        return (inValues, inX)
                    } numbers: {
                        $0.elements + $1.elements
                    },
                    interpreter: Work {
                        try grad(program, 0, zero, 1, matrix, x)
                    } numbers: {
                        $0.3 + $0.4
                    },
                    native: Work(
                        try compile(grad(program), with: [3, 4]),
                        Memory(arguments, changing: [0, 1], wanted: [1, 6, 7]), results: [6, 7])),
                limits: Limits(interpreter: 10)
            ).run(options, progress))
    }

    private typealias Input = UnsafePointer<Double>
    private typealias Output = UnsafeMutablePointer<Double>?
    private typealias Indices = UnsafePointer<Int>
    private typealias Objective =
        @convention(c) (Int, Int, Indices, Indices, Input, Input, Output) -> Double
    private typealias Gradient =
        @convention(c) (Int, Int, Indices, Indices, Input, Input, Output, Output, Output) -> Void

    static let program = ReversibleFunction("sparseProduct", parameters: ["loss", "y", "alpha", "A", "x"]) {
        (loss: Scalar, y: Vector, alpha: Scalar, a: SparseMatrix, x: Vector) in
        Sparse.matrixVector(y, alpha, a, x)
        loss += sum(y * y) / 2
    }
}

/// A square sparse matrix by compressed columns, with random entries.
struct CompressedColumns {
    var starts = [0]
    var rows: [Int] = []
    var values: [Double] = []

    init(_ n: Int, density: Double, seed: UInt64) {
        var generator = RandomNumbers(seed: seed)
        for _ in 0..<n {
            for row in 0..<n where Double.random(in: 0..<1, using: &generator) < density {
                rows.append(row)
                values.append(Double.random(in: -1...1, using: &generator))
            }
            starts.append(rows.count)
        }
    }
}
