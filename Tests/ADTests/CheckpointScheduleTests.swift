import ReversibleCore
import Testing

/// The binomial schedule, against what dynamic programming finds.
@Suite struct CheckpointScheduleTests {
    /// The least number of turns run to get ahead, by trying every place for the next copy.
    private static func optimum(turns: Int, copies: Int) -> [[Int]] {
        var best = [[Int]](
            repeating: [Int](repeating: 0, count: turns + 1), count: copies + 1)
        for c in 1...copies {
            for n in stride(from: 2, through: turns, by: 1) {
                best[c][n] =
                    c == 1
                    ? n * (n - 1) / 2
                    : (1..<n).map { $0 + best[c - 1][n - $0] + best[c][$0] }.min() ?? 0
            }
        }
        return best
    }

    /// What the schedule costs, and how many copies it has at a time.
    private func played(_ n: Int, _ c: Int, _ known: inout [[Int]: (Int, Int)]) -> (
        advances: Int, copies: Int
    ) {
        if n == 1 { return (0, 0) }
        if let found = known[[n, c]] { return found }
        let m = BinomialSchedule.split(n, copies: c)
        let (right, left) = (played(n - m, c - 1, &known), played(m, c, &known))
        let result = (m + right.advances + left.advances, max(right.copies + 1, left.copies))
        known[[n, c]] = result
        return result
    }

    @Test func splitsAreBest() {
        let best = Self.optimum(turns: 120, copies: 12)
        var known: [[Int]: (Int, Int)] = [:]
        for c in 1...12 {
            for n in 1...120 {
                let cost = Undoing.cost(steps: n, checkpoints: c)
                #expect(cost.advances == best[c][n], "\(n) turns, \(c) copies")
                let schedule = played(n, c, &known)
                #expect(schedule.advances == best[c][n], "\(n) turns, \(c) copies")
                #expect(schedule.copies == cost.copies, "\(n) turns, \(c) copies")
            }
        }
    }

    /// 3,636 is what revolve (Griewank and Walther 2000) gives for 1,000 steps and 10 copies: 4·1000 − C(14, 11).
    @Test func publishedCosts() {
        #expect(Undoing.cost(steps: 1000, checkpoints: 10).advances == 3636)
        #expect(Undoing.cost(steps: 1000, checkpoints: 10).copies == 10)
        #expect(Undoing.cost(steps: 1, checkpoints: 5).advances == 0)
        #expect(Undoing.cost(steps: 0, checkpoints: 5).copies == 0)
        #expect(Undoing.cost(steps: -3, checkpoints: 5).advances == 0)
        #expect(Undoing.cost(steps: 10, checkpoints: 0).advances == .max)
        #expect(Undoing.cost(steps: 10, checkpoints: 1000).advances == 9)
        #expect(Undoing.cost(steps: .max, checkpoints: .max).advances == .max - 1)
        #expect(Undoing.cost(steps: .max, checkpoints: 2).advances == .max)
    }

    /// Of more turns than there are numbers for, nothing overflows.
    @Test(arguments: [1, 2, 3, 10, 1_000_000, Int.max])
    func hugeNumbers(copies: Int) {
        for n in [1 << 20, 1 << 31, 1 << 40] where copies > 2 || n == 1 << 20 {
            let m = BinomialSchedule.split(n, copies: copies)
            #expect(m >= 1 && m < n)
            #expect(Undoing.cost(steps: n, checkpoints: copies).advances >= n - 1)
        }
    }
}
