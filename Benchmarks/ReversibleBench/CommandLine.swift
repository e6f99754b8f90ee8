import Foundation

/// A mistake on the command line; it ends the program with exit status 2.
struct UsageError: Error {
    let message: String

    init(_ message: String) { self.message = message }
}

/// What the command line asks for.
struct Options {
    /// How the report is printed.
    enum Format: String, CaseIterable { case console, json, csv }

    var filter: String?
    var format = Format.console
    var quick = false
    var full = false
    var threads = 1
    var plot: String?
    var minTime: Double?
    var allowDebug = false
    var help = false
    var list = false
    var memoryProbe: Int?
    /// Whether the memory probe is of native code.
    var native = false
    var compileProbe: String?
    var undoingProbe: String?
    /// Seeds the generator of all made-up data; a run-time value, so that no compiler can fold the data in.
    var seed: UInt64 = 1

    /// The least time a measured batch of repeats must take, in seconds.
    var batchTime: Double { minTime ?? (quick ? 0.002 : 0.02) }

    /// One of three things by the size of run that is asked for.
    func sizes<Size>(quick: Size, usual: Size, full: Size) -> Size {
        self.quick ? quick : self.full ? full : usual
    }

    /// How often every batch is measured; the fastest counts.
    var rounds: Int { quick ? 3 : 15 }

    static let synopsis = """
        Usage: reversible-bench [--filter <regex>] [--format <format>] [--quick | --full] [--threads <n>] \
        [--plot <file>] [--min-time <seconds>] [--seed <number>] [--list] [--allow-debug]
        """

    static let usage = """
        OVERVIEW: Compares reversible programs and their gradients with hand-written C.

        Every problem and its gradient are computed by hand-written C, by a reversible program on the
        interpreter, and by the same program as native code. Values and gradients must agree. Times are the
        fastest of several rounds, in which all take turns. A problem's ratios are the result: they depend
        little on the machine.

        USAGE: reversible-bench [--filter <regex>] [--format <format>] [--quick | --full] [--threads <n>]
                                [--plot <file>] [--min-time <seconds>] [--seed <number>] [--list]
                                [--allow-debug]

        OPTIONS:
          --filter <regex>        Run only the problems whose name matches.
          --format <format>       console, json or csv (default: console).
          --quick                 Smaller sizes and short timings: a smoke test of a few seconds.
          --full                  All sizes, also those that take minutes.
          --threads <n>           How many threads native code may use (default: 1).
          --plot <file>           Write a bar chart of the times as SVG.
          --min-time <seconds>    The least time of a measured batch (default: 0.02, with --quick 0.002).
          --seed <number>         The seed of the made-up data (default: 1).
          --list                  Print the problems' names.
          --allow-debug           Measure even in a debug build.
          -h, --help              Show help information.

        EXIT STATUS: 0 all values and gradients agree; 1 a check failed; 2 the command line is wrong.
        A ratio that misses its requirement is marked in the report and does not change the status.
        """

    /// Reads the arguments that follow the program's name.
    init(_ arguments: [String]) throws {
        var remaining = arguments[...]
        while let argument = remaining.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            let attached = parts.count == 2 ? String(parts[1]) : nil
            func value() throws -> String {
                guard let text = attached ?? remaining.popFirst() else {
                    throw UsageError("Missing value for '\(name)'")
                }
                return text
            }
            func number<Number: LosslessStringConvertible>(_ accepts: (Number) -> Bool) throws -> Number {
                let text = try value()
                guard let number = Number(text), accepts(number) else {
                    throw UsageError("The value '\(text)' is invalid for '\(name)'")
                }
                return number
            }
            switch name {
            case "--filter": filter = try Options.pattern(try value())
            case "--format": format = try Options.format(try value())
            case "--min-time": minTime = try number { (seconds: Double) in seconds > 0 && seconds.isFinite }
            case "--threads": threads = try number { $0 > 0 }
            case "--plot": plot = try value()
            case "--seed": seed = try number { _ in true }
            case "--memory-probe": memoryProbe = try number { $0 > 0 }
            case "--compile-probe": compileProbe = try value()
            case "--undoing-probe": undoingProbe = try value()
            case "--quick", "--full", "--allow-debug", "--native", "--list", "--help", "-h":
                guard attached == nil else { throw UsageError("'\(name)' takes no value") }
                set(flag: name)
            default:
                throw UsageError(
                    name.hasPrefix("-") ? "Unknown option '\(name)'" : "Unexpected argument '\(argument)'")
            }
        }
        guard !(quick && full) else { throw UsageError("'--quick' and '--full' exclude each other") }
    }

    private mutating func set(flag: String) {
        switch flag {
        case "--quick": quick = true
        case "--full": full = true
        case "--allow-debug": allowDebug = true
        case "--list": list = true
        case "--native": native = true
        default: help = true
        }
    }

    private static func pattern(_ text: String) throws -> String {
        do {
            _ = try Regex(text)
            return text
        } catch {
            throw UsageError("The value '\(text)' is no regular expression")
        }
    }

    private static func format(_ text: String) throws -> Format {
        guard let format = Format(rawValue: text) else {
            let names = Format.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("The value '\(text)' is invalid for '--format' (choose from \(names))")
        }
        return format
    }
}

/// Writes a line to standard error.
func printError(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}
