// document: Sources/Numbers/Numbers.docc/FixedPointNumbers.md

import AD
import NativeEngine
import Numbers
import Testing

/// The programs of `Sources/Numbers/Numbers.docc/FixedPointNumbers.md`.
@Suite struct FixedPointNumbers {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1

        let oscillator = ReversibleFunction("oscillator", parameters: ["x", "v", "steps"]) {
            (x: FixedPoint<Q32>, v: FixedPoint<Q32>, steps: Integer) in
            For(0..<steps) { _ in
                v -= 0.01 * x
                x += 0.01 * v
            }
        }
        let one = try FixedPoint<Q32>.Value(1)
        let rest = try FixedPoint<Q32>.Value(0)
        let (x, v, n) = try compile(oscillator)(one, rest, 1_000_000)
        print(abs(Double(x)) <= 1.01, x == one)  // true false
        let (x0, v0, _) = try compile(~oscillator)(x, v, n)
        print(x0 == one, v0 == rest)  // true true
        // end of block
        session.check(1)
        // block 2
        let turn = ReversibleFunction("turn", parameters: ["a", "b"]) {
            (a: FixedPoint<Q48>, b: FixedPoint<Q48>) in
            ROT(a, b, 0.1)
            SQUEEZE(a, b, by: 1.25)
        }
        let corner = (try FixedPoint<Q48>.Value(3), try FixedPoint<Q48>.Value(4))
        let turned = try turn(corner.0, corner.1)
        print(abs(Double(turned.0) - 3.2320985365) < 1e-9)  // true
        print(try (~turn)(turned.0, turned.1) == corner)  // true
        // end of block
        session.check(2)
        // block 3
        let double = ReversibleFunction("double", parameters: ["y", "x"]) {
            (y: FixedPoint<Q32>, x: FixedPoint<Q32>) in
            y += 2 * x
        }
        do {
            _ = try double(FixedPoint<Q32>.Value(1e9), FixedPoint<Q32>.Value(1e9))
        } catch {
            print(error.kind, error.statement ?? "")  // integerOverflow y.bits += x.bits * 2
        }
        do {
            _ = try FixedPoint<Q32>.Value(3e9)
        } catch {
            print(error.message)
            // 3000000000.0 is no number of the format Q32, which goes from -2147483648 to 2147483648
        }
        // end of block
        session.check(3)
        // block 4
        let readOut = ReversibleFunction("readOut", parameters: ["out", "x", "scale"]) {
            (out: Scalar, x: FixedPoint<Q32>, scale: Scalar) in
            out += scale * x.real
        }
        print(try grad(readOut, 0, FixedPoint<Q32>.Value(1.5), 2))  // (1.0, (), 1.5)
        // end of block
        session.check(4)
    }
}
