import AD

/// The Gaussian mixture fitted to the iris flowers by gradient ascent, without looking at the species.
///
/// The step is Barzilai and Borwein's, from the last two points and gradients; it is halved until the
/// likelihood exceeds the least of the last ten (Grippo, Lampariello and Lucidi's rule). Neither the data nor
/// the gradient is scaled. The maximum is known: R's package mclust (model VVV, 3 components) finds
/// -180.1855.
struct MixtureFit {
    static let problem = Problem("Gaussian mixture fit") { options, progress, report in
        let x = DenseMatrix(Iris.flowers, Iris.measurements)
        try MixtureFit(options, x, from: MixtureParameters(startingFrom: x), progress).add(to: &report)
    }

    private(set) var iterations = 0
    private(set) var evaluations = 0
    private(set) var seconds = 0.0
    private var current: Point
    private let complete: Bool

    private static let published = -180.1855

    private struct Point {
        var parameters: MixtureParameters
        var value: Double
        var gradient: [Double]
    }

    init(
        _ options: Options, _ x: DenseMatrix, from start: MixtureParameters, _ progress: Progress
    ) throws {
        complete = !options.quick
        let limit = options.quick ? 20 : 5000
        current = Point(parameters: start, value: 0, gradient: [])
        seconds = try Stopwatch.once {
            current = try evaluate(start, x)
            var recent = [current.value]
            var step = 1e-3
            while iterations < limit, current.gradient.contains(where: { abs($0) > 1e-4 }) {
                progress.show("Gaussian mixture: iteration \(iterations), log-likelihood \(current.value)")
                let before = current
                step = try climb(x, step, above: recent.min() ?? current.value)
                recent = recent.suffix(9) + [current.value]
                step = nextStep(from: before) ?? 2 * step
                iterations += 1
            }
        }.seconds
    }

    private mutating func evaluate(_ p: MixtureParameters, _ x: DenseMatrix) throws -> Point {
        evaluations += 1
        let found = try valueAndGrad(
            GaussianMixture.likelihood, 0.0, p.alpha, p.means, p.q, p.l, x)
        let g = found.gradient
        return Point(
            parameters: p, value: found.value, gradient: MixtureParameters.joined(g.1, g.2, g.3, g.4))
    }

    /// Goes along the gradient, with shorter and shorter steps until that is no loss.
    private mutating func climb(_ x: DenseMatrix, _ length: Double, above level: Double) throws -> Double {
        var step = min(length, 1)
        while true {
            let next = try evaluate(current.parameters.moved(by: step, along: current.gradient), x)
            if next.value >= level || step < 1e-12 {
                current = next
                return step
            }
            step /= 2
        }
    }

    /// Barzilai and Borwein's step; none where the likelihood is not concave along the way gone.
    private func nextStep(from before: Point) -> Double? {
        let (a, b) = (before.parameters.numbers, current.parameters.numbers)
        var (squares, bend) = (0.0, 0.0)
        for i in a.indices {
            squares += (b[i] - a[i]) * (b[i] - a[i])
            bend -= (b[i] - a[i]) * (current.gradient[i] - before.gradient[i])
        }
        return bend > 0 ? squares / bend : nil
    }

    /// Adds the fit's table and figures.
    func add(to report: inout Report) {
        let means = current.parameters.means
        let order = (0..<means.rows).sorted { means[$0, 2] < means[$1, 2] }
        let numbers = { (values: [Double]) in values.map { Text.fixed($0, "%.3f") }.joined(separator: "  ") }
        var lines = [["iris, means in cm", "recovered by the fit", "of the species", "species"]]
        for (species, k) in order.enumerated() {
            let found = (0..<means.columns).map { means[k, $0] }
            lines.append([
                "component \(k)", numbers(found), numbers(Iris.means(ofSpecies: species)),
                Iris.species[species],
            ])
        }
        let agrees = complete ? abs(current.value - MixtureFit.published) < 1e-3 : nil
        report.figures += [
            Figure(
                section: "Gaussian mixture fit", name: "log-likelihood", value: current.value, unit: "nat",
                agrees: agrees),
            Figure(
                section: "Gaussian mixture fit", name: "iterations", value: Double(iterations), unit: "count"),
            Figure(section: "Gaussian mixture fit", name: "time", value: seconds, unit: "s"),
        ]
        report.tables.append(
            Text.table(lines, leftColumns: 4)
                + "\nlog-likelihood \(Text.fixed(current.value, "%.4f")) after \(iterations) iterations, "
                + "\(evaluations) gradients, \(Text.time(seconds)); mclust VVV: \(MixtureFit.published)"
                + (complete ? "" : "; cut short by --quick"))
    }
}
