import CUDAEngine
import Foundation
import GPUCheckSuite
import ReversibleCore
import TestSupport
import Testing

/// The checks for machines with a GPU, on the emulator.
@Suite("Checks for machines with a GPU") struct GPUCheckTests {
    private static func settings(usesCompiler: Bool = false) -> CheckSettings {
        var settings = CheckSettings()
        settings.sizes = [0, 33]
        settings.kernels = smallBlocks
        settings.usesCompiler = usesCompiler
        return settings
    }

    private func check(
        _ subjects: [Subject], _ settings: CheckSettings
    ) throws -> (ledger: Ledger, lines: [String]) {
        let lines = Lines()
        let ledger = Ledger { lines.list.append($0) }
        try withEmulatedDevice { device, _ in
            let checks = ProgramChecks(on: device, settings, ledger)
            for subject in subjects { checks.check(subject) }
        }
        return (ledger, lines.list)
    }

    @Test(arguments: Subject.Group.allCases) func programs(_ group: Subject.Group) throws {
        var settings = Self.settings()
        // These are many and slow; that there can be no iterations at all is seen with the others.
        if group == .library || group == .mixtures { settings.sizes = [33] }
        // So large a mixture takes the emulator a minute. Of each group some, if not all are to be tried.
        let subjects = Catalogue.subjects(of: group).filter { $0.name != "logPosterior10" }.enumerated()
            .filter { isExhaustive || $0.offset % 8 == 0 }.map(\.element)
        let (ledger, lines) = try check(subjects, settings)
        #expect(ledger.failed == 0, "\(lines.joined(separator: "\n"))")
        #expect(ledger.passed >= subjects.count)
    }

    /// Native code expects the same as the interpreter with the kernels' functions.
    @Test(.enabled(if: StubDriver.isAvailable, "there is no C compiler"))
    func nativeCodeAsReference() throws {
        let subjects = Catalogue.subjects(matching: nil).filter {
            ["saxpy", "gathered"].contains($0.name)
                || isExhaustive && ["rows", "adBenchJacobian"].contains($0.name)
        }
        let (ledger, lines) = try check(subjects, Self.settings(usesCompiler: true))
        #expect(ledger.failed == 0 && ledger.passed > 20, "\(lines.joined(separator: "\n"))")
    }

    /// One wrong bit in one number of one place is found, in sums a number off by a millionth.
    @Test(arguments: [("saxpy", 1 + 0x1p-52), ("gathered", 1 + 1e-6)])
    func wrongResults(_ name: String, _ factor: Double) throws {
        var settings = Self.settings()
        settings.sizes = [33]
        settings.spoil = { results in
            guard
                let position = results.lastIndex(where: {
                    $0.numbers.count > 1 && !$0.numbers.allSatisfy { $0 == 0 }
                })
            else { return }
            var isFirst = true
            results[position] = results[position].map { number in
                defer { if number != 0 { isFirst = false } }
                return isFirst ? number * factor : number
            }
        }
        let subjects = Catalogue.subjects(matching: name).filter { $0.name == name }
        let (ledger, lines) = try check(subjects, settings)
        #expect(ledger.failed > 0)
        let line = try #require(lines.first { $0.hasPrefix("FAILED") })
        for part in ["FAILED \(name) ", "n = 33", "element ", "expected ", "got "] {
            #expect(line.contains(part), "\(line)")
        }
    }

    @Test func deviceChecks() throws {
        let lines = Lines()
        let ledger = Ledger { lines.list.append($0) }
        try withEmulatedDevice { device, _ in
            DeviceChecks(on: device, count: 50, heldBytes: 4096, ledger).run()
        }
        #expect(ledger.failed == 0 && ledger.passed > 30, "\(lines.list.joined(separator: "\n"))")
    }

    /// Everything in order: what the device is, a check, and the table of times.
    @Test func wholeRun() throws {
        var command = Command()
        command.isQuick = true
        command.only = "saxpy"
        let lines = Lines()
        let status = try withEmulatedDevice { device, _ in
            GPUCheck(command) { lines.list.append($0) }.run(on: device)
        }
        let text = lines.list.joined(separator: "\n")
        #expect(status == .passed, "\(text)")
        for part in [
            "device: PTX emulator, compute capability 9.0", "text of version 6.0 for sm_60: loads and runs",
            "statements of the language: 36 passed, 0 failed", "of copy", "saxpy ", "36 passed, 0 failed",
        ] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test func commands() throws {
        let command = try Command(["--quick", "--no-timing", "--only", "rows", "--write-ptx", "folder"])
        #expect(command.isQuick && !command.measures && command.only == "rows" && command.folder == "folder")
        #expect(throws: Command.Mistake("there is no option --fast; --help lists them")) {
            try Command(["--fast"])
        }
        #expect(throws: Command.Mistake("--only needs a value")) { try Command(["--only"]) }
    }

    /// Every program has kernels of its own, under a name of its own.
    @Test func texts() {
        let texts = PTXFiles.texts(of: Catalogue.subjects(matching: "saxpy"), PTXOptions())
        #expect(texts.count == 10)
        #expect(Set(texts.map(\.name)).count == texts.count)
        #expect(texts.allSatisfy { $0.text.contains(".visible .entry") })
        let names = Catalogue.subjects(matching: nil).map(\.name)
        #expect(Set(names).count == names.count)
    }
}

/// Lines that were printed.
private final class Lines {
    var list: [String] = []
}

/// The program itself, as somebody runs it.
@Suite("The program gpu-check") struct GPUCheckProgramTests {
    private func run(_ arguments: [String], driver: String) throws -> (status: Int32, output: String) {
        let process = Process()
        // Built into the folder of these tests.
        let folder = URL(filePath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
        process.executableURL = folder.appending(path: "gpu-check")
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment
        environment["CUDA_DRIVER_LIBRARY"] = driver
        process.environment = environment
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        return (process.terminationStatus, output)
    }

    @Test func withoutDriver() throws {
        let (status, output) = try run([], driver: "/nowhere/libcuda.so.1")
        #expect(status == 2)
        let lines = output.split(separator: "\n")
        #expect(lines.count == 2 && lines.last == "0 passed, 0 failed")
        #expect(lines.first?.hasPrefix("Opening the driver failed: ") == true)
        #expect(output.contains("/nowhere/libcuda.so.1"))
    }

    /// The stub computes nothing: the checks say so, to the end.
    @Test(.enabled(if: StubDriver.isAvailable, "there is no C compiler for the stub driver"))
    func withStubDriver() throws {
        let stub = try StubDriver()
        let (status, output) = try run(["--quick", "--only", "saxpy"], driver: stub.path)
        #expect(status == 1, "\(output)")
        #expect(output.contains("FAILED saxpy forward, double, atomic, n = 33: place 0 (`y`), element 0"))
        #expect(output.split(separator: "\n").last?.contains(" passed, ") == true)
    }
}
