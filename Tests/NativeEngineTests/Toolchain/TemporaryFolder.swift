import Foundation
import NativeEngine
import Testing

/// A folder for one test, removed with this object.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
        let folder = base.appendingPathComponent("reversible-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The environment of this process, without what would lead the toolchain to the user's own cache.
    var environment: [String: String] {
        var result = ProcessInfo.processInfo.environment
        for name in ["REVERSIBLE_CC", "REVERSIBLE_CACHE", "XDG_CACHE_HOME"] { result[name] = nil }
        result["HOME"] = "\(path)/home"
        return result
    }

    /// Writes a shell script that can be run.
    func script(_ name: String, _ text: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        return file
    }

    /// The compiler of this computer behind a script that notes each call.
    func countingCompiler() throws -> CCompiler {
        let real = try CCompiler.find(environment: environment)
        return try CCompiler(
            path: script("clang-counting", "echo called >> '\(path)/calls'\nexec '\(real.path)' \"$@\""))
    }

    /// How often the counting compiler was called.
    var calls: Int {
        ((try? String(contentsOfFile: "\(path)/calls", encoding: .utf8)) ?? "").split(separator: "\n").count
    }

    func names(_ folder: String = "cache") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
    }
}

/// Whether the tests that need a compiler can run; says so if they cannot.
let compilerIsThere: Bool = {
    if (try? CCompiler.find()) != nil { return true }
    print("No C compiler on this computer: tests that compile are skipped.")
    return false
}()

/// A C function `answer` that returns the number.
func answering(_ number: Int32) -> Compilation {
    Compilation(source: "int answer(void) { return \(number); }\n")
}

/// What the function `answer` of a library returns.
func answer(_ library: LoadedLibrary) throws -> Int32 {
    typealias Function = @convention(c) () -> Int32
    let function = unsafeBitCast(try library.symbol("answer"), to: Function.self)
    return withExtendedLifetime(library) { function() }
}
