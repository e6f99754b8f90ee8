// document: Sources/Numbers/Numbers.docc/ComplexNumbers.md

import AD
import Numbers
import Testing

/// The programs of `Sources/Numbers/Numbers.docc/ComplexNumbers.md`.
@Suite struct ComplexNumbers {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1

        let square = ReversibleFunction("square", parameters: ["y", "z"]) { (y: Complex, z: Complex) in
            y += z * z + 1
        }
        let start = Complex.Value(re: 0, im: 0)
        print(try square(start, Complex.Value(re: 1, im: 2)).0)  // -2.0 + 4.0i
        print(~square)
        // ReversibleFunction("square") { (y: Complex, z: Complex) in
        //     y.im -= z.re * z.im + z.im * z.re
        //     y.re -= z.re * z.re - z.im * z.im + 1
        // }
        // end of block
        session.check(1)
        // block 2
        let bell = ReversibleFunction("bell", parameters: ["state", "angle"]) {
            (state: ComplexVector, angle: Scalar) in
            for i in 0..<2 {
                HADAMARD(state[i], state[i + 2])  // the first qubit in both states at once
                ROT(state[i + 2], angle)  // a phase
            }
            SWAP(state[2], state[3])  // the second qubit turns where the first one is 1
        }
        let ground = ComplexVector.Value(re: [1, 0, 0, 0], im: [0, 0, 0, 0])
        let (state, _) = try bell(ground, 0.5)
        print(state.numbers.map { ($0.re * $0.re + $0.im * $0.im) })  // [0.5, 0.0, 0.0, 0.5]
        print(try checkInverse(bell, ground, 0.5) < 1e-15)  // true
        // end of block
        session.check(2)
        // block 3
        let loss = ReversibleFunction("loss", parameters: ["out", "z"]) { (out: Scalar, z: Complex) in
            out += abs2(exp(z) - 1)
        }
        print(try grad(loss, 0, Complex.Value(re: 0, im: 1)).1)  // 0.9193953882637205 + 1.682941969615793i
        // end of block
        session.check(3)
        // block 4
        let overlap = ReversibleFunction("overlap", parameters: ["out", "angle", "wanted"]) {
            (out: Scalar, angle: Scalar, wanted: ComplexVector) in
            let state = ComplexVector.ancilla(count: 4, "state")
            let amplitude = Complex.ancilla("amplitude")
            Compute {
                state[0] += 1
                bell(state, angle)
                amplitude += sum(conj(wanted) * state)
            } apply: {
                out += abs2(amplitude)
            }
        }
        let half = 0.5.squareRoot()
        let wanted = ComplexVector.Value(re: [half, 0, 0, 0], im: [0, 0, 0, half])
        print(try valueAndGrad(overlap, 0, 0.5, wanted).value)  // 0.7397127693021015
        print(try grad(overlap, 0, 0.5, wanted).1)  // 0.4387912809451864
        let still = ComplexVector.Value(zeros: 4)
        print(try hvp(overlap, 0, 0.5, wanted, direction: (0, 1, still)).1)  // -0.2397127693021015
        // end of block
        session.check(4)
    }
}
