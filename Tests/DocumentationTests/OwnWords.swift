// document: Sources/ReversibleCore/ReversibleCore.docc/OwnWords.md

import AD
import Testing

/// The programs of `Sources/ReversibleCore/ReversibleCore.docc/OwnWords.md`.
@Suite struct OwnWords {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let stretch = ReversibleFunction("stretch", parameters: ["x", "y", "angle"]) {
            (x: Scalar, y: Scalar, angle: Scalar) in
            let turn = Block {
                ROT(x, y, angle)
                NEG(y)
            }
            turn
            x *= 2
            ~turn
        }
        print(stretch)
        // ReversibleFunction("stretch") { (x: Scalar, y: Scalar, angle: Scalar) in
        //     ROT(x, y, angle)
        //     NEG(y)
        //     x *= 2
        //     NEG(y)
        //     IROT(x, y, angle)
        // }
        print(try stretch(1, 0, 0.0))  // (2.0, 0.0, 0.0)
        // end of block
        session.check(1)
        // block 2
        let grow = ReversibleFunction("grow", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in x += y * y }
        let swap = ReversibleFunction("swap", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in SWAP(x, y) }
        let both = grow.then(swap)
        print(try both(1, 2))  // (2.0, 5.0)
        print(~both == (~swap).then(~grow))  // true
        // end of block
        session.check(2)
        // block 3
        let mix = ReversibleFunction("mix", parameters: ["k", "n"]) { (k: Integer, n: Integer) in
            k &*= 5
            ROTL(k, 7)
            k ^= (n << 3) | (n & 1)
        }
        print(~mix)
        // ReversibleFunction("mix") { (k: Integer, n: Integer) in
        //     k ^= (n << 3) | (n & 1)
        //     ROTR(k, 7)
        //     k &*= -3689348814741910323
        // }
        print(try mix(1, 9))  // (713, 9)
        print(try (~mix)(713, 9))  // (1, 9)
        // end of block
        session.check(3)
        // block 4
        let mixLow = InstructionPair("mixLow", parameters: ["k"]) { (k: Integer) in
            let old = Integer.ancilla("old")
            old += k
            k ^= logicalShiftRight(old, 32)
            old -= k ^ logicalShiftRight(k, 32)
        } inverse: { k in
            let new = Integer.ancilla("new")
            new += k
            k ^= logicalShiftRight(new, 32)
            new -= k ^ logicalShiftRight(k, 32)
        }
        try checkInverse(mixLow, 0x0123_4567_89ab_cdef)
        let hash = ReversibleFunction("hash", parameters: ["k"]) { (k: Integer) in
            mixLow(k)
            k &*= 0x2545_f491_4f6c_dd1d
        }
        print(~hash)
        // ReversibleFunction("hash") { (k: Integer) in
        //     k &*= 6415128727920758069
        //     (~mixLow)(k)
        // }
        // end of block
        session.check(4)
        // block 5
        let sinc = UserFunction("sinc") { x in
            select(abs(x) < 0.01, 1 - x * x / 6, sin(x) / x)
        } derivative: { x in
            select(abs(x) < 0.01, -x / 3, (x * cos(x) - sin(x)) / (x * x))
        }
        let signal = ReversibleFunction("signal", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += 2 * sinc(x)
        }
        print(signal)
        // ReversibleFunction("signal") { (y: Scalar, x: Scalar) in
        //     y += 2 * sinc(x)
        // }
        print(try grad(signal, 0.0, 0.0).1)  // 0.0
        print(try hessian(signal, 0.0, 0.0, with: 1)[0, 0])  // -0.6666666666666666
        try checkGrads(signal, 0.0, 1.5)
        // end of block
        session.check(5)
        // block 6
        let half = ReversibleFunction { (y: Scalar, x: Scalar) in y += stopGradient(x) * x }
        print(try grad(half, 0.0, 3.0).1)  // 3.0
        // end of block
        session.check(6)
    }
}
