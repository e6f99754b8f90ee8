import AD
import Testing

@testable import ReversibleBench

/// The turns that runs from copies make, counted by what they compute.
struct CheckpointCountTests {
    @Test(arguments: [1, 2, 3, 10, 60]) func advances(copies: Int) throws {
        for (name, program, counting) in Counted.all {
            for turns in [0, 1, 2, 3, 7, 40, 101] where copies > 1 || turns < 50 {
                let counted = try Counted.advances(program, turns: turns, copies: copies)
                let announced = Undoing.cost(steps: turns, checkpoints: copies).advances
                #expect(counted == announced + counting * turns, "\(name), \(turns) turns, \(copies) copies")
            }
        }
    }
}
