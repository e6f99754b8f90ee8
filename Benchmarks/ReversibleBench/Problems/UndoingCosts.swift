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
            // One memory for both: where arrays lie, and which of their addresses meet in the cache, tells on loops.
            let memory = Memory(contents, changing: changing, wanted: wanted)
            let works = try [Checks.undoing, .none].map { checks -> () throws -> Void in
                let gradient = try compile(grad(f), with: Set(wanted), checks: checks)
                return {
                    memory.reset()
                    try gradient.run(inPlace: memory.places)
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
            "ode in the cache, 1000 × \(steps)", Ode.last,
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
        ratios += try evals(options, progress)
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

    /// The evals of the GradBench suite, through the tool that answers them.
    private static func evals(
        _ options: Options, _ progress: Progress
    ) throws -> [(name: String, ratio: Double)] {
        var ratios: [(name: String, ratio: Double)] = []
        func add(
            _ eval: String, _ size: String, _ function: String, _ input: [String: JSON],
            _ clients: [EvalClient]
        ) throws {
            progress.show("verified undoing, GradBench \(eval), \(size)")
            let message = try clients[0].message(function, input, runs: 1, seconds: options.batchTime)
            let works = clients.map { client in { try client.evaluate(message).seconds } }
            ratios.append(("GradBench \(eval), \(size)", try median(of: works, pairs: options.quick ? 1 : 5)))
        }
        func clients(_ eval: String) throws -> [EvalClient] {
            try [Checks.undoing, .none].map { try EvalClient(eval, threads: 1, checks: $0) }
        }
        for eval in ShapedEval.all {
            let clients = try clients(eval.name)
            for shape in eval.shapes(options) {
                try add(eval.name, shape.size, shape.functions.derivative, shape.input, clients)
            }
        }
        for eval in NestedEvals.all {
            let clients = try clients(eval.name)
            for modes in ["rf", "rr"] { try add(eval.name, modes, modes, eval.input, clients) }
        }
        return ratios
    }

    /// The median ratio of pairs of seconds, one after the other.
    private static func median(of works: [() throws -> Double], pairs: Int) throws -> Double {
        // Once before, so that everything has been compiled, loaded and touched.
        for work in works { _ = try work() }
        return try (0..<pairs).map { _ in try works[0]() / works[1]() }.sorted()[pairs / 2]
    }

    /// The median ratio of pairs of batches, in time of the processor.
    private static func median(
        of works: [() throws -> Void], pairs: Int, _ batchTime: Double
    ) throws -> Double {
        var repeats = 1
        while try seconds({ for _ in 0..<repeats { try works[1]() } }) < batchTime { repeats *= 2 }
        return try median(
            of: works.map { work in { try seconds { for _ in 0..<repeats { try work() } } } }, pairs: pairs)
    }

    /// The processor's time for work on one thread: a few percent are not to be measured by the clock, where others
    /// use the machine too.
    private static func seconds(_ work: () throws -> Void) rethrows -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
        let start = now()
        try work()
        return now() - start
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
