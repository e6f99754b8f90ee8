import AD
import CUDAEngine
import Foundation
import Kernels
import NativeEngine
import ReversibleCore
import TestSupport
import Testing

/// NVIDIA's assembler accepts every kernel and spills no registers. The tests need `ptxas`, by the environment
/// variable `PTXAS` or in `PATH`, and say so where it is missing.
@Suite struct AssemblerTests {
    /// The texts of all programs that are assembled, by name.
    static func texts() throws -> [(name: String, text: String)] { try made.get() }

    // Made once: they take a while.
    private static let made = Result { try makeTexts() }

    private static func makeTexts() throws -> [(name: String, text: String)] {
        var result: [(String, String)] = []
        for precision in [Precision.double, .single] {
            for reductions in [PTXOptions.Reductions.atomic, .deterministic]
            where isExhaustive || (precision == .double) == (reductions == .atomic) {
                var options = PTXOptions()
                options.precision = precision
                options.reductions = reductions
                let suffix = "_\(precision)_\(reductions)"
                func add(_ name: String, _ text: String) { result.append((name + suffix, text)) }
                add("saxpy", try ptx(Programs.saxpy, options: options))
                add("inverse_of_saxpy", try ptx(~Programs.saxpy, options: options))
                add("gather", try ptx(Programs.gather, options: options))
                add("branches", try ptx(Programs.branches, options: options))
                add("roots", try ptx(Programs.roots, options: options))
                add("rows", try ptx(Programs.rows, options: options))
                add("small_arrays", try ptx(Programs.smallArrays, options: options))
                add("triangle", try ptx(Programs.triangle, options: options))
                add("mixed", try ptx(Programs.mixed, options: options))
                add("reprojection", try ptx(BundleAdjustment.ADBench.objective, options: options))
                add("jacobian", try ptx(BundleAdjustment.ADBench.jacobian, options: options))
                add("linearization", try ptx(BundleAdjustment.BAL.linearization, options: options))
                var fromZero = options
                fromZero.startingAtZero = [0, 1]
                add("jacobian_from_zero", try ptx(BundleAdjustment.ADBench.jacobian, options: fromZero))
                add("linearization_from_zero", try ptx(BundleAdjustment.BAL.linearization, options: fromZero))
                add("gaps", try ptx(RowPrograms.gaps, options: options))
                add("wide", try ptx(RowPrograms.wide(40), options: options))
                add("row_loss", try ptx(grad(RowPrograms.loss), options: options))
                add("mixture", try ptx(GaussianMixture.logPosterior, options: options))
                add(
                    "mixture_gradient",
                    try ptx(grad(GaussianMixture.logPosterior), with: [1, 2, 3, 4], options: options))
                add("sparse_product", try ptx(Sparse.matrixVector, options: options))
                add("sparse_matrices", try ptx(Sparse.matrixMatrix, options: options))
                add("sparse_form_gradient", try ptx(grad(Sparse.bilinearForm), options: options))
                add("network_gradient", try ptx(grad(LSTM.objective), options: options))
                add("hessian_product", try ptx(hvp(Softmax.batchCrossEntropy), options: options))
                add("averages_gradient", try ptx(grad(UndoingCallTests.averages), options: options))
                add(
                    "averages_gradient_unverified",
                    try ptx(grad(UndoingCallTests.averages), checks: .none, options: options))
                add("averages_hessian_product", try ptx(hvp(UndoingCallTests.averages), options: options))
                add("relaxation", try ptx(Programs.relax, options: options))
                var known = options
                known.knownSizes = [
                    1: [25], 2: [25, 10], 3: [25, 10], 4: [25, 45], 5: [nil, 10],
                ]
                known.fusesMultiplyAdd = true
                add(
                    "mixture_gradient_of_known_sizes",
                    try ptx(grad(GaussianMixture.logPosterior), with: [1, 2, 3, 4], options: known))
                if reductions == .atomic {
                    for function in ElementaryFunction.allCases {
                        guard let f = Programs.elementary(function) else { continue }
                        add("\(function)", try ptx(f, options: options))
                    }
                }
            }
        }
        return result
    }

    static var assembler: String? {
        let environment = ProcessInfo.processInfo.environment
        let candidates =
            [environment["PTXAS"]].compactMap { $0 }
            + (environment["PATH"] ?? "").split(separator: ":").map { $0 + "/ptxas" }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What the assembler says to a text.
    static func assemble(
        _ text: String, by assembler: String, for architecture: String, in folder: URL
    ) throws -> (status: Int32, output: String) {
        let file = folder.appendingPathComponent("kernels.ptx")
        try text.write(to: file, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: assembler)
        process.arguments = [
            "-v", "-arch=\(architecture)", "-o", folder.appendingPathComponent("out.cubin").path, file.path,
        ]
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    @Test(arguments: ["sm_70", "sm_80", "sm_90", "sm_100"]) func assembles(_ architecture: String) throws {
        guard let assembler = Self.assembler else {
            print("skipped: no ptxas; set PTXAS, for example to that of the wheel nvidia-cuda-nvcc-cu12")
            return
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ptx-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in try Self.texts() {
            let (status, output) = try Self.assemble(text, by: assembler, for: architecture, in: folder)
            #expect(status == 0, "\(name): \(output)")
            // A register or two the assembler keeps in memory around subroutines of its own, such as divisions.
            let spills = output.split(separator: "\n").filter { line in
                line.split(separator: ",").contains { part in
                    part.contains("spill") && Int(part.split(separator: " ")[0]) ?? 0 > 8
                }
            }
            #expect(spills.isEmpty, "\(name): \(spills)")
        }
    }
}
