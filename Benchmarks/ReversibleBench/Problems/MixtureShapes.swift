import AD
import BenchmarkSupport
import ReversiblePrograms
import NativeEngine

/// The Gaussian mixture's posterior on the shapes of GradBench, and the fit to the iris flowers.
enum MixtureShapes {
    static let problem = Problem("Gaussian mixture") { options, progress, report in
        let reference = try Reference("gmm")
        let shapes = options.sizes(
            quick: [Shape(2, 3, 50), Shape(4, 3, 20)],
            usual: [
                Shape(2, 5, 1000), Shape(2, 200, 1000), Shape(10, 25, 1000), Shape(10, 25, 10_000),
                Shape(20, 50, 1000), Shape(32, 25, 1000), Shape(64, 10, 1000),
            ],
            full: [1000, 10_000].flatMap { n in
                [2, 10, 20, 32, 64].flatMap { d in [5, 10, 25, 50, 100, 200].map { Shape(d, $0, n) } }
            })
        for shape in shapes {
            report.rows.append(try row(reference, shape, options).run(options, progress))
        }
    }

    private struct Shape {
        let dimensions: Int
        let components: Int
        let points: Int

        init(_ dimensions: Int, _ components: Int, _ points: Int) {
            self.dimensions = dimensions
            self.components = components
            self.points = points
        }

        /// Whether the interpreter is done in a few seconds.
        var isSmall: Bool { points * components * dimensions * (dimensions + 9) / 2 < 3_000_000 }
    }

    /// The prior's parameters.
    private static let (gamma, m) = (1.0, 0)
    private static let posterior = GaussianMixture.logPosterior

    private static func row(_ reference: Reference, _ shape: Shape, _ options: Options) throws -> Comparison {
        let (d, components, n) = (shape.dimensions, shape.components, shape.points)
        var generator = RandomNumbers(seed: options.seed)
        let p = try GaussianMixture.Parameters(d, components: components, &generator)
        let x = DenseMatrix(n, generator.numbers(n * d))
        let objective: Objective = try reference.function("gmm_objective")
        let gradient: Gradient = try reference.function("gmm_gradient")
        let slope = (
            alpha: Buffer(components), means: Buffer(components * d), q: Buffer(components * d),
            l: Buffer(p.l.elements.count)
        )
        let arguments: [Memory.Content] = [
            .real(0), .reals(p.alpha), .matrix(p.means), .matrix(p.q), .matrix(p.l), .matrix(x),
            .real(gamma), .integer(m),
        ]
        return Comparison(
            name: "Gaussian mixture", size: "d \(d), K \(components), n \(n)", tolerance: 1e-8,
            objective: .init(
                reference: Work {
                    objective(
                        d, components, n, p.alpha, p.means.elements, p.q.elements, p.l.elements, x.elements,
                        gamma, m)
                },
                interpreter: shape.isSmall
                    ? Work { try posterior(0.0, p.alpha, p.means, p.q, p.l, x, gamma, m).0 } : nil,
                native: Work(
                    try compile(posterior, checks: .none, threads: options.threads),
                    Memory(arguments, changing: [0]), results: [0])),
            gradient: .init(
                reference: Work {
                    gradient(
                        d, components, n, p.alpha, p.means.elements, p.q.elements, p.l.elements, x.elements,
                        gamma, m, slope.alpha.start, slope.means.start, slope.q.start, slope.l.start)
                    return slope
                } numbers: {
                    $0.alpha.elements + $0.means.elements + $0.q.elements + $0.l.elements
                },
                interpreter: shape.isSmall
                    ? Work {
                        try grad(posterior, 0.0, p.alpha, p.means, p.q, p.l, x, gamma, m)
                    } numbers: {
                        $0.1 + $0.2.elements + $0.3.elements + $0.4.elements
                    } : nil,
                native: Work(
                    try compile(grad(posterior), with: [1, 2, 3, 4], threads: options.threads),
                    Memory(arguments, changing: [0], wanted: [1, 2, 3, 4]))),
            limits: Limits(gradient: 0.5))
    }

    private typealias Input = UnsafePointer<Double>
    private typealias Output = UnsafeMutablePointer<Double>?
    private typealias Objective =
        @convention(c) (Int, Int, Int, Input, Input, Input, Input, Input, Double, Int) -> Double
    private typealias Gradient =
        @convention(c) (
            Int, Int, Int, Input, Input, Input, Input, Input, Double, Int, Output, Output, Output, Output
        ) -> Void
}
