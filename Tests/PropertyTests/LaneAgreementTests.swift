import AD
import Foundation
import NativeEngine
import ProgramOracle
import TestSupport
import Testing

/// Parallel loops in lanes and on threads against the interpreter, on random programs.
@Suite(.serialized, .enabled(if: nativeCompilerIsThere))
struct LaneAgreementTests {
    private typealias Value = (Double, Double, Double, Int, [Double], [Double], DenseMatrix, [Int])
    private typealias Slopes = (Double, Double, Double, Void, [Double], [Double], DenseMatrix, Void)
    private typealias Native = NativeFunction<
        Scalar, Scalar, Scalar, Integer, Vector, Vector, Matrix, IntegerVector
    >
    private typealias Gradient = NativeGradient<
        Scalar, Scalar, Scalar, Integer, Vector, Vector, Matrix, IntegerVector
    >

    /// A random program of parallel loops, with how it is compiled.
    private struct Case {
        let program: RandomProgram
        let function: OracleFunction
        /// Whether only operations occur that are rounded correctly everywhere: + − × ÷, square roots, choices.
        let exact: Bool
        var options: CompileOptions
        var writer: OracleWriter
        var text: String { "lanes \(options.lanes ?? 0)\n\(SwiftPrinter.source(of: program))" }
    }

    /// Runs `body` on programs with lanes of all widths, every other one of them exact, or all.
    private func forPrograms(
        _ seeds: Range<UInt64>, exact: Bool? = nil, _ body: (Case) throws -> Void
    ) throws {
        for seed in seeds {
            let exact = exact ?? seed.isMultiple(of: 2)
            let untamed = OracleWriter.Feature.untamed
            var writer = OracleWriter(
                seed: 200_000 + seed, omitting: exact ? untamed.union([.functions]) : untamed,
                iterations: .anyNumber)
            let program = writer.program()
            do {
                let function = try ProgramBuilder.function(of: program)
                try withCompileOptions { options in
                    var options = options
                    options.lanes = [2, 4, 8, 16][Int(seed / 2 % 4)]
                    try body(
                        Case(
                            program: program, function: function, exact: exact, options: options,
                            writer: writer))
                }
            } catch {
                Issue.record("seed \(seed): \(error)\n\(SwiftPrinter.source(of: program))")
                return
            }
        }
    }

    private func run(_ f: OracleFunction, _ x: ProgramInput) throws -> Value {
        try f(x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p)
    }
    private func run(_ f: OracleFunction, back y: Value) throws -> Value {
        try (~f)(y.0, y.1, y.2, y.3, y.4, y.5, y.6, y.7)
    }
    private func run(_ f: Native, _ x: ProgramInput) throws -> Value {
        try f(x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p)
    }
    private func run(_ f: Native, _ y: Value) throws -> Value {
        try f(y.0, y.1, y.2, y.3, y.4, y.5, y.6, y.7)
    }
    private func run(_ f: Gradient, _ x: ProgramInput) throws -> Slopes {
        try f(x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p)
    }
    private func gradient(_ f: OracleFunction, _ x: ProgramInput) throws -> Slopes {
        try grad(f, x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p)
    }

