// document: Sources/ReversibleCore/ReversibleCore.docc/NumbersThatComeBack.md

import AD
import Testing

/// The programs of `Sources/ReversibleCore/ReversibleCore.docc/NumbersThatComeBack.md`.
@Suite struct NumbersThatComeBack {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let mix = ReversibleFunction { (a: Integer, b: Integer, n: Integer) in
            For(0..<n) { i in
                a ^= b + i
                b ^= a * 3 % 1_000_003
            }
        }
        let (a, b, n) = try mix(1, 2, 100_000)
        print(try (~mix)(a, b, n))  // (1, 2, 100000)
        // end of block
        session.check(1)
        // block 2
        let pendulum = ReversibleFunction { (angle: Scalar, speed: Scalar, steps: Integer) in
            For(0..<steps) { _ in
                speed -= 0.01 * sin(angle)
                angle += 0.01 * speed
            }
        }
        let rotation = ReversibleFunction { (a: Scalar, b: Scalar, steps: Integer) in
            For(0..<steps) { _ in ROT(a, b, 0.1) }
        }
        let ramp = ReversibleFunction { (y: Scalar, steps: Integer) in
            For(0..<steps) { i in y += 0.1 * i }
        }
        // end of block
        session.check(2)
        // block 3
        print(try checkInverse(pendulum, 1.0, 0.0, 10_000) < 1e-12)  // true
        print(try checkInverse(rotation, 1.0, 0.0, 10_000) < 1e-11)  // true
        print(try checkInverse(ramp, 0.0, 10_000) < 1e-11)  // true
        // end of block
        session.check(3)
        // block 4
        let absorb = ReversibleFunction { (y: Scalar, x: Scalar) in y += x }
        let (y, x) = try absorb(1e-20, 1e20)
        print(try (~absorb)(y, x))  // (0.0, 1e+20)
        // end of block
        session.check(4)
        // block 5
        let start: [Leaf<FixedPoint43>] = [.real(FixedPoint43(1)), .real(FixedPoint43(0)), .integer(100_000)]
        print(try (~rotation).run(rotation.run(start)) == start)  // true
        // end of block
        session.check(5)
        // block 6
        struct Log: ReversibleNumber {
            var log: Double

            init(log: Double) { self.log = log }
            init(constant value: Double) { log = Double.evaluate(.log, value) }
            var primal: Double { Double.evaluate(.exp, log) }

            static func evaluate(_ function: ElementaryFunction, _ x: Log) -> Log {
                Log(constant: Double.evaluate(function, x.primal))
            }

            static func evaluate(_ function: ElementaryFunction, _ x: Log, _ y: Log) -> Log {
                switch function {
                case .multiply: Log(log: x.log + y.log)
                case .divide: Log(log: x.log - y.log)
                default: Log(constant: Double.evaluate(function, x.primal, y.primal))
                }
            }

            static func select(
                _ a: Log, _ relation: Relation, _ b: Log, then chosen: Log, else other: Log
            ) -> Log {
                relation.holds(a.log, b.log) ? chosen : other
            }
        }

        let factorial = ReversibleFunction { (product: Scalar, n: Integer) in
            For(1...n) { k in product *= k }
        }
        let results = try factorial.run([.real(Log(constant: 1)), .integer(1000)])
        if case .real(let product) = results[0] {
            print((product.log * 1000).rounded() / 1000)  // 5912.128
        }
        // end of block
        session.check(6)
    }
}
