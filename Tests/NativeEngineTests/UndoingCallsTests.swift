import AD
import NativeEngine
import ReversibleCore
import Testing

/// What a called function reads has some sums, as what its caller reads: a large number hides no small one.
@Suite(.enabled(if: compilerIsThere)) struct UndoingCallsTests {
    static let body = ReversibleFunction("body", parameters: ["loss", "g", "s", "x", "h"]) {
        (loss: Scalar, g: Scalar, s: Scalar, x: Scalar, h: Scalar) in
        loss += s * g
        s += h
        loss += x * x
        x += 1
    }
    static let once = ReversibleFunction("once", parameters: ["loss", "g", "s", "x", "h"]) {
        (loss: Scalar, g: Scalar, s: Scalar, x: Scalar, h: Scalar) in
        body(loss, g, s, x, h)
    }
    static let through = ReversibleFunction("through", parameters: ["loss", "g", "s", "x", "h"]) {
        (loss: Scalar, g: Scalar, s: Scalar, x: Scalar, h: Scalar) in
        loss += 1e-3 * x * x
        x += 0.5
        once(loss, g, s, x, h)
    }
    static let lose = ReversibleFunction("lose", parameters: ["loss", "g", "s", "h"]) {
        (loss: Scalar, g: Scalar, s: Scalar, h: Scalar) in
        loss += s * g
        s += h
    }
    static let big = ReversibleFunction("big", parameters: ["loss", "x"]) { (loss: Scalar, x: Scalar) in
        loss += x * x
        x += 1
    }
    /// Two functions, each with sums of its own.
    static let two = ReversibleFunction("two", parameters: ["loss", "g", "s", "x", "h"]) {
        (loss: Scalar, g: Scalar, s: Scalar, x: Scalar, h: Scalar) in
        lose(loss, g, s, h)
        big(loss, x)
    }
    /// Calls itself, with a number of its own for each turn.
    static let again = ReversibleFunction.recursive("again", parameters: ["loss", "g", "s", "x", "h", "n"]) {
        (itself, loss: Scalar, g: Vector, s: Scalar, x: Scalar, h: Scalar, n: Integer) in
        If(n > 0) {
            n -= 1
            loss += s * g[n]
            s += h
            loss += x * x
            x += 1
            itself(loss, g, s, x, h, n)
            n += 1
        }
    }

    /// The gradient to `g`, which is `s` as it was.
    private func expectSlope(
        _ answer: () throws -> Double, _ s: Double, isKept: Bool,
        _ source: Testing.SourceLocation = #_sourceLocation
    ) {
        do {
            let slope = try answer()
            #expect(abs(slope - s) <= 1e-7 * s, sourceLocation: source)
        } catch {
            #expect((error as? ReversibilityError)?.kind == .drift, sourceLocation: source)
            #expect(!isKept, sourceLocation: source)
        }
    }

    /// With a sum for all that is read in the call 10⁶ squared hides the whole of s.
    @Test(arguments: [1e-3, 0.7], [1.0, 1e3, 1e9, 1e13])
    func numbersOfCalls(s: Double, h: Double) throws {
        let isKept = h / s < 1e7
        for function in [Self.body, Self.once, Self.through, Self.two] {
            expectSlope({ try grad(function, 0, 0.5, s, 1e6, h).1 }, s, isKept: isKept)
            expectSlope({ try compile(grad(function))(0, 0.5, s, 1e6, h).1 }, s, isKept: isKept)
        }
        // Turns share the sum of s, as turns of a loop do, where it is h that they are compared with.
        for turns in isKept ? [1, 3] : [1] {
            let g = [Double](repeating: 0.5, count: turns)
            expectSlope({ try grad(Self.again, 0, g, s, 1e6, h, turns).1[turns - 1] }, s, isKept: isKept)
            expectSlope(
                { try compile(grad(Self.again))(0, g, s, 1e6, h, turns).1[turns - 1] }, s, isKept: isKept)
        }
    }

    /// More numbers than a call has sums for, in functions that call such functions: what is left shares one.
    static let many = ReversibleFunction("many", parameters: ["y", "v", "w"]) {
        (y: Scalar, v: Vector, w: Scalar) in
        five(y, v[0], v[1], v[2], v[3], v[4])
        y += w * w
        w += v[0]
        five(y, v[4], v[3], v[2], v[1], v[0])
    }
    static let five = ReversibleFunction("five", parameters: ["y", "a", "b", "c", "d", "e"]) {
        (y: Scalar, a: Scalar, b: Scalar, c: Scalar, d: Scalar, e: Scalar) in
        y += a * b * c * d * e
        a += 0.25
        b += 0.5
        c += 0.125
        d += 0.0625
        e += 1
        y += a * b + c * d + e * e
        inner(y, e, d, c)
    }
    static let inner = ReversibleFunction("inner", parameters: ["y", "a", "b", "c"]) {
        (y: Scalar, a: Scalar, b: Scalar, c: Scalar) in
        y += a * b * c
        a += b
        b += c
        c += a
        y += a * b * c
    }

    @Test func moreNumbersThanSums() throws {
        let v = [0.3, 0.7, -1.1, 0.9, 1.3]
        let forward = try jvp(Self.many, 0, v, 0.8, tangent: (0, [1, -0.5, 0.25, 2, 0.125], 0.7)).product.0
        let reverse = try grad(Self.many, 0, v, 0.8)
        let product =
            zip(reverse.1, [1, -0.5, 0.25, 2, 0.125]).map { $0 * $1 }.reduce(0, +) + 0.7 * reverse.2
        #expect(abs(forward - product) < 1e-13 * abs(product))
        let compiled = try compile(grad(Self.many))(0, v, 0.8)
        for i in v.indices { #expect(abs(compiled.1[i] - reverse.1[i]) < 1e-13) }
    }
}
