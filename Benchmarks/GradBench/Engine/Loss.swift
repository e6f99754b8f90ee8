import AD
import BenchmarkSupport

/// A loss, which is argument 0 of a program, and its gradient in some other arguments.
struct Loss: Sendable {
    private let objective: Runnable
    private let slope: Runnable
    private let wanted: [Int]

    init<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, in wanted: [Int], _ engine: Engine
    ) throws {
        objective = try engine.function(f)
        slope = try engine.gradient(of: f, in: Set(wanted))
        self.wanted = wanted
    }

    /// The loss for some arguments.
    func value(_ arguments: [Memory.Content], _ repeats: Repeats) throws -> Answer {
        let memory = Memory(arguments, changing: [0])
        return try repeats.run(objective, on: memory) { $0.value(of: 0)[0] }
    }

    /// The gradient there; the numbers one after the other, unless `output` says otherwise.
    func gradient(
        _ arguments: [Memory.Content], _ repeats: Repeats,
        output: (Memory) -> any Encodable & Sendable = { $0.gradients(of: nil) }
    ) throws -> Answer {
        let memory = Memory(arguments, changing: [0], wanted: wanted)
        return try repeats.run(slope, on: memory, output: output)
    }
}
