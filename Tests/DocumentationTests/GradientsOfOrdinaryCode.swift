// document: Sources/Eager/Eager.docc/GradientsOfOrdinaryCode.md

import Eager
import Testing

// block 1

indirect enum Tree {
    case leaf(Double)
    case node(Tree, Tree)
}

func energy<R: EagerReal>(_ tree: Tree, _ p: [R]) -> R {
    switch tree {
    case .leaf(let t): tanh(p[0] * t + p[1])
    case .node(let l, let r): tanh(p[0] * energy(l, p) - p[1] * energy(r, p))
    }
}
// end of block

/// The programs of `Sources/Eager/Eager.docc/GradientsOfOrdinaryCode.md`.
@Suite struct GradientsOfOrdinaryCode {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        session.check(1)
        // block 2
        let tree = Tree.node(.leaf(0.5), .node(.leaf(2), .leaf(-1)))
        print(energy(tree, [0.8, 0.3]))  // 0.2618342909389757
        let (value, slopes) = try valueAndGrad(at: [0.8, 0.3]) { p in energy(tree, p) }
        print(value, slopes)  // 0.2618342909389757 [0.6195166035914561, -0.2357366320587565]
        // end of block
        session.check(2)
        // block 3
        struct Line: ArgumentValue { var slope: Double, offset: Double }

        let fit = try grad(at: Line(slope: 2, offset: 1)) { line in
            let miss = line.slope * 3 + line.offset - 5
            return miss * miss
        }
        print(fit.slope, fit.offset)  // 12.0 4.0
        // end of block
        session.check(3)
        // block 4
        let turns = try valueAndGrad(at: 11.0) { x in
            var x = x
            while x > 1 { x = x > 3 ? x / 2 : 0.3 * x * x }
            return x
        }
        print(turns.value, turns.gradient)  // 0.7153364147140501 0.5202446652465819
        // end of block
        session.check(4)
        // block 5
        let second = try grad(at: 1.3) { x in try grad(at: x) { y in y * y * y * sin(y) } }
        print(second)  // 8.111254635145848
        let mixed = try grad(at: 3.0) { x in x * (try grad(at: Traced(2)) { y in x * y }) }
        print(mixed)  // 6.0
        // end of block
        session.check(5)
        session.fails(6, .invalidArgument) {
            // block 6
            let point = 2.0
            _ = try grad(at: 3.0) { x in x * (try grad(at: point) { y in x * y }) }
            // error: App/main.swift:2:43: in `valueAndGrad`: the gradient depends on a number of the derivative at App/main.swift:2:13, which is
            //   being taken, and as a `Double` it would be a constant there; give the point as `Traced` numbers, `grad(at:
            //   Traced(2)) { … }`, and the result is one
            // end of block
        }
        // block 7
        let program = staged("energy", of: 2) { p in energy(tree, p) }
        print(program)
        // ReversibleFunction("energy") { (y: Scalar, p: Vector) in
        //     Assert(p.count == 2, "the program was staged for 2 numbers")
        //     y += tanh(p[0] * tanh(p[0] * 0.5 + p[1]) - p[1] * tanh(p[0] * tanh(p[0] * 2.0 + p[1]) - p[1] * tanh(-p[0] + p[1])))
        // }
        let fast = try compile(grad(program))
        print(try fast(0, [0.8, 0.3]).1)  // [0.6195166035914561, -0.2357366320587565]
        // end of block
        session.check(7)
        session.fails(8, .invalidStatement) {
            // block 8
            _ = try staged(checking: "positive", of: 1) { p in p[0] > 0 ? p[0] : 0 }
            // error: App/main.swift:1:15: in `positive`: a staged number is compared (`>`), and has no value before the program
            //   runs; choose by `R.select(a, .less, b, then: c, else: d)`, or decide by numbers that are no parameters
            // end of block
        }
    }
}
