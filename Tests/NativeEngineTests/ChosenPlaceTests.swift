import AD
import NativeEngine
import Testing

/// A `select` between places hands its cotangent to one of them as it is: no factor tells which, but the condition that is
/// asked again.
@Suite struct ChosenPlaceTests {
    typealias Program = ReversibleFunction<Scalar, Scalar, Scalar, Vector>

    /// The step of a walk goes up or down by where the walk is.
    static let walk = Program("walk", parameters: ["loss", "x", "p", "step"]) {
        (loss: Scalar, x: Scalar, p: Scalar, step: Vector) in
        For(step.indices) { i in
            p += select(x >= 0.5, step[i], -step[i])
            x += 0.1 * p
        }
        loss += p
    }

    /// After a turn by a quarter and back a tie is none any more, here and in a function that is called.
    static let tie = Program("tie", parameters: ["loss", "x", "p", "step"]) {
        (loss: Scalar, x: Scalar, p: Scalar, step: Vector) in
        let turn = ReversibleFunction("turn") { (a: Scalar, b: Scalar) in ROT(a, b, 0.25) }
        p -= select(step[1] > x, step[0], -0.4)
        turn(step[2], x)
        loss += p * p
    }

    /// In a computation that runs again.
    static let array = Program("array", parameters: ["loss", "x", "p", "step"]) {
        (loss: Scalar, x: Scalar, p: Scalar, step: Vector) in
        let chosen = Vector.ancilla(count: step.count, "chosen")
        Compute {
            For(step.indices) { i in chosen[i] += select(step[i] >= x, step[i], p) }
        } apply: {
            loss += sum(chosen)
        }
        step *= 0.7
    }

    /// A difference under a condition, that of a constant and a place.
    static let clipped = Program("clipped", parameters: ["loss", "x", "p", "step"]) {
        (loss: Scalar, x: Scalar, p: Scalar, step: Vector) in
        For(step.indices) { i in
            p += select(step[i] * x > 0.5 && x > 0.1, 2 - step[i], step[i])
            x *= 1.1
            x -= 0.3 * p
        }
        loss += p
    }

    @Test(arguments: [walk, tie, array, clipped])
    func rightOrRefused(_ f: Program) throws {
        let compiled = try [1, 2].map { try compile(grad(f), threads: $0) }
        let checked = try compile(grad(f), checks: .all)
        var (right, refused) = (0, 0)
        for j in 0..<60 {
            let (x, step) = (0.7 - 0.01 * Double(j), (0..<6).map { 0.1 * Double(($0 + j) % 5) })
            let expected = try (0..<6).map { m in
                try jvp(f, 0, x, 0.1, step, tangent: (0, 0, 0, (0..<6).map { $0 == m ? 1 : 0 })).product.0
            }
            let runs: [() throws -> [Double]] =
                [{ try grad(f, 0, x, 0.1, step).3 }, { try checked(0, x, 0.1, step).3 }]
                + compiled.map { code in { try code(0, x, 0.1, step).3 } }
            for run in runs {
                do {
                    let found = try run()
                    right += 1
                    #expect(
                        zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-9 },
                        "x = \(x): \(found), \(expected)")
                } catch let error as ReversibilityError {
                    refused += 1
                    #expect(error.kind == .drift, "\(error)")
                }
            }
        }
        #expect(right > 4 * refused, "\(right) right, \(refused) refused")
    }

    /// What is decided again is named.
    @Test func isRefused() throws {
        let f = ReversibleFunction("f", parameters: ["y", "m", "a", "b", "c"]) {
            (y: Scalar, m: Scalar, a: Scalar, b: Scalar, c: Scalar) in
            m += select(b >= 0.5, a, c)
            b += a * y
            y += m
        }
        let gradient = try compile(grad(f))
        for run in [{ try grad(f, 0.38, 0, 0.7, 0.5, 0.3) }, { try gradient(0.38, 0, 0.7, 0.5, 0.3) }] {
            let error = #expect(throws: ReversibilityError.self) { _ = try run() }
            #expect(error?.kind == .drift)
            #expect(error?.message.contains("the gradient decides `b >= 0.5` otherwise") == true)
        }
    }

    /// A derivative may become too small for a number, or too large: unlike a value it need not come back.
    @Test(arguments: [1e-200, 1e200]) func derivativesLeaveTheRange(_ factor: Double) throws {
        let f = ReversibleFunction("f", parameters: ["y", "m", "a"]) { (y: Scalar, m: Scalar, a: Scalar) in
            m *= factor
            m += a
            m *= factor
            y += m
        }
        let compiled = try compile(grad(f), checks: .none)(0, 0, 0)
        #expect(compiled.1 == factor * factor && compiled.2 == factor)
        let found = try grad(f, 0, 0, 0)
        #expect(found.1 == compiled.1 && found.2 == compiled.2)
        #expect(try compile(grad(f), checks: .all)(0, 0, 0) == found)
        #expect(try jvp(f, 0, 0, 0, tangent: (0, 1, 0)).product.0 == found.1)
    }
}
