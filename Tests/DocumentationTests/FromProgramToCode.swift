// document: Sources/NativeEngine/NativeEngine.docc/FromProgramToCode.md

import AD
import NativeEngine
import Testing

/// The programs of `Sources/NativeEngine/NativeEngine.docc/FromProgramToCode.md`.
@Suite struct FromProgramToCode {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let growth = ReversibleFunction("growth", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            Compute {
                x *= 2
            } apply: {
                y += exp(x)
            }
        }
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in growth(y, x) }
        let slope = try compile(grad(f), checks: .none)
        print(try slope(0, 0.5).1)  // 5.43656365691809
        // end of block
        session.check(1)
        // block 2
        let steps = slope.lowering.steps
        print(steps[0].program)
        // ReversibleFunction("gradient(f)") { (y: GVar<Scalar>, x: GVar<Scalar>) in
        //     growth(y.value, x.value)
        //     adjoint(growth)(y.value, y.gradient, x.value, x.gradient)
        // }
        // end of block
        session.check(2)
        // block 3
        print(steps.first { $0.pass == .joinBlocks }?.program ?? "")
        // ReversibleFunction("gradient(f)") { (y: GVar<Scalar>, x: GVar<Scalar>) in
        //     x.value *= 2
        //     y.value += exp(x.value)
        //     x.value /= 2
        //     x.value *= 2
        //     x.gradient /= 2
        //     y.value -= exp(x.value)
        //     x.gradient += chain(y.gradient, exp(x.value))
        //     x.value /= 2
        //     x.gradient *= 2
        // }
        // end of block
        session.check(3)
        // block 4
        print(steps.last?.program ?? "")
        // ReversibleFunction("gradient(f)") { (y: GVar<Scalar>, x: GVar<Scalar>) in
        //     x.value *= 2
        //     x.gradient /= 2
        //     x.gradient += chain(y.gradient, exp(x.value))
        //     x.gradient *= 2
        // }
        // end of block
        session.check(4)
        // block 5
        let three = Schedule([.joinBlocks, .cancelInverses, .dropDeadValues])
        print(three.without(.cancelInverses))  // joinBlocks, dropDeadValues
        let calling = try compile(grad(f), optimizing: .standard.without(.inlineCalls))
        print(try calling(0, 0.5).1)  // 5.43656365691809
        let plain = try compile(grad(f), optimizing: .none)
        print(try plain(0, 0.5).1)  // 5.43656365691809
        // end of block
        session.check(5)
        session.fails(6, NativeError.Kind.invalidOption) {
            // block 6
            let late = try compile(f, optimizing: [.dropDeadValues, .inlineCalls])
            // error: `optimizing` has `.inlineCalls` after `.dropDeadValues`, which notes what calls and
            // computations need while they are whole; put `.inlineCalls` before it, or leave one of them out
            // end of block
            _ = late
        }
    }
}
