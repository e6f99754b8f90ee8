import Foundation

/// One problem's times and checks.
struct Row: Codable {
    var problem: String
    var size: String
    var objectiveSeconds: Double
    var gradientSeconds: Double
    var handObjectiveSeconds: Double
    var handGradientSeconds: Double
    var valueDifference: Double
    var gradientDifference: Double
    var tolerance: Double
    var checksum: Double

    var gradientOverObjective: Double { gradientSeconds / objectiveSeconds }
    var handGradientOverObjective: Double { handGradientSeconds / handObjectiveSeconds }
    var objectiveOverHand: Double { objectiveSeconds / handObjectiveSeconds }
    var gradientOverHand: Double { gradientSeconds / handGradientSeconds }
    var difference: Double { max(valueDifference, gradientDifference) }
    var agrees: Bool { difference <= tolerance }
}

/// A quantity that stands on its own: a cost, a memory size, a fitted number.
struct Figure: Codable {
    var section: String
    var name: String
    var value: Double
    var unit: String
    /// Whether the figure is as it must be; none if nothing is demanded of it.
    var agrees: Bool?
}

/// All that a run has found.
struct Report: Codable {
    var compiler = Build.compiler
    var platform = Build.platform
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
        case compiler, platform, debug, quick, minTimeSeconds, rounds, rows, figures
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
