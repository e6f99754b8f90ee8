import Foundation
import ReversiblePrograms
import TestSupport
import Testing

struct MixtureFitTests {
    /// scikit-learn 1.9.1, `GaussianMixture(3, reg_covar=0, tol=1e-13, n_init=5)`, ordered by petal length. R's mclust
    /// (model VVV) has the same maximum. 1e-5: the search's tolerance over the smallest curvature.
    @Test(arguments: isExhaustive ? [GaussianMixture.Engine.automatic, .interpreter] : [.automatic])
    func irises(engine: GaussianMixture.Engine) throws {
        var options = GaussianMixture.FitOptions()
        options.engine = engine
        let fit = try GaussianMixture.fit(Iris.points, components: 3, options: options)
        #expect(fit.search.reason == .gradientIsSmall)
        #expect(abs(fit.logPosterior - -180.18547713130465) < 1e-5)
        let p = fit.parameters
        let order = (0..<3).sorted { p.means[$0, 2] < p.means[$1, 2] }
        let weights = [0.3333333333333333, 0.2991932105036403, 0.36747345616302635]
        #expect(zip(order, weights).allSatisfy { abs(p.weights[$0] - $1) < 1e-4 })
        let means: DenseMatrix = [
            [5.006, 3.428, 1.462, 0.246],
            [5.914969606148321, 2.7778436483401396, 4.201553263585287, 1.2969668672449304],
            [6.544548673754445, 2.9486611592482634, 5.479553483011915, 1.9846049835009887],
        ]
        for (k, expected) in zip(order, 0..<3) {
            for j in 0..<4 { #expect(abs(p.means[k, j] - means[expected, j]) < 1e-4) }
        }
        let covariance = [
            0.27531878244817426, 0.09694137717994328, 0.18466239824024602, 0.054390742515027755,
            0.09264604028848987, 0.09114317246542233, 0.04299734719019814, 0.2006304278046086,
            0.06097847674831441,
            0.03199695702863128,
        ]
        let found = p.covariance(order[1])
        let upper = (0..<4).flatMap { i in (i..<4).map { found[i, $0] } }
        #expect(agree(upper, covariance, 1e-3))
        // Five of the second species' flowers look like the third's.
        #expect(order.map { k in fit.assignments.count { $0 == k } } == [50, 45, 55])
        #expect(fit.responsibilities.rows == 150 && fit.responsibilities.columns == 3)
    }

    /// The posterior's maximum, by SciPy's BFGS on a NumPy objective with complex-step gradients.
    @Test func irisesWithPrior() throws {
        var options = GaussianMixture.FitOptions()
        options.prior = try GaussianMixture.WishartPrior(gamma: 0.1, m: 1)
        let fit = try GaussianMixture.fit(Iris.points, components: 3, options: options)
        #expect(abs(fit.logPosterior - -369.0947784888507) < 1e-5)
        let weights = fit.parameters.weights.sorted()
        #expect(zip(weights, [0.29938227, 0.33333333, 0.3672844]).allSatisfy { abs($0 - $1) < 1e-4 })
        let (p, prior) = (fit.parameters, GaussianMixture.logPosterior)
        let value = try prior(0.0, p.alpha, p.means, p.q, p.l, Iris.points, 0.1, 1).0
        #expect(abs(value - fit.logPosterior) < 1e-10 * abs(value))
    }

    /// Points of a known mixture. With n points a mean is off by σ/√n and a weight by ½/√n; six of those are allowed.
    @Test func knownTruth() throws {
        let truth = try GaussianMixture.Parameters(
            weights: [0.5, 0.3, 0.2], means: [[0, 0], [6, 1], [-3, 7]],
            covariances: [[[1, 0.6], [0.6, 2]], [[0.5, -0.2], [-0.2, 0.3]], [[2, 0], [0, 0.1]]])
        var random = TestNumbers(seed: 3)
        let n = 4000
        var points = DenseMatrix(rows: n, columns: 2)
        var sources: [Int] = []
        for i in 0..<n {
            let u = Double.random(in: 0..<1, using: &random)
            let k = u < 0.5 ? 0 : u < 0.8 ? 1 : 2
            sources.append(k)
            // x = μ + Q⁻¹z, by forward substitution in Q (x − μ) = z.
            let (factor, z) = (truth.factor(k), random.normal(2))
            let first = z[0] / factor[0, 0]
            points[i, 0] = truth.means[k, 0] + first
            points[i, 1] = truth.means[k, 1] + (z[1] - factor[1, 0] * first) / factor[1, 1]
        }
        let fit = try GaussianMixture.fit(points, components: 3)
        let allowed = 6 / Double(n).squareRoot()
        let matches = (0..<3).map { k in
            (0..<3).min {
                distance(fit.parameters.means, $0, truth.means, k)
                    < distance(fit.parameters.means, $1, truth.means, k)
            } ?? 0
        }
        #expect(Set(matches).count == 3)
        for (k, match) in matches.enumerated() {
            #expect(abs(fit.parameters.weights[match] - truth.weights[k]) < allowed)
            #expect(
                distance(fit.parameters.means, match, truth.means, k) < 1.5 * allowed
                    / truth.weights[k].squareRoot())
            let (a, b) = (fit.parameters.covariance(match).elements, truth.covariance(k).elements)
            #expect(agree(a, b, 1.5 * allowed / truth.weights[k].squareRoot()))
        }
        let right = zip(fit.assignments, sources).count { $0 == matches[$1] }
        #expect(right > n * 99 / 100)
        let atTruth = try GaussianMixture.logLikelihood(
            0.0, truth.alpha, truth.means, truth.q, truth.l, points
        ).0
        #expect(fit.logPosterior > atTruth)
        // Twice the logarithm of the likelihood ratio follows χ² with 17 degrees of freedom: below 60 but once in 10⁶.
        #expect(fit.logPosterior < atTruth + 30)
    }

