import AD
import NativeEngine
import Testing

/// Each way in which an adjoint reads a number that undoing may have lost: right as forward mode, or refused.
@Suite struct UndoingReadsTests {
    /// Notes of what is found by the size of scratch stand where the scratch is.
    @Test func elementsFoundByTheSizeOfScratch() throws {
        let f = ReversibleFunction("f") { (y: Scalar, w: Vector, k: Integer) in
            w *= 1.25
            let t = Scalar.ancilla()
            Compute {
                If(k > 0) {
                    let r = Vector.ancilla(count: k)
                    t += w[r.count - 1] * w[0]
                    If(w[0] > r.count) { t += w[0] }
                }
                For(0..<k) { i in
                    let r = Vector.ancilla(count: i + 1)
                    For(0..<r.count) { j in t += w[j] * w[r.count - 1] }
                }
            } apply: {
                y += t * t
            }
            w *= 1.1
        }
        let arguments = (0.5, [1.5, 0.25, -0.75], 3)
        let expected = try jvp(f, arguments.0, arguments.1, arguments.2, tangent: (0, [1, 0.5, -2], ()))
            .product.0
        let found = try grad(f, arguments.0, arguments.1, arguments.2).1
        let compiled = try compile(grad(f))(arguments.0, arguments.1, arguments.2).1
        for slopes in [found, compiled] {
            #expect(abs(slopes[0] + 0.5 * slopes[1] - 2 * slopes[2] - expected) <= 1e-12 * abs(expected))
        }
    }

