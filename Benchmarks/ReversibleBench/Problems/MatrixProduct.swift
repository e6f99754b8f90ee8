import BenchmarkSupport
import ReversiblePrograms
import NativeEngine

/// Half the sum of the squares of a matrix product's elements.
///
/// The product is an argument of the function, as it is in a larger program. Both sides run the same loops
/// over the same row-major arrays, without blocking.
enum MatrixProduct {
    static let problem = Problem("matrix product") { options, progress, report in
        let n = options.quick ? 20 : 100
        var generator = RandomNumbers(seed: options.seed)
        let a = DenseMatrix(n, generator.numbers(n * n))
        let b = DenseMatrix(n, generator.numbers(n * n))
        let zero = DenseMatrix(rows: n, columns: n)
        let arguments: [Memory.Content] = [.real(0), .matrix(zero), .matrix(a), .matrix(b)]
        let reference = try Reference("matrix")
        let objective: Objective = try reference.function("matrix_objective")
        let gradient: Gradient = try reference.function("matrix_gradient")
        let (c, da, db) = (Buffer(n * n), Buffer(n * n), Buffer(n * n))
        report.rows.append(
            try Comparison(
                name: "matrix product", size: "\(n)×\(n) by \(n)×\(n)",
                objective: .init(
                    reference: Work { objective(n, a.elements, b.elements, c.start) },
                    interpreter: Work { try program(0.0, zero, a, b).0 },
                    native: Work(
                        try compile(program, checks: .none), Memory(arguments, changing: [0, 1]), results: [0]
                    )),
                gradient: .init(
                    reference: Work {
                        gradient(n, a.elements, b.elements, c.start, da.start, db.start)
                        return (da, db)
                    } numbers: {
                        $0.elements + $1.elements
                    },
                    interpreter: Work {
                        try grad(program, 0.0, zero, a, b)
                    } numbers: {
                        $0.2.elements + $0.3.elements
                    },
                    native: Work(
                        try compile(grad(program), with: [2, 3]),
                        Memory(arguments, changing: [0, 1], wanted: [1, 2, 3]), results: [2, 3])),
                limits: Limits(interpreter: 10)
            ).run(options, progress))
    }

    private typealias Input = UnsafePointer<Double>
    private typealias Output = UnsafeMutablePointer<Double>?
    private typealias Objective = @convention(c) (Int, Input, Input, Output) -> Double
    private typealias Gradient = @convention(c) (Int, Input, Input, Output, Output, Output) -> Void

    static let program = ReversibleFunction("product", parameters: ["loss", "c", "a", "b"]) {
        (loss: Scalar, c: Matrix, a: Matrix, b: Matrix) in
        LinearAlgebra.product(c, a, b)
        loss += sum(c * c) / 2
    }
}

extension DenseMatrix {
    /// A matrix of so many rows from its elements, row after row.
    init(_ rows: Int, _ elements: [Double]) {
        self.init(rows: rows, columns: rows == 0 ? 0 : elements.count / rows)
        for (position, element) in elements.enumerated() {
            self[position / columns, position % columns] = element
        }
    }
}