    /// Other units of the columns, or another origin, are the same problem.
    @Test func units() throws {
        let points = Iris.points
        var other = DenseMatrix(rows: 150, columns: 4)
        let (factors, origin) = ([1e6, 1e-3, 1, 1e3], [1e7, 0, 5, -1e4])
        for i in 0..<150 {
            for j in 0..<4 { other[i, j] = factors[j] * points[i, j] + origin[j] }
        }
        let a = try GaussianMixture.fit(points, components: 2)
        let b = try GaussianMixture.fit(other, components: 2)
        let scale = 150 * factors.reduce(0) { $0 + log($1) }
        #expect(abs(a.logPosterior - (b.logPosterior + scale)) < 1e-4)
        #expect(a.assignments == b.assignments)
    }

    @Test func oneComponentHasTheSamplesMoments() throws {
        var options = GaussianMixture.FitOptions()
        options.search.gradientTolerance = 1e-9
        let fit = try GaussianMixture.fit(Iris.points, components: 1, options: options)
        for j in 0..<4 { #expect(abs(fit.parameters.means[0, j] - Iris.means[j]) < 1e-7) }
        // NumPy's biased covariance of sepal and petal length.
        #expect(abs(fit.parameters.covariance(0)[0, 2] - 1.2658200000000001) < 1e-6)
    }

    @Test func seedsAndStarts() throws {
        var options = GaussianMixture.FitOptions()
        options.seed = 7
        options.search.maximumIterations = 20
        let once = try GaussianMixture.fit(Iris.points, components: 4, options: options)
        #expect(try GaussianMixture.fit(Iris.points, components: 4, options: options) == once)
        options.starts = 4
        #expect(
            try GaussianMixture.fit(Iris.points, components: 4, options: options).logPosterior
                >= once.logPosterior)
        let again = try GaussianMixture.fit(Iris.points, from: once.parameters, options: options)
        #expect(again.logPosterior >= once.logPosterior - 1e-9)
    }

