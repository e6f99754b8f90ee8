import AD
import BenchmarkSupport
import Foundation
import NativeEngine
import ReversiblePrograms

/// Sparse Jacobians and Hessians by compiled runs: what a new point costs, beside one run of the function.
enum SparseDerivativeCosts {
    static let problem = Problem("sparse derivatives") { options, progress, report in
        var lines = [["sparse derivative", "entries", "runs", "time", "function", "per entry", "peer"]]
        for subject in try subjects(quick: options.quick) {
            progress.show("sparse derivatives: \(subject.name)")
            let matrix = try subject.derivative()
            var works: [Stopwatch.Work] = [{ try subject.derivative().values[0] }, subject.function]
            if let peer = subject.peer { works.append(peer) }
            let seconds = try Stopwatch(options).measure(works).seconds
            let numbers = Double(matrix.columns)
            let perEntry = seconds[0] / Double(matrix.values.count) / (seconds[1] / numbers)
            lines.append([
                subject.name, "\(matrix.values.count)", subject.runs().map { "\($0)" } ?? "",
                Text.time(seconds[0]), Text.time(seconds[1]), String(format: "%.1f", perEntry),
                seconds.count > 2 ? String(format: "%.1f", seconds[0] / seconds[2]) : "",
            ])
            report.figures += [
                Figure(
                    section: "sparse derivatives", name: "\(subject.name), time", value: seconds[0], unit: "s"
                ),
                Figure(
                    section: "sparse derivatives", name: "\(subject.name), entry / number of the function",
                    value: perEntry, unit: "", limit: options.quick ? nil : subject.perEntry),
            ]
            if seconds.count > 2 {
                report.figures.append(
                    Figure(
                        section: "sparse derivatives", name: "\(subject.name), time / own Jacobian",
                        value: seconds[0] / seconds[2], unit: ""))
            }
        }
        report.tables.append(Text.table(lines, leftColumns: 1))
    }

    private struct Subject {
        let name: String
        let derivative: () throws -> SparseMatrixCSC
        let runs: () -> Int?
        /// The function itself, as native code in place.
        let function: Stopwatch.Work
        /// What finds the same derivative in a way made for it.
        var peer: Stopwatch.Work?
        /// How much an entry may take, in time of the function for one of its numbers.
        var perEntry: Double?
    }

    private static func subjects(quick: Bool) throws -> [Subject] {
        [try chain(quick ? 100 : 100_000), try grid(quick ? 10 : 300), try bundle(quick: quick)]
    }

    private static func chain(_ n: Int) throws -> Subject {
        let energy = ReversibleFunction("energy", parameters: ["energy", "x"]) {
            (energy: Scalar, x: Vector) in
            ParallelFor(1..<x.count) { i in
                energy += pow(x[i] - x[i - 1], 4) / 4 + pow(x[i] - x[i - 1], 2) / 2
            }
        }
        let x = (0..<n).map { sin(0.01 * Double($0)) }
        let fast = try compile(sparseHessian(energy, with: 1))
        let value = try compile(energy)
        return Subject(
            name: "Hessian of a chain of \(n)", derivative: { try fast(0, x) }, runs: { fast.runs },
            function: { try value(0, x).0 }, perEntry: 10)
    }

    private static func grid(_ n: Int) throws -> Subject {
        let source = ReversibleFunction("source", parameters: ["r", "u", "n"]) {
            (r: Vector, u: Vector, n: Integer) in
            ParallelFor(0..<n) { i in
                For(0..<n) { j in
                    r[i * n + j] += 4 * u[i * n + j] + exp(u[i * n + j]) / 100
                    If(i > 0) { r[i * n + j] -= u[(i - 1) * n + j] }
                    If(i + 1 < n) { r[i * n + j] -= u[(i + 1) * n + j] }
                    If(j > 0) { r[i * n + j] -= u[i * n + j - 1] }
                    If(j + 1 < n) { r[i * n + j] -= u[i * n + j + 1] }
                }
            }
        }
        let u = (0..<n * n).map { sin(0.1 * Double($0)) }
        let zeros = u.map { _ in 0.0 }
        let fast = try compile(sparseJacobian(source, of: 0, with: 1))
        let value = try compile(source)
        return Subject(
            name: "Jacobian on a grid of \(n) × \(n)", derivative: { try fast(zeros, u, n) },
            runs: { fast.runs }, function: { try value(zeros, u, n).0[0] })
    }

    private static func bundle(quick: Bool) throws -> Subject {
        let s =
            quick
            ? Scene(cameras: 3, points: 7, observations: 50, seed: 1)
            : Scene(cameras: 49, points: 7776, observations: 31_843, seed: 1)
        let p = s.weights.count
        let errors = DenseMatrix(rows: p, columns: 2)
        let zeros = [Double](repeating: 0, count: p)
        let objective = BundleAdjustment.ADBench.objective
        let cameras = try compile(sparseJacobian(objective, of: 0, with: 2))
        let points = try compile(sparseJacobian(objective, of: 0, with: 3))
        let value = try compile(objective)
        let own = try compile(BundleAdjustment.ADBench.jacobian, checks: .none)
        let rows = DenseMatrix(rows: 2 * p, columns: 15)
        return Subject(
            name: "Jacobian of \(p) observations in cameras",
            derivative: {
                _ = try points(
                    errors, zeros, s.cameras, s.points, s.weights, s.features, s.cameraOf, s.pointOf)
                return try cameras(
                    errors, zeros, s.cameras, s.points, s.weights, s.features, s.cameraOf, s.pointOf)
            },
            runs: { (cameras.runs ?? 0) + (points.runs ?? 0) },
            function: {
                try value(
                    errors, zeros, s.cameras, s.points, s.weights, s.features, s.cameraOf, s.pointOf
                ).1[0]
            },
            peer: {
                try own(rows, zeros, s.cameras, s.points, s.weights, s.features, s.cameraOf, s.pointOf).1[0]
            })
    }
}
