import Foundation
import Synchronization

@testable import CUDAEngine

/// A copy of the stub driver (`Stub/stub_driver.c`), whose state no other test sees.
final class StubDriver: Sendable {
    /// Which functions the library has.
    enum Variant: String, CaseIterable {
        case current = "STUB_CURRENT"
        /// No memory pools and no graphs; an old way to release a context.
        case old = "STUB_OLD"
        /// Nothing but what an emulator must have: one stream, copies that wait, no events.
        case minimal = "STUB_MINIMAL"
        /// A function is missing that every driver has.
        case incomplete = "STUB_INCOMPLETE"
    }

    let path: String
    nonisolated(unsafe) private let handle: UnsafeMutableRawPointer

    init(_ variant: Variant = .current, _ settings: [String: Int] = [:]) throws {
        let built = try Self.built.get()
        // The dynamic linker opens a file once; another file of the same text has a state of its own.
        path = built.appending(path: "\(UUID().uuidString).so").path
        try FileManager.default.copyItem(atPath: built.appending(path: "\(variant).so").path, toPath: path)
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw Failure(text: String(cString: dlerror()))
        }
        self.handle = handle
        for (name, value) in settings { set(name, value) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    subscript(name: String) -> Int {
        get {
            typealias Function = @convention(c) (UnsafePointer<CChar>) -> Int32
            return Int(unsafeBitCast(dlsym(handle, "stub_value"), to: Function.self)(name))
        }
    }

    func set(_ name: String, _ value: Int) {
        typealias Function = @convention(c) (UnsafePointer<CChar>, Int32) -> Void
        unsafeBitCast(dlsym(handle, "stub_set"), to: Function.self)(name, Int32(value))
    }

    /// The device of the stub.
    func device() throws(CUDAError) -> CUDADevice {
        try CUDADevice(0, of: try LibraryDriver(path: path))
    }

    /// What lives still, by kind.
    var living: [String: Int] {
        var found: [String: Int] = [:]
        for name in ["contexts", "memory", "host memory", "streams", "events", "modules", "graphs"] {
            if self[name] != 0 { found[name] = self[name] }
        }
        return found
    }

    /// What lives in a new stub after a piece of work and the end of everything in it.
    static func living(
        _ variant: Variant = .current, _ settings: [String: Int] = [:],
        after work: (CUDADevice, StubDriver) throws -> Void
    ) throws -> [String: Int] {
        let stub = try StubDriver(variant, settings)
        try work(try stub.device(), stub)
        return stub.living
    }

    struct Failure: Error {
        var text: String
    }

    // MARK: Compilation

    /// Whether the tests with it can run.
    static var isAvailable: Bool { compiler != nil }

    static let compiler: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        for name in ["cc", "clang", "gcc"] {
            for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
                return "\(folder)/\(name)"
            }
        }
        return nil
    }()

    private static let folder = FileManager.default.temporaryDirectory
        .appending(path: "stub-driver-\(UUID().uuidString)")

    /// The folder of the compiled libraries, one per variant. It goes when the process ends.
    private static let built = Result { () throws in
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(at: StubDriver.folder) }
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Stub/stub_driver.c")
        for variant in Variant.allCases {
            try run(
                compiler ?? "cc",
                [
                    "-std=c11", "-O1", "-shared", "-fPIC", "-pthread", "-D\(variant.rawValue)", source.path,
                    "-o",
                    folder.appending(path: "\(variant).so").path,
                ])
        }
        return folder
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw Failure(text: text) }
    }
}

/// PTX with the kernels that the stub can do.
let stubModule = """
    .version 6.0
    .target sm_60
    .address_size 64
    .visible .entry twice(.param .u64 values, .param .u64 count) { ret; }
    .visible .entry store(
        .param .u64 target,  // where to
        .param .f64 a, .param .f32 b, .param .s32 c
    ) { ret; }
    .visible .entry fail() { ret; }
    """
