import AD
import CUDAEngine
import NativeEngine
import ReversibleCore
import TestSupport
import Testing

/// Kernels on the emulator against native code.
@Suite struct EmulationTests {
    private func check<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, _ leaves: [Leaf<Double>], precision: Precision = .double,
        forms: [(backwards: Bool, size: Int)] = [(false, 1), (true, 1), (false, 2), (true, 3)]
    ) throws {
        var options = PTXOptions()
        options.precision = precision
        options.threadsPerBlock = 32
        var compileOptions = CompileOptions()
        compileOptions.precision = precision
        let native = try compile(f, checks: .none, options: compileOptions)
        let expected =
            precision == .double
            ? try native.run(leaves)
            : try native.run(leaves.map { $0.map { Float($0) } }).map { $0.map { Double($0) } }
        for (backwards, size) in forms {
            // Few threads, so that packs of iterations are taken and some are left over.
            if size > 1 { (options.maximumBlocks, options.alwaysPacks) = (1, true) }
            options.iterationsPerThread = size
            // Once for these sizes alone.
            options.knownSizes = size == 3 ? knownSizes(of: leaves) : [:]
            let results = try PlanRunner(kernelPlan(f, options: options), backwards: backwards).run(leaves)
            for (position, (result, value)) in zip(results, expected).enumerated() {
                #expect(
                    sameBits(result, value),
                    "place \(position) differs by \(difference(result, value)) of its scale")
            }
        }
    }

    private static func numbers(_ count: Int, from low: Double = -2, to high: Double = 2) -> [Double] {
        var state: UInt64 = 88_172_645_463_325_252
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return low + (high - low) * Double(state >> 11) * 0x1p-53
        }
    }

    @Test(arguments: [Precision.double, .single]) func saxpyForwardAndBack(_ precision: Precision) throws {
        let f = Programs.saxpy
        let x = Self.numbers(77)
        for n in [0, 1, 31, 32, 77] {
            let leaves: [Leaf<Double>] = [
                .reals(Array(x.suffix(n))), .reals(Array(x.prefix(n))), .real(0.3),
            ]
            try check(f, leaves, precision: precision)
            try check(~f, leaves, precision: precision)
        }
    }

    /// What a sum reads at elements of its own is not what the loop around it has read at one element.
    @Test func sharedPartsInsideAndOutsideOfSums() throws {
        let f = ReversibleFunction { (out: Vector, x: Vector) in
            ParallelFor(x.indices) { i in
                let t = Vector.ancilla(count: 3), u = Vector.ancilla(count: 3)
                let e = t * 2
                Compute {
                    for k in 0..<3 { t[k] += x[i] * Double(k + 1) }
                    u += select(x[i] > 0, e * sum(e), e) + e * sum(e * sum(e))
                    u -= e * sum(e * sum(e))
                } apply: {
                    out[i] += u[0] + u[1] + u[2]
                }
            }
        }
        #expect(try f([0, 0], [1, -2]).0 == [144, -24])
        try check(f, [.reals([0, 0]), .reals([1, -2])])
        let sizes = ReversibleFunction { (out: Vector, x: Vector, n: Integer) in
            ParallelFor(x.indices) { i in
                let t = Vector.ancilla(count: n), u = Vector.ancilla(count: n)
                let e = t * 2
                Compute {
                    t += x[i]
                    u += select(x[i] > 0, e * sum(e) + sum(e), e)
                } apply: {
                    out[i] += u[0] + u[1] * n
                }
            }
        }
        try check(sizes, [.reals([0, 0, 1]), .reals([1, -2, 0.5]), .integer(5)])
    }

    @Test func gatherAndScatter() throws {
        let n = 50
        let permutation = (0..<n).map { ($0 * 17 + 5) % n }
        let leaves: [Leaf<Double>] = [
            .matrix(rows: n, columns: 3, Self.numbers(3 * n)), .reals(Self.numbers(n)),
            .integers(permutation),
            .integers(Array(repeating: 3, count: n)),
        ]
        try check(Programs.gather, leaves)
        try check(~Programs.gather, leaves)
    }

    @Test(arguments: [Precision.double, .single]) func controlFlow(_ precision: Precision) throws {
        let n = 70
        let leaves: [Leaf<Double>] = [
            .reals(Self.numbers(n)), .integers((0..<n).map { $0 % 7 }), .integers((0..<n).map { 1 + $0 * 3 }),
            .reals(Array(repeating: 0, count: n)),
        ]
        try check(Programs.branches, leaves, precision: precision)
        try check(~Programs.branches, leaves, precision: precision)
        let zeros = [Int](repeating: 0, count: n)
        let roots: [Leaf<Double>] = [
            .integers(zeros), .reals(zeros.map { Double($0) }), .integers(Array(0..<n)),
        ]
        try check(Programs.roots, roots, precision: precision)
    }

    @Test(arguments: [Precision.double, .single]) func ownArrays(_ precision: Precision) throws {
        let (n, m) = (40, 5)
        let leaves: [Leaf<Double>] = [
            .reals(Array(repeating: 0, count: n)), .integers(Array(repeating: 0, count: n)),
            .matrix(rows: n, columns: m, Self.numbers(n * m)),
        ]
        try check(Programs.rows, leaves, precision: precision)
        try check(Programs.smallArrays, [leaves[0], leaves[2]], precision: precision)
    }

    @Test func topLevelStatements() throws {
        let (n, m) = (20, 12)
        let leaves: [Leaf<Double>] = [
            .matrix(rows: n, columns: m, Self.numbers(n * m)), .reals(Self.numbers(n)),
            .reals(Self.numbers(m)),
            .real(0.5), .integer(3),
        ]
        try check(Programs.mixed, leaves)
        try check(~Programs.mixed, leaves)
    }

    @Test(arguments: [0, 3]) func loopsOnTheHost(_ n: Int) throws {
        let leaves: [Leaf<Double>] = [
            .matrix(rows: 70, columns: 4, Self.numbers(280)), .real(0.5), .integer(n),
        ]
        try check(Programs.triangle, leaves)
        try check(~Programs.triangle, leaves)
    }

    @Test func ordinaryLoops() throws {
        let leaves: [Leaf<Double>] = [
            .matrix(rows: 40, columns: 6, Self.numbers(240)), .reals(Self.numbers(40)),
        ]
        try check(Programs.ordinaryLoops, leaves)
        try check(~Programs.ordinaryLoops, leaves)
        #expect(try kernelPlan(Programs.ordinaryLoops).kernels.map(\.threadsPerBlock) == [128, 1, 128])
    }

    @Test func integerSums() throws {
        for n in [0, 1, 100] {
            try check(Programs.total, [.real(1), .integers((0..<n).map { $0 * $0 - 50 })])
        }
    }

    @Test(arguments: ElementaryFunction.allCases, [Precision.double, .single])
    func elementaryFunctions(_ function: ElementaryFunction, _ precision: Precision) throws {
        let special = [
            0, -0.0, 1, -1, 2, 0.5, -0.5, 0x1p-1030, -0x1p-1030, 0x1p-1074, 1e308, -1e308, 710, -745.2, 1e5,
            1e22, 3.5,
            .infinity, -.infinity, .nan, 0.1, 6.5, 20, 170.3, 1 - 0x1p-53,
        ]
        // What a function does does not depend on which thread does it: two forms, and few numbers, tell what is
        // likely to be wrong.
        let count = isExhaustive ? 40 : 4
        let x = special + Self.numbers(count, from: -3, to: 3) + Self.numbers(count, from: -700, to: 700)
        let y = x.reversed() as [Double]
        let zeros = [Double](repeating: 0, count: x.count)
        guard let f = Programs.elementary(function) else { return }
        let leaves: [Leaf<Double>] = [.reals(zeros), .reals(x), .reals(y)]
        if isExhaustive { return try check(f, leaves, precision: precision) }
        try check(f, leaves, precision: precision, forms: [(false, 1), (true, 3)])
    }
}
