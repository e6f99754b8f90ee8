// document: Sources/Eager/Eager.docc/Eager.md

import Eager
import Testing

/// The programs of `Sources/Eager/Eager.docc/Eager.md`.
@Suite struct LandingPageEager {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let (y, slope) = try valueAndGrad(at: 3.0) { x in x * x + sin(x) }
        print(y, slope)  // 9.141120008059866 5.010007503399555
        // end of block
        session.check(1)
    }
}
