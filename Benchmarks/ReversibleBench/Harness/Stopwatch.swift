/// Times pieces of work that take turns.
///
/// The rule is ADBench's: the repeats of a piece are doubled until a batch of them takes a minimum time, the
/// batch is then run in several rounds, and the fastest round counts. All pieces run in every round, so that
/// a disturbance of the machine hits them alike. A piece that takes long has fewer rounds.
struct Stopwatch {
    /// A piece of work; what it returns is added to a checksum, so that it cannot be optimised away.
    typealias Work = () throws -> Double

    /// The seconds in all that a piece is measured again for.
    private static let patience = 2.0

    let batchTime: Double
    let rounds: Int

    init(_ options: Options) {
        batchTime = options.batchTime
        rounds = options.rounds
    }

    /// The seconds that every piece takes, and the sum of all their results.
    func measure(_ works: [Work], progress: (Int) -> Void = { _ in }) throws -> (
        seconds: [Double], checksum: Double
    ) {
        var checksum = 0.0
        var repeats: [Int] = []
        var best: [Double] = []
        for (position, work) in works.enumerated() {
            progress(position)
            var count = 1
            var elapsed = try Stopwatch.time(work, count, &checksum)
            while elapsed < batchTime {
                count *= 2
                elapsed = try Stopwatch.time(work, count, &checksum)
            }
            repeats.append(count)
            best.append(elapsed / Double(count))
        }
        let turns = zip(repeats, best).map { count, seconds in
            min(max(rounds, 2) - 1, Int(Stopwatch.patience / (Double(count) * seconds)))
        }
        for round in 0..<(turns.max() ?? 0) {
            for (position, work) in works.enumerated() where round < turns[position] {
                progress(position)
                let elapsed = try Stopwatch.time(work, repeats[position], &checksum)
                best[position] = min(best[position], elapsed / Double(repeats[position]))
            }
        }
        return (best, checksum)
    }

    /// The seconds that one run takes.
    static func once<Result>(_ body: () throws -> Result) rethrows -> (seconds: Double, result: Result) {
        let clock = ContinuousClock()
        let start = clock.now
        let result = try body()
        return ((clock.now - start) / .seconds(1), result)
    }

    @inline(never)
    private static func time(_ work: Work, _ repeats: Int, _ checksum: inout Double) throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        var sum = 0.0
        for _ in 0..<repeats { sum += try work() }
        checksum += sum
        return (clock.now - start) / .seconds(1)
    }
}