    @Test func mistakes() throws {
        #expect(kind { try GaussianMixture.fit([[1], [2]], components: 3) } == .invalidPoints)
        #expect(kind { try GaussianMixture.fit([[1], [2]], components: 0) } == .invalidOption)
        #expect(kind { try GaussianMixture.fit([[1], [.nan]], components: 1) } == .invalidPoints)
        #expect(kind { try GaussianMixture.fit([], components: 1) } == .invalidPoints)
        let start = try GaussianMixture.Parameters(clustersOf: Iris.points, components: 2)
        #expect(kind { try GaussianMixture.fit([[1], [2]], from: start) } == .invalidPoints)
        #expect(
            kind { try GaussianMixture.fit(DenseMatrix(rows: 0, columns: 4), from: start) } == .invalidPoints)
        var options = GaussianMixture.FitOptions()
        options.starts = 0
        #expect(
            kind { try GaussianMixture.fit(Iris.points, components: 1, options: options) } == .invalidOption)
        options.starts = 1
        options.threads = -1
        #expect(
            kind { try GaussianMixture.fit(Iris.points, components: 1, options: options) } == .invalidOption)
    }

    /// No field of the options, nor of those within, is taken without a look.
    @Test func optionsOutOfRange() throws {
        let changes: [(String, (inout GaussianMixture.FitOptions) -> Void)] = [
            ("`regularization` is -1.0", { $0.regularization = -1 }),
            ("`regularization` is inf", { $0.regularization = .infinity }),
            ("`starts` is 0", { $0.starts = 0 }), ("`threads` is -1", { $0.threads = -1 }),
            ("`memory` is -1", { $0.search.memory = -1 }),
            ("`gradientTolerance` is nan", { $0.search.gradientTolerance = .nan }),
            ("`gradientTolerance` is -1.0", { $0.search.gradientTolerance = -1 }),
            ("`maximumIterations` is -3", { $0.search.maximumIterations = -3 }),
            ("`lineSearch.decrease` is nan", { $0.search.lineSearch.decrease = .nan }),
            ("`lineSearch.curvature` is 2.0", { $0.search.lineSearch.curvature = 2 }),
            ("`lineSearch.maximumTries` is 0", { $0.search.lineSearch.maximumTries = 0 }),
        ]
        for (part, change) in changes {
            var options = GaussianMixture.FitOptions()
            change(&options)
            let error = #expect(throws: MixtureError.self) {
                try GaussianMixture.fit(Iris.points, components: 1, options: options)
            }
            #expect(error?.kind == .invalidOption)
            #expect(error?.message.contains(part) == true, "\(String(describing: error))")
        }
    }

    /// Equal points, to the last bit or nearly: rounding of the mean is no spread.
    @Test(arguments: isExhaustive ? [0.1, 0, 1, 3.3, 1e8 + 0.1, -7.77, 1e-20] : [0.1, 0, 1e8 + 0.1])
    func equalPoints(number: Double) throws {
        for count in [1, 3, 7, 50] {
            var rows = Array(repeating: [number, number], count: count)
            if count == 50 { for i in 0..<50 { rows[i][0] += Double(i % 3) * number.ulp } }
            for components in [1, 2] where components <= count {
                let error = #expect(throws: MixtureError.self) {
                    try GaussianMixture.fit(DenseMatrix(rows), components: components)
                }
                #expect(error?.kind == .collapsed, "\(count) points, \(String(describing: error))")
            }
        }
    }

    @Test func pointsTooLargeForVariances() throws {
        let error = #expect(throws: MixtureError.self) {
            try GaussianMixture.fit([[1, 2], [1e160, 3], [2, 4]], components: 1)
        }
        #expect(error?.kind == .invalidPoints && error?.message.hasPrefix("points[1, 0] is 1e+160") == true)
    }

    /// All points in a line: the likelihood is infinite, and a prior makes the maximum finite.
    @Test func collapse() throws {
        let points = DenseMatrix((0..<20).map { [Double($0), 2 * Double($0)] })
        let error = #expect(throws: MixtureError.self) { try GaussianMixture.fit(points, components: 1) }
        #expect(error?.kind == .collapsed)
        #expect(kind { try GaussianMixture.fit([[1, 2]], components: 1) } == .collapsed)
        var options = GaussianMixture.FitOptions()
        options.prior = try GaussianMixture.WishartPrior(gamma: 0.1, m: 0)
        let fit = try GaussianMixture.fit(points, components: 1, options: options)
        #expect(abs(fit.parameters.means[0, 0] - 9.5) < 1e-3)
    }

    /// Points at one place cannot be told apart; there is no crash.
    @Test func allPointsEqual() throws {
        let points = DenseMatrix(Array(repeating: [3, 4], count: 10))
        var options = GaussianMixture.FitOptions()
        options.prior = try GaussianMixture.WishartPrior(gamma: 1, m: 0)
        let fit = try GaussianMixture.fit(points, components: 2, options: options)
        #expect(abs(fit.parameters.means[0, 0] - 3) < 1e-6)
    }

    private func kind(_ fit: () throws -> GaussianMixture.Fit) -> MixtureError.Kind? {
        do {
            _ = try fit()
            return nil
        } catch {
            return (error as? MixtureError)?.kind
        }
    }

    private func distance(_ a: DenseMatrix, _ i: Int, _ b: DenseMatrix, _ k: Int) -> Double {
        (0..<a.columns).reduce(0) { $0 + pow(a[i, $1] - b[k, $1], 2) }.squareRoot()
    }
}
