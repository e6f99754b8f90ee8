import CUDAEngine
import NativeEngine

/// What the program is asked to do.
package struct Command: Equatable, Sendable {
    package var isQuick = false
    package var measures = true
    package var checks = true
    package var folder: String?
    package var only: String?
    package var asksForHelp = false

    package init() {}

    /// Why the words make no command.
    package struct Mistake: Error, Equatable {
        package var message: String

        package init(_ message: String) { self.message = message }
    }

    package init(_ words: some Sequence<String>) throws(Mistake) {
        var rest = Array(words)[...]
        while let word = rest.popFirst() {
            switch word {
            case "--quick": isQuick = true
            case "--no-timing": measures = false
            case "--timing-only": checks = false
            case "--help", "-h": asksForHelp = true
            case "--write-ptx", "--only":
                guard let value = rest.popFirst() else { throw Mistake("\(word) needs a value") }
                if word == "--only" { only = value } else { folder = value }
            default: throw Mistake("there is no option \(word); --help lists them")
            }
        }
    }

    package static let help = """
        gpu-check: whether this package works on this machine's NVIDIA GPU, and how fast it is

          --quick             few sizes and small measurements
          --no-timing         checks only
          --timing-only       measurements only
          --only NAME         only programs, or groups of them, whose name contains this
          --write-ptx FOLDER  write the text of every kernel to files; needs no GPU
          --help              this text

        Exit status: 0 if all checks passed, 1 if one failed, 2 if there is no device, 64 for a wrong option.
        """

    /// How the program ends.
    package enum Status: Int32, Sendable {
        case passed = 0
        case failed = 1
        case noDevice = 2
        case misused = 64
    }
}

/// The whole program.
package struct GPUCheck {
    private let command: Command
    private let print: (String) -> Void

    package init(_ command: Command, print: @escaping (String) -> Void) {
        self.command = command
        self.print = print
    }

    /// Does what the command says on the machine's first device.
    package func run() -> Command.Status {
        if command.asksForHelp {
            print(Command.help)
            return .passed
        }
        if let folder = command.folder { return writeTexts(to: folder) }
        do {
            if let reason = CUDA.unavailability() { throw reason }
            return run(on: try CUDA.device(0))
        } catch {
            print("\(error)")
            print(Ledger { _ in }.summary)
            return .noDevice
        }
    }

    private func writeTexts(to folder: String) -> Command.Status {
        do {
            let count = try PTXFiles.write(
                Catalogue.subjects(matching: command.only), PTXOptions(), to: folder)
            print("\(count) files in \(folder)")
            return .passed
        } catch {
            print("the files cannot be written to \(folder): \(error.reason)")
            return .failed
        }
    }

    /// Does what the command says on a device.
    package func run(on device: CUDADevice) -> Command.Status {
        let ledger = Ledger(print: print)
        describe(device)
        var settings = CheckSettings()
        if command.isQuick { settings.sizes = [0, 33, 1000] }
        settings.usesCompiler = compiler != nil
        if command.checks { check(device, settings, ledger) }
        if command.measures, device.lost == nil {
            Measurements(
                on: device, isQuick: command.isQuick, usesCompiler: compiler != nil, only: command.only,
                ledger
            ).run()
        }
        print(ledger.summary)
        return ledger.failed == 0 ? .passed : .failed
    }

    private func check(_ device: CUDADevice, _ settings: CheckSettings, _ ledger: Ledger) {
        if command.only.map({ "device".contains($0) }) ?? true {
            ledger.group("the device") {
                DeviceChecks(on: device, count: command.isQuick ? 1000 : 100_003, ledger).run()
            }
        }
        let subjects = Catalogue.subjects(matching: command.only)
        for group in Subject.Group.allCases where subjects.contains(where: { $0.group == group }) {
            ledger.group(group.rawValue) {
                let checks = ProgramChecks(on: device, settings, ledger)
                for subject in subjects where subject.group == group {
                    if device.lost == nil { checks.check(subject) }
                }
            }
        }
        if let reason = device.lost { ledger.fail("the device was lost: \(reason)") }
    }

    private var compiler: CCompiler? { try? CCompiler.find() }

    private func describe(_ device: CUDADevice) {
        let properties = device.properties
        print("driver: knows CUDA \(CUDA.driverVersion ?? "of no version")")
        print(
            "device: \(properties.name), compute capability \(properties.computeCapability), "
                + "\(properties.multiprocessors) multiprocessors, \(properties.clockRate / 1000) MHz, "
                + "\(properties.totalMemory >> 20) MiB")
        print(
            "declarations: "
                + (CUDA.checkedHeaderVersion.map {
                    "compared with the header of CUDA \($0) when this was built"
                }
                    ?? "not compared with a header when this was built"))
        print("C compiler: \(compiler?.path ?? "none; the interpreter computes what is to be expected")")
        do {
            let text = ".version 6.0\n.target sm_60\n.address_size 64\n.visible .entry nothing() { ret; }\n"
            try device.module(text).kernel("nothing").launch(CUDALaunchShape(threads: 1), [])
            try device.synchronize()
            print("text of version 6.0 for sm_60: loads and runs")
        } catch {
            print("text of version 6.0 for sm_60: \(error)")
        }
    }
}
