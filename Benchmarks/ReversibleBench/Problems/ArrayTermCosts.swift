import AD
import Arrays
import Foundation
import NativeEngine

/// Gradients by dual numbers, rewritten, beside the adjoint of the same function's program, both as native code.
enum ArrayTermCosts {
    static let problem = Problem("array terms") { options, progress, report in
        var lines = [["gradient by dual numbers", "rewriting", "adjoint", "duals", "duals / adjoint"]]
        for subject in try subjects(quick: options.quick) {
            progress.show("array terms: \(subject.name)")
            let seconds = try Stopwatch(options).measure([subject.adjoint, subject.duals]).seconds
            let ratio = seconds[1] / seconds[0]
            lines.append([
                subject.name, Text.time(subject.rewriting), Text.time(seconds[0]), Text.time(seconds[1]),
                String(format: "%.2f", ratio),
            ])
            report.figures += [
                figure("\(subject.name), rewriting", subject.rewriting, "s", limit: 0.05),
                figure("\(subject.name), adjoint", seconds[0], "s"),
                figure("\(subject.name), duals", seconds[1], "s"),
                figure("\(subject.name), duals / adjoint", ratio, "ratio", limit: subject.limit),
                Figure(
                    section: "array terms", name: "\(subject.name), difference", value: subject.difference,
                    unit: "", agrees: subject.difference < 1e-9),
            ]
        }
        report.tables.append(Text.table(lines, leftColumns: 1))
    }

    private static func figure(_ name: String, _ value: Double, _ unit: String, limit: Double? = nil)
        -> Figure
    {
        Figure(section: "array terms", name: name, value: value, unit: unit, limit: limit)
    }

    private struct Subject {
        let name: String
        let adjoint: Stopwatch.Work
        let duals: Stopwatch.Work
        /// The seconds that the rules take.
        let rewriting: Double
        /// How far the gradients are apart, relative to the largest element.
        let difference: Double
        var limit: Double? = 1.1

        init(
            _ name: String, rewriting: Double, adjoint: @escaping () throws -> [Double],
            duals: @escaping () throws -> [Double]
        ) throws {
            self.name = name
            self.rewriting = rewriting
            let (a, b) = (try adjoint(), try duals())
            let largest = a.map { abs($0) }.max() ?? 0
            difference = (zip(a, b).map { abs($0 - $1) }.max() ?? .nan) / max(largest, .leastNormalMagnitude)
            self.adjoint = { try adjoint()[0] }
            self.duals = { try duals()[0] }
        }
    }

    private static func subjects(quick: Bool) throws -> [Subject] {
        let n = quick ? 100 : 1000
        let u = (0..<n).map { sin(Double($0)) }
        let v = (0..<n).map { cos(3 * Double($0)) }
        let a = DenseMatrix(rows(n, n))
        var result: [Subject] = []
        for (size, u) in [(n, u), (n * n / 2, (0..<(n * n / 2)).map { sin(Double($0)) })] {
            for f in [norm, logSumExp, variance] {
                let (fast, rewriting) = rewritten(f)
                let gradient = try compile(grad(f.program() as ReversibleFunction<Scalar, Vector>), with: [1])
                let program = try compile(fast.program() as ReversibleFunction<Vector, Vector>)
                let zeros = u.map { _ in 0.0 }
                result.append(
                    try Subject(
                        "\(f.name), n = \(size)", rewriting: rewriting, adjoint: { try gradient(0, u).1 },
                        duals: { try program(zeros, u).0 }))
            }
        }
        let zeros = u.map { _ in 0.0 }
        for f in [dot, sines, mixture] {
            let (fast, rewriting) = rewritten(f)
            let gradient = try compile(
                grad(f.program() as ReversibleFunction<Scalar, Vector, Vector>), with: [1])
            let program = try compile(fast.program() as ReversibleFunction<Vector, Vector, Vector>)
            result.append(
                try Subject(
                    "\(f.name), n = \(n)", rewriting: rewriting, adjoint: { try gradient(0, u, v).1 },
                    duals: { try program(zeros, u, v).0 }))
        }
        let (fast, rewriting) = rewritten(squareOfProduct)
        let gradient = try compile(
            grad(squareOfProduct.program() as ReversibleFunction<Scalar, Vector, Matrix>), with: [1])
        let program = try compile(fast.program() as ReversibleFunction<Vector, Vector, Matrix>)
        result.append(
            try Subject(
                "\(squareOfProduct.name), \(n)×\(n)", rewriting: rewriting,
                adjoint: { try gradient(0, u, a).1 }, duals: { try program(zeros, u, a).0 }))
        return result
    }

    private static func rows(_ rows: Int, _ columns: Int) -> [[Double]] {
        (0..<rows).map { row in (0..<columns).map { sin(Double(row * columns + $0)) } }
    }

    private static func rewritten(_ f: ArrayFunction) -> (ArrayFunction, Double) {
        let (seconds, fast) = Stopwatch.once { forwardGradient(f, with: 0).optimized(by: .arrays) }
        return (fast, seconds)
    }

    private static let dot = ArrayFunction("dot") { (u: VectorTerm, v: VectorTerm) in (u * v).sum() }

    private static let norm = ArrayFunction("norm") { (u: VectorTerm) in sqrt((u * u).sum()) }

    private static let logSumExp = ArrayFunction("log Σ exp") { (u: VectorTerm) in
        log(u.map { exp($0) }.sum())
    }

    private static let variance = ArrayFunction("variance") { (u: VectorTerm) in
        let mean = u.sum() / ScalarTerm(u.count)
        return u.map { ($0 - mean) * ($0 - mean) }.sum() / ScalarTerm(u.count)
    }

    private static let sines = ArrayFunction("Σ sin(u v)") { (u: VectorTerm, v: VectorTerm) in
        (u * v).map { sin($0) }.sum()
    }

    private static let mixture = ArrayFunction("Σ log Σ exp(-(v - u)²/2)") { (u: VectorTerm, v: VectorTerm) in
        v.map { y in log(u.map { x in exp(-0.5 * ((y - x) * (y - x))) }.sum()) }.sum()
    }

    private static let squareOfProduct = ArrayFunction("|A u|²") { (u: VectorTerm, a: MatrixTerm) in
        let product = product(a, u)
        return (product * product).sum()
    }
}
