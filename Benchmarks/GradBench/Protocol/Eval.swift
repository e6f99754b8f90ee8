import BenchmarkSupport
import Foundation

/// One benchmark of the suite: its functions by name.
protocol Eval: Sendable {
    /// The name in messages.
    static var module: String { get }
    /// Prepares what does not depend on an input's sizes: compiles.
    init(_ engine: Engine) throws
    /// What can be evaluated.
    var functions: [String: @Sendable (Request) throws -> Answer] { get }
}

/// A function's value, and the nanoseconds that each run took.
struct Answer: Sendable {
    let output: any Encodable & Sendable
    let nanoseconds: [Int]
}

/// What an evaluate message asks for.
struct Request {
    private let message: Data

    init(_ message: Data) { self.message = message }

    /// The input, with what it says about repeats.
    func input<Input: Decodable>(_ type: Input.Type) throws -> Timed<Input> {
        try JSONDecoder().decode(Envelope<Timed<Input>>.self, from: message).input
    }

    /// An input that is a bare value.
    func bareInput<Input: Decodable>(_ type: Input.Type) throws -> Input {
        try JSONDecoder().decode(Envelope<Input>.self, from: message).input
    }

    private struct Envelope<Input: Decodable>: Decodable { let input: Input }
}

/// An input, and how often it is to be evaluated.
@dynamicMemberLookup
struct Timed<Input: Decodable>: Decodable {
    let value: Input
    let repeats: Repeats

    init(from decoder: any Decoder) throws {
        value = try Input(from: decoder)
        repeats = try Repeats(from: decoder)
    }

    subscript<Field>(dynamicMember field: KeyPath<Input, Field>) -> Field { value[keyPath: field] }
}

/// Until when an evaluation is repeated.
struct Repeats: Decodable {
    private let runs: Int
    private let seconds: Double

    private enum CodingKeys: String, CodingKey {
        case runs = "min_runs"
        case seconds = "min_seconds"
    }

    /// A single run.
    static let once = Repeats(runs: 1, seconds: 0)

    private init(runs: Int, seconds: Double) {
        self.runs = runs
        self.seconds = seconds
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        runs = try fields.decodeIfPresent(Int.self, forKey: .runs) ?? 1
        seconds = try fields.decodeIfPresent(Double.self, forKey: .seconds) ?? 0
        try require(
            runs <= WorkLimit.runs, "\"min_runs\" is \(runs); the limit is \(WorkLimit.runs)")
        try require(
            seconds <= WorkLimit.seconds,
            "\"min_seconds\" is \(seconds); the limit is \(Int(WorkLimit.seconds))")
    }

    /// Runs the work as often as is asked for, and takes the times.
    func run(
        _ work: () throws -> Void, output: () throws -> any Encodable & Sendable
    ) throws -> Answer {
        let nanoseconds = try time(work)
        return Answer(output: try output(), nanoseconds: nanoseconds)
    }

    /// The same for a program on memory that is set back before every run.
    func run(
        _ program: Runnable, on memory: Memory, output: (Memory) throws -> any Encodable & Sendable
    ) throws -> Answer {
        try run {
            memory.reset()
            try program.run(memory)
        } output: {
            try output(memory)
        }
    }

    /// The nanoseconds of each run, until there were enough runs and they took long enough.
    private func time(_ work: () throws -> Void) rethrows -> [Int] {
        var times: [Int] = []
        var total = 0
        let clock = ContinuousClock()
        repeat {
            let duration = try clock.measure(work).components
            let nanoseconds =
                Int(duration.seconds) * 1_000_000_000 + Int(duration.attoseconds / 1_000_000_000)
            times.append(nanoseconds)
            total += nanoseconds
        } while times.count < runs || Double(total) < seconds * 1e9
        return times
    }
}

/// Why a request cannot be answered.
struct RequestError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Insists on something about an input.
func require(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws {
    guard condition else { throw RequestError(otherwise()) }
}

/// What one run may cost at most.
///
/// A request beyond this would not be answered in a time that anybody waits: it is refused, so that the session
/// goes on. The largest inputs of the suite are a thousandth of it.
enum WorkLimit {
    /// How many terms of sums, elements of steps or products may be computed: ten thousand millions, which take
    /// from ten seconds to a few minutes.
    static let terms = 10_000_000_000
    /// How many numbers of a kind an input may ask for without giving them.
    static let count = 100_000_000
    /// How often, and how long, a function may be repeated.
    static let runs = 1_000_000
    static let seconds = 3600.0
}

/// Insists that the product of some numbers is no more work than one run may be.
func requireWork(_ factors: (name: String, count: Int)...) throws {
    var product = 1.0
    for factor in factors { product *= Double(factor.count) }
    let list = factors.map { "\($0.count) \($0.name)" }.joined(separator: " times ")
    try require(
        product <= Double(WorkLimit.terms),
        "\(list) is too much work for one answer; the limit is \(WorkLimit.terms)")
}

/// Insists that an input asks for no more of something than there is memory for.
func requireCount(_ field: String, _ count: Int) throws {
    try require(
        count <= WorkLimit.count, "\"\(field)\" is \(count); the limit is \(WorkLimit.count)")
}
