import Foundation
import NativeEngine

/// One of the plain C++ objectives in References/GradBench, compiled as the suite compiles its C++ tools.
struct CppReference {
    /// Why there is none: a machine without the compiler is no mistake.
    struct NoCompiler: Error, CustomStringConvertible { let description: String }

    /// What the suite compiles with.
    private static let flags = ["-O3", "-march=native", "-std=c++17", "-shared", "-fPIC"]

    private let library: LoadedLibrary

    /// Compiles a file and opens the library.
    ///
    /// - Parameter path: The folders that may have g++, as in `PATH`.
    /// - Throws: `NoCompiler` if none has.
    init(_ name: String, path: String? = ProcessInfo.processInfo.environment["PATH"]) throws {
        let folder = "References/GradBench"
        guard let source = Bundle.module.url(forResource: name, withExtension: "cpp", subdirectory: folder)
        else { throw Failure(description: "there is no reference \(name).cpp") }
        let files = FileManager.default
        let output = files.temporaryDirectory.appending(path: "gradbench-\(name)-\(UUID().uuidString).so")
        // An open library stays when its file goes.
        defer { try? files.removeItem(at: output) }
        let compiler = try CppReference.compiler(in: path ?? "")
        let arguments =
            CppReference.flags
            + [source.path(percentEncoded: false), "-o", output.path(percentEncoded: false)]
        #if os(macOS) || os(Linux) || os(Windows)
            let process = Process()
            process.executableURL = compiler
            process.arguments = arguments
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                throw Failure(description: "g++ \(arguments.joined(separator: " ")) failed")
            }
        #endif
        library = try LoadedLibrary(path: output.path(percentEncoded: false))
    }

    /// The function of a name, whose type must be that of the result; it is good as long as this reference.
    func function<Function>(_ symbol: String) throws -> Function {
        unsafeBitCast(try library.symbol(symbol), to: Function.self)
    }

    private static func compiler(in path: String) throws -> URL {
        let candidates = path.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/g++" }
        guard let path = candidates.first(where: FileManager.default.isExecutableFile) else {
            throw NoCompiler(description: "no C++: there is no g++ on PATH")
        }
        return URL(filePath: path)
    }

    private struct Failure: Error, CustomStringConvertible { let description: String }
}
