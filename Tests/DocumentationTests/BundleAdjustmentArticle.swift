// document: Sources/Kernels/Programs/ReversiblePrograms.docc/SolvingBundleAdjustment.md

import Kernels
import Testing

/// The programs of `Sources/Kernels/Programs/ReversiblePrograms.docc/SolvingBundleAdjustment.md`.
@Suite struct BundleAdjustmentArticle {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let scene = try BundleAdjustment.BAL.SyntheticScene()
        let start = scene.start
        print(start.cameras.rows, start.points.rows, start.observationCount)  // 10 500 5000

        var options = BundleAdjustment.SolverOptions()
        options.loss = .huber(1)
        let solution = try BundleAdjustment.BAL.solve(start, options: options)
        print(solution.termination)  // step
        // end of block
        session.check(1)
        // block 2
        print(BundleAdjustment.Iteration.header)
        // iter          cost  cost_change  |gradient|    |step|   tr_ratio  tr_radius
        var short = options
        short.maximumIterations = 0
        let iterations = try BundleAdjustment.BAL.solve(start, options: short).iterations
        print(iterations[0])
        //    0  4.610885e+04     0.00e+00    7.81e+04  0.00e+00   0.00e+00   1.00e+04
        // end of block
        session.check(2)
        // block 3
        let similarity = try BundleAdjustment.Similarity(
            from: solution.problem.points, to: scene.truth.points)
        let found = similarity(solution.problem.points)
        print(zip(found.elements, scene.truth.points.elements).allSatisfy { abs($0 - $1) < 1e-11 })  // true
        // end of block
        session.check(3)
        // block 4
        do {
            let numbers = String(repeating: "1 ", count: 12)
            _ = try BundleAdjustment.BAL.Problem(text: "1 1 1\n0 0 1.5 2,5\n" + numbers)
        } catch {
            print(error)  // line 2: y of observation 0 must be a finite decimal number, and is `2,5`
        }
        // end of block
        session.check(4)
        // block 5
        typealias Vector3 = BundleAdjustment.Vector3
        let turnedPart = ReversibleFunction("turnedPart", parameters: ["out", "r", "v"]) {
            (out: Scalar, r: Vector3, v: Vector3) in
            let turned = Vector3.ancilla("turned")
            Compute {
                BundleAdjustment.rotate(turned, r, v)
            } apply: {
                out += turned.y
            }
        }
        let none = Vector3.Value(x: 0, y: 0, z: 0)
        let (_, inRotation, _) = try grad(turnedPart, 0.0, none, Vector3.Value(x: 2, y: 0, z: 3))
        print(inRotation.x, inRotation.y, inRotation.z)  // -3.0 0.0 2.0
        // end of block
        session.check(5)
        // block 6
        let evaluator = try BundleAdjustment.BAL.Evaluator()
        var errors: [Double] = []
        var jacobian = BundleAdjustment.SparseJacobian()
        try evaluator.linearization(of: start, errors: &errors, into: &jacobian)
        print(jacobian.rowCount, jacobian.columnCount, jacobian.values.count)  // 10000 1590 120000
        print(jacobian.columns[..<12])  // [0, 1, 2, 3, 4, 5, 6, 7, 8, 90, 91, 92]
        print(jacobian.rowOffsets[..<3])  // [0, 12, 24]
        let byColumns = jacobian.compressedColumns
        let withCoordinates = jacobian.coordinates
        print(byColumns.values.count, withCoordinates.rows.count)  // 120000 120000
        // end of block
        session.check(6)
    }
}
