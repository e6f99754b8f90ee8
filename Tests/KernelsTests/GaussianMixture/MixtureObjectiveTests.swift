import Foundation
import ReversiblePrograms
import NativeEngine
import Testing

struct MixtureObjectiveTests {
    /// 1e-13: a few roundings of numbers up to 40.
    @Test func values() throws {
        for c in try MixtureCase.all() {
            let (p, x, prior) = (c.problem.parameters, c.problem.points, c.problem.prior)
            let found = [
                try GaussianMixture.logLikelihood(0.0, p.alpha, p.means, p.q, p.l, x).0,
                try GaussianMixture.logPrior(0.0, p.q, p.l, prior.gamma, prior.m).0,
                try GaussianMixture.logPosterior(0.0, p.alpha, p.means, p.q, p.l, x, prior.gamma, prior.m).0,
                try GaussianMixture.adBenchObjective(
                    0.0, p.alpha, p.means, p.q, p.l, x, prior.gamma, prior.m
                ).0,
            ]
            let expected = [
                c.logLikelihood, c.logPrior, c.logLikelihood + c.logPrior, c.logLikelihood - c.logPrior,
            ]
            #expect(agree(found, expected, 1e-13), "\(c.name): \(found)")
        }
    }

    @Test func gradients() throws {
        for c in try MixtureCase.all() {
            let (p, x, prior) = (c.problem.parameters, c.problem.points, c.problem.prior)
            let ours = try grad(
                GaussianMixture.logPosterior, 0.0, p.alpha, p.means, p.q, p.l, x, prior.gamma, prior.m)
            #expect(agree(joined(ours.1, ours.2, ours.3, ours.4), c.gradient, 1e-13), "\(c.name)")
            let theirs = try grad(
                GaussianMixture.adBenchObjective, 0.0, p.alpha, p.means, p.q, p.l, x, prior.gamma, prior.m)
            #expect(
                agree(joined(theirs.1, theirs.2, theirs.3, theirs.4), c.adBenchGradient, 1e-13), "\(c.name)")
        }
    }

    /// All gradients, those in the points and in γ too, against duals and differences; and the way back.
    @Test func gradientsAgainstDuals() throws {
        for c in try MixtureCase.all() {
            let (p, x, prior) = (c.problem.parameters, c.problem.points, c.problem.prior)
            try checkGrads(
                GaussianMixture.logPosterior, 0.0, p.alpha, p.means, p.q, p.l, x, prior.gamma, prior.m)
            try checkGrads(
                GaussianMixture.adBenchObjective, 0.0, p.alpha, p.means, p.q, p.l, x, prior.gamma, prior.m)
            try checkInverse(
                GaussianMixture.logPosterior, 0.0, p.alpha, p.means, p.q, p.l, x, prior.gamma, prior.m)
        }
    }

    @Test func nativeCode() throws {
        let f = try compile(GaussianMixture.logPosterior, checks: .none)
        let checked = try compile(GaussianMixture.logPosterior)
        let slope = try compile(grad(GaussianMixture.logPosterior), with: [1, 2, 3, 4])
        // Sizes that fill no lane, some lanes and several groups of them, and one dimension.
        let sizes = [(1, 1, 1), (1, 3, 17), (2, 1, 8), (3, 4, 19), (5, 2, 0), (7, 3, 33)]
        for (d, k, n) in sizes {
            let problem = try MixtureCase.madeUp(d: d, k: k, n: n)
            let p = problem.parameters
            let expected = try valueAndGrad(
                GaussianMixture.logPosterior, 0.0, p.alpha, p.means, p.q, p.l, problem.points, 0.8, 1)
            let value = try f(0.0, p.alpha, p.means, p.q, p.l, problem.points, 0.8, 1).0
            #expect(value == expected.value, "d \(d), k \(k), n \(n)")
            #expect(try checked(0.0, p.alpha, p.means, p.q, p.l, problem.points, 0.8, 1).0 == value)
            let (a, b) = (
                try slope(0.0, p.alpha, p.means, p.q, p.l, problem.points, 0.8, 1), expected.gradient
            )
            #expect(
                agree(joined(a.1, a.2, a.3, a.4), joined(b.1, b.2, b.3, b.4), 1e-12), "d \(d), k \(k), n \(n)"
            )
            #expect(a.5.elements.allSatisfy { $0 == 0 } && a.6 == 0)
        }
    }

    /// More points than a piece of a parallel loop holds.
    @Test func threads() throws {
        let problem = try MixtureCase.madeUp(d: 4, k: 3, n: 3000)
        let p = problem.parameters
        var f = try compile(GaussianMixture.logLikelihood, checks: .none)
        var slope = try compile(grad(GaussianMixture.logLikelihood), with: [1, 2, 3, 4])
        let value = try f(0.0, p.alpha, p.means, p.q, p.l, problem.points).0
        let a = try slope(0.0, p.alpha, p.means, p.q, p.l, problem.points)
        for threads in [2, 3] {
            f.threads = threads
            slope.threads = threads
            #expect(try f(0.0, p.alpha, p.means, p.q, p.l, problem.points).0 == value)
            let b = try slope(0.0, p.alpha, p.means, p.q, p.l, problem.points)
            #expect(joined(a.1, a.2, a.3, a.4) == joined(b.1, b.2, b.3, b.4))
        }
    }

    /// With one component the likelihood is that of a Gaussian.
    @Test func oneComponent() throws {
        let x: DenseMatrix = [[0.5, -1], [2, 3], [0, 0]]
        let q = [0.3, -0.2]
        var expected = 0.0
        for i in 0..<3 {
            for j in 0..<2 {
                let z = exp(q[j]) * (x[i, j] - 1)
                expected += q[j] - z * z / 2 - log(2 * Double.pi) / 2
            }
        }
        let found = try GaussianMixture.logLikelihood(0.0, [7], [[1, 1]], [q], [[0]], x).0
        #expect(abs(found - expected) < 1e-13 * abs(expected))
    }

    /// Without points the likelihood is 1, and without components 0, whose logarithm is an error of the interpreter.
    @Test func nothing() throws {
        let none = DenseMatrix(rows: 0, columns: 2)
        #expect(try GaussianMixture.logLikelihood(0.0, [0.5], [[1, 1]], [[0, 0]], [[0]], none).0 == 0)
        let native = try compile(GaussianMixture.logLikelihood, checks: .none)
        let empty = DenseMatrix(rows: 0, columns: 1)
        #expect(try native(0.0, [], none, none, empty, [[1, 2]]).0 == -.infinity)
        #expect(throws: ReversibilityError.self) {
            try GaussianMixture.logLikelihood(0.0, [], none, none, empty, [[1, 2]])
        }
    }

    /// A weight of e⁷⁰⁰, a far point, a wide component: the shifted sum neither overflows nor underflows.
    @Test(
        arguments: [
            ([700.0, 0], [0.0, 1], [0.0, 0], 0.5, -0.5 * 0.25),
            ([1e300, 0], [0.0, 1], [0.0, 0], 0.5, -0.5 * 0.25),
            ([0.0, 0], [0.0, 0], [0.0, 0], 1e100, -0.5e200),
            ([0.0, 0], [0.0, 0], [-300.0, -300], 1e100, -300 - 0.5 * exp(-600 + 200 * 2.302585092994046)),
            ([0.0, 0], [0.0, 0], [-5000.0, -5000], 1, -5000),
        ] as [([Double], [Double], [Double], Double, Double)])
    func extremes(alpha: [Double], means: [Double], q: [Double], x: Double, expected: Double) throws {
        let l = DenseMatrix(rows: 2, columns: 0)
        let columns = (DenseMatrix(means.map { [$0] }), DenseMatrix(q.map { [$0] }))
        let value = try GaussianMixture.logLikelihood(0.0, alpha, columns.0, columns.1, l, [[x]]).0
        // 1e-12: exp and the squares round relative to exponents of some hundreds.
        let whole = expected - 0.5 * log(2 * Double.pi)
        #expect(abs(value - whole) <= 1e-12 * abs(whole))
        let native = try compile(GaussianMixture.logLikelihood, checks: .none)
        #expect(try native(0.0, alpha, columns.0, columns.1, l, [[x]]).0 == value)
        let slope = try grad(GaussianMixture.logLikelihood, 0.0, alpha, columns.0, columns.1, l, [[x]])
        #expect(joined(slope.1, slope.2, slope.3, slope.4).allSatisfy { $0.isFinite })
    }

    /// NaN is an error of the interpreter, and NaN in native code; it never disappears.
    @Test func notANumber() throws {
        let native = try compile(GaussianMixture.logLikelihood, checks: .none)
        let l = DenseMatrix(rows: 2, columns: 0)
        for at in 0..<4 {
            var (alpha, means, q, x) = ([0.0, 0], [0.0, 1], [0.0, 0], 0.5)
            switch at {
            case 0: alpha[1] = .nan
            case 1: means[0] = .nan
            case 2: q[1] = .nan
            default: x = .nan
            }
            let columns = (DenseMatrix(means.map { [$0] }), DenseMatrix(q.map { [$0] }))
            #expect(throws: ReversibilityError.self) {
                try GaussianMixture.logLikelihood(0.0, alpha, columns.0, columns.1, l, [[x]])
            }
            #expect(try native(0.0, alpha, columns.0, columns.1, l, [[x]]).0.isNaN, "argument \(at + 1)")
        }
    }

    /// Shapes that do not go together are errors, on both engines.
    @Test func shapes() throws {
        let checked = try compile(GaussianMixture.logLikelihood)
        let good = (
            alpha: [0.0, 0], means: [[0, 0], [1, 1]] as DenseMatrix, l: [[0], [0]] as DenseMatrix
        )
        let x: DenseMatrix = [[0.5, 0.5]]
        let wrong: [(DenseMatrix, DenseMatrix, DenseMatrix)] = [
            ([[0, 0]], good.l, x), (good.means, DenseMatrix(rows: 2, columns: 0), x),
            (good.means, good.l, [[0.5]]),
        ]
        for (q, l, x) in wrong {
            #expect(throws: ReversibilityError.self) {
                try GaussianMixture.logLikelihood(0.0, good.alpha, good.means, q, l, x)
            }
            #expect(throws: ReversibilityError.self) { try checked(0.0, good.alpha, good.means, q, l, x) }
        }
    }

    private func joined(_ a: [Double], _ b: DenseMatrix, _ c: DenseMatrix, _ d: DenseMatrix) -> [Double] {
        a + b.elements + c.elements + d.elements
    }
}
