// document: Sources/NativeEngine/NativeEngine.docc/ParallelLoops.md

import AD
import NativeEngine
import Testing

/// The programs of `Sources/NativeEngine/NativeEngine.docc/ParallelLoops.md`.
@Suite struct ParallelLoops {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let energy = ReversibleFunction("energy", parameters: ["out", "x", "width"]) {
            (out: Scalar, x: Vector, width: Scalar) in
            let each = Vector.ancilla(count: x.count, "each")
            Compute {
                ParallelFor(x.indices) { i in
                    let t = Scalar.ancilla("t")
                    Compute {
                        For(x.indices) { j in t += exp(-abs(x[i] - x[j]) / width) }
                    } apply: {
                        each[i] += log(t)
                    }
                }
            } apply: {
                out += sum(each)
            }
        }
        let fast = try compile(energy, checks: .none)
        print(try fast(0.0, [1, 2, 4], 0.5))  // (0.2926216762770795, [1.0, 2.0, 4.0], 0.5)
        let slope = try compile(grad(energy), threads: 0)
        let (_, dx, _) = try slope(0.0, [1, 2, 4], 0.5)
        print(dx)  // [0.4817208862472776, -0.404869777914109, -0.07685110833316865]
        // end of block
        session.check(1)
        // block 2
        let every = ReversibleFunction { (y: Vector, x: Vector) in
            ParallelFor(y.indices) { i in y[i] += x[i] }
        }
        let second = ReversibleFunction { (y: Vector, x: Vector) in
            ParallelFor(0..<y.count, by: 2) { i in y[i] += x[i] }
        }
        print(try compile(every, checks: .none).source.contains("LANES"))  // true
        print(try compile(second, checks: .none).source.contains("LANES"))  // false
        // end of block
        session.check(2)
        // block 3
        var shared = try compile(energy, checks: .none, threads: 0)
        shared.threads = 2
        let x = (0..<2000).map { 0.01 * Double($0 * 7 % 2000) }
        print(try shared(0.0, x, 0.5) == fast(0.0, x, 0.5))  // true
        // end of block
        session.check(3)
        // block 4
        let distance = ReversibleFunction(parameters: ["loss", "x", "y"]) {
            (loss: Scalar, x: Vector, y: Vector) in
            ParallelFor(x.indices) { i in loss += (x[i] - y[i]) * (x[i] - y[i]) }
        }
        print(try compile(distance)(1.0, [1, 2, 3], [0, 0, 0]).0)  // 15.0
        let away = try compile(grad(distance))
        print(try away(1.0, [1, 2, 3], [0, 0, 0]).1)  // [2.0, 4.0, 6.0]
        // end of block
        session.check(4)
        // block 5
        let histogram = ReversibleFunction(parameters: ["weights", "counts", "x", "bin"]) {
            (weights: Vector, counts: IntegerVector, x: Vector, bin: IntegerVector) in
            ParallelFor(x.indices) { i in
                weights[bin[i]] += exp(-x[i])
                counts[bin[i]] += 1
            }
        }
        let bins = try compile(histogram, checks: .none)
        print(try bins([0, 0], [0, 0], [0, 1, 2], [1, 0, 1]))
        // ([0.36787944117144233, 1.1353352832366128], [1, 2], [0.0, 1.0, 2.0], [1, 0, 1])
        // end of block
        session.check(5)
        // block 6
        var two = slope
        two.threads = 2
        print(try two(0.0, x, 0.5) == slope(0.0, x, 0.5))  // true
        // end of block
        session.check(6)
        // block 7
        var options = CompileOptions()
        options.lanes = 4
        let portable = try compile(grad(energy), options: options)
        let (_, same, _) = try portable(0.0, [1, 2, 4], 0.5)
        print(same)  // [0.4817208862472776, -0.404869777914109, -0.07685110833316865]
        // end of block
        session.check(7)
    }
}
