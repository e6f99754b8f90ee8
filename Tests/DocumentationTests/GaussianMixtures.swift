// document: Sources/Kernels/Programs/ReversiblePrograms.docc/GaussianMixtures.md

import Kernels
import NativeEngine
import Optimizers
import Testing

/// The programs of `Sources/Kernels/Programs/ReversiblePrograms.docc/GaussianMixtures.md`.
@Suite struct GaussianMixtures {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let fit = try GaussianMixture.fit(Iris.points, components: 3)
        print((fit.logPosterior * 1000).rounded() / 1000)  // -180.185
        let counts = (0..<3).map { species in
            let found = fit.assignments[species * 50..<species * 50 + 50]
            return (0..<3).map { k in found.count { $0 == k } }
        }
        print(counts)  // [[50, 0, 0], [0, 45, 5], [0, 0, 50]]
        // end of block
        session.check(1)
        // block 2
        let covariances: [DenseMatrix] = [[[1, 0], [0, 1]], [[4, 1.2], [1.2, 1]]]
        let mixture = try GaussianMixture.Parameters(
            weights: [1, 3], means: [[0, 0], [4, 1]], covariances: covariances)
        print(mixture.weights)  // [0.25, 0.75]
        print(mixture.q)  // [[0.0, 0.0], [-0.693147180559945, 0.223143551314210]]
        print(mixture.l)  // [[0.0], [-0.375]]
        print(mixture.covariance(1))  // [[4.0, 1.2], [1.2, 1.0]]
        // end of block
        session.check(2)
        // block 3
        let points: DenseMatrix = [[0.5, -1], [3, 0], [5, 2]]
        let (alpha, means, q, l) = (mixture.alpha, mixture.means, mixture.q, mixture.l)
        let (gamma, m) = (0.1, 0)
        let posterior = try compile(GaussianMixture.logPosterior)
        print(try posterior(0.0, alpha, means, q, l, points, gamma, m).0)  // -42.44102136985628
        let slope = try compile(grad(GaussianMixture.logPosterior), with: [1, 2, 3, 4])
        let gradient = try slope(0.0, alpha, means, q, l, points, gamma, m)
        print(gradient.1)  // [-0.012603092123967263, 0.012603092123967374]
        print(gradient.2)
        // [[0.3930729066413941, -0.7276465904426141], [-0.11778807543735939, -0.39361081115652197]]
        // end of block
        session.check(3)
        // block 4
        let theirs = GaussianMixture.adBenchObjective
        let original = try theirs(0.0, alpha, means, q, l, points, gamma, m).0
        let prior = try GaussianMixture.logPrior(0.0, q, l, gamma, m).0
        print(original + 2 * prior)  // -42.44102136985628
        // end of block
        session.check(4)
        // block 5
        let text = """
            1 2 3
            0.5 0.5
            1.0 2,0
            0 0 7 8 9 1 0
            """
        do {
            _ = try GaussianMixture.Problem(adBenchText: text)
        } catch {
            print(error)  // line 3: '2,0' is not a number; coordinate 0 of mean 1 is expected
        }
        // end of block
        session.check(5)
        // block 6
        let valley = ReversibleFunction("valley", parameters: ["loss", "x"]) { (loss: Scalar, x: Vector) in
            loss += pow(1 - x[0], 2) + 100 * pow(x[1] - x[0] * x[0], 2)
        }
        var search = LimitedMemoryBFGS()
        search.gradientTolerance = 1e-9
        let found = try search.minimize(from: [-1.2, 1]) { x in
            let here = try valueAndGrad(valley, 0.0, x)
            return (here.value, here.gradient.1)
        }
        print(found.point.map { ($0 * 1e6).rounded() / 1e6 }, found.reason)
        // [1.0, 1.0] the gradient is small
        // end of block
        session.check(6)
        // block 7
        let line = DenseMatrix((0..<20).map { [Double($0), 2 * Double($0)] })
        do {
            _ = try GaussianMixture.fit(line, components: 1)
        } catch {
            print(error.kind)  // collapsed
        }
        var options = GaussianMixture.FitOptions()
        options.prior = try GaussianMixture.WishartPrior(gamma: 0.1, m: 0)
        let regular = try GaussianMixture.fit(line, components: 1, options: options)
        print(regular.parameters.means.elements.map { ($0 * 1000).rounded() / 1000 })  // [9.5, 19.0]
        // end of block
        session.check(7)
        // block 8
        var simple = GaussianMixture.FitOptions()
        let likelihoods = try GaussianMixture.CovarianceShape.allCases.map { shape in
            simple.covariances = shape
            return try GaussianMixture.fit(Iris.points, components: 3, options: simple).logPosterior
        }
        // Full, tied, diagonal, spherical.
        print(likelihoods.map { ($0 * 100).rounded() / 100 })  // [-180.19, -256.35, -307.18, -384.31]
        simple = GaussianMixture.FitOptions()
        simple.regularization = 1e-4
        let thin = try GaussianMixture.fit(line, components: 1, options: simple)
        print(thin.search.isConverged)  // true
        print((thin.parameters.covariance(0)[0, 0] * 1000).rounded() / 1000)  // 33.25
        // end of block
        session.check(8)
    }
}
