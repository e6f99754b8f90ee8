// document: Sources/Numbers/Numbers.docc/Numbers.md

import AD
import Numbers
import Testing

// block 1

struct Point: Argument {
    var x: Scalar
    var y: Scalar
    struct Value: ArgumentValue { var x: Double, y: Double }

    static func += (place: Point, change: Offset) -> [Statement] {
        [place.x += change.x, place.y += change.y]
    }
}
struct Offset {
    var x: Expr
    var y: Expr

    static func * (factor: Scalar, offset: Offset) -> Offset {
        Offset(x: factor * offset.x, y: factor * offset.y)
    }
}
func toward(_ p: Point, from q: Point) -> Offset { Offset(x: p.x - q.x, y: p.y - q.y) }
// end of block

/// The programs of `Sources/Numbers/Numbers.docc/Numbers.md`.
@Suite struct LandingPageNumbers {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        session.check(1)
        // block 2
        let follow = ReversibleFunction("follow", parameters: ["a", "b", "c", "speed"]) {
            (a: Point, b: Point, c: Point, speed: Scalar) in
            a += speed * toward(b, from: c)
        }
        let (moved, _, _, _) = try follow(
            Point.Value(x: 1, y: 1), Point.Value(x: 2, y: 5), Point.Value(x: 0, y: 1), 0.5)
        print(moved.x, moved.y)  // 2.0 3.0
        print(~follow)
        // ReversibleFunction("follow") { (a: Point, b: Point, c: Point, speed: Scalar) in
        //     a.y -= speed * (b.y - c.y)
        //     a.x -= speed * (b.x - c.x)
        // }
        // end of block
        session.check(2)
    }
}
