import AD
import Foundation
import NativeEngine
import ProgramOracle
import Testing

/// Laws of forward-mode programs, on programs and inputs drawn at random.
@Suite(.serialized)
final class TangentTests {
    private let laws = RandomProgramTests()
    private var options = CompileOptions()
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "reversible-\(UUID())")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        options.cacheFolder = folder.path
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private typealias Values = (Double, Double, Double, Int, [Double], [Double], DenseMatrix, [Int])
    private typealias Tangents = (Double, Double, Double, Void, [Double], [Double], DenseMatrix, Void)

    private func numbers(_ x: Values) -> [Double] {
        [x.0, x.1, x.2, Double(x.3)] + x.4 + x.5 + x.6.elements + x.7.map { Double($0) }
    }
    private func numbers(_ x: Tangents) -> [Double] { [x.0, x.1, x.2] + x.4 + x.5 + x.6.elements }

    /// Whether two results are alike, relative to the larger of 1 and the largest number among them.
    private func agree(_ found: [Double], _ expected: [Double], _ tolerance: Double) -> Bool {
        let scale = expected.reduce(1) { max($0, abs($1)) }
        return found.count == expected.count
            && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance * scale }
    }

    /// The same operations on numbers in another arrangement: values to the bit, tangents to a few roundings.
    @Test func programsAgreeWithDuals() throws {
        try laws.forPrograms(400, seed: 200_000) { f, x, writer in
            let d = x.direction(writer)
            let expected = try jvp(f, x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p, tangent: d.slopes)
            let forward = tangent(f)
            let y = try forward(
                DualVar(x.y, d.y), DualVar(x.a, d.a), DualVar(x.b, d.b), DualVar(x.n), DualVar(x.v, d.v),
                DualVar(x.w, d.w), DualVar(x.matrix, d.matrix), DualVar(x.p))
            let values = (
                y.0.primal, y.1.primal, y.2.primal, y.3.primal, y.4.primal, y.5.primal, y.6.primal,
                y.7.primal
            )
            let tangents = (
                y.0.tangent, y.1.tangent, y.2.tangent, (), y.4.tangent, y.5.tangent, y.6.tangent,
                ()
            )
            if numbers(values) != numbers(expected.value)
                || !agree(numbers(tangents), numbers(expected.product), 1e-13)
            {
                Issue.record("\(expected)\n\(values)\n\(tangents)\n\(f)\n\(forward)")
            }
        }
    }

    /// Of the inverse too; and going there and back gives the direction back.
    @Test func programsAreReversible() throws {
        try laws.forPrograms(150, seed: 210_000) { f, x, writer in
            let d = x.direction(writer)
            let forward = tangent(f)
            try checkInverse(
                forward, DualVar(x.y, d.y), DualVar(x.a, d.a), DualVar(x.b, d.b), DualVar(x.n),
                DualVar(x.v, d.v),
                DualVar(x.w, d.w), DualVar(x.matrix, d.matrix), DualVar(x.p), tolerance: 1e-6)
            let y = try f(x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p)
            let expected = numbers(
                try jvp(~f, y.0, y.1, y.2, y.3, y.4, y.5, y.6, y.7, tangent: d.slopes).product)
            let inverse = tangent(~f)
            let z = try inverse(
                DualVar(y.0, d.y), DualVar(y.1, d.a), DualVar(y.2, d.b), DualVar(y.3), DualVar(y.4, d.v),
                DualVar(y.5, d.w), DualVar(y.6, d.matrix), DualVar(y.7))
            let found = (
                z.0.tangent, z.1.tangent, z.2.tangent, (), z.4.tangent, z.5.tangent, z.6.tangent,
                ()
            )
            if !agree(numbers(found), expected, 1e-12) { Issue.record("\(expected)\n\(found)\n\(f)") }
        }
    }

    /// Forward over reverse and reverse over forward are the same Hessian product.
    @Test func programsCanBeDifferentiated() throws {
        try laws.forPrograms(60, seed: 220_000) { f, x, writer in
            let d = x.direction(writer)
            let forward = tangent(f)
            try checkGrads(
                forward, DualVar(x.y, d.y), DualVar(x.a, d.a), DualVar(x.b, d.b), DualVar(x.n),
                DualVar(x.v, d.v),
                DualVar(x.w, d.w), DualVar(x.matrix, d.matrix), DualVar(x.p), tolerance: 1e-4)
        }
    }

    @Test func nativeProductsAgree() throws {
        try laws.forPrograms(40, seed: 230_000) { f, x, writer in
            let d = x.direction(writer)
            let expected = try jvp(f, x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p, tangent: d.slopes)
            for checks in [Checks.none, .all] {
                let native = try compile(jvp(f), checks: checks, options: options)
                let found = try native(x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p, tangent: d.slopes)
                if numbers(found.value) != numbers(expected.value)
                    || !agree(numbers(found.product), numbers(expected.product), 1e-13)
                {
                    Issue.record("\(checks): \(expected)\n\(found)\n\(f)\n\(native.source)")
                }
            }
            // Only the vector and the second number move.
            var part = d
            part.reals = part.reals.map { _ in 0 }
            (part.a, part.v) = (d.a, d.v)
            let moved = try jvp(f, x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p, tangent: part.slopes)
            let found = try compile(jvp(f), with: [1, 4], options: options)(
                x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p, tangent: part.slopes)
            if numbers(found.value) != numbers(moved.value)
                || !agree(numbers(found.product), numbers(moved.product), 1e-13)
            {
                Issue.record("part: \(moved)\n\(found)\n\(f)")
            }
        }
    }
}
