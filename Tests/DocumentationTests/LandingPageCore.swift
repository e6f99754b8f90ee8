// document: Sources/ReversibleCore/ReversibleCore.docc/ReversibleCore.md

import AD
import Testing

/// The programs of `Sources/ReversibleCore/ReversibleCore.docc/ReversibleCore.md`.
@Suite struct LandingPageCore {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let step = ReversibleFunction(parameters: ["angle", "speed"]) { (angle: Scalar, speed: Scalar) in
            speed -= 0.01 * sin(angle)
            angle += 0.01 * speed
        }
        let (angle, speed) = try step(1.0, 0.0)
        print(angle, speed)  // 0.999915852901519 -0.008414709848078966
        print(try (~step)(angle, speed))  // (1.0, 0.0)
        print(~step)
        // ReversibleFunction { (angle: Scalar, speed: Scalar) in
        //     angle -= 0.01 * speed
        //     speed += 0.01 * sin(angle)
        // }
        // end of block
        session.check(1)
    }
}