    typealias Function = ReversibleFunction<Scalar, Scalar, Scalar, Vector>

    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let function: Function
        let a: Double
        let b: Double
        let v: [Double]
        let isRefused: Bool
        var testDescription: String { name }
    }

    private static func f(
        _ name: String, @Reversible _ body: (Scalar, Scalar, Scalar, Vector) -> Statement
    ) -> Function {
        ReversibleFunction(name, parameters: ["loss", "a", "b", "v"]) {
            (loss: Scalar, a: Scalar, b: Scalar, v: Vector) in body(loss, a, b, v)
        }
    }

    private static let waves = (0..<1000).map { 0.3 + 0.2 * Double($0 * $0 % 13) }
    private static let few = [0.4, 1.1, 0.7]

    /// The partial derivative by a factor is the number that is multiplied, even where the factor is a plain place.
    static let factor = f("factor") { loss, a, b, v in
        For(v.indices) { i in
            b *= a
            b += v[i]
            loss += b
        }
    }

    static let divisor = f("divisor") { loss, a, b, v in
        For(v.indices) { i in
            b /= 1 + a
            b += v[i]
            loss += b
        }
    }

    static let scale = ReversibleFunction("scale") { (b: Scalar, a: Scalar) in b *= a }

    static let calledFactor = f("calledFactor") { loss, a, b, v in
        For(v.indices) { i in
            scale(b, a)
            b += v[i]
            loss += b
        }
    }

    static let wholeFactor = f("wholeFactor") { loss, a, b, v in
        For(0..<150) { _ in
            v *= a
            v += 0.1
            loss += sum(v)
        }
    }

    /// The angle of a rotation is a plain place too.
    static let angle = f("angle") { loss, a, b, v in
        let c = Scalar.ancilla()
        Compute {
            For(v.indices) { i in
                ROT(b, c, a)
                b *= 0.5
                b += v[i]
            }
        } apply: {
            loss += c + b
        }
    }

    /// A number that grows after it was read loses its digits on the way back.
    static let growth = f("growth") { loss, a, b, v in
        loss += a * a * b
        a += 1e20
    }

    /// The elements from an index on: a note of them stands inside the loop that has the index.
    static let triangle = f("triangle") { loss, a, b, v in
        For(v.indices) { i in
            For(i..<v.count) { j in loss += v[j] * v[j] }
        }
        v[0] -= a
    }

    static let growthOfAll = f("growthOfAll") { loss, a, b, v in
        loss += sum(v * v)
        v += 1e18
    }

    static let growthByTurns = f("growthByTurns") { loss, a, b, v in
        For(v.indices) { i in
            b *= 0.5
            b += v[i]
            loss += b * b
        }
        For(v.indices) { _ in b *= 2 }
    }

    /// Which way a computation takes is asked twice: in the program, and when the adjoint runs it again.
    static let way = f("way") { loss, a, b, v in
        let c = Integer.ancilla()
        Compute {
            c += select(a >= 0.5, 1, 0)
        } apply: {
            loss += pow(b, c) * v[c]
        }
        ROT(a, b, 0.25)
    }

    static let ramp = ReversibleFunction("ramp") { (y: Scalar, x: Scalar) in
        If(x >= 0.5) {
            y += 3 * x
        } else: {
            y += x
        }
    }

    static let calledWay = f("calledWay") { loss, a, b, v in
        let h = Scalar.ancilla(), k = Scalar.ancilla()
        Compute {
            Compute {
                ramp(h, a)
            } apply: {
                k += h * v[0]
            }
        } apply: {
            loss += k * b
        }
        ROT(a, b, 0.25)
    }

    static let turns = f("turns") { loss, a, b, v in
        let h = Scalar.ancilla(), n = Integer.ancilla()
        Compute {
            h += a
            While(h >= 0.25, post: n > 0) {
                n += 1
                h *= 0.5
            }
        } apply: {
            loss += h * b
        }
        ROT(a, b, 0.25)
    }

    static let wayOfElements = f("wayOfElements") { loss, a, b, v in
        let h = Vector.ancilla(count: v.count)
        Compute {
            h += max(v, 0.5) * a
        } apply: {
            loss += sum(h * h)
        }
        ROT(v[0], v[1], 0.25)
        loss += b * v[0]
    }

    /// A decision for every element.
    static let elements = f("elements") { loss, a, b, v in
        loss += sum(max(v, 0.5)) * a
        ROT(v[0], v[1], 0.25)
        loss += b * v[0]
    }

    /// Only multiplied in a loop: noted before and after it.
    static let underflow = f("underflow") { loss, a, b, v in
        For(0..<530) { _ in
            b *= 0.25
            loss += b * b
        }
        For(0..<530) { _ in b *= 4 }
    }

    static let vanishing = f("vanishing") { loss, a, b, v in
        let n = Integer.ancilla()
        b += 1
        While(b > 1e-3, post: n > 0) {
            n += 1
            b *= 0.5
            loss += b * b
        }
        b += 1e9
        n -= 11
    }

    /// The elements ahead of a loop's turn, each read several times, are noted once.
    static let sweep = f("sweep") { loss, a, b, v in
        For(0..<60) { _ in
            For(0..<v.count - 2) { i in
                v[i] *= 0.5
                v[i] += 0.1 * v[i + 1] * v[i + 2]
            }
        }
        loss += sum(v)
    }

    static let sweepDown = f("sweepDown") { loss, a, b, v in
        For(0..<80) { _ in
            v[0] *= 0.4
            v[0] += a
            For(v.count - 1...2, by: -1) { i in v[i] += 0.01 * v[i - 1] * v[i - 2] }
            v[1] += 0.01 * v[0] * v[0]
        }
        loss += v[v.count - 1]
    }

    static let cases: [Case] = [
        Case(name: "factor", function: factor, a: 0.9, b: 0, v: waves, isRefused: true),
        Case(name: "factor, few", function: factor, a: 0.9, b: 0, v: few, isRefused: false),
        Case(name: "divisor", function: divisor, a: 0.2, b: 0, v: waves, isRefused: true),
        Case(name: "divisor, few", function: divisor, a: 0.2, b: 0, v: few, isRefused: false),
        Case(name: "called factor", function: calledFactor, a: 0.9, b: 0, v: waves, isRefused: true),
        Case(name: "called factor, few", function: calledFactor, a: 0.9, b: 0, v: few, isRefused: false),
        Case(name: "whole factor", function: wholeFactor, a: 0.8, b: 0, v: few, isRefused: true),
        Case(name: "whole factor, slow", function: wholeFactor, a: 0.99, b: 0, v: few, isRefused: false),
        Case(name: "angle", function: angle, a: 0.3, b: 0.2, v: Array(waves.prefix(50)), isRefused: true),
        Case(name: "angle, few", function: angle, a: 0.3, b: 0.2, v: few, isRefused: false),
        Case(name: "growth", function: growth, a: 0.3, b: 2, v: few, isRefused: true),
        Case(name: "growth of all", function: growthOfAll, a: 0.3, b: 2, v: few, isRefused: true),
        Case(
            name: "growth by turns", function: growthByTurns, a: 0, b: 0.3, v: Array(waves.prefix(100)),
            isRefused: true),
        Case(name: "growth by turns, few", function: growthByTurns, a: 0, b: 0.3, v: few, isRefused: false),
        Case(name: "way", function: way, a: 0.5, b: 1, v: few, isRefused: true),
        Case(name: "way, clear", function: way, a: 0.6, b: 1, v: few, isRefused: false),
        Case(name: "called way", function: calledWay, a: 0.5, b: 1, v: few, isRefused: true),
        Case(name: "called way, clear", function: calledWay, a: 0.6, b: 1, v: few, isRefused: false),
        Case(name: "turns", function: turns, a: 0.5, b: 1, v: few, isRefused: true),
        Case(name: "turns, clear", function: turns, a: 1.7, b: 1, v: few, isRefused: false),
        Case(
            name: "way of elements", function: wayOfElements, a: 1.5, b: 1, v: [0.5, 1, 2], isRefused: true),
        Case(
            name: "way of elements, clear", function: wayOfElements, a: 1.5, b: 1, v: [0.6, 1, 2],
            isRefused: false),
        Case(name: "elements", function: elements, a: 1.5, b: 1, v: [0.5, 1, 2], isRefused: true),
        Case(name: "elements, clear", function: elements, a: 1.5, b: 1, v: [0.6, 1, 2], isRefused: false),
        Case(name: "underflow", function: underflow, a: 0, b: 1.1, v: few, isRefused: true),
        Case(name: "vanishing", function: vanishing, a: 0, b: 0.3, v: few, isRefused: true),
        Case(name: "sweep", function: sweep, a: 0, b: 0, v: [0.4, 1.1, 0.7, 0.9, 1.3, 0.8], isRefused: true),
        Case(
            name: "sweep down", function: sweepDown, a: 0.2, b: 0, v: Array(waves.prefix(12)), isRefused: true
        ),
        Case(name: "triangle", function: triangle, a: 0.2, b: 0, v: few, isRefused: false),
        Case(name: "sweep down, two", function: sweepDown, a: 0.2, b: 0, v: few, isRefused: true),
    ]

    private func expect(
        _ found: (Double, Double, Double, [Double])?, _ test: Case, _ way: String
    ) throws {
        #expect((found == nil) == test.isRefused, "\(way): \(String(describing: found))")
        guard let found else { return }
        let zeros = [Double](repeating: 0, count: test.v.count)
        func right(_ a: Double, _ b: Double, _ v: [Double]) throws -> Double {
            try jvp(test.function, 0, test.a, test.b, test.v, tangent: (0, a, b, v)).product.0
        }
        func agrees(_ x: Double, _ y: Double) -> Bool { abs(x - y) <= 1e-7 * max(1, abs(y)) }
        #expect(agrees(found.1, try right(1, 0, zeros)), "\(way), a")
        #expect(agrees(found.2, try right(0, 1, zeros)), "\(way), b")
        for index in zeros.indices.prefix(3) {
            var direction = zeros
            direction[index] = 1
            #expect(agrees(found.3[index], try right(0, 0, direction)), "\(way), \(index)")
        }
    }

    private func refusing<Result>(_ run: () throws -> Result) throws -> Result? {
        do {
            return try run()
        } catch let error as ReversibilityError where [.drift, .ancillaNotRestored].contains(error.kind) {
            return nil
        }
    }

    @Test(arguments: cases) func rightOrRefused(_ test: Case) throws {
        let (f, a, b, v) = (test.function, test.a, test.b, test.v)
        try expect(try refusing { try grad(f, 0, a, b, v) }, test, "grad")
        let compiled = try compile(grad(f))
        try expect(try refusing { try compiled(0, a, b, v) }, test, "compiled")
        let threads = try compile(grad(f), threads: 2)
        try expect(try refusing { try threads(0, a, b, v) }, test, "two threads")
    }

    /// The second run finds the read of a computation too, which the program has run twice before it undoes it.
    @Test func theMessageNamesWhatAComputationReads() throws {
        let f = Self.f("kept") { loss, a, b, v in
            let c = Scalar.ancilla("c")
            Compute {
                // Errors of the middle shrink again on the way to the start: the computation is undone.
                For(v.indices) { _ in c *= 2 }
                For(v.indices) { i in
                    c *= 0.5
                    c += v[i]
                    b += c * c
                }
            } apply: {
                loss += b
            }
        }
        for error in [
            #expect(throws: ReversibilityError.self) { try grad(f, 0, 0, 0, Array(Self.waves.prefix(60))) },
            #expect(throws: ReversibilityError.self) {
                try compile(grad(f), checks: .undoing)(0, 0, 0, Array(Self.waves.prefix(60)))
            },
        ] {
            #expect(error?.kind == .drift)
            #expect(error?.statement == "b += c * c")
            #expect(
                error?.message.hasPrefix("undoing lost digits: the gradient reads `c` as ") == true,
                "\(error?.message ?? "")")
        }
    }

    /// Where a number is only multiplied, its tangents are not: what they are compared with is in the turns.
    @Test func secondDerivativesOfASeries() throws {
        let bessel = ReversibleFunction("bessel") { (out: Scalar, z: Scalar) in
            let k = Integer.ancilla()
            let (term, series) = (Scalar.ancilla(), Scalar.ancilla())
            Compute {
                term += 1
                series += term
                While(abs(term) > 1e-17, post: k != 0) {
                    k += 1
                    term *= -(z * z) / (4 * k * k)
                    series += term
                }
            } apply: {
                out += series
            }
        }
        for z in [0.5, 1, 2.5, 5] {
            let both = try valueAndGrad(bessel, 0, z)
            let bend = try hessian(bessel, 0, z, with: 1)[0, 0]
            // Bessel's equation of order 0.
            #expect(abs(z * z * bend + z * both.gradient.1 + z * z * both.value) < 1e-12)
        }
    }

    /// Whole numbers beyond what single precision counts exactly.
    @Test func manyDecisionsInSinglePrecision() throws {
        let f = Self.f("many") { loss, a, b, v in
            For(v.indices) { i in v[i] *= 1.5 }
            For(v.indices) { i in
                loss += abs(v[i])
                v[i] += 1
            }
        }
        var options = CompileOptions()
        options.precision = .single
        let v = (0..<200_000).map { Double($0 % 17) - 8.5 }
        let found = try compile(grad(f), options: options)(0, 0, 0, v).3
        #expect(found == v.map { $0 < 0 ? -1.5 : 1.5 })
    }
}
