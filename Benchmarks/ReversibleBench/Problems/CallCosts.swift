import AD
import BenchmarkSupport
import ReversiblePrograms
import NativeEngine

/// What is paid besides arithmetic: making a function, its first run, calling it, native code's call.
enum CallCosts {
    static let problem = Problem("call costs") { options, progress, report in
        progress.show("call costs")
        let z = Double(1 + (options.seed &- 1) % 8)
        var costs = try firstCosts(z, samples: options.quick ? 3 : 30)

        let long = [Double](repeating: z, count: options.quick ? 1000 : 1_000_000)
        let tiny = ReversibleFunction("tiny") { (y: Scalar, x: Scalar) in y += x * x }
        let element = ReversibleFunction("element") { (y: Scalar, v: Vector) in y += v[0] }
        let calls: [(String, Stopwatch.Work)] = [
            ("call of y += x * x", { try tiny(0.0, z).0 }),
            ("gradient of y += x * x", { try grad(tiny, 0.0, z).1 }),
            ("call of y += v[0], 1 element", { try element(0.0, [z]).0 }),
            ("call of y += v[0], \(long.count) elements", { try element(0.0, long).0 }),
            ("gradient of y += v[0], 1 element", { try grad(element, 0.0, [z]).1[0] }),
            ("gradient of y += v[0], \(long.count) elements", { try grad(element, 0.0, long).1[0] }),
        ]
        let native = try nativeCalls(z, long)
        let seconds = try Stopwatch(options).measure((calls + native).map(\.1)).seconds
        costs += zip(calls + native, seconds).map { ($0.0, $1) }

        report.figures += costs.map { name, value in
            Figure(
                section: "call costs", name: name, value: value, unit: "s",
                limit: name.contains("in place") ? 1e-6 : name == "native call of y += x * x" ? 3e-7 : nil)
        }
        let lines = costs.map { [$0, Text.time($1)] }
        report.tables.append(Text.table([["cost without arithmetic", "time"]] + lines, leftColumns: 1))
    }

    private static func nativeCalls(_ z: Double, _ long: [Double]) throws -> [(String, Stopwatch.Work)] {
        let tiny = try compile(
            ReversibleFunction("tiny") { (y: Scalar, x: Scalar) in y += x * x }, checks: .none)
        let function = ReversibleFunction("element") { (y: Scalar, v: Vector) in y += v[0] }
        let element = try compile(function, checks: .none)
        let slope = try compile(grad(function))
        let scalars = Memory([.real(0), .real(z)], changing: [])
        let array = Memory([.real(0), .reals(long)], changing: [])
        let arrays = Memory([.real(0), .reals(long)], changing: [], wanted: [])
        return [
            ("native call of y += x * x", { try tiny(0.0, z).0 }),
            (
                "native call of y += x * x, in place",
                {
                    try tiny.run(inPlace: scalars.places)
                    return 0
                }
            ),
            (
                "native call of y += v[0], \(long.count) elements, in place",
                {
                    try element.run(inPlace: array.places)
                    return 0
                }
            ),
            (
                "native gradient of y += v[0], \(long.count) elements, in place",
                {
                    try slope.run(inPlace: arrays.places)
                    return 0
                }
            ),
        ]
    }

    /// The shortest times of what happens once for every function: making it, its first run and gradient.
    private static func firstCosts(_ z: Double, samples: Int) throws -> [(String, Double)] {
        let start = try GaussianMixture.Parameters(clustersOf: Iris.points, components: 3)
        let flower = DenseMatrix(1, Array(Iris.measurements.prefix(Iris.columns)))
        var best = [Double](repeating: .infinity, count: 6)
        for _ in 0..<samples {
            let small = Stopwatch.once {
                ReversibleFunction("small") { (y: Scalar, v: Vector) in
                    For(v.indices) { i in y += sin(v[i]) * v[i] }
                }
            }
            let smallRun = try Stopwatch.once { try small.result(0.0, [z]) }
            let smallGradient = try Stopwatch.once { try grad(small.result, 0.0, [z]) }
            let mixture = Stopwatch.once { ReversibleFunction("mixture", GaussianMixture.addLogLikelihood) }
            let mixtureRun = try Stopwatch.once {
                try mixture.result(0.0, start.alpha, start.means, start.q, start.l, flower)
            }
            let mixtureGradient = try Stopwatch.once {
                try grad(mixture.result, 0.0, start.alpha, start.means, start.q, start.l, flower)
            }
            let times = [
                small.seconds, smallRun.seconds, smallGradient.seconds, mixture.seconds, mixtureRun.seconds,
                mixtureGradient.seconds,
            ]
            best = zip(best, times).map { min($0, $1) }
        }
        let names = [
            "make a function of one statement", "its first run", "its first gradient",
            "make the Gaussian mixture's function", "its first run, 1 point", "its first gradient, 1 point",
        ]
        return Array(zip(names, best))
    }
}
