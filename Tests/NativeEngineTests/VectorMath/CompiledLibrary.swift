#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Foundation
import Testing

/// A C compiler found on this machine.
struct TestCompiler: Sendable, CustomTestStringConvertible {
    var name: String
    var path: String

    var testDescription: String { name }

    /// clang beside swift or on PATH, and gcc.
    static let all: [TestCompiler] = ["clang", "gcc"].compactMap { name in
        guard let path = find(name) else {
            print("no \(name) on PATH: its tests of C text are left out")
            return nil
        }
        return TestCompiler(name: name, path: path)
    }

    private static func find(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(
            String.init)
        // The compiler that belongs to the Swift in use first.
        let besideSwift = folders.filter { access($0 + "/swift", X_OK) == 0 }
        return (besideSwift + folders).map { $0 + "/" + name }.first { access($0, X_OK) == 0 }
    }

    /// Compiles C text, in which every warning is an error, and opens the library.
    func library(_ source: String, _ flags: [String]) throws -> CompiledLibrary {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "vector-math-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = folder.appendingPathComponent("lanes.c")
        let object = folder.appendingPathComponent("lanes.so")
        try source.write(to: text, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments =
            [
                "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Wno-psabi", "-Werror", "-shared",
                "-fPIC",
            ] + flags
            + [text.path, "-o", object.path, "-lm"]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let message = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CompiledLibrary.Failure(message: String(decoding: message, as: UTF8.self))
        }
        guard let handle = dlopen(object.path, RTLD_NOW | RTLD_LOCAL) else {
            throw CompiledLibrary.Failure(message: "dlopen failed")
        }
        return CompiledLibrary(handle: handle)
    }
}

/// A library of functions over arrays: `array_f(count, x, y, result)`.
struct CompiledLibrary {
    struct Failure: Error { var message: String }

    let handle: UnsafeMutableRawPointer

    /// Calls the function on all pairs; a function of one argument gets x alone.
    func callAsFunction<Number: BinaryFloatingPoint>(
        _ name: String,
        _ x: [Number],
        _ y: [Number]
    ) throws -> [Number] {
        typealias Function =
            @convention(c) (Int, UnsafeRawPointer, UnsafeRawPointer, UnsafeMutableRawPointer) -> Void
        guard let symbol = dlsym(handle, "array_" + name) else { throw Failure(message: "no \(name)") }
        let function = unsafeBitCast(symbol, to: Function.self)
        let count = x.count
        var result = [Number](repeating: 0, count: x.count)
        x.withUnsafeBytes { x in
            y.withUnsafeBytes { y in
                result.withUnsafeMutableBytes { result in
                    if let x = x.baseAddress, let y = y.baseAddress, let result = result.baseAddress {
                        function(count, x, y, result)
                    }
                }
            }
        }
        return result
    }
}
