import AD
import NativeEngine
import ReversibleCore
import Testing

/// `clamp` and `copysign`, in both engines.
@Suite(.enabled(if: compilerIsThere)) struct BoundedFunctionTests {
    static let clamped = ReversibleFunction("clamped", parameters: ["y", "x", "low", "high"]) {
        (y: Scalar, x: Scalar, low: Scalar, high: Scalar) in
        y += clamp(x, low, high)
    }
    static let signed = ReversibleFunction("signed", parameters: ["y", "x", "s"]) {
        (y: Scalar, x: Scalar, s: Scalar) in
        y += copysign(x, s)
    }

    /// x, low, high; the value, and the derivatives in the three.
    @Test(
        arguments: [
            ([0.3, -1, 1], 0.3, [1.0, 0, 0]), ([-2, -1, 1], -1, [0, 1, 0]), ([7, -1, 1], 1, [0, 0, 1]),
            ([-1, -1, 1], -1, [1, 0, 0]), ([1, -1, 1], 1, [1, 0, 0]), ([0, 2, 1], 1, [0, 0, 1]),
            ([.infinity, -1, 1], 1, [0, 0, 1]), ([5e-324, 0, 1], 5e-324, [1, 0, 0]),
        ] as [([Double], Double, [Double])])
    func bounds(_ x: [Double], _ value: Double, _ slopes: [Double]) throws {
        #expect(try Self.clamped(0, x[0], x[1], x[2]).0 == value)
        #expect(try compile(Self.clamped)(0, x[0], x[1], x[2]).0 == value)
        let (interpreted, compiled) = (
            try grad(Self.clamped, 0, x[0], x[1], x[2]), try compile(grad(Self.clamped))(0, x[0], x[1], x[2])
        )
        #expect([interpreted.1, interpreted.2, interpreted.3] == slopes)
        #expect([compiled.1, compiled.2, compiled.3] == slopes)
    }

    /// x, s; the value, and the derivative in x.
    @Test(arguments: [
        (2.5, -1.0, -2.5, -1.0), (-2.5, -1, -2.5, 1), (-2.5, 3, 2.5, -1), (2.5, 0, 2.5, 1), (0, -1, 0, 0),
        (-.infinity, 1, .infinity, -1), (2.5, .nan, 2.5, 1),
    ])
    func signs(_ x: Double, _ s: Double, _ value: Double, _ slope: Double) throws {
        #expect(try Self.signed(0, x, s).0 == value)
        #expect(try compile(Self.signed)(0, x, s).0 == value)
        #expect(try grad(Self.signed, 0, x, s).1 == slope && grad(Self.signed, 0, x, s).2 == 0)
        #expect(try compile(grad(Self.signed))(0, x, s).1 == slope)
    }

    @Test func arrays() throws {
        let f = ReversibleFunction { (v: Vector, w: Vector) in
            v += clamp(w, 0.0, 1.0)
            v += copysign(2.0 * w, w)
        }
        #expect(try f([0, 0, 0], [-1, 0.5, 3]).0 == [-2, 1.5, 7])
        #expect(try compile(f)([0, 0, 0], [-1, 0.5, 3]).0 == [-2, 1.5, 7])
    }

    /// Host code has its own.
    @Test func integers() throws {
        let f = ReversibleFunction { (k: Integer, n: Integer) in k += clamp(n, 0, 9) }
        #expect(try f(0, 12).0 == 9)
        #expect(try f(0, -3).0 == 0)
    }

    /// Numbers of the program's first.
    @Test func constants() throws {
        let f = ReversibleFunction { (y: Scalar, x: Scalar) in
            y += copysign(1.0, x)
            y += clamp(2.0, x, 5.0)
        }
        #expect(try f(0, -3).0 == 1)
        #expect(try f(0, 3).0 == 4)
        #expect(try grad(f, 0, 3).1 == 1)
    }
}
