import Foundation
import GradBench

// A tool of the GradBench suite: reads JSON messages from standard input, a line each, and answers each on
// standard output. See GradBench/Protocol/Session.swift.

do {
    let options = try ToolOptions(Array(CommandLine.arguments.dropFirst()))
    if options.help {
        print(ToolOptions.usage)
        exit(0)
    }
    var session = Session(engine: options.engine)
    while let line = readLine() {
        FileHandle.standardOutput.write(Data((session.answer(to: line) + "\n").utf8))
    }
} catch {
    FileHandle.standardError.write(Data("Error: \(error)\nSee 'gradbench --help'.\n".utf8))
    exit(2)
}