    /// All remainders of the number of iterations by the number of lanes.
    @Test func everyNumberOfIterations() throws {
        try forPrograms(seeds(6)) { this in
            let (f, options) = (this.function, this.options)
            let native = try compile(f, checks: .none, options: options)
            let inverse = try compile(~f, checks: .none, options: options)
            let slopes = try compile(grad(f), options: options)
            var writer = this.writer
            for n in [0, 1, 2, 3, 5, 7, 8, 9, 16, 19, 33, 40] {
                let x = writer.plainInput(iterations: n)
                let expected = try run(f, x)
                #expect(agree(try run(native, x), expected, this.exact), "n = \(n), \(this.text)")
                let back = try run(f, back: expected)
                #expect(
                    agree(try run(inverse, expected), back, this.exact), "inverse, n = \(n), \(this.text)")
                #expect(
                    close(numbers(try run(slopes, x)), numbers(try gradient(f, x))),
                    "gradient, n = \(n), \(this.text)")
            }
        }
    }

    /// Tangents in lanes against dual numbers.
    @Test func productsWithDirections() throws {
        try forPrograms(seeds(6, from: 300)) { this in
            let code = try compile(jvp(this.function), options: this.options)
            var writer = this.writer
            for n in [0, 1, 3, 8, 19, 40] {
                let x = writer.plainInput(iterations: n)
                let slopes = x.direction(writer).slopes
                let expected = try jvp(
                    this.function, x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p, tangent: slopes)
                let found = try code(x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p, tangent: slopes)
                #expect(agree(found.value, expected.value, this.exact), "n = \(n), \(this.text)")
                #expect(
                    close(numbers(found.product), numbers(expected.product)), "n = \(n), \(this.text)")
            }
        }
    }

    /// A loop of 5000 iterations is cut into pieces; who runs them must not matter to any bit.
    @Test func everyNumberOfThreads() throws {
        try forPrograms(seeds(2, from: 100)) { this in
            let (f, options) = (this.function, this.options)
            var native = try compile(f, checks: .none, options: options)
            var inverse = try compile(~f, checks: .none, options: options)
            var slopes = try compile(grad(f), options: options)
            var writer = this.writer
            let x = writer.plainInput(iterations: 5003)
            let (expected, gradient) = (try run(native, x), try run(slopes, x))
            let back = try run(inverse, expected)
            #expect(agree(expected, try run(f, x), this.exact), "\(this.text)")
            #expect(close(numbers(gradient), numbers(try self.gradient(f, x))), "\(this.text)")
            for threads in [2, 3] {
                (native.threads, inverse.threads, slopes.threads) = (threads, threads, threads)
                for _ in 0..<3 {
                    #expect(same(try run(native, x), expected), "\(threads) threads, \(this.text)")
                    #expect(same(try run(inverse, expected), back), "\(threads) threads, \(this.text)")
                    #expect(
                        bits(numbers(try run(slopes, x))) == bits(numbers(gradient)),
                        "\(threads) threads, \(this.text)")
                }
            }
        }
    }

    /// Checked code runs one iteration after the other, with the interpreter's bits.
    @Test func checkedCode() throws {
        try forPrograms(seeds(2, from: 200), exact: false) { this in
            let checked = try compile(this.function, checks: .all, options: this.options)
            var writer = this.writer
            for n in [0, 1, 5, 18] {
                let x = writer.plainInput(iterations: n)
                #expect(same(try run(checked, x), try run(this.function, x)), "n = \(n), \(this.text)")
            }
        }
    }

    /// Numbers of 32 bits, twice as many side by side. The operations are the interpreter's own, so without
    /// elementary functions the bits are too.
    @Test func singlePrecision() throws {
        try forPrograms(seeds(3, from: 300), exact: true) { this in
            var options = this.options
            options.precision = .single
            let native = try compile(this.function, checks: .none, options: options)
            var writer = this.writer
            for n in [0, 1, 7, 16, 19, 33] {
                let x = writer.plainInput(iterations: n)
                let places = x.leaves.map { $0.map { Float($0) } }
                let (found, expected) = (try native.run(places), try this.function.run(places))
                // The loss, a sum over iterations, is not added in their order.
                #expect("\(found.dropFirst())" == "\(expected.dropFirst())", "n = \(n), \(this.text)")
                let (a, b) = (found[0].numbers, expected[0].numbers)
                #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($1)) }, "\(this.text)")
            }
        }
    }

    // MARK: Comparison

    /// Without elementary functions bit for bit, but for the loss, which the iterations' sums are added to. Those of
    /// lanes are within 2 units of rounding of the interpreter's; nested formulas and up to a dozen statements in a row
    /// magnify that by some hundreds.
    private func agree(_ a: Value, _ b: Value, _ exactly: Bool) -> Bool {
        let (x, y) = (numbers(a), numbers(b))
        guard a.3 == b.3, a.7 == b.7, close(x, y) else { return false }
        return !exactly || bits(Array(x.dropFirst())) == bits(Array(y.dropFirst()))
    }

    private func close(_ x: [Double], _ y: [Double]) -> Bool {
        let scale = y.reduce(1) { max($0, abs($1)) }
        return x.count == y.count
            && zip(x, y).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) || abs($0 - $1) <= 1e-12 * scale }
    }

    private func same(_ a: Value, _ b: Value) -> Bool {
        a.3 == b.3 && a.7 == b.7 && bits(numbers(a)) == bits(numbers(b))
    }

    private func bits(_ x: [Double]) -> [UInt64] { x.map(\.bitPattern) }

    private func numbers(_ x: Value) -> [Double] { [x.0, x.1, x.2] + x.4 + x.5 + x.6.elements }
    private func numbers(_ x: Slopes) -> [Double] { [x.0, x.1, x.2] + x.4 + x.5 + x.6.elements }

    /// Seeds of the programs, all or the first third; `REVERSIBLE_LANE_SEEDS` multiplies their number.
    private func seeds(_ all: UInt64, from first: UInt64 = 0) -> Range<UInt64> {
        let count = isExhaustive ? all : (all + 4) / 5
        let factor = ProcessInfo.processInfo.environment["REVERSIBLE_LANE_SEEDS"].flatMap { UInt64($0) } ?? 1
        return first * factor..<(first + count) * factor
    }
}

/// Runs `body` with a cache folder of its own.
func withCompileOptions(_ body: (CompileOptions) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "reversible-\(UUID())")
    try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = CompileOptions()
    options.cacheFolder = folder.path
    options.optimization = 3
    try body(options)
}

/// Whether there is a C compiler; says so if there is none.
let nativeCompilerIsThere: Bool = {
    if (try? CCompiler.find()) != nil { return true }
    print("No C compiler on this computer: tests of native code are skipped.")
    return false
}()
