import AD
import Foundation
import NativeEngine

/// The peak memory of the wave equation's gradient, for more and more steps.
///
/// Every number of steps runs in a process of its own: this program again, with `--memory-probe`.
enum MemoryProbe {
    static let problem = Problem("wave equation memory") { options, progress, report in
        let counts = options.sizes(
            quick: [100, 1000, 10_000], usual: [1000, 1_000_000], full: [1000, 10_000, 100_000, 1_000_000])
        var lines = [
            [
                "wave equation, steps", "by", "peak memory", "more than at \(counts[0])", "a tape's states",
                "∇",
            ]
        ]
        for side in Times.sides.dropFirst() {
            var first: Point?
            for steps in counts {
                progress.show("wave equation memory: \(steps) steps, \(side)")
                let point = try measureInChild(steps: steps, side)
                let extra = point.peakBytes - (first ?? point).peakBytes
                first = first ?? point
                let tape = Double(steps * cells * 2 * MemoryLayout<Double>.size)
                lines.append([
                    "\(steps)", side, Text.bytes(point.peakBytes), Text.bytes(extra), Text.bytes(tape),
                    Text.time(point.seconds),
                ])
                report.figures += [
                    Figure(
                        section: "wave equation memory", name: "\(side), peak at \(steps) steps",
                        value: point.peakBytes, unit: "B"),
                    Figure(
                        section: "wave equation memory", name: "\(side), extra at \(steps) steps",
                        value: extra,
                        unit: "B", agrees: extra <= allowance),
                ]
            }
        }
        report.tables.append(
            Text.table(lines, leftColumns: 2)
                + "\nA whole process and its gradient; extra memory must stay below \(Text.bytes(allowance))")
    }

    private static let cells = 10

    /// How much more memory counts as none: the system counts pages in batches.
    private static let allowance = 1024.0 * 1024

    private struct Point {
        var peakBytes: Double
        var seconds: Double
    }

    /// What `--memory-probe` prints: the peak memory in bytes and the gradient's seconds.
    static func run(steps: Int, native: Bool) throws -> String {
        let (u, v) = WaveEquation.initialState(cells: cells)
        let run =
            native ? try nativeGradient(u, v, steps) : { try grad(WaveEquation.program, 0.0, u, v, steps).1 }
        let (seconds, gradient) = try Stopwatch.once(run)
        guard gradient.allSatisfy(\.isFinite) else { throw ProbeError("the gradient is not finite") }
        return "\(try peakBytes()) \(seconds)"
    }

    private static func nativeGradient(
        _ u: [Double], _ v: [Double], _ steps: Int
    ) throws -> () throws -> [Double] {
        let gradient = try compile(grad(WaveEquation.program))
        return { try gradient(0.0, u, v, steps).1 }
    }

    private static func measureInChild(steps: Int, _ side: String) throws -> Point {
        let numbers = try Child.numbers(
            ["--memory-probe", "\(steps)"] + (side == "native" ? ["--native"] : []))
        guard numbers.count == 2 else { throw ProbeError("the probe with \(steps) steps failed") }
        return Point(peakBytes: numbers[0], seconds: numbers[1])
    }

    /// The largest resident size this process has had.
    static func peakBytes() throws -> Int {
        #if os(Linux)
            // Not getrusage: there a child starts with its parent's peak.
            return try bytes("VmHWM")
        #elseif canImport(Darwin)
            var usage = rusage()
            guard getrusage(RUSAGE_SELF, &usage) == 0 else { throw ProbeError("getrusage failed") }
            return usage.ru_maxrss
        #else
            throw ProbeError("peak memory is not known on this system")
        #endif
    }

    /// Lets the peak begin at what is resident now, and returns that.
    static func restartPeak() throws -> Int {
        #if os(Linux)
            // Where this is not allowed, the peak is that of the whole process.
            if let file = fopen("/proc/self/clear_refs", "w") {
                fputs("5", file)
                fclose(file)
            }
            return try bytes("VmRSS")
        #else
            return try peakBytes()
        #endif
    }

    #if os(Linux)
        private static func bytes(_ name: String) throws -> Int {
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let words = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }?.split(
                separator: " ")
            guard let words, words.count >= 2, let kibibytes = Int(words[words.count - 2]) else {
                throw ProbeError("/proc/self/status has no \(name)")
            }
            return kibibytes * 1024
        }
    #endif

    private struct ProbeError: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = "memory probe: \(description)" }
    }
}
