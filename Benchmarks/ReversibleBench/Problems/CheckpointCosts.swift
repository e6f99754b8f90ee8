import AD
import BenchmarkSupport
import LongRuns
import NativeEngine

/// What `undoing: .checkpoints` costs: the turns that a run makes, counted, and its time.
enum CheckpointCosts {
    static let problem = Problem("checkpoint costs") { options, progress, report in
        var lines = [["checkpoints", "turns", "copies", "advances", "as announced", "time over their sum"]]
        let n = options.quick ? 200 : 1000
        for copies in [3, 10] {
            for (name, program, counting) in Counted.all {
                progress.show("checkpoint costs: \(name), \(copies) copies")
                let counted = try Counted.advances(program, turns: n, copies: copies) - counting * n
                let announced = Undoing.cost(steps: n, checkpoints: copies).advances
                report.figures.append(
                    Figure(
                        section: "checkpoint costs", name: "\(name), \(n) turns, \(copies) copies, advances",
                        value: Double(counted), unit: "turns", agrees: counted == announced))
                lines.append(
                    [name, "\(n)", "\(copies)", "\(counted)", counted == announced ? "yes" : "NO", ""])
            }
        }
        let plate = Heat.plate(options.quick ? 16 : 64)
        let (steps, turns) = (options.quick ? 1000 : 100_000, options.quick ? 50 : 1000)
        let start = Lorenz.start
        for copies in [5, 20] {
            progress.show("checkpoint costs: time, \(copies) copies")
            let ratios = [
                (
                    "Lorenz 63", steps,
                    try ratio(
                        Lorenz.program,
                        (([0] + start.numbers + [0, 12]).map { .real($0) }) + [.integer(steps)],
                        steps: steps, structs: [1..<5], copies: copies, options)
                ),
                (
                    "heat", turns,
                    try ratio(
                        Heat.program,
                        [
                            .real(0), .matrix(plate.start), .matrix(plate.k), .matrix(plate.measured),
                            .integer(turns),
                        ], steps: turns, copies: copies, options)
                ),
            ]
            for (name, turns, ratio) in ratios {
                report.figures.append(
                    Figure(
                        section: "checkpoint costs",
                        name: "\(name), \(turns) turns, \(copies) copies, time over its parts", value: ratio,
                        unit: "ratio", limit: 1.15))
                let advances = Undoing.cost(steps: turns, checkpoints: copies).advances
                lines.append([name, "\(turns)", "\(copies)", "\(advances)", "", Text.ratio(ratio)])
            }
        }
        report.tables.append(
            Text.table(lines, leftColumns: 1)
                + "\nadvances: counted in a run, or for the times as announced; their sum: of so many turns without a "
                + "record,\nand of all turns once with one")
    }

    /// The time of a gradient from copies, over that of what it does: its advances, each as long as a turn of the
    /// objective, and all turns with a record.
    private static func ratio<each A: Argument>(
        _ program: (Undoing?) -> ReversibleFunction<repeat each A>, _ arguments: [Memory.Content], steps: Int,
        structs: [Range<Int>] = [], copies: Int, _ options: Options
    ) throws -> Double {
        let gradients = try [Undoing.recorded, .checkpoints(copies)].map { way in
            Work(
                try compile(grad(program(way))),
                Memory(arguments, changing: [0], wanted: [1, 2, 3], structs: structs),
                results: [1, 2, 3])
        }
        let value = Work(
            try compile(program(nil), checks: .none), Memory(arguments, changing: [0]), results: [0])
        let seconds = try Stopwatch(options).measure([value.run] + gradients.map(\.run)).seconds
        let advances = Undoing.cost(steps: steps, checkpoints: copies).advances
        return seconds[2] / (Double(advances) / Double(steps) * seconds[0] + seconds[1])
    }
}

/// Loops whose turns ask for one arctangent each, and how many turns a run of their gradients makes.
enum Counted {
    typealias Program = ReversibleFunction<Scalar, Scalar, Scalar, Integer>

    /// With the turns that each makes in advance, of n: those of a `While` are counted first.
    static let all: [(name: String, program: Program, counting: Int)] = [
        ("For", counted, 0), ("While", unknown, 1), ("Iterate", iterated, 0),
    ]

    private static let counted = Program("counted", parameters: ["loss", "x", "h", "n"]) { loss, x, h, n in
        For(0..<n) { _ in step(x, h) }
        loss += h
    }

    private static let unknown = Program("unknown", parameters: ["loss", "x", "h", "n"]) { loss, x, h, n in
        let t = Integer.ancilla("t")
        While(t < n, post: t > 0) {
            step(x, h)
            t += 1
        }
        t -= n
        loss += h
    }

    @Reversible
    private static func step(_ x: Scalar, _ h: Scalar) -> Statement {
        h *= 0.5
        h += atan(x)
        x *= 0.7
        x += 0.1 * h * h
    }

    private static let iterated = Program("iterated", parameters: ["loss", "x", "h", "n"]) { loss, x, _, n in
        Iterate(loss, from: x, times: n) { next, current in next += 0.5 * (current + atan(current)) }
    }

    /// How many turns run without a record: those of a run from copies without those of a run with a record of all.
    static func advances(_ program: Program, turns: Int, copies: Int) throws -> Int {
        try count(program, .checkpoints(copies), turns) - count(program, .recorded, turns)
    }

    /// How many arctangents a gradient asks for.
    private static func count(_ program: Program, _ way: Undoing, _ turns: Int) throws -> Int {
        let gradient = try program.undoing(way).untyped.definition.pullback(inverted: false)
        let counter = CountingNumber.Counter()
        func number(_ value: Double) -> Leaf<CountingNumber> { .real(CountingNumber(constant: value)) }
        let arguments = [
            number(0), number(1), number(0.8), number(0), number(0.1), number(0), .integer(turns),
        ]
        _ = try CountingNumber.$counter.withValue(counter) {
            try gradient.run(arguments, inverted: false, options: RunOptions())
        }
        return counter.count
    }
}
