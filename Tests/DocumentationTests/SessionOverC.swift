import Foundation
import NativeEngine
import Testing

extension Session {
    /// Compares a block of C with the C of a program, which must contain it word for word.
    func checkC(_ number: Int, in text: String) {
        checkedC.insert(number)
        guard let block = cBlock(number) else { return }
        let lines = relocated(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let isThere = lines.indices.contains { lines[$0...].starts(with: block.lines) }
        #expect(isThere, "\(source.path), block \(number) of C is not in:\n\(lines.joined(separator: "\n"))")
    }

    /// Compiles a block of C together with the C files of a folder, runs it, and compares what it prints with the
    /// comment after its `printf`.
    func runC(_ number: Int, in folder: String) throws {
        checkedC.insert(number)
        guard let block = cBlock(number) else { return }
        let compiler = try CCompiler.find().path
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        let work = "\(folder)/block\(number)"
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        try block.lines.joined(separator: "\n").write(
            toFile: "\(work)/main.c", atomically: true, encoding: .utf8)
        let sources = files.filter { $0.hasSuffix(".c") }.map { "\(folder)/\($0)" }
        let warnings = ["-Wall", "-Wextra", "-pedantic", "-Werror"]
        let inputs = ["\(work)/main.c"] + sources + ["-I", folder, "-lm", "-pthread", "-o", "\(work)/main"]
        let told = try output(of: compiler, ["-std=c11", "-O1", "-ffp-contract=off"] + warnings + inputs)
        #expect(told.isEmpty, "\(source.path), block \(number) of C: \(told)")
        let printed = try output(of: "\(work)/main", []).trimmingCharacters(in: .whitespacesAndNewlines)
        let comments = block.lines.filter { $0.contains("printf(\"") }.compactMap { line in
            line.firstMatch(of: /\/\* (.*) \*\/$/).map { String($0.output.1) }
        }
        #expect(
            agree(printed, comments.joined(separator: "\n")),
            "\(source.path), block \(number) of C prints \(printed)")
    }

    private func cBlock(_ number: Int) -> Document.Block? {
        document.cBlocks.first { $0.number == number }
    }

    private func output(of program: String, _ arguments: [String]) throws -> String {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(program) \(arguments.joined(separator: " "))")
        return String(decoding: data, as: UTF8.self)
    }
}
