import NativeEngine
import ReversibleCore
import Testing

/// Calls of functions of up to eight numbers, which go to the code without an array.
struct FewNumbersTests {
    private struct Body: Argument {
        var mass: Scalar
        var count: Integer
        var position: Position
        struct Value: ArgumentValue, Equatable {
            var mass: Double
            var count: Int
            var position: Position.Value
        }
    }
    private struct Position: Argument {
        var x: Scalar
        var y: Scalar
        struct Value: ArgumentValue, Equatable { var x: Double, y: Double }
    }

    @Test(arguments: [Checks.none, .all]) func structsAndIntegers(checks: Checks) throws {
        let f = ReversibleFunction { (out: Scalar, k: Integer, body: Body) in
            out += body.mass * body.position.x
            body.position.y -= 2
            SWAP(k, body.count)
            k += 3
        }
        let body = Body.Value(mass: 1.5, count: -7, position: .init(x: 4, y: 0.25))
        let (out, k, after) = try compile(f, checks: checks)(1.0, .max, body)
        #expect(out == 7 && k == -4)
        #expect(after == .init(mass: 1.5, count: .max, position: .init(x: 4, y: -1.75)))
    }

    @Test func numbersOfEveryKindComeBack() throws {
        let f = ReversibleFunction { (a: Scalar, b: Scalar, k: Integer) in SWAP(a, b) }
        let fast = try compile(f)
        for number in [0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -1e308] {
            let (a, b, k) = try fast(number, 1, Int.min)
            #expect(a == 1 && b.bitPattern == number.bitPattern && k == .min)
        }
        #expect(try fast(.nan, 1, 0).1.isNaN)
    }

    /// Eight numbers and nine: without an array and with one.
    @Test func manyNumbers() throws {
        let eight = ReversibleFunction {
            (a: Scalar, b: Scalar, c: Scalar, d: Scalar, e: Scalar, f: Scalar, g: Scalar, h: Scalar) in
            a += b + 2 * c + 3 * d + 4 * e + 5 * f + 6 * g + 7 * h
        }
        let all = try compile(eight)(0, 1, 1, 1, 1, 1, 1, 1)
        #expect(all.0 == 28 && all.1 == 1 && all.7 == 1)
        let nine = ReversibleFunction {
            (
                a: Scalar, b: Scalar, c: Scalar, d: Scalar, e: Scalar, f: Scalar, g: Scalar, h: Scalar,
                k: Integer
            ) in a += b + 2 * c + 3 * d + 4 * e + 5 * f + 6 * g + 7 * h + k
        }
        #expect(try compile(nine)(0, 1, 1, 1, 1, 1, 1, 1, 2).0 == 30)
    }

    @Test func whatGoesWrongIsSaid() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x", "k", "j"]) {
            (y: Scalar, x: Scalar, k: Integer, j: Integer) in
            If(x > 0, post: x > 1) {
                x += 1
            } else: {
                x -= 1
            }
            y += x
            k += j
        }
        let fast = try compile(f, checks: .all)
        #expect(try fast(0, 2, 3, 4) == (3, 3, 7, 4))
        #expect { try fast(0, .nan, 3, 4) } throws: { ($0 as? ReversibilityError)?.kind == .nanInCondition }
        #expect { try fast(0, 2, .max, 1) } throws: { ($0 as? ReversibilityError)?.kind == .integerOverflow }
        // A recursion deeper than the thread's stack goes on elsewhere.
        let deep = ReversibleFunction.recursive("deep", parameters: ["y", "n"]) {
            (deep, y: Scalar, n: Integer) in
            If(n > 0) {
                y += 1
                let m = Integer.ancilla("m")
                Compute {
                    m += n - 1
                } apply: {
                    deep(y, m)
                }
            }
        }
        #expect(try compile(deep)(0, 20_000).0 == 20_000)
    }
}
