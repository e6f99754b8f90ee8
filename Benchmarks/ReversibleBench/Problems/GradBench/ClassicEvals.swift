import BenchmarkSupport
import Optimizers

/// The evals whose inputs are lists of uniform numbers.
enum ClassicEvals {
    static let all = [det, llsq, lse, ode, kmeans]

    private static let det = ShapedEval("det") { options in
        options.sizes(quick: [5], usual: [9, 10], full: [9, 10, 11]).map { ell in
            let a = uniform(ell * ell, options)
            return EvalShape(
                size: "\(ell)", input: ["A": .numbers(a), "ell": .integer(ell)], limit: 3,
                reference: { library in
                    let value: @convention(c) (Int, Input) -> Double = try library.function("det")
                    return Work { value(ell, a) }
                })
        }
    }

    private static let llsq = ShapedEval("llsq") { options in
        [options.sizes(quick: (64, 16), usual: (16_392, 128), full: (16_392, 128))].map { n, m in
            let x = uniform(m, options)
            return EvalShape(
                size: "n \(n), m \(m)", input: ["x": .numbers(x), "n": .integer(n)], limit: 1.5,
                reference: { library in
                    let value: @convention(c) (Int, Int, Input) -> Double = try library.function("llsq")
                    return Work { value(m, n, x) }
                })
        }
    }

    private static let lse = ShapedEval("lse") { options in
        [options.sizes(quick: 2500, usual: 1_280_000, full: 1_280_000)].map { n in
            let x = uniform(n, options)
            return EvalShape(
                size: "n \(n)", input: ["x": .numbers(x)], limit: 1.5,
                reference: { library in
                    let value: @convention(c) (Int, Input) -> Double = try library.function("lse")
                    return Work { value(n, x) }
                })
        }
    }

    private static let ode = ShapedEval("ode") { options in
        [options.sizes(quick: (100, 10), usual: (100_000, 100), full: (100_000, 100))].map { n, s in
            let x = uniform(n, options)
            return EvalShape(
                size: "n \(n), s \(s)", input: ["x": .numbers(x), "s": .integer(s)], limit: 5,
                reference: { library in
                    let solve: @convention(c) (Int, Int, Input, Output) -> Void = try library.function("ode")
                    let y = Buffer(n)
                    return Work {
                        solve(n, s, x, y.start)
                        return y
                    } numbers: {
                        $0.elements
                    }
                })
        }
    }

    private static let kmeans = ShapedEval("kmeans") { options in
        [options.sizes(quick: (10, 200, 4), usual: (1000, 10_000, 16), full: (1000, 10_000, 16))].map {
            k, n, d in
            let points = uniform(n * d, options)
            // The last points: so every centroid has one at least.
            let centroids = Array(points.suffix(k * d))
            return EvalShape(
                size: "k \(k), n \(n), d \(d)",
                input: ["points": .rows(points, of: d), "centroids": .rows(centroids, of: d)],
                functions: ("cost", "dir"), limit: 4,
                reference: { library in
                    let cost: @convention(c) (Int, Int, Int, Input, Input) -> Double =
                        try library.function("kmeans")
                    return Work { cost(n, k, d, points, centroids) }
                })
        }
    }

    /// Numbers between 0 and 1.
    private static func uniform(_ count: Int, _ options: Options) -> [Double] {
        var generator = RandomNumbers(seed: options.seed)
        return generator.numbers(count).map { ($0 + 1) / 2 }
    }

    private typealias Input = UnsafePointer<Double>
    private typealias Output = UnsafeMutablePointer<Double>?
}
