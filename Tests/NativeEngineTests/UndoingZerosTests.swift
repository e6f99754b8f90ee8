import AD
import NativeEngine
import ReversibleCore
import Testing

/// What was 0 comes back as the rounding of what it became, which is no loss; what was small, and grew, loses its digits.
@Suite(.enabled(if: compilerIsThere)) struct UndoingZerosTests {
    static let grown = ReversibleFunction("grown", parameters: ["y", "x", "w"]) {
        (y: Scalar, x: Scalar, w: Scalar) in
        y += x * x
        x += w
    }

    /// A magnitude at the end does not excuse what was lost of a smaller one.
    @Test(arguments: [1e-4, 1e-6, 1.3e-9], [1, 1e3, 1e6, 1e9])
    func whatGrew(x: Double, w: Double) throws {
        let answers: [() throws -> Double] = [
            { try grad(Self.grown, 0, x, w).1 }, { try compile(grad(Self.grown))(0, x, w).1 },
        ]
        for answer in answers {
            do {
                let slope = try answer()
                #expect(abs(slope - 2 * x) <= 1e-7 * x)
                #expect(w / x < 1e10)
            } catch let error as ReversibilityError {
                #expect(error.kind == .drift)
                #expect(w / x > 1e7)
            }
        }
    }

    /// Zeros that a computation reads, and then turns.
    static let turned = ReversibleFunction("turned", parameters: ["y", "v", "w"]) {
        (y: Scalar, v: Vector, w: Vector) in
        let (t, u, s) = (
            Vector.ancilla(count: w.count), Vector.ancilla(count: w.count), Vector.ancilla(count: w.count)
        )
        Compute {
            For(w.indices) { i in
                t[i] += w[i]
                s[i] += t[i] * t[i]
                u[i] += v[i]
                ROT(t[i], u[i], 1.0)
            }
        } apply: {
            For(w.indices) { i in y += t[i] }
        }
    }

    @Test func zeros() throws {
        let (v, w) = ([0.3, 0.77, 0.1234567, 0.987654], [0.0, 0, 0, 0])
        let interpreted = try valueAndGrad(Self.turned, 0, v, w)
        // The sums say so themselves: no second run has looked at every read.
        #expect(interpreted.drift == 0)
        let compiled = try compile(grad(Self.turned))(0, v, w)
        for i in w.indices {
            #expect(abs(interpreted.gradient.1[i] + 0.8414709848078965) < 1e-15)
            #expect(abs(interpreted.gradient.2[i] - 0.5403023058681398) < 1e-15)
            #expect(abs(compiled.1[i] + 0.8414709848078965) < 1e-15)
            #expect(abs(compiled.2[i] - 0.5403023058681398) < 1e-15)
        }
    }

    /// Numbers whose tangents are 0, turned with others whose tangents are not.
    static let turnedTangents = ReversibleFunction("turnedTangents", parameters: ["y", "v", "w"]) {
        (y: Scalar, v: Vector, w: Vector) in
        let (t, u) = (Vector.ancilla(count: w.count), Vector.ancilla(count: w.count))
        Compute {
            For(w.indices) { i in
                t[i] += w[i]
                u[i] += t[i] * v[i]
                ROT(t[i], u[i], 1.0)
            }
        } apply: {
            For(w.indices) { i in y += t[i] }
        }
    }

    @Test func zeroTangents() throws {
        let (v, w) = ([0.3, 0.77, 0.1234567, 0.987654], [-0.2510475814342499, 0.7, 0.3, 0.1])
        let (speeds, zeros) = ([0.6, 0.77, 0.1234567, 0.987654], [0.0, 0, 0, 0])
        let interpreted = try hvp(Self.turnedTangents, 0, v, w, direction: (0, speeds, zeros))
        let compiled = try compile(hvp(Self.turnedTangents))(0, v, w, direction: (0, speeds, zeros))
        for i in w.indices {
            let expected = -0.8414709848078965 * speeds[i]
            #expect(abs(interpreted.2[i] - expected) < 1e-15 && abs(compiled.2[i] - expected) < 1e-15)
        }
        // The program that is compiled, by its own sums: of tangents as of values.
        let tangent = try Self.turnedTangents.definition.verifiedPullback(inverted: false).tangentOfPullback
        let arguments: [Leaf<Double>] =
            [.real(0), .real(1), .real(0), .real(0)]
            + [v, zeros, speeds, zeros, w, zeros, zeros, zeros].map { .reals($0) }
        #expect(try tangent.runVerified(arguments, options: RunOptions()).drift < 1e-15)
    }

    /// Of a product of two differentiations every read is compared with itself, its tangent with the tangent.
    @Test func tangentsAreNamed() throws {
        let halving = ReversibleFunction("halving", parameters: ["y", "m", "v"]) {
            (y: Scalar, m: Scalar, v: Vector) in
            For(v.indices) { i in
                m *= 0.5
                m += v[i]
                y += m * m
            }
        }
        let speeds = (0..<60).map { 0.1 + 0.013 * Double($0 * $0 % 11) }
        let zeros = [Double](repeating: 0, count: 60)
        for run in [
            { try hvp(halving, 0, 0, zeros, direction: (0, 0, speeds)) },
            { try compile(hvp(halving))(0, 0, zeros, direction: (0, 0, speeds)) },
        ] as [() throws -> (Double, Double, [Double])] {
            let error = #expect(throws: ReversibilityError.self) { _ = try run() }
            #expect(error?.kind == .drift)
            #expect("\(error?.description ?? "")".contains("the tangent of `m`"))
        }
    }

    /// What else is read, however large, does not excuse what a number has lost.
    @Test func largeNumbersExcuseNothing() throws {
        let other = ReversibleFunction("other", parameters: ["loss", "a", "x", "z"]) {
            (loss: Scalar, a: Scalar, x: Scalar, z: Scalar) in
            a += sin(loss)
            For(0..<10) { _ in z *= x * x }
            loss += z * a
        }
        for x in [5.0, 8, 30] {
            let right = try jvp(other, -1.43, 0.2, x, 1, tangent: (1, 0, 0, 0)).product.0
            for gradient in [
                { try grad(other, -1.43, 0.2, x, 1).0 }, { try compile(grad(other))(-1.43, 0.2, x, 1).0 },
                { try compile(grad(other), checks: .all)(-1.43, 0.2, x, 1).0 },
            ] as [() throws -> Double] {
                do {
                    #expect(abs(try gradient() - right) <= 1e-7 * abs(right))
                } catch let error as ReversibilityError {
                    #expect(error.kind == .drift)
                }
            }
        }
        var single = CompileOptions()
        single.precision = .single
        for x in [4.0, 5, 6] {
            #expect(throws: ReversibilityError.self) {
                try compile(grad(Self.powers), options: single)(-1.43, 0.2, x, 1)
            }
        }
    }

    static let powers = ReversibleFunction("powers", parameters: ["loss", "a", "x", "z"]) {
        (loss: Scalar, a: Scalar, x: Scalar, z: Scalar) in
        a += sin(loss)
        For(0..<10) { _ in z *= x }
        loss += z * a
    }

    /// Nor what a tangent has lost.
    @Test func largeTangentsExcuseNothing() throws {
        let steep = ReversibleFunction("steep", parameters: ["loss", "v", "x", "c"]) {
            (loss: Scalar, v: Scalar, x: Scalar, c: Scalar) in
            loss += v * v * x
            For(0..<12) { _ in
                c *= 4 * x * x
                v += sin(c)
            }
        }
        for x in [2, 2.3, 3] {
            for product in [
                { try hvp(steep, 0, 1, x, 1.3, direction: (0, 0.11, 0.5, 0)) },
                { try compile(hvp(steep))(0, 1, x, 1.3, direction: (0, 0.11, 0.5, 0)) },
            ] as [() throws -> (Double, Double, Double, Double)] {
                let error = #expect(throws: ReversibilityError.self) { _ = try product() }
                #expect(error?.kind == .drift)
            }
        }
    }

    /// A branch between checks, or nothing, is no decision that a gradient takes.
    @Test func branchesOfChecks() throws {
        let f = ReversibleFunction("f", parameters: ["loss", "x", "n"]) {
            (loss: Scalar, x: Scalar, n: Integer) in
            For(0..<n) { _ in
                x *= 0.5
                x += 0.1
                If(x > 0.2) {
                    Assert(x < 10)
                    If(x > 3) {}
                }
                loss += x
            }
        }
        #expect(try grad(f, 0, 1, 100).0 == 1)
        #expect(abs(try grad(f, 0, 1, 100).1 - 1) < 1e-15)
        #expect(abs(try compile(grad(f))(0, 1, 100).1 - 1) < 1e-15)
    }

    /// A number that was 0 when it was read, and comes back as something else: nothing excuses that.
    @Test func zerosThatAreLost() throws {
        let shrunk = ReversibleFunction("shrunk", parameters: ["y", "x", "g"]) {
            (y: Scalar, x: Scalar, g: Scalar) in
            y += x * g
            x += 0.1
            x *= 1e-18
            x += 1
        }
        let average = ReversibleFunction("average", parameters: ["y", "m", "w", "v"]) {
            (y: Scalar, m: Scalar, w: Scalar, v: Vector) in
            y += w * m
            For(v.indices) { i in
                m *= 0.5
                m += v[i]
            }
        }
        let calling = ReversibleFunction("calling", parameters: ["y", "m", "w", "v"]) {
            (y: Scalar, m: Scalar, w: Scalar, v: Vector) in
            average(y, m, w, v)
        }
        let v = [Double](repeating: 0.1, count: 100)
        let attempts: [() throws -> Void] = [
            { _ = try grad(shrunk, 0, 0, 2) }, { _ = try compile(grad(shrunk))(0, 0, 2) },
            { _ = try hvp(shrunk, 0, 0, 2, direction: (0, 1, 0.5)) },
            { _ = try grad(average, 0, 0, 3, v) }, { _ = try compile(grad(average))(0, 0, 3, v) },
            { _ = try grad(calling, 0, 0, 3, v) }, { _ = try compile(grad(calling))(0, 0, 3, v) },
        ]
        for attempt in attempts {
            let error = #expect(throws: ReversibilityError.self) { try attempt() }
            #expect(error?.kind == .drift)
        }
        // Few enough steps, and a record, give what is right.
        #expect(abs(try grad(average, 0, 0, 3, [0.1, 0.2, 0.3]).2) < 1e-15)
        #expect(try grad(average, 0, 0, 3, v, undoing: .recorded).2 == 0)
        #expect(try grad(shrunk, 0, 0, 2, undoing: .recorded).2 == 0)
    }
}
