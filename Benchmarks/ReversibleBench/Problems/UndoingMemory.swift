import AD
import Foundation
import NativeEngine

/// Memory and time of one gradient with each way to get old values back, for more and more steps.
///
/// A chain of particles with springs that are not linear, in steps that can be undone, so that every way can be had.
/// Each measurement is a process of its own: this program again, with `--undoing-probe`.
enum UndoingMemory {
    static let problem = Problem("memory of undoing") { options, progress, report in
        let counts = options.sizes(
            quick: [1000, 10_000], usual: [1000, 10_000, 100_000, 1_000_000],
            full: [1000, 10_000, 100_000, 1_000_000])
        var lines = [["chain of \(particles), steps", "old values", "memory", "∇"]]
        for way in ways {
            for steps in counts {
                progress.show("memory of undoing: \(way.name), \(steps) steps")
                let numbers = try Child.numbers(["--undoing-probe", "\(way.name):\(steps)"])
                guard numbers.count == 3 else { throw Child.Failure("the probe with \(steps) steps failed") }
                lines.append(["\(steps)", way.name, Text.bytes(numbers[0]), Text.time(numbers[1])])
                report.figures += [
                    Figure(
                        section: "memory of undoing", name: "\(way.name), memory of \(steps) steps",
                        value: numbers[0], unit: "B", limit: limit(way.undoing)),
                    Figure(
                        section: "memory of undoing", name: "\(way.name), time of \(steps) steps",
                        value: numbers[1], unit: "s"),
                ]
            }
        }
        report.tables.append(
            Text.table(lines, leftColumns: 2)
                + "\nmemory: the most that a process holds while its compiled gradient runs, beyond what it held before; "
                + "less\nthan some 0.3 MiB cannot be told from none")
    }

    private static let ways = [Undoing.inverse, .checkpoints(10), .checkpoints(1000), .recorded].map {
        (name: String("\($0)".dropFirst()), undoing: $0)
    }

    /// What may be held where nothing grows: the pages that one is counted by, and ten copies of a kilobyte.
    private static func limit(_ way: Undoing) -> Double? {
        way == .inverse || way == .checkpoints(10) ? 1024 * 1024 : nil
    }

    private static let particles = 64

    /// What `--undoing-probe` prints: bytes, the fastest gradient's seconds, and a slope, to compare with others.
    static func run(_ probe: String) throws -> String {
        let parts = probe.split(separator: ":")
        guard parts.count == 2, let way = ways.first(where: { $0.name == parts[0] }),
            let steps = Int(parts[1])
        else { throw UsageError("The value '\(probe)' is invalid for '--undoing-probe'") }
        let gradient = try compile(grad(chain, undoing: way.undoing))
        let u = (0..<particles).map { sin(0.3 * Double($0)) }
        let zero = u.map { _ in 0.0 }
        var slope = 0.0
        func run(_ steps: Int) throws -> Double {
            let (seconds, found) = try Stopwatch.once { try gradient(0, u, zero, steps).1 }
            guard found.allSatisfy(\.isFinite) else { throw Child.Failure("the gradient is not finite") }
            slope = found[5]
            return seconds
        }
        // Once before, so that all code has been loaded.
        _ = try run(10)
        let before = try MemoryProbe.restartPeak()
        var fastest = try run(steps)
        let bytes = max(try MemoryProbe.peakBytes() - before, 0)
        var total = fastest
        while total < 0.3 {
            let seconds = try run(steps)
            fastest = min(fastest, seconds)
            total += seconds
        }
        return "\(bytes) \(fastest) \(slope)"
    }

    private static let chain = ReversibleFunction("chain", parameters: ["loss", "u", "v", "steps"]) {
        (loss: Scalar, u: Vector, v: Vector, steps: Integer) in
        For(0..<steps) { _ in
            For(1..<u.count - 1) { i in
                let (left, right) = (u[i] - u[i - 1], u[i + 1] - u[i])
                v[i] += 0.01 * (right - left + 0.1 * (right * right * right - left * left * left))
            }
            For(1..<u.count - 1) { i in u[i] += 0.01 * v[i] }
        }
        loss += sum(u * u) / 2
    }
}
