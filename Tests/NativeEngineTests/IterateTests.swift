import AD
import NativeEngine
import ReversibleCore
import Testing

/// Steps that cannot be undone.
@Suite(.enabled(if: compilerIsThere)) struct IterateTests {
    /// Newton's method: yₙ → √a, whose derivatives are 1/(2√a) and −1/(4 a√a).
    static func root(_ way: Undoing?) -> ReversibleFunction<Scalar, Scalar, Integer> {
        ReversibleFunction("root", parameters: ["y", "a", "n"]) { (y: Scalar, a: Scalar, n: Integer) in
            Iterate(y, from: a, times: n, undoing: way) { next, current in
                next += 0.5 * (current + a / current)
            }
        }
    }

    @Test func squareRoots() throws {
        for way in [nil, Undoing.recorded, .checkpoints(1), .checkpoints(3)] {
            let f = Self.root(way)
            let y = try f(1, 2, 9).0
            #expect(abs(y - 1 - 2.0.squareRoot()) < 1e-15)
            #expect(try (~f)(y, 2, 9).0 == 1)
            #expect(abs(try grad(f, 0, 2, 9).1 - 0.5 / 2.0.squareRoot()) < 1e-15)
            let product = try hvp(f, 0, 2, 9, direction: (0, 1, ())).1
            #expect(abs(product + 0.25 / (2 * 2.0.squareRoot())) < 1e-15)
            #expect(abs(try jvp(f, 0, 2, 9, tangent: (0, 1, ())).product.0 - 0.5 / 2.0.squareRoot()) < 1e-15)
            #expect(try f(1, 2, 0).0 == 3)
            #expect(try grad(f, 0, 2, 0).1 == 1)
            #expect(abs(try compile(grad(f))(0, 2, 9).1 - 0.5 / 2.0.squareRoot()) < 1e-15)
            let native = try compile(hvp(f))(0, 2, 9, direction: (0, 1, ())).1
            #expect(abs(native - product) < 1e-15)
            #expect(abs(try compile(f)(1, 2, 9).0 - y) < 1e-15)
        }
    }

    struct Field: Argument {
        var u: Vector
        var t: Scalar
        struct Value: ArgumentValue, Equatable { var u: [Double], t: Double }
    }

    /// Explicit heat on a ring, a struct of an array and a number. The eigenvector k of one step with
    /// h = 0.2 has the eigenvalue 1 − 4 h sin²(πk/n), to the power of steps.
    @Test func heat() throws {
        func f(_ way: Undoing?) -> ReversibleFunction<Scalar, Field, Field, Integer> {
            ReversibleFunction("heat", parameters: ["loss", "end", "start", "steps"]) {
                (loss: Scalar, end: Field, start: Field, steps: Integer) in
                Iterate(end, from: start, times: steps, undoing: way) { next, current in
                    next.t += current.t + 0.2
                    For(current.u.indices) { i in
                        let n = current.u.count
                        next.u[i] +=
                            0.6 * current.u[i] + 0.2 * current.u[(i + 1) % n] + 0.2
                            * current.u[(i + n - 1) % n]
                    }
                }
                For(end.u.indices) { i in loss += start.u[i] * end.u[i] }
            }
        }
        let (n, steps) = (12, 50)
        let mode = (0..<n).map { ElementaryFunction.cos.value(2 * Double.pi * 2 * Double($0) / Double(n)) }
        let half = ElementaryFunction.sin.value(Double.pi * 2 / Double(n))
        let eigenvalue = 1 - 4 * 0.2 * half * half
        var factor = 1.0
        for _ in 0..<steps { factor *= eigenvalue }
        let start = Field.Value(u: mode, t: 0)
        let zero = Field.Value(u: mode.map { _ in 0 }, t: 0)
        for way in [nil, Undoing.recorded, .checkpoints(2), .checkpoints(7)] {
            let end = try f(way)(0, zero, start, steps).1
            #expect(abs(end.t - 10) < 1e-12)
            // d loss / d start = 2 λᵗ start.
            for gradient in [
                try grad(f(way), 0, zero, start, steps).2,
                try compile(grad(f(way)))(0, zero, start, steps).2,
            ] {
                for (slope, number) in zip(gradient.u, mode) {
                    #expect(abs(slope - 2 * factor * number) < 1e-13)
                }
            }
        }
    }

    /// In a function that is called in a computation of a loop's turn, and in an `apply` with ancillas.
    @Test(arguments: [Undoing.inverse, .recorded, .checkpoints(2)])
    func surroundings(way: Undoing) throws {
        typealias Three = ReversibleFunction<Scalar, Scalar, Scalar>
        let inner = Three("inner") { (o: Scalar, x: Scalar, w: Scalar) in
            Iterate(o, from: x, times: 5) { next, current in next += sin(current * w) }
        }
        let f = Three("f") { (o: Scalar, x: Scalar, w: Scalar) in
            For(0..<3) { _ in
                let u = Scalar.ancilla("u")
                let t = Scalar.ancilla("t")
                Compute {
                    u += x * w
                    inner(t, u, w)
                    inner(t, u, x)
                } apply: {
                    let d = Scalar.ancilla("d")
                    d += t * t
                    o += d * u
                    d -= t * t
                }
            }
        }
        let right = try jvp(f, 0, 0.3, 0.7, tangent: (0, 1, 0)).product.0
        #expect(abs(try grad(f, 0, 0.3, 0.7, undoing: way).1 - right) < 1e-15)
        #expect(abs(try compile(grad(f, undoing: way))(0, 0.3, 0.7).1 - right) < 1e-15)
        try checkGrads(f, 0, 0.3, 0.7)
    }

    @Test func refused() throws {
        func message(
            times: Int = 3, undoing: Undoing? = nil,
            _ step: @escaping (Scalar, Scalar, Scalar, Scalar) -> Statement
        ) -> String {
            do {
                _ = try ReversibleFunction(checking: "f", parameters: ["y", "x", "w"]) {
                    (y: Scalar, x: Scalar, w: Scalar) in
                    Iterate(y, from: x, times: times, undoing: undoing) { next, current in
                        step(next, current, y, w)
                    }
                }
                return "none"
            } catch { return "\(error)" }
        }
        #expect(message { next, current, _, w in next += current * w } == "none")
        #expect(message { next, current, _, _ in current += 1 }.contains("changes `current`"))
        #expect(message { next, current, _, w in w += current }.contains("changes `w`"))
        #expect(message { next, current, y, _ in next += y }.contains("reads `y`"))
        #expect(message(times: -2) { next, current, _, _ in next += current }.contains("-2 steps"))
        #expect(
            message(undoing: .inverse) { next, current, _, _ in next += current }.contains("cannot be undone")
        )
        #expect(throws: ReversibilityError.self) {
            _ = try ReversibleFunction(checking: "f") { (v: Vector) in
                Iterate(v, from: v, times: 3) { next, current in next += 0.3 * current }
            }
        }
        #expect(throws: ReversibilityError.self) {
            _ = try ReversibleFunction(checking: "f") { (k: Integer, n: Integer) in
                Iterate(k, from: n, times: k) { next, current in next += current + 3 }
            }
        }
        #expect(throws: ReversibilityError.self) {
            _ = try ReversibleFunction(checking: "f") { (y: Scalar, x: Scalar) in
                Iterate(y, from: x, times: x) { next, current in next += current }
            }
        }
        let f = Self.root(nil)
        let error = #expect(throws: ReversibilityError.self) { try f(0, 2, -1) }
        #expect(error?.kind == .assertion)
        let none = #expect(throws: ReversibilityError.self) { _ = try adjoint(f).untyped.definition }
        #expect(none?.message.contains("has an `Iterate`") == true)
    }
}
