import AD
import BenchmarkSupport
import Foundation
import GradBench
import NativeEngine

/// What verified undoing costs: compiled gradients with `checks: .undoing` and `.none`, in turn.
///
/// Programs whose adjoints read only what never changes are here to show that they pay nothing; the others read numbers
/// that undoing has restored in every step.
enum UndoingCosts {
    static let problem = Problem("verified undoing") { options, progress, report in
        progress.show("verified undoing")
        var ratios: [(name: String, ratio: Double)] = []
        func add<each A: Argument>(
            _ name: String, _ f: ReversibleFunction<repeat each A>, _ contents: [Memory.Content],
            changing: [Int], wanted: [Int]
        ) throws {
            let works = try [Checks.undoing, .none].map { checks -> () throws -> Double in
                let gradient = try compile(grad(f), with: Set(wanted), checks: checks)
                let memory = Memory(contents, changing: changing, wanted: wanted)
                return {
                    memory.reset()
                    try gradient.run(inPlace: memory.places)
                    return 0
                }
            }
            ratios.append((name, try median(of: works, pairs: options.quick ? 5 : 15, options.batchTime)))
        }
        let count = options.quick ? 1_000 : 100_000
        let inputs = (0..<count).map { 0.1 + 0.013 * Double($0 % 11) }
        let (u, v) = WaveEquation.initialState(cells: 1000)
        let steps = options.quick ? 10 : 100
        try add(
            "sum of squares, \(count)", SumOfSquares.program, [.real(0), .reals(inputs)], changing: [0],
            wanted: [1])
        try add(
            "Bessel J2 summed, \(count / 10)", BesselJ2.summed,
            [.real(0), .reals(Array(inputs.prefix(count / 10)))],
            changing: [0], wanted: [1])
        try add(
            "wave equation, 1000 × \(steps)", WaveEquation.program,
            [.real(0), .reals(u), .reals(v), .integer(steps)], changing: [0, 1, 2], wanted: [1, 2])
        try add(
            "GradBench ode, 1000 × \(steps)", Ode.last,
            [
                .real(0), .reals([Double](repeating: 0, count: 1000)), .reals(Array(inputs.prefix(1000))),
                .integer(steps),
            ],
            changing: [0, 1], wanted: [2])
        try add(
            "pendulum, \(count)", pendulum, [.real(0), .real(1), .real(0), .integer(count)],
            changing: [0, 1, 2],
            wanted: [1, 2])
        try add(
            "running mean of factor 0.999999, \(count)", mean, [.real(0), .real(0), .reals(inputs)],
            changing: [0, 1],
            wanted: [1, 2])
        let mean = exp(ratios.map { log($0.ratio) }.reduce(0, +) / Double(ratios.count))
        report.figures += ratios.map {
            Figure(section: "verified undoing", name: $0.name, value: $0.ratio, unit: "×", limit: 1.1)
        }
        report.figures.append(
            Figure(
                section: "verified undoing", name: "geometric mean", value: mean, unit: "×", limit: 1.03))
        let lines = (ratios + [("geometric mean", mean)]).map { [$0.0, Text.ratio($0.1)] }
        report.tables.append(
            Text.table(
                [["gradient with verified undoing", "time over that without"]] + lines, leftColumns: 1))
    }

    /// The median ratio of pairs of batches, one after the other.
    private static func median(
        of works: [() throws -> Double], pairs: Int, _ batchTime: Double
    ) throws -> Double {
        var repeats = 1
        while try Stopwatch.once({ for _ in 0..<repeats { _ = try works[1]() } }).seconds < batchTime {
            repeats *= 2
        }
        let ratios = try (0..<pairs).map { _ in
            let (checked, trusting) = try (
                Stopwatch.once { for _ in 0..<repeats { _ = try works[0]() } }.seconds,
                Stopwatch.once { for _ in 0..<repeats { _ = try works[1]() } }.seconds
            )
            return checked / trusting
        }
        return ratios.sorted()[pairs / 2]
    }

    private static let pendulum = ReversibleFunction(
        "pendulum", parameters: ["loss", "angle", "speed", "steps"]
    ) {
        (loss: Scalar, angle: Scalar, speed: Scalar, steps: Integer) in
        For(0..<steps) { _ in
            speed -= 0.001 * sin(angle)
            angle += 0.001 * speed
        }
        loss += angle * angle
    }

    private static let mean = ReversibleFunction("mean", parameters: ["loss", "m", "v"]) {
        (loss: Scalar, m: Scalar, v: Vector) in
        For(v.indices) { i in
            m *= 0.999_999
            m += 0.000_001 * v[i]
            loss += m * m
        }
    }
}
