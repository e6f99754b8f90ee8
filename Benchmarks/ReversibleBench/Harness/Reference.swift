import Foundation

/// One of the hand-written C files in References, compiled as native code is: at run time, by the same
/// compiler with the same flags.
struct Reference {
    private let handle: UnsafeMutableRawPointer
    private let name: String

    static let flags = ["-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno"]

    init(_ name: String) throws {
        guard
            let source = Bundle.module.url(forResource: name, withExtension: "c", subdirectory: "References")
        else { throw Failure("there is no file \(name).c") }
        let folder = FileManager.default.temporaryDirectory.appending(path: "reference-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // An open library needs no file.
        defer { try? FileManager.default.removeItem(at: folder) }
        let library = folder.appending(path: "\(name).so")
        try Reference.compile(source, to: library)
        guard let handle = dlopen(library.path(percentEncoded: false), RTLD_NOW | RTLD_LOCAL) else {
            throw Failure("\(name).c: \(dlerror().map { String(cString: $0) } ?? "cannot be loaded")")
        }
        self.handle = handle
        self.name = name
    }

    /// The function of a name, whose C type `type` must be.
    func function<Function>(_ symbol: String, as type: Function.Type = Function.self) throws -> Function {
        guard let address = dlsym(handle, symbol) else { throw Failure("\(name).c has no \(symbol)") }
        return unsafeBitCast(address, to: type)
    }

    private static func compile(_ source: URL, to library: URL) throws {
        let compiler = Process()
        let messages = Pipe()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments =
            ["clang"] + flags
            + [
                "-shared", "-fPIC", source.path(percentEncoded: false), "-o",
                library.path(percentEncoded: false), "-lm",
            ]
        compiler.standardError = messages
        try compiler.run()
        let text = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else {
            throw Failure("clang cannot compile \(source.lastPathComponent): \(text)")
        }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = "reference: \(description)" }
    }
}
