import Foundation

/// This program again, in a process of its own.
enum Child {
    /// The numbers that it prints when run with some arguments.
    static func numbers(_ arguments: [String]) throws -> [Double] {
        #if os(macOS) || os(Linux) || os(Windows)
            guard let program = Bundle.main.executableURL else {
                throw Failure("this program's file is not known")
            }
            let child = Process()
            let output = Pipe()
            child.executableURL = program
            child.arguments = arguments
            child.standardOutput = output
            try child.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            child.waitUntilExit()
            guard child.terminationStatus == 0 else {
                throw Failure("\(arguments.joined(separator: " ")) failed")
            }
            return text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        #else
            throw Failure("this system runs no child processes")
        #endif
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = "child process: \(description)" }
    }
}
