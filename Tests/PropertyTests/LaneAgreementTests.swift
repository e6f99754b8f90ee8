import AD
import Foundation
import NativeEngine
import Testing

/// Parallel loops in lanes and on threads against the interpreter, on random programs.
@Suite(.serialized, .enabled(if: nativeCompilerIsThere))
struct LaneAgreementTests {
    /// A program with its native forms.
    private struct Case {
        var function: LaneFunction
        var exact: Bool
        var lanes: Int
        var writer: LaneProgramWriter
        var native: NativeFunction<Scalar, LanePlaces>
        var inverse: NativeFunction<Scalar, LanePlaces>
        var gradient: NativeGradient<Scalar, LanePlaces>
    }

    private func forPrograms(_ seeds: Range<UInt64>, _ body: (Case) throws -> Void) throws {
        for seed in seeds {
            var writer = LaneProgramWriter(
                generator: RepeatableGenerator(seed: 200_000 + seed), exact: seed.isMultiple(of: 2))
            let function = writer.function()
            let lanes = [2, 4, 8, 16][Int(seed / 2 % 4)]
            do {
                try withCompileOptions { options in
                    var options = options
                    options.lanes = lanes
                    try body(
                        Case(
                            function: function, exact: writer.exact, lanes: lanes, writer: writer,
                            native: try compile(function, checks: .none, options: options),
                            inverse: try compile(~function, checks: .none, options: options),
                            gradient: try compile(grad(function), options: options)))
                }
            } catch {
                Issue.record("seed \(seed), lanes \(lanes): \(error)\n\(function)")
                return
            }
        }
    }

    /// All remainders of the number of iterations by the number of lanes.
    @Test func everyNumberOfIterations() throws {
        try forPrograms(seeds(6)) { this in
            var writer = this.writer
            let counts = [0, 1, 2, 3, 5, 7, 8, 9, 16, 19, 33, 40]
            for n in counts {
                let a = writer.input(n)
                let expected = try this.function(0, a)
                let found = try this.native(0, a)
                #expect(
                    agree(found.1, expected.1, exactly: this.exact),
                    "n = \(n), lanes \(this.lanes)\n\(this.function)")
                let back = try this.inverse(expected.0, expected.1)
                let interpreted = try (~this.function)(expected.0, expected.1)
                #expect(
                    agree(back.1, interpreted.1, exactly: this.exact),
                    "inverse, n = \(n), lanes \(this.lanes)\n\(this.function)")
                let gradient = try this.gradient(0, a).1
                #expect(
                    agree(gradient, try grad(this.function, 0, a).1, exactly: false),
                    "gradient, n = \(n), lanes \(this.lanes)\n\(this.function)")
            }
        }
    }

    /// Tangents in lanes against dual numbers.
    @Test func productsWithDirections() throws {
        for seed in seeds(6, from: 300) {
            var writer = LaneProgramWriter(
                generator: RepeatableGenerator(seed: 200_000 + seed), exact: seed.isMultiple(of: 2))
            let function = writer.function()
            try withCompileOptions { options in
                var options = options
                options.lanes = [2, 4, 8, 16][Int(seed / 2 % 4)]
                let code = try compile(jvp(function), options: options)
                for n in [0, 1, 3, 8, 19, 40] {
                    let (a, direction) = (writer.input(n), writer.input(n))
                    let expected = try jvp(function)(0, a, tangent: (0, direction))
                    let found = try code(0, a, tangent: (0, direction))
                    #expect(
                        agree(found.value.1, expected.value.1, exactly: writer.exact), "n = \(n)\n\(function)"
                    )
                    #expect(
                        agree(found.product.1, expected.product.1, exactly: false), "n = \(n)\n\(function)")
                }
            }
        }
    }

    /// A loop of 5000 iterations is cut into pieces; who runs them must not matter to any bit.
    @Test func everyNumberOfThreads() throws {
        try forPrograms(seeds(2, from: 100)) { this in
            var (writer, native, inverse, gradient) = (this.writer, this.native, this.inverse, this.gradient)
            let a = writer.input(5003)
            let (expected, slopes) = (try native(0, a), try gradient(0, a))
            let back = try inverse(expected.0, expected.1)
            #expect(agree(expected.1, try this.function(0, a).1, exactly: this.exact), "\(this.function)")
            #expect(agree(slopes.1, try grad(this.function, 0, a).1, exactly: false), "\(this.function)")
            for threads in [2, 3] {
                (native.threads, inverse.threads, gradient.threads) = (threads, threads, threads)
                for _ in 0..<3 {
                    #expect(same(try native(0, a), expected), "\(threads) threads\n\(this.function)")
                    #expect(
                        same(try inverse(expected.0, expected.1), back),
                        "\(threads) threads\n\(this.function)")
                    let again = try gradient(0, a)
                    #expect(same((again.0, again.1), slopes), "\(threads) threads\n\(this.function)")
                }
            }
        }
    }

    /// Checked code runs one iteration after the other, with the interpreter's bits.
    @Test func checkedCode() throws {
        for seed in seeds(2, from: 200) {
            var writer = LaneProgramWriter(
                generator: RepeatableGenerator(seed: 200_000 + seed), exact: false)
            let function = writer.function()
            try withCompileOptions { options in
                let checked = try compile(function, checks: .all, options: options)
                for n in [0, 1, 5, 18] {
                    let a = writer.input(n)
                    #expect(
                        same(try checked(0.5, a), try function(0.5, a)), "seed \(seed), n = \(n)\n\(function)"
                    )
                }
            }
        }
    }

    /// Numbers of 32 bits, twice as many side by side. The operations are the interpreter's own, so without
    /// elementary functions the bits are too.
    @Test func singlePrecision() throws {
        for seed in seeds(3, from: 300) {
            var writer = LaneProgramWriter(
                generator: RepeatableGenerator(seed: 200_000 + seed), exact: true)
            let function = writer.function()
            try withCompileOptions { options in
                var options = options
                options.precision = .single
                options.lanes = [4, 8, 16][Int(seed % 3)]
                let native = try compile(function, checks: .none, options: options)
                for n in [0, 1, 7, 16, 19, 33] {
                    let places: [Leaf<Float>] = [.real(0)] + writer.input(n).singleLeaves
                    let (found, expected) = (try native.run(places), try function.run(places))
                    // The loss at the end is a sum of everything, and the same too.
                    #expect(
                        "\(found)" == "\(expected)",
                        "seed \(seed), n = \(n), lanes \(options.lanes ?? 0)\n\(function)")
                }
            }
        }
    }

    // MARK: Comparison

    /// Without elementary functions bit for bit. Those of lanes are within 2 units of rounding of the interpreter's;
    /// nested formulas and up to a dozen statements in a row magnify that by some hundreds.
    private func agree(_ a: LanePlaces.Value, _ b: LanePlaces.Value, exactly: Bool) -> Bool {
        if exactly { return same(a, b) }
        let (x, y) = (a.numbers, b.numbers)
        let scale = y.reduce(1) { max($0, abs($1)) }
        return a.p == b.p && x.count == y.count
            && zip(x, y).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) || abs($0 - $1) <= 1e-12 * scale }
    }

    private func same(_ a: LanePlaces.Value, _ b: LanePlaces.Value) -> Bool {
        a.p == b.p && a.numbers.map(\.bitPattern) == b.numbers.map(\.bitPattern)
    }

    private func same(_ a: (Double, LanePlaces.Value), _ b: (Double, LanePlaces.Value)) -> Bool {
        a.0.bitPattern == b.0.bitPattern && same(a.1, b.1)
    }

    /// Seeds of the programs, all or the first third; `REVERSIBLE_LANE_SEEDS` multiplies their number.
    private func seeds(_ all: UInt64, from first: UInt64 = 0) -> Range<UInt64> {
        let count = isExhaustive ? all : (all + 2) / 3
        let factor = ProcessInfo.processInfo.environment["REVERSIBLE_LANE_SEEDS"].flatMap { UInt64($0) } ?? 1
        return first * factor..<(first + count) * factor
    }
}

