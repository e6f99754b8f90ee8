// document: Sources/NativeEngine/NativeEngine.docc/NativeEngine.md

import AD
import NativeEngine
import Testing

/// The programs of `Sources/NativeEngine/NativeEngine.docc/NativeEngine.md`.
@Suite struct LandingPageNative {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let f = ReversibleFunction(parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            y += x * x + sin(x)
        }
        let fast = try compile(f)
        print(try fast(0.0, 3.0))  // (9.141120008059866, 3.0)
        let back = try compile(~f)
        print(try back(9.141120008059866, 3.0))  // (0.0, 3.0)
        let slope = try compile(grad(f))
        print(try slope(0.0, 3.0))  // (1.0, 5.010007503399555)
        // end of block
        session.check(1)
    }
}
