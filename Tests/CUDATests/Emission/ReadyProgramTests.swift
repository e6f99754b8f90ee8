import AD
import CUDAEngine
import Kernels
import NativeEngine
import ReversibleCore
import Testing

/// Ready programs of the package that were not written with a GPU in mind, and their pullbacks, on the emulator.
@Suite struct ReadyProgramTests {
    private func check<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ values: [Leaf<Double>],
        _ sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws {
        let definition = try f.definition
        try compare(definition, values, sourceLocation)
        let pullback = try definition.pullback(inverted: false)
        var seeds = definition.zeroGradients(for: values)
        seeds[0] = seeds[0].map { _ in 0.75 }
        try compare(
            pullback, definition.interleave(values, seeds), sourceLocation,
            definition.gradientsWanted(of: Set(definition.arguments.indices)))
    }

    private func compare(
        _ program: Definition, _ leaves: [Leaf<Double>], _ sourceLocation: Testing.SourceLocation,
        _ wanted: [Bool]? = nil
    ) throws {
        let expected = try program.run(leaves, inverted: false, options: RunOptions())
        for reductions in [PTXOptions.Reductions.atomic, .deterministic] {
            var options = smallBlocks
            options.reductions = reductions
            let plan = try KernelPlan(program, of: program, inverted: false, wanted: wanted, options)
            let results = try PlanRunner(plan, backwards: reductions == .atomic).run(leaves)
            for (position, value) in expected.enumerated() where wanted?[position] ?? true {
                let distance = difference(results[position], value)
                #expect(
                    distance < 1e-11, "\(program.name), \(reductions), place \(position): \(distance)",
                    sourceLocation: sourceLocation)
            }
        }
    }

    private func vector(_ count: Int, _ seed: Int = 1) -> Leaf<Double> {
        .reals(testNumbers(count, seed: seed))
    }
    private func matrix(_ rows: Int, _ columns: Int, _ seed: Int = 1) -> Leaf<Double> {
        .matrix(rows: rows, columns: columns, testNumbers(rows * columns, seed: seed))
    }

    @Test func products() throws {
        let (n, m) = (37, 6)
        try check(LinearAlgebra.dot, [.real(0.5), vector(n), vector(n, 2)])
        try check(LinearAlgebra.rankOneUpdate, [matrix(n, m), .real(0.3), vector(n, 2), vector(m, 3)])
        try check(LinearAlgebra.matrixVectorProduct, [vector(n), matrix(n, m, 2), vector(m, 3)])
        try check(LinearAlgebra.transposedMatrixVectorProduct, [vector(m), matrix(n, m, 2), vector(n, 3)])
        try check(LinearAlgebra.affineMap, [vector(n), matrix(n, m, 2), vector(m, 3), vector(n, 4)])
        try check(LinearAlgebra.product, [matrix(n, 3), matrix(n, m, 2), matrix(m, 3, 3)])
        try check(LinearAlgebra.frobeniusNorm, [.real(0), matrix(n, m)])
    }

    @Test func statistics() throws {
        let (n, m) = (37, 4)
        try check(Statistics.mean, [.real(0), vector(n)])
        try check(Statistics.variance, [.real(0), vector(n)])
        try check(Statistics.covariance, [.real(0), vector(n), vector(n, 2)])
        try check(Statistics.correlation, [.real(0), vector(n), vector(n, 2)])
        try check(Statistics.columnMeans, [vector(m, 3), matrix(n, m)])
        try check(Statistics.columnVariances, [vector(m, 3), matrix(n, m)])
        try check(Statistics.covarianceMatrix, [matrix(m, m, 3), matrix(n, m)])
    }
}
