import AD
import Foundation
import NativeEngine

/// Derivatives as data: what a linear map costs to be made, and both of its products, beside products that run the program.
enum LinearMapCosts {
    static let problem = Problem("linear maps") { options, progress, report in
        var lines = [["linear map", "terms", "J d", "Jᵀ w", "native jvp", "linearize / run"]]
        for subject in try subjects(quick: options.quick) {
            progress.show("linear maps: \(subject.name)")
            let map = try subject.linearize()
            let d = (0..<map.columns).map { cos(Double($0)) }
            let w = (0..<map.rows).map { sin(1 + Double($0)) }
            let seconds = try Stopwatch(options).measure([
                { try map(d)[0] }, { try map.transposed(w)[0] }, { try subject.tangent(d) }, subject.run,
                { Double(try subject.linearize().edges) },
            ]).seconds
            lines.append([
                subject.name, "\(map.edges)", Text.time(seconds[0]), Text.time(seconds[1]),
                Text.time(seconds[2]), String(format: "%.1f", seconds[4] / seconds[3]),
            ])
            let columns = ["J d", "Jᵀ w", "native jvp", "interpreter run", "linearize"]
            report.figures += zip(columns, seconds).map { column, value in
                Figure(section: "linear maps", name: "\(subject.name), \(column)", value: value, unit: "s")
            }
            report.figures.append(
                Figure(
                    section: "linear maps", name: "\(subject.name), terms", value: Double(map.edges),
                    unit: "",
                    limit: subject.terms.map(Double.init)))
        }
        report.tables.append(Text.table(lines, leftColumns: 1))
    }

    private struct Subject {
        let name: String
        let linearize: () throws -> LinearMap
        /// A product by compiled forward mode, for a direction.
        let tangent: ([Double]) throws -> Double
        /// A run of the program on the interpreter.
        let run: Stopwatch.Work
        /// How many terms a map may have, if that is known.
        var terms: Int?
    }

    private static func subjects(quick: Bool) throws -> [Subject] {
        let (n, steps) = (quick ? 100 : 10_000, quick ? 50 : 1000)
        let p = [1.1, 0.9, 3.1, 0.1]
        let times = (0..<n).map { 4 * Double($0) / Double(n) }
        let zeros = times.map { _ in 0.0 }
        let fitted = try compile(jvp(residuals), with: [0, 1])
        let swung = try compile(jvp(pendulum), with: [0, 1, 2])
        let curve = try compile(jvp(special), with: [0, 1])
        return [
            Subject(
                name: "\(n) residuals, 4 parameters",
                linearize: { try AD.linearize(residuals, zeros, p, times, of: 0, with: 1).map },
                tangent: { try fitted(zeros, p, times, tangent: (zeros, $0, zeros)).product.0[0] },
                run: { try residuals(zeros, p, times).0[0] }, terms: 4 * n),
            Subject(
                name: "pendulum, \(steps) steps",
                linearize: { try AD.linearize(pendulum, 1, 0, 9.8, steps).map },
                tangent: {
                    try swung(1, 0, 9.8, steps, tangent: ($0[0], $0[1], $0[2], ())).product.0
                },
                run: { try pendulum(1, 0, 9.8, steps).0 }),
            Subject(
                name: "lgamma, erf, pow, tanh, \(steps) turns",
                linearize: { try AD.linearize(special, 0, 0.7, steps).map },
                tangent: { try curve(0, 0.7, steps, tangent: ($0[0], $0[1], ())).product.0 },
                run: { try special(0, 0.7, steps).0 }),
        ]
    }

    private static let residuals = ReversibleFunction("residuals", parameters: ["r", "p", "t"]) {
        (r: Vector, p: Vector, t: Vector) in
        ParallelFor(r.indices) { i in r[i] += p[0] * exp(-p[1] * t[i]) * sin(p[2] * t[i] + p[3]) }
    }

    private static let pendulum = ReversibleFunction("pendulum", parameters: ["q", "v", "g", "steps"]) {
        (q: Scalar, v: Scalar, g: Scalar, steps: Integer) in
        For(0..<steps) { _ in
            v -= 0.001 * g * sin(q)
            q += 0.001 * v
        }
    }

    private static let special = ReversibleFunction("special", parameters: ["y", "x", "n"]) {
        (y: Scalar, x: Scalar, n: Integer) in
        For(0..<n) { k in
            y += 0.01 * lgamma(1.5 + x) * erf(x) / (1 + k) + 0.01 * pow(x, 1.5)
            x += 0.001 * tanh(y)
        }
    }
}
