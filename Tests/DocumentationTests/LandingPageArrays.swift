// document: Sources/Arrays/Arrays.docc/Arrays.md

import Arrays
import Testing

/// The programs of `Sources/Arrays/Arrays.docc/Arrays.md`.
@Suite struct LandingPageArrays {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let dot = ArrayFunction("dot") { (u: VectorTerm, v: VectorTerm) in (u * v).sum() }
        print(try dot([1, 2], [3, 4]) as Double)  // 11.0

        let gradient = forwardGradient(dot, with: 0).optimized(by: .arrays)
        print(gradient)  // build(u.count) { i in v[i] }
        // end of block
        session.checkJoined(1)
    }
}
