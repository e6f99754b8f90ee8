// document: Sources/Kernels/Programs/ReversiblePrograms.docc/ReversibleIntegrators.md

import Foundation
import Kernels
import NativeEngine
import Testing

/// The programs of `Sources/Kernels/Programs/ReversiblePrograms.docc/ReversibleIntegrators.md`.
@Suite struct ReversibleIntegrators {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let velocity = ReversibleFunction("velocity", parameters: ["rate", "p"]) {
            (rate: Vector, p: Vector) in
            For(p.indices) { i in rate[i] += p[i] / sqrt(1 + sum(p * p)) }
        }
        let spring = ReversibleFunction("spring", parameters: ["rate", "q"]) { (rate: Vector, q: Vector) in
            rate -= q
        }
        let swing = Integrators.leapfrog(velocity: velocity, force: spring)
        let (q, p, _, _) = try swing([1, 0], [0, 2], 0.01, 10_000)
        func energy(_ q: [Double], _ p: [Double]) -> Double {
            (1 + p[0] * p[0] + p[1] * p[1]).squareRoot() + (q[0] * q[0] + q[1] * q[1]) / 2
        }
        print(abs(energy(q, p) - energy([1, 0], [0, 2])) < 1e-4)  // true
        print(try checkInverse(swing, [1, 0], [0, 2], 0.01, 10_000) < 1e-12)  // true
        // end of block
        session.check(1)
        // block 2
        let hunt = ReversibleFunction("hunt", parameters: ["rate", "y", "p"]) {
            (rate: Vector, y: Vector, p: Scalar) in
            rate[0] += y[0] - y[0] * y[1]
            rate[1] += p * y[0] * y[1] - y[1]
        }
        let live = Integrators.coupled(Integrators.rungeKutta4(of: hunt))
        let (y, z, _, _, _) = try live([1, 0.5], [1, 0.5], 0.01, 1000, 1.0)
        let (first, second, _, _, _) = try (~live)(y, z, 0.01, 1000, 1.0)
        func distance(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).map { abs($0 - $1) }.max() ?? 0
        }
        print(distance(y, z) < 1e-9)  // true
        print(distance(first + second, [1, 0.5, 1, 0.5]) < 1e-13)  // true
        // end of block
        session.check(2)
        // block 3
        let hunters = ReversibleFunction("hunters", parameters: ["out", "y", "z", "h", "steps", "p"]) {
            (out: Scalar, y: Vector, z: Vector, h: Scalar, steps: Integer, p: Scalar) in
            live(y, z, h, steps, p)
            out += y[1]
        }
        let slope = try compile(grad(hunters))
        let (_, inY, inZ, _, _, inP) = try slope(0, [1, 0.5], [1, 0.5], 0.01, 1000, 1.0)
        func rounded(_ numbers: [Double]) -> [Double] { numbers.map { ($0 * 1e5).rounded() / 1e5 } }
        print(rounded([inY[0] + inZ[0], inY[1] + inZ[1], inP]))  // [-1.12652, -1.69053, -1.12652]
        // end of block
        session.check(3)
        // block 4
        let oscillator = ReversibleFunction("oscillator", parameters: ["rate", "y", "damping"]) {
            (rate: Vector, y: Vector, damping: Scalar) in
            rate[0] += y[1]
            rate[1] -= y[0] + 2 * damping * y[1]
        }
        let areApart = try [1, 0.999, 0.99].map { coupling in
            let swing = Integrators.coupled(Integrators.rungeKutta4(of: oscillator), coupling: coupling)
            let (y, z, _, _, _) = try compile(swing)([1, 0], [1, 0], 0.01, 4000, 0.5)
            return distance(y, z) > 1e-6
        }
        print(areApart)  // [true, true, false]
        // end of block
        session.check(4)
        // block 5
        let lorenz = ReversibleFunction("lorenz", parameters: ["rate", "y", "p"]) {
            (rate: Vector, y: Vector, p: Scalar) in
            rate[0] += 10 * (y[1] - y[0])
            rate[1] += y[0] * (p - y[2]) - y[1]
            rate[2] += y[0] * y[1] - y[2] * 8 / 3
        }
        let turn = Integrators.coupled(Integrators.rungeKutta4(of: lorenz), coupling: 0.5)
        let height = ReversibleFunction("height", parameters: ["out", "y", "z", "h", "steps", "p"]) {
            (out: Scalar, y: Vector, z: Vector, h: Scalar, steps: Integer, p: Scalar) in
            turn(y, z, h, steps, p)
            out += y[2]
        }
        let here: [Double] = [1, 1, 1]
        let (_, _, _, _, _, inStrength) = try grad(
            height, 0, here, here, 0.01, 500, 28, undoing: .checkpoints(10))
        print(rounded([inStrength]))  // [-0.54402]
        do throws(ReversibilityError) {
            _ = try grad(height, 0, here, here, 0.01, 500, 28)
        } catch {
            print(error.kind)  // drift
        }
        // end of block
        session.check(5)
        // block 6
        let comet = ReversibleFunction("comet", parameters: ["rate", "y"]) { (rate: Vector, y: Vector) in
            For(0..<2) { i in
                rate[i] += y[i + 2]
                rate[i + 2] -= y[i] / pow(y[0] * y[0] + y[1] * y[1], 1.5)
            }
        }
        let fly = Integrators.adaptive(
            Integrators.rungeKutta4(of: comet), order: 4, tolerance: 1e-8, halvings: 3...16)
        let start = [1, 0, 0, 0.5]
        let (end, other, _, sizes, estimates) = try fly(start, start, 3, [], [])
        print(sizes.count, estimates.count, sizes.reduce(0, +))  // 146 220 65536.0
        print((sizes.max() ?? 0) / (sizes.min() ?? 1))  // 32.0
        let (back, _, _, none, _) = try (~fly)(end, other, 3, sizes, estimates)
        print(distance(back, start) < 1e-12, none)  // true []
        // end of block
        session.check(6)
    }
}
