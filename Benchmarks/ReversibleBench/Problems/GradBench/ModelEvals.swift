import BenchmarkSupport
import Optimizers

/// Models of data: a Gaussian mixture, a language, a collection of photographs.
enum ModelEvals {
    static let all = [gmm, ba, lstm]

    private static let gmm = ShapedEval("gmm") { options in
        let shapes = [(10, 25, 1000, 1.2), (64, 100, 1000, 3)]
        return options.sizes(quick: [(2, 5, 50, 1.2)], usual: shapes, full: shapes).map { d, k, n, limit in
            var generator = RandomNumbers(seed: options.seed)
            let (alpha, mu) = (generator.numbers(k), generator.numbers(k * d))
            let (q, l) = (generator.numbers(k * d), generator.numbers(k * d * (d - 1) / 2))
            let x = generator.numbers(n * d)
            return EvalShape(
                size: "d \(d), k \(k), n \(n)",
                input: [
                    "d": .integer(d), "k": .integer(k), "n": .integer(n), "m": .integer(0),
                    "gamma": .number(1),
                    "alpha": .numbers(alpha), "mu": .rows(mu, of: d), "q": .rows(q, of: d),
                    "l": .rows(l, of: d * (d - 1) / 2), "x": .rows(x, of: d),
                ],
                functions: ("objective", "jacobian"), limit: limit,
                reference: { library in
                    let posterior:
                        @convention(c) (
                            Int, Int, Int, Input, Input, Input, Input, Input, Double, Int
                        ) -> Double = try library.function("gmm")
                    return Work { posterior(d, k, n, alpha, mu, q, l, x, 1, 0) }
                })
        }
    }

    private static let lstm = ShapedEval("lstm") { options in
        let (shapes, b) = ([(2, 1024), (6, 8192)], 14)
        return options.sizes(quick: [(1, 10)], usual: shapes, full: shapes).map { l, c in
            var generator = RandomNumbers(seed: options.seed)
            func uniform(_ count: Int) -> [Double] { generator.numbers(count).map { ($0 + 1) / 2 } }
            let (main, extra, state) = (uniform(8 * l * b), uniform(3 * b), uniform(2 * l * b))
            let sequence = uniform(c * b).map { $0.rounded() }
            return EvalShape(
                size: "l \(l), c \(c)",
                input: [
                    "main_params": .rows(main, of: 4 * b), "extra_params": .rows(extra, of: b),
                    "state": .rows(state, of: b), "sequence": .rows(sequence, of: b),
                ],
                functions: ("objective", "jacobian"), limit: 2.4,
                reference: { library in
                    let loss: @convention(c) (Int, Int, Int, Input, Input, Input, Input) -> Double =
                        try library.function("lstm")
                    return Work { loss(l, c, b, main, extra, state, sequence) }
                })
        }
    }

    private static let ba = ShapedEval("ba") { options in
        let shapes = [("ba1", 49, 7776, 31_843), ("ba14", 356, 226_730, 1_255_268)]
        return options.sizes(quick: [("small", 3, 7, 50)], usual: shapes, full: shapes).map { name, n, m, p in
            // The suite's messages hold one camera, one point and one feature, which stand for all.
            let scene = Scene(cameras: 1, points: 1, observations: 1, seed: options.seed)
            return EvalShape(
                size: "\(name), \(p) observations",
                input: [
                    "n": .integer(n), "m": .integer(m), "p": .integer(p),
                    "cam": .numbers(scene.cameras.elements), "x": .numbers(scene.points.elements),
                    "w": .number(scene.weights[0]), "feat": .numbers(scene.features.elements),
                ],
                functions: ("objective", "jacobian"), limit: 4,
                reference: { try projection(of: scene, n, m, p, $0) })
        }
    }

    private static func projection(
        of scene: Scene, _ n: Int, _ m: Int, _ p: Int, _ library: CppReference
    ) throws -> Work {
        let project:
            @convention(c) (Int, Input, Input, Input, Input, Indices, Indices, Output, Output) -> Void =
                try library.function("ba")
        func copies(_ numbers: [Double], _ count: Int) -> [Double] { (0..<count).flatMap { _ in numbers } }
        let (cameras, points) = (copies(scene.cameras.elements, n), copies(scene.points.elements, m))
        let (weights, features) = (copies(scene.weights, p), copies(scene.features.elements, p))
        let (cameraOf, pointOf) = ((0..<p).map { $0 % n }, (0..<p).map { $0 % m })
        let (errors, weightErrors) = (Buffer(2 * p), Buffer(p))
        return Work {
            project(
                p, cameras, points, weights, features, cameraOf, pointOf, errors.start, weightErrors.start)
            return errors
        } numbers: { errors in
            // As they are answered: the errors of one observation, and how many there are.
            Array(errors.numbers[..<2]) + [Double(p), weightErrors.numbers[0], Double(p)]
        }
    }

    private typealias Input = UnsafePointer<Double>
    private typealias Indices = UnsafePointer<Int>
    private typealias Output = UnsafeMutablePointer<Double>?
}
