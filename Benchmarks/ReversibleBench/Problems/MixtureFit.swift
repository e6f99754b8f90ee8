import AD
import ReversiblePrograms

/// The Gaussian mixture fitted to the iris flowers, without looking at the species.
///
/// The maximum is known: R's package mclust (model VVV, 3 components) finds -180.1855.
enum MixtureFit {
    static let problem = Problem("Gaussian mixture fit") { options, progress, report in
        var fitOptions = GaussianMixture.FitOptions()
        fitOptions.threads = options.threads
        if options.quick { fitOptions.search.maximumIterations = 20 }
        let (seconds, fit) = try Stopwatch.once {
            try GaussianMixture.fit(Iris.points, components: 3, options: fitOptions) {
                progress.show("Gaussian mixture: iteration \($0.iteration), -log-likelihood / n \($0.value)")
            }
        }
        add(fit, seconds, isComplete: !options.quick, to: &report)
    }

    private static let published = -180.1855

    /// Adds the fit's table and figures.
    private static func add(
        _ fit: GaussianMixture.Fit, _ seconds: Double, isComplete: Bool, to report: inout Report
    ) {
        let means = fit.parameters.means
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
        let agrees = isComplete ? abs(fit.logPosterior - published) < 1e-3 : nil
        let section = "Gaussian mixture fit"
        report.figures += [
            Figure(
                section: section, name: "log-likelihood", value: fit.logPosterior, unit: "nat", agrees: agrees
            ),
            Figure(
                section: section, name: "iterations", value: Double(fit.search.iterations), unit: "count"),
            Figure(section: section, name: "time", value: seconds, unit: "s"),
        ]
        report.tables.append(
            Text.table(lines, leftColumns: 4)
                + "\nlog-likelihood \(Text.fixed(fit.logPosterior, "%.4f")) after \(fit.search.iterations) iterations, "
                + "\(fit.search.evaluations) gradients, \(Text.time(seconds)); mclust VVV: \(published)"
                + (isComplete ? "" : "; cut short by --quick"))
    }
}
