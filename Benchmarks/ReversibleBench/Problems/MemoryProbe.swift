import AD
import Foundation

/// The peak memory of the wave equation's gradient, for more and more steps.
///
/// Every number of steps runs in a process of its own: this program again, with `--memory-probe`.
enum MemoryProbe {
    static let problem = Problem("wave equation memory") { options, progress, report in
        let cells = 10
        let counts = options.sizes(
            quick: [100, 1000, 10_000], usual: [1000, 1_000_000], full: [1000, 10_000, 100_000, 1_000_000])
        var points: [Point] = []
        for steps in counts {
            progress.show("wave equation memory: \(steps) steps")
            points.append(try measureInChild(steps: steps, cells: cells))
        }
        guard let first = points.first else { return }
        var lines = [
            ["wave equation, steps", "peak memory", "more than at \(first.steps)", "a tape's states", "∇"]
        ]
        for point in points {
            let extra = point.peakBytes - first.peakBytes
            let tape = Double(point.steps * cells * 2 * MemoryLayout<Double>.size)
            lines.append([
                "\(point.steps)", Text.bytes(point.peakBytes), Text.bytes(extra), Text.bytes(tape),
                Text.time(point.seconds),
            ])
            report.figures += [
                Figure(
                    section: "wave equation memory", name: "peak at \(point.steps) steps",
                    value: point.peakBytes, unit: "B"),
                Figure(
                    section: "wave equation memory", name: "extra at \(point.steps) steps", value: extra,
                    unit: "B", agrees: extra <= allowance),
            ]
        }
        report.tables.append(
            Text.table(lines, leftColumns: 1)
                + "\nA whole process and its gradient; extra memory must stay below \(Text.bytes(allowance))")
    }

    /// How much more memory counts as none: the system counts pages in batches.
    private static let allowance = 1024.0 * 1024

    private struct Point {
        var steps: Int
        var peakBytes: Double
        var seconds: Double
    }

    /// What `--memory-probe` prints: the peak memory in bytes and the gradient's seconds.
    static func run(steps: Int, cells: Int) throws -> String {
        let (u, v) = WaveEquation.initialState(cells: cells)
        let (seconds, gradient) = try Stopwatch.once { try grad(WaveEquation.program, 0.0, u, v, steps) }
        guard gradient.1.allSatisfy(\.isFinite) else { throw ProbeError("the gradient is not finite") }
        return "\(try peakBytes()) \(seconds)"
    }

    private static func measureInChild(steps: Int, cells: Int) throws -> Point {
        #if os(macOS) || os(Linux) || os(Windows)
            guard let program = Bundle.main.executableURL else {
                throw ProbeError("this program's file is not known")
            }
            let child = Process()
            let output = Pipe()
            child.executableURL = program
            child.arguments = ["--memory-probe", "\(steps)", "--cells", "\(cells)"]
            child.standardOutput = output
            try child.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            child.waitUntilExit()
            let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
            guard child.terminationStatus == 0, numbers.count == 2 else {
                throw ProbeError("the probe with \(steps) steps failed")
            }
            return Point(steps: steps, peakBytes: numbers[0], seconds: numbers[1])
        #else
            throw ProbeError("this system runs no child processes")
        #endif
    }

    /// The largest resident size this process has had.
    private static func peakBytes() throws -> Int {
        #if os(Linux)
            // Not getrusage: there a child starts with its parent's peak.
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let words = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?.split(separator: " ")
            guard let words, words.count >= 2, let kibibytes = Int(words[words.count - 2]) else {
                throw ProbeError("/proc/self/status has no VmHWM")
            }
            return kibibytes * 1024
        #elseif canImport(Darwin)
            var usage = rusage()
            guard getrusage(RUSAGE_SELF, &usage) == 0 else { throw ProbeError("getrusage failed") }
            return usage.ru_maxrss
        #else
            throw ProbeError("peak memory is not known on this system")
        #endif
    }

    private struct ProbeError: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = "memory probe: \(description)" }
    }
}
