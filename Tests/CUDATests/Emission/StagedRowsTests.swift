import AD
import CUDAEngine
import Kernels
import NativeEngine
import ReversibleCore
import TestSupport
import Testing

/// Kernels that move their iterations' rows through shared memory, against native code and the interpreter.
@Suite("Staged rows") struct StagedRowsTests {
    static let sizes = isExhaustive ? [0, 1, 31, 33, 77, 1000] : [0, 1, 33, 77]

    /// Compares with native code, bit for bit; `stages` arrays must be in shared memory.
    private func check<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ leaves: [Leaf<Double>], stages: Int,
        precision: Precision = .double, startingAtZero zeros: Set<Int> = [], threads: Int = 64,
        blocks: Int = 512
    ) throws {
        var options = PTXOptions()
        options.precision = precision
        options.threadsPerBlock = threads
        options.maximumBlocks = blocks
        options.startingAtZero = zeros
        let plan = try kernelPlan(f, options: options)
        #expect(plan.text.components(of: ".b8 staged_rows_") == stages)
        var compileOptions = CompileOptions()
        compileOptions.precision = precision
        let native = try compile(f, checks: .none, options: compileOptions)
        let initial = leaves.enumerated().map { zeros.contains($0) ? $1.zeros() : $1 }
        let expected =
            precision == .double
            ? try native.run(initial)
            : try native.run(initial.map { $0.map { Float($0) } }).map { $0.map { Double($0) } }
        for backwards in [false, true] {
            let results = try PlanRunner(plan, backwards: backwards).run(leaves)
            for (position, (result, value)) in zip(results, expected).enumerated() {
                #expect(sameBits(result, value), "place \(position) differs by \(difference(result, value))")
            }
        }
    }

    private func matrix(_ rows: Int, _ columns: Int, seed: Int = 3) -> Leaf<Double> {
        .matrix(rows: rows, columns: columns, testNumbers(rows * columns, seed: seed))
    }

    @Test(arguments: sizes, [Precision.double, .single])
    func pairsOfRows(_ n: Int, _ precision: Precision) throws {
        for columns in [3, 5] {
            let leaves = [matrix(2 * n, columns), .reals(testNumbers(n))]
            try check(RowPrograms.pairs, leaves, stages: 1, precision: precision)
            try check(~RowPrograms.pairs, leaves, stages: 1, precision: precision)
            try check(RowPrograms.pairs, leaves, stages: 1, precision: precision, startingAtZero: [0])
            try check(~RowPrograms.pairs, leaves, stages: 1, precision: precision, startingAtZero: [0])
        }
    }

    @Test(arguments: sizes) func rowsWithGaps(_ n: Int) throws {
        let leaves: [Leaf<Double>] = [
            matrix(3 * n, 9), .reals(testNumbers(n)), .integers(Array(0..<4 * n)),
        ]
        try check(RowPrograms.gaps, leaves, stages: 2)
        try check(~RowPrograms.gaps, leaves, stages: 2)
        try check(RowPrograms.gaps, leaves, stages: 2, precision: .single)
        // What is multiplied, swapped or read first is a zero too.
        try check(RowPrograms.gaps, leaves, stages: 2, startingAtZero: [0])
    }

    @Test(arguments: [0, 2, 3, 100, 400]) func otherSteps(_ n: Int) throws {
        let leaves: [Leaf<Double>] = [
            .reals(testNumbers(7 * n + 20)), .reals(testNumbers(n, seed: 2)), .integer(n),
        ]
        try check(RowPrograms.steps, leaves, stages: 1)
        try check(~RowPrograms.steps, leaves, stages: 1, precision: .single)
        try check(RowPrograms.steps, leaves, stages: 1, startingAtZero: [0])
    }

    @Test(arguments: sizes) func someIterationsWrite(_ n: Int) throws {
        let leaves = [matrix(n, 6), .reals(testNumbers(n))]
        try check(RowPrograms.branches, leaves, stages: 1)
        try check(~RowPrograms.branches, leaves, stages: 1)
        try check(RowPrograms.branches, leaves, stages: 1, startingAtZero: [0])
    }

    /// Rows of more elements than lanes; more than there is room for in blocks of that size, or at all.
    @Test(arguments: [
        (3, 64, 0, 64), (31, 128, 2, 128), (40, 128, 2, 128), (60, 256, 2, 64), (65, 64, 0, 64),
    ])
    func numbersOfElements(_ count: Int, _ threads: Int, _ stages: Int, _ used: Int) throws {
        let n = 133
        let leaves: [Leaf<Double>] = [
            .reals(testNumbers(n * count)), matrix(n, 2), .reals(testNumbers(n, seed: 2)),
        ]
        let f = RowPrograms.wide(count)
        try check(f, leaves, stages: stages, threads: threads)
        try check(f, leaves, stages: stages, startingAtZero: [0, 1], threads: threads)
        var options = PTXOptions()
        options.threadsPerBlock = threads
        #expect(try kernelPlan(f, options: options).kernels.map(\.threadsPerBlock) == [used])
    }

    /// Threads that take several iterations one after the other.
    @Test(arguments: sizes) func severalTurns(_ n: Int) throws {
        let leaves = [matrix(n, 4), matrix(n, 3)]
        let f = RowPrograms.ownArrays
        try check(f, leaves, stages: 1, threads: 32, blocks: 2)
        try check(f, leaves, stages: 1, startingAtZero: [0], threads: 32, blocks: 2)
    }

    /// Sums over all iterations beside rows of their own.
    @Test(arguments: [0, 1, 33, 500], [PTXOptions.Reductions.atomic, .deterministic])
    func gradients(_ n: Int, _ reductions: PTXOptions.Reductions) throws {
        let values: [Leaf<Double>] = [.real(0), matrix(2 * n, 3), .reals(testNumbers(3))]
        try checkGradient(RowPrograms.loss, values, stages: 1, reductions)
    }

    @Test func overlappingGradients() throws {
        try checkGradient(RowPrograms.overlapping, [.real(0), .reals(testNumbers(484))], stages: 0, .atomic)
    }

    private func checkGradient<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ values: [Leaf<Double>], stages: Int,
        _ reductions: PTXOptions.Reductions
    ) throws {
        let definition = try f.definition
        var seeds = definition.zeroGradients(for: values)
        seeds[0] = .real(1)
        let leaves = definition.interleave(values, seeds)
        let expected = try definition.pullback(inverted: false).run(
            leaves, inverted: false, options: f.options)
        var options = smallBlocks
        options.reductions = reductions
        let plan = try kernelPlan(grad(f), options: options)
        #expect(plan.text.components(of: ".b8 staged_rows_") == stages)
        for backwards in [false, true] {
            let results = try PlanRunner(plan, backwards: backwards).run(leaves)
            let (found, wanted) = (definition.gradients(in: results), definition.gradients(in: expected))
            #expect(stages == 0 || sameBits(found[1], wanted[1]))
            for (a, b) in zip(found, wanted) { #expect(difference(a, b) < 1e-12) }
        }
    }

    /// Elements that several iterations use, or that are not known by constants, stay where they are.
    @Test func whatIsNotStaged() throws {
        let overlapping = ReversibleFunction("overlapping") { (y: Vector, x: Vector) in
            ParallelFor(y.indices) { i in for k in 0..<4 { y[i] += x[2 * i + k] } }
        }
        let indexed = ReversibleFunction("indexed") { (y: Matrix, x: Vector) in
            ParallelFor(x.indices) { i in
                for c in 0..<4 { y[i, c] += x[i] }
                For(0..<4) { c in y[i, c] += x[i] * x[i] }
            }
        }
        let gathered = ReversibleFunction("gathered") { (y: Matrix, to: IntegerVector) in
            ParallelFor(to.indices) { i in for c in 0..<4 { y[to[i], c] += i } }
        }
        for text in [try ptx(overlapping), try ptx(indexed), try ptx(gathered)] {
            #expect(!text.contains("staged") && !text.contains("bar.sync"))
        }
    }

    /// Iterations that ask first whether there is a row, or a column, touch nothing else.
    @Test func rowsThatAreNotThere() throws {
        let f = ReversibleFunction("guarded", parameters: ["rows", "columns", "x"]) {
            (rows: Matrix, columns: Matrix, x: Vector) in
            ParallelFor(x.indices) { i in
                If(i > 0 && i <= rows.rows) { for c in 0..<4 { rows[i - 1, c] += x[i] } }
                columns[i, 0] += x[i]
                If(columns.columns > 3) { for c in 1..<4 { columns[i, c] += x[i] } }
            }
        }
        let n = 70
        for (rows, columns) in [(n, 2), (n - 1, 4), (20, 1)] {
            let leaves = [matrix(rows, 4), matrix(n, columns), .reals(testNumbers(n))]
            try check(f, leaves, stages: 0)
            try check(f, leaves, stages: 0, startingAtZero: [0, 1])
        }
    }

    // MARK: Traffic

    /// What a program's kernels move for each of `n` iterations: elements, and sectors of 32 bytes.
    private func traffic<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ leaves: [Leaf<Double>], per n: Int, zeros: Set<Int> = []
    ) throws -> (loadedBytes: Double, storedBytes: Double, storedSectors: Double, fills: Int) {
        var options = PTXOptions()
        options.startingAtZero = zeros
        let runner = PlanRunner(try kernelPlan(f, options: options), countsTraffic: true)
        _ = try runner.run(leaves)
        let traffic = runner.driver.traffic
        func each(_ count: Int) -> Double { Double(count) / Double(n) }
        return (
            each(traffic.loadedBytes), each(traffic.storedBytes), each(traffic.storedSectors),
            runner.driver.fills
        )
    }

    /// Neighbouring lanes store neighbouring elements: 30 elements of 8 bytes are 7.5 sectors.
    @Test func trafficOfTheJacobian() throws {
        let (cameras, points, p) = (3, 5, 256)
        let leaves: [Leaf<Double>] = [
            matrix(2 * p, 15), .reals(testNumbers(p)), matrix(cameras, 11), matrix(points, 3),
            .reals(testNumbers(p, seed: 5)), matrix(p, 2), .integers((0..<p).map { $0 % cameras }),
            .integers((0..<p).map { $0 * 7 % points }),
        ]
        let f = BundleAdjustment.ADBench.jacobian
        let sums = try traffic(f, leaves, per: p)
        let zeros = try traffic(f, leaves, per: p, zeros: [0, 1])
        #expect(sums.storedBytes == 248 && zeros.storedBytes == 248)
        #expect(sums.storedSectors <= 8.5 && zeros.storedSectors <= 8.5)
        #expect(sums.loadedBytes - zeros.loadedBytes == 248)
        #expect(zeros.fills == 0)
        try check(f, leaves, stages: 1, startingAtZero: [0, 1])
    }

    /// Where rows are not known by constants, every lane stores into sectors of its own.
    @Test func trafficOfRows() throws {
        let n = 128
        let gathered = ReversibleFunction("gathered") { (rows: Matrix, x: Vector, to: IntegerVector) in
            ParallelFor(x.indices) { i in for c in 0..<4 { rows[to[i], c] *= x[i] * Double(c + 1) } }
        }
        let leaves = [matrix(n, 4), .reals(testNumbers(n))]
        let apart = try traffic(gathered, leaves + [.integers(Array(0..<n))], per: n)
        let together = try traffic(RowPrograms.four, leaves, per: n)
        #expect(apart.storedBytes == 32 && together.storedBytes == 32)
        #expect(apart.storedSectors == 4 && together.storedSectors == 1)
    }

    @Test func trafficOfTheLinearization() throws {
        let (cameras, points, p) = (3, 5, 256)
        let leaves: [Leaf<Double>] = [
            matrix(p, 2), matrix(2 * p, 12), matrix(cameras, 9), matrix(points, 3), matrix(p, 2),
            .integers((0..<p).map { $0 % cameras }), .integers((0..<p).map { $0 * 7 % points }),
        ]
        let f = BundleAdjustment.BAL.linearization
        let result = try traffic(f, leaves, per: p, zeros: [0, 1])
        #expect(result.storedBytes == 208 && result.storedSectors <= 6.5 && result.fills == 0)
        try check(f, leaves, stages: 2)
        try check(f, leaves, stages: 2, precision: .single, startingAtZero: [0, 1])
    }
}

extension String {
    /// How often a text stands in this.
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
