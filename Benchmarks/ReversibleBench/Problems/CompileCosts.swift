import AD
import Foundation
import ReversiblePrograms
import NativeEngine

/// What it costs to make native code: by the C compiler, and from the cache on disk in a later process.
enum CompileCosts {
    static let problem = Problem("compile costs") { options, progress, report in
        progress.show("compile costs")
        let folder = FileManager.default.temporaryDirectory.appending(path: "compile-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path(percentEncoded: false)
        let first = try Child.numbers(["--compile-probe", path])
        // A cached library is read fast enough that the disk matters: the shortest of three processes.
        let cached = try (0..<3).map { _ in try Child.numbers(["--compile-probe", path]) }
        var lines = [["making native code of", "first time", "cached"]]
        for (position, name) in names.enumerated() {
            let again = cached.map { $0[position] }.min() ?? .infinity
            lines.append([name, Text.time(first[position]), Text.time(again)])
            report.figures += [
                Figure(
                    section: "compile costs", name: "first compile, \(name)", value: first[position],
                    unit: "s",
                    limit: 0.5),
                Figure(
                    section: "compile costs", name: "cached compile, \(name)", value: again, unit: "s",
                    limit: 0.005),
            ]
        }
        report.tables.append(Text.table(lines, leftColumns: 1))
    }

    private static let names = [
        "y += x * x", "sparse product", "sparse product's gradient", "wave equation's gradient",
        "bundle adjustment", "bundle adjustment's Jacobian", "Gaussian mixture",
        "Gaussian mixture's gradient",
    ]

    /// What `--compile-probe` prints: the seconds that compiling each of the programs takes with a cache folder.
    static func run(cache folder: String) throws -> String {
        var options = CompileOptions()
        options.cacheFolder = folder
        // What is looked for once in a process, and the programs' own making, are not compilation.
        _ = try Toolchain.shared()
        let tiny = ReversibleFunction("tiny") { (y: Scalar, x: Scalar) in y += x * x }
        let posterior = GaussianMixture.logPosterior
        let (sparse, wave) = (SparseProduct.program, WaveEquation.program)
        let (objective, jacobian) = (BundleAdjustment.ADBench.objective, BundleAdjustment.ADBench.jacobian)
        let pieces: [() throws -> Any] = [
            { try compile(tiny, checks: .none, options: options) },
            { try compile(sparse, checks: .none, options: options) },
            { try compile(grad(sparse), options: options) },
            { try compile(grad(wave), options: options) },
            { try compile(objective, checks: .none, options: options) },
            { try compile(jacobian, checks: .none, options: options) },
            { try compile(posterior, checks: .none, options: options) },
            { try compile(grad(posterior), options: options) },
        ]
        return try pieces.map { "\(try Stopwatch.once($0).seconds)" }.joined(separator: " ")
    }
}
