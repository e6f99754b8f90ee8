/// One problem's times, checks and requirements.
struct Row: Encodable {
    let problem: String
    let size: String
    let objective: Times
    let gradient: Times
    /// How many gradients the derivative is.
    let derivatives: Double
    let difference: Double
    let tolerance: Double
    let agrees: Bool
    let requirements: [Requirement]
    let checksum: Double
}

/// A quantity that stands on its own: a cost, a memory size, a fitted number.
struct Figure: Encodable {
    var section: String
    var name: String
    var value: Double
    var unit: String
    /// Whether the figure is as it must be; none if nothing is demanded of it.
    var agrees: Bool?
    /// The most that a cost should be; more is no mistake of the program.
    var limit: Double?

    /// Whether the demands and limits are kept; none if there are none.
    var ok: Bool? { agrees ?? limit.map { value <= $0 } }
}

/// All that a run has found.
struct Report: Encodable {
    var compiler = Build.compiler
    var platform = Build.platform
    var processor = Build.processor
    var debug = Build.isDebug
    var quick: Bool
    var threads: Int
    var minTimeSeconds: Double
    var rounds: Int
    var rows: [Row] = []
    var figures: [Figure] = []
    /// The evals of the GradBench suite.
    var evals: [EvalRow] = []
    /// Tables for the console, which the figures say in numbers.
    var tables: [String] = []

    /// Whether every check has succeeded.
    var agrees: Bool {
        rows.allSatisfy(\.agrees) && figures.allSatisfy { $0.agrees ?? true } && evals.allSatisfy(\.agrees)
    }

    /// All requirements and what they are of.
    var requirements: [(subject: String, requirement: Requirement)] {
        rows.flatMap { row in row.requirements.map { ("\(row.problem), \(row.size)", $0) } }
            + figures.compactMap { figure in
                figure.limit.map {
                    (figure.section, Requirement(figure.name, figure.value, atMost: $0, figure.unit))
                }
            }
            + evals.compactMap { row in row.requirement.map { ("\(row.eval), \(row.size)", $0) } }
    }

    private enum CodingKeys: CodingKey {
        case compiler, platform, processor, debug, quick, threads, minTimeSeconds, rounds, rows, figures,
            evals
    }

    /// Runs the problems that the options choose.
    init(running options: Options) throws {
        quick = options.quick
        threads = options.threads
        minTimeSeconds = options.batchTime
        rounds = options.rounds
        let pattern = try options.filter.map { try Regex($0) }
        let chosen = Problem.all.filter { problem in
            pattern.map { problem.name.firstMatch(of: $0) != nil } ?? true
        }
        guard !chosen.isEmpty else { throw UsageError("No problem's name matches the filter; see --list") }
        let progress = Progress()
        defer { progress.clear() }
        for problem in chosen { try problem.run(options, progress, &self) }
    }
}
