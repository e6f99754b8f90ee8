import Foundation
import GradBench

// A tool of the GradBench suite: reads JSON messages from standard input, a line each, and answers each on
// standard output. See Protocol/Session.swift.

let usage = """
    OVERVIEW: Answers the GradBench suite's messages on standard input with reversible programs.

    USAGE: gradbench [--engine <engine>] [--threads <n>]

    OPTIONS:
      --engine <engine>   native or interpreter (default: native).
      --threads <n>       On how many threads native code runs parallel loops; 0 for all cores (default: 1).
      -h, --help          Show this.

    EVALS: \(Session.moduleNames.joined(separator: ", "))

    EXIT STATUS: 0 at the end of the input; 2 if the command line is wrong.
    """

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("Error: \(message)\nSee 'gradbench --help'.\n".utf8))
    exit(2)
}

var engine = Engine()
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
    func value() -> String {
        guard let text = parts.count == 2 ? parts[1] : arguments.popFirst() else {
            fail("Missing value for '\(parts[0])'")
        }
        return text
    }
    switch parts[0] {
    case "--engine":
        let text = value()
        guard let kind = Engine.Kind(rawValue: text) else {
            fail("The value '\(text)' is invalid for '--engine' (choose native or interpreter)")
        }
        engine.kind = kind
    case "--threads":
        let text = value()
        guard let threads = Int(text), (0...1024).contains(threads) else {
            fail("The value '\(text)' is invalid for '--threads' (choose 0 to 1024)")
        }
        engine.threads = threads
    case "-h", "--help":
        print(usage)
        exit(0)
    default: fail("Unknown argument '\(argument)'")
    }
}

var session = Session(engine: engine)
while let line = readLine() {
    if line.allSatisfy(\.isWhitespace) { continue }
    FileHandle.standardOutput.write(Data((session.answer(to: line) + "\n").utf8))
}
