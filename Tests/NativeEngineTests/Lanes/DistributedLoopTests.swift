import AD
import NativeEngine
import TestSupport
import Testing

import struct Optimizers.RandomNumbers

/// Loops over neighbouring elements, of which native code runs some statements side by side: the same bits as one turn after
/// the other, in both directions, whatever depends on what.
@Suite(.enabled(if: compilerIsThere))
struct DistributedLoopTests {
    /// Where a loop does not fill a group of lanes, fills one, or several and a bit.
    private static let sizes = [0, 1, 9, 16, 17, 40, 55, 90]

    /// A term of a statement: an element of one of three vectors, near the index.
    private struct Term {
        let (vector, distance, factor): (Int, Int, Double)
    }

    private struct Line {
        let (target, distance, terms): (Int, Int, [Term])
    }

    /// Statements that add products of neighbours to neighbours, at random; half of the programs mostly read what they do not
    /// change, and add in the order in which turns come to elements.
    private static func lines(_ random: inout RandomNumbers, down: Bool) -> [Line] {
        let isTame = random.integer(below: 2) == 0
        let lines = (0..<2 + random.integer(below: 5)).map { _ in
            let (target, distance) = (random.integer(below: isTame ? 2 : 3), random.integer(below: 5) - 2)
            let terms = (0..<3 + random.integer(below: 5)).map { _ in
                Term(
                    vector: isTame && random.integer(below: 12) > 0 ? 2 : random.integer(below: 3),
                    distance: random.integer(below: 7) - 3, factor: random.uniform(-0.2, 0.2))
            }
            // No number is changed by itself.
            return Line(
                target: target, distance: distance,
                terms: terms.filter { $0.vector != target || $0.distance != distance })
        }
        guard isTame else { return lines }
        return lines.sorted { down ? $0.distance < $1.distance : $0.distance > $1.distance }
    }

    private static func program(
        _ lines: [Line], down: Bool
    ) -> ReversibleFunction<Vector, Vector, Vector, Scalar> {
        ReversibleFunction("neighbours", parameters: ["a", "b", "c", "h"]) {
            (a: Vector, b: Vector, c: Vector, h: Scalar) in
            if down {
                For(a.count - 4...3, by: -1) { i in turn(lines, [a, b, c], h, i) }
            } else {
                For(3..<a.count - 3) { i in turn(lines, [a, b, c], h, i) }
            }
        }
    }

    @Reversible
    private static func turn(_ lines: [Line], _ vectors: [Vector], _ h: Scalar, _ i: Integer) -> Statement {
        for line in lines {
            vectors[line.target][i + line.distance] += line.terms.reduce(0.25 * h) { sum, term in
                let x = vectors[term.vector][i + term.distance]
                return sum + term.factor * x * (h + sqrt(abs(x)))
            }
        }
    }

    private func numbers(_ count: Int, _ random: inout RandomNumbers) -> [Double] {
        (0..<count).map { $0 % 7 == 3 ? -0.0 : random.uniform(-1, 1) }
    }

    @Test func bitsOfTheInterpreter() throws {
        var random = RandomNumbers(seed: 20_031)
        var distributed = 0
        for number in 0..<(isExhaustive ? 60 : 8) {
            let down = number % 2 == 1
            let f = Self.program(Self.lines(&random, down: down), down: down)
            let fast = try compile(f, checks: .none)
            let back = try compile(~f, checks: .none)
            distributed += fast.source.contains(">= LANES") ? 1 : 0
            distributed += back.source.contains(">= LANES") ? 1 : 0
            for count in Self.sizes {
                let (a, b, c) = (numbers(count, &random), numbers(count, &random), numbers(count, &random))
                let expected = try f(a, b, c, 0.3)
                let found = try fast(a, b, c, 0.3)
                #expect(
                    found.0.map(\.bitPattern) == expected.0.map(\.bitPattern), "program \(number), \(count)")
                #expect(
                    found.1.map(\.bitPattern) == expected.1.map(\.bitPattern), "program \(number), \(count)")
                #expect(
                    found.2.map(\.bitPattern) == expected.2.map(\.bitPattern), "program \(number), \(count)")
                let undone = try (~f)(a, b, c, 0.3)
                let fastUndone = try back(a, b, c, 0.3)
                #expect(fastUndone.0.map(\.bitPattern) == undone.0.map(\.bitPattern))
                #expect(fastUndone.1.map(\.bitPattern) == undone.1.map(\.bitPattern))
                #expect(fastUndone.2.map(\.bitPattern) == undone.2.map(\.bitPattern))
            }
        }
        // Most depend on themselves too much; some do not.
        #expect(distributed >= (isExhaustive ? 15 : 2))
    }

    /// A step of an explicit method in place: it is undone turn by turn, and what its adjoint adds is not.
    @Test func gradients() throws {
        let step = ReversibleFunction("step", parameters: ["loss", "u", "k"]) {
            (loss: Scalar, u: Vector, k: Vector) in
            For(u.count - 1...2, by: -1) { i in
                u[i] += k[i] * (u[i - 1] - 0.5 * k[i - 1] * u[i - 2] * u[i - 1]) + 0.25 * k[i - 2] * u[i - 2]
            }
            loss += sum(u * u)
        }
        for checks in [Checks.undoing, .none] {
            let fast = try compile(valueAndGrad(step), checks: checks)
            #expect(fast.source.contains(">= LANES"))
            for count in Self.sizes {
                let u = (0..<count).map { 1 / Double($0 + 2) }
                let k = (0..<count).map { 0.3 - 0.01 * Double($0 % 5) }
                let (expected, found) = (try valueAndGrad(step)(0, u, k), try fast(0, u, k))
                #expect(found.value == expected.value)
                #expect(found.gradient.1 == expected.gradient.1)
                #expect(found.gradient.2 == expected.gradient.2)
            }
        }
    }

    /// Nothing is distributed where each turn needs the one before, and in checked code.
    @Test func plainLoops() throws {
        let recurrence = ReversibleFunction("recurrence", parameters: ["u", "v"]) { (u: Vector, v: Vector) in
            For(1..<u.count - 1) { i in
                u[i] += 0.5 * v[i - 1] * v[i - 1] * v[i - 1] + v[i - 1] / 3 + 2 * v[i - 1] * v[i - 1]
                v[i] += 0.5 * u[i] * u[i] * u[i] + u[i] / 3 + 2 * u[i] * u[i] + u[i] * u[i] * u[i] * u[i]
                v[i + 1] += 0.5 * u[i] * u[i] * u[i] + u[i] / 3 + 2 * u[i] * u[i]
            }
        }
        #expect(try !compile(recurrence, checks: .none).source.contains(">= LANES"))
        let spread = ReversibleFunction("spread", parameters: ["u", "v"]) { (u: Vector, v: Vector) in
            For(2..<u.count) { i in
                u[i - 1] +=
                    u[i] * (0.5 * v[i - 1] * v[i - 1] * v[i - 1] + v[i - 1] / 3 + 2 * v[i - 1] * v[i - 1])
                u[i - 2] += u[i] * (0.5 * v[i] * v[i] * v[i] + v[i] / 3 + 2 * v[i] * v[i])
            }
        }
        #expect(try compile(spread, checks: .none).source.contains(">= LANES"))
        #expect(try !compile(spread, checks: .all).source.contains(">= LANES"))
    }
}