extension LanePlaces.Value {
    fileprivate var numbers: [Double] {
        y + m.elements + c.elements + z + u + x + r + g.elements + [s]
    }

    fileprivate var singleLeaves: [Leaf<Float>] {
        func matrix(_ a: DenseMatrix) -> Leaf<Float> {
            .matrix(rows: a.rows, columns: a.columns, a.elements.map { Float($0) })
        }
        func reals(_ v: [Double]) -> Leaf<Float> { .reals(v.map { Float($0) }) }
        return [
            reals(y), .integers(p), matrix(m), matrix(c), reals(z), reals(u), reals(x), .integers(at),
            .integers(order), reals(r), matrix(g), .real(Float(s)), .integer(k),
        ]
    }
}

extension LaneProgramWriter {
    /// Arguments for loops of n iterations.
    fileprivate mutating func input(_ n: Int) -> LanePlaces.Value {
        func numbers(_ count: Int) -> [Double] { (0..<count).map { _ in constant() } }
        func matrix(_ rows: Int, _ columns: Int) -> DenseMatrix {
            var result = DenseMatrix(rows: rows, columns: columns)
            for i in 0..<rows { for j in 0..<columns { result[i, j] = constant() } }
            return result
        }
        return LanePlaces.Value(
            y: numbers(n), p: (0..<n).map { _ in below(100) - 50 }, m: matrix(n, 3), c: matrix(3, n),
            z: numbers(2 * n), u: numbers(n), x: numbers(2 * n + 3), at: (0..<n).map { _ in below(n) },
            order: Array(0..<n).shuffled(using: &generator), r: numbers(4), g: matrix(4, 4), s: constant(),
            k: below(4))
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
    try body(options)
}

/// Whether there is a C compiler; says so if there is none.
let nativeCompilerIsThere: Bool = {
    if (try? CCompiler.find()) != nil { return true }
    print("No C compiler on this computer: tests of native code are skipped.")
    return false
}()
