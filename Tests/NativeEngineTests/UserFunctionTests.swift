import AD
import Foundation
import NativeEngine
import ReversibleCore
import Testing

/// Functions that bring their own derivative.
@Suite(.enabled(if: compilerIsThere)) struct UserFunctionTests {
    /// sin x / x, by its series where the quotient loses digits.
    static let sinc = UserFunction("sinc") { x in
        select(abs(x) < 0.01, 1 - x * x / 6 * (1 - x * x / 20), sin(x) / x)
    } derivative: { x in
        select(abs(x) < 0.01, -x / 3 * (1 - x * x / 10), (x * cos(x) - sin(x)) / (x * x))
    }

    /// log(eˣ + eʸ).
    static let logSum = UserBinaryFunction("logSum") { x, y in
        max(x, y) + log1p(exp(-abs(x - y)))
    } derivatives: { x, y in
        (1 / (1 + exp(y - x)), 1 / (1 + exp(x - y)))
    }

    private static let f = ReversibleFunction("f", parameters: ["y", "x", "z"]) {
        (y: Scalar, x: Scalar, z: Scalar) in
        y += z * sinc(x) + logSum(x, 2 * z) * x
        y += sinc(0.5)
    }

    @Test(arguments: [0.0, 0.004, 0.8, -3.1])
    func derivatives(x: Double) throws {
        let z = 0.7
        let quotient = x == 0 ? 1 : sin(x) / x
        // By its series to x⁴, whose next term is below 1e−16 for the small ones.
        let slope = abs(x) < 0.01 ? -x / 3 + x * x * x / 30 : (x * cos(x) - sin(x)) / (x * x)
        let sum = log(exp(x) + exp(2 * z))
        let (first, second) = (exp(x - sum), exp(2 * z - sum))
        #expect(abs(try Self.f(0, x, z).0 - (z * quotient + sum * x + sin(0.5) / 0.5)) < 1e-14)
        let right = (x: z * slope + sum + x * first, z: quotient + 2 * x * second)
        for way in [Undoing.inverse, .recorded, .checkpoints(2)] {
            for gradient in [
                try grad(Self.f, 0, x, z, undoing: way),
                try native(grad(Self.f, undoing: way), .undoing)(0, x, z),
            ] {
                #expect(abs(gradient.1 - right.x) < 1e-13 && abs(gradient.2 - right.z) < 1e-13)
            }
        }
        let along = try jvp(Self.f, 0, x, z, tangent: (0, 3, -1)).product.0
        #expect(abs(along - (3 * right.x - right.z)) < 1e-13)
        // The second derivative is that of the given derivative: of sinc −1/3 + x²/10 near 0.
        let curvature =
            abs(x) < 0.01
            ? -1.0 / 3 + x * x / 10 : ((2 - x * x) * sin(x) - 2 * x * cos(x)) / (x * x * x)
        let expected = z * curvature + 2 * first + x * first * (1 - first)
        #expect(abs(try hessian(Self.f, 0, x, z, with: 1)[0, 0] - expected) < 1e-12)
        #expect(abs(try hvp(Self.f, 0, x, z, direction: (0, 1, 0)).1 - expected) < 1e-12)
        try checkGrads(Self.f, 0, x, z)
        try Self.f.agreesBothWays([.real(0.5), .real(x), .real(z)])
    }

    /// Of arrays, element by element; in lanes and in a function that is called.
    @Test func arrays() throws {
        let cube = UserFunction("cube") { x in
            x * x * x
        } derivative: { x in
            3 * x * x
        }
        let inner = ReversibleFunction("inner", parameters: ["y", "v"]) { (y: Scalar, v: Vector) in
            y += sum(cube(v) * v)
        }
        let g = ReversibleFunction("g", parameters: ["y", "v", "w"]) { (y: Scalar, v: Vector, w: Vector) in
            ParallelFor(v.indices) { i in w[i] += Self.logSum(v[i], Self.sinc(v[i])) }
            w += cube(v)
            inner(y, v)
            y += sum(w)
        }
        let v = (0..<37).map { 0.1 * Double($0) - 1.7 }
        let w = v.map { _ in 0.0 }
        let right = try g(0, v, w)
        // Lanes compute exponentials in their own way, within some units in the last place.
        #expect(
            zip(try native(g, lanes: 4)(0, v, w).2, right.2).allSatisfy {
                abs($0 - $1) <= 4e-15 * (1 + abs($1))
            })
        #expect(abs(right.0 - v.reduce(0) { $0 + $1 * $1 * $1 * $1 } - right.2.reduce(0, +)) < 1e-12)
        let slope = try grad(g, 0, v, w).1
        for (k, x) in v.enumerated() {
            let s = abs(x) < 0.01 ? 1 : sin(x) / x
            let d = abs(x) < 0.01 ? -x / 3 : (x * cos(x) - sin(x)) / (x * x)
            let first = 1 / (1 + exp(s - x))
            #expect(abs(slope[k] - (4 * x * x * x + 3 * x * x + first + (1 - first) * d)) < 1e-12)
        }
        let there = try native(grad(g), .undoing, lanes: 4)(0, v, w).1
        #expect(zip(there, slope).allSatisfy { abs($0 - $1) < 1e-13 })
        try checkGrads(g, 0, v, w)
    }

    /// The derivative that is given is the derivative, and checks find that it is none of the value.
    @Test func givenDerivative() throws {
        let straight = UserFunction("straight") { x in
            round(x)
        } derivative: { _ in
            1
        }
        let g = ReversibleFunction("g", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += 2 * straight(x)
        }
        #expect(try g(0, 2.7).0 == 6)
        #expect(try grad(g, 0, 2.7).1 == 2)
        #expect(try native(grad(g))(0, 2.7).1 == 2)
        #expect(throws: ReversibilityError.self) { try checkGrads(g, 0, 2.7) }
        #expect(
            g.description == """
                ReversibleFunction("g") { (y: Scalar, x: Scalar) in
                    y += 2 * straight(x)
                }
                """)
    }

    /// Functions of functions, data of the program, and numbers.
    @Test func parts() throws {
        let table = Vector.constant([2, 5], "table")
        let line = UserFunction("line") { x in
            table[0] * x + table[1]
        } derivative: { _ in
            table[0]
        }
        let chain = UserFunction("chain") { x in
            line(x) * line(x)
        } derivative: { x in
            2 * line(x) * table[0]
        }
        let g = ReversibleFunction("g", parameters: ["y", "x", "n"]) { (y: Scalar, x: Scalar, n: Integer) in
            y += chain(x) + line(n) + line(line(x)) + line(3)
        }
        #expect(try g(0, 1, 4).0 == 49 + 13 + 19 + 11)
        #expect(try grad(g, 0, 1, 4).1 == 28 + 4)
        #expect(try hessian(g, 0, 1, 4, with: 1)[0, 0] == 8)
        #expect(try native(grad(g))(0, 1, 4).1 == 32)
        #expect(
            g == g
                && line
                    == UserFunction("line") { x in
                        table[0] * x + table[1]
                    } derivative: { _ in
                        table[0]
                    }
        )
    }

    /// Forward mode on the interpreter takes the derivative that was given, and refuses where it would take another.
    @Test func forwardModeOfTheInterpreter() throws {
        let wrong = UserFunction("wrong") { x in
            x * x
        } derivative: { x in
            3 * x
        }
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += wrong(x) * wrong(x)
        }
        #expect(try grad(f, 0, 2).1 == 48)
        #expect(try jvp(f, 0, 2, tangent: (0, 1)).product.0 == 48)
        #expect(try jacobian(f, 0, 2, of: 0, with: 1).elements == [48])
        let back = ReversibleFunction { (y: Scalar, x: Scalar) in (~f)(y, x) }
        #expect(try jvp(back, 0, 2, tangent: (0, 1)).product.0 == -48)
        #expect(try hvp(f, 0, 2, direction: (0, 1)).1 == 96)
        #expect(try hessian(f, 0, 2, with: 1).elements == [96])
        for way in [Undoing.recorded, .checkpoints(2)] {
            #expect(try hvp(f, 0, 2, direction: (0, 1), undoing: way).1 == 96)
        }
        let error = #expect(throws: ReversibilityError.self) { _ = try linearize(f, 0, 2) }
        #expect(error?.description.contains("uses a function with a derivative that was given") ?? false)
        try withOptions { options in
            let compiled = try compile(hvp(f), options: options)
            #expect(try compiled(0, 2, direction: (0, 1)).1 == 96)
        }
    }
}
