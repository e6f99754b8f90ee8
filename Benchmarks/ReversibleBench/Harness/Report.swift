import Foundation

/// One problem's times and checks.
struct Row: Encodable {
    let problem: String
    let size: String
    let objectiveSeconds: Double
    let gradientSeconds: Double
    let handObjectiveSeconds: Double
    let handGradientSeconds: Double
    let gradientOverObjective: Double
    let handGradientOverObjective: Double
    let objectiveOverHand: Double
    let gradientOverHand: Double
    let valueDifference: Double
    let gradientDifference: Double
    let tolerance: Double
    let agrees: Bool
    let checksum: Double

    /// A row from the times of objective, gradient, hand-written objective and hand-written gradient.
    init(
        _ problem: String, size: String, seconds: [Double], value: Agreement, gradient: Agreement,
        tolerance: Double, checksum: Double
    ) {
        self.problem = problem
        self.size = size
        (objectiveSeconds, gradientSeconds) = (seconds[0], seconds[1])
        (handObjectiveSeconds, handGradientSeconds) = (seconds[2], seconds[3])
        gradientOverObjective = seconds[1] / seconds[0]
        handGradientOverObjective = seconds[3] / seconds[2]
        objectiveOverHand = seconds[0] / seconds[2]
        gradientOverHand = seconds[1] / seconds[3]
        (valueDifference, gradientDifference) = (value.difference, gradient.difference)
        self.tolerance = tolerance
        agrees = value.difference <= tolerance && gradient.difference <= tolerance
        self.checksum = checksum
    }

    var difference: Double { max(valueDifference, gradientDifference) }
}

/// A quantity that stands on its own: a cost, a memory size, a fitted number.
struct Figure: Encodable {
    var section: String
    var name: String
    var value: Double
    var unit: String
    /// Whether the figure is as it must be; none if nothing is demanded of it.
    var agrees: Bool?
}

/// All that a run has found.
struct Report: Encodable {
    var compiler = Build.compiler
    var platform = Build.platform
    var processor = Build.processor
    var debug = Build.isDebug
    var quick: Bool
    var minTimeSeconds: Double
    var rounds: Int
    var rows: [Row] = []
    var figures: [Figure] = []
    /// Tables for the console, which the figures say in numbers.
    var tables: [String] = []

    /// Whether every check has succeeded.
    var agrees: Bool { rows.allSatisfy(\.agrees) && figures.allSatisfy { $0.agrees ?? true } }

    private enum CodingKeys: CodingKey {
        case compiler, platform, processor, debug, quick, minTimeSeconds, rounds, rows, figures
    }

    /// Runs the problems that the options choose.
    init(running options: Options) throws {
        quick = options.quick
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
