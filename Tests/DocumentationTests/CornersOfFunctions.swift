// document: Sources/ReversibleCore/ReversibleCore.docc/CornersOfFunctions.md

import AD
import Testing

/// The programs of `Sources/ReversibleCore/ReversibleCore.docc/CornersOfFunctions.md`.
@Suite struct CornersOfFunctions {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        func slope(at x: Double, _ expression: @escaping (Scalar) -> Expr) throws -> Double {
            let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += expression(x) }
            return try grad(f, 0.0, x).1
        }
        print(try slope(at: 0) { x in abs(x) })  // 0.0
        print(try slope(at: 0) { x in sqrt(x) })  // 0.0
        print(try slope(at: 0) { x in pow(x, 0.5) })  // 0.0
        print(try slope(at: 0) { x in max(x, 0.0) })  // 1.0
        print(try slope(at: 0) { x in max(0.0, x) })  // 0.0
        print(try slope(at: 0) { x in log(x) })  // inf
        print(try slope(at: 0) { x in 1 / x })  // -inf
        print(try slope(at: 1) { x in asin(x) })  // inf
        // end of block
        session.check(1)
        // block 2
        let poles = ReversibleFunction { (loss: Scalar, x: Scalar, other: Scalar) in
            loss += x * x
            other += log(x) + asin(x + 1)
        }
        print(try grad(poles, 0.0, 0.0, 0.0))  // (1.0, 0.0, 0.0)
        // end of block
        session.check(2)
        // block 3
        print(try slope(at: -1) { x in select(x > 0, log(x), 0) })  // 0.0
        // end of block
        session.check(3)
        // block 4
        print(try slope(at: -1) { x in log(x) })  // -1.0
        // end of block
        session.check(4)
    }
}
