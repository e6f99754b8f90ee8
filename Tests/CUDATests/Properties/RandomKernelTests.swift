import Foundation
import ProgramOracle
import Testing

/// Kernels of random programs, on the emulator, against the interpreter and native code: values, inverses, gradients.
///
/// The environment variable `REVERSIBLE_KERNEL_SEEDS` says which programs: `500` for the first 500, `20..<30`, or
/// `7..<8` to repeat a failure.
@Suite struct RandomKernelTests {
    private var seeds: Range<UInt64> {
        let wish = ProcessInfo.processInfo.environment["REVERSIBLE_KERNEL_SEEDS"] ?? ""
        let bounds = wish.components(separatedBy: "..<").compactMap { UInt64($0) }
        switch bounds.count {
        case 1: return 0..<bounds[0]
        case 2 where bounds[0] <= bounds[1]: return bounds[0]..<bounds[1]
        default: return 0..<4
        }
    }

    @Test func sameResults() throws {
        var (refused, unsupported, runs, drifts) = (0, 0, 0, 0)
        for seed in seeds {
            var this = try KernelCase(seed: seed)
            this.run()
            runs += this.runs
            unsupported += this.unsupported
            drifts += this.drifts
            if seed % 100 == 99 {
                print("up to seed \(seed): \(runs) runs, \(unsupported) times without kernels")
            }
            if let refusal = this.refusal {
                refused += 1
                print("seed \(seed): \(refusal)")
            }
            if let problem = this.problems.first {
                Issue.record(
                    "seed \(seed), \(this.problems.count) problems; the first: \(problem)\n\(SwiftPrinter.source(of: this.program))"
                )
            }
        }
        print(
            "\(seeds.count) programs, \(refused) refused, \(unsupported) times without kernels, \(drifts) drifted, \(runs) runs"
        )
        #expect(runs > 0 && refused * 20 <= seeds.count && drifts <= 2 + runs / 20)
    }

    /// NVIDIA's assembler, where there is one, accepts the kernels of some of the programs.
    @Test func assembles() throws {
        guard let assembler = AssemblerTests.assembler else { return }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ptx-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for seed in seeds.prefix(max(3, seeds.count / 10)) {
            var this = try KernelCase(seed: seed)
            this.run()
            for text in this.texts.prefix(4) {
                let (status, output) = try AssemblerTests.assemble(
                    text, by: assembler, for: "sm_90", in: folder)
                #expect(status == 0, "seed \(seed): \(output)\n\(text)")
            }
        }
    }
}
