import AD
import CUDAEngine
import Kernels
import NativeEngine
import ReversibleCore
import Testing

/// A lost decision that changes an integer: until the verdict at the end it finds no element.
///
/// The emulator faults on any access outside of an array. After a turn by a quarter a number that was 0.5 is not: the
/// gradient undoes `n[i] += 1` where there was none, or the other way round.
@Suite("Elements found by lost integers") struct LostElementTests {
    typealias Program = ReversibleFunction<Scalar, Vector, Vector, IntegerVector, Matrix>

    /// Reads, and additions to gradients.
    static let read = Program("read", parameters: ["y", "v", "w", "n", "x"]) {
        (y: Scalar, v: Vector, w: Vector, n: IntegerVector, x: Matrix) in
        ParallelFor(v.indices) { i in
            y += x[n[i] * 1_000_000_000, 1] * x[0, n[i] * 1_000_000_000]
            n[i] += select(v[i] >= 0.5, 1, 0)
            ROT(v[i], w[i], 0.25)
            y += v[i] * v[i]
        }
    }

    /// Changes, in an own element of an array and in one that others add to.
    static let changed = Program("changed", parameters: ["y", "v", "w", "n", "x"]) {
        (y: Scalar, v: Vector, w: Vector, n: IntegerVector, x: Matrix) in
        ParallelFor(v.indices) { i in
            x[i, n[i] * 1_000_000_000] += v[i] * w[i]
            n[i] += select(v[i] >= 0.5, 1, 0)
            ROT(v[i], w[i], 0.25)
            y += v[i] * v[i]
        }
        For(v.indices) { i in y += x[i, 0] * x[i, 0] }
    }

    /// Turns of a loop, over elements of memory of an iteration's own.
    static let turns = Program("turns", parameters: ["y", "v", "w", "n", "x"]) {
        (y: Scalar, v: Vector, w: Vector, n: IntegerVector, x: Matrix) in
        ParallelFor(v.indices) { i in
            let own = Vector.ancilla(count: 3, "own")
            let other = Vector.ancilla(count: x.columns, "other")
            Compute {
                For(0..<(3 + 7 * n[i])) { j in
                    own[j] += x[0, j] * v[i]
                    other[j] += own[j] * own[j]
                }
            } apply: {
                For(0..<(3 + 7 * n[i])) { j in y += own[j] * other[j] * x[j, j] }
            }
            n[i] += select(v[i] >= 0.5, 1, 0)
            ROT(v[i], w[i], 0.25)
            y += v[i] * v[i]
        }
    }

    /// In what one thread does.
    static let serial = Program("serial", parameters: ["y", "v", "w", "n", "x"]) {
        (y: Scalar, v: Vector, w: Vector, n: IntegerVector, x: Matrix) in
        ParallelFor(v.indices) { i in y += v[i] * w[i] }
        y += x[n[0] * 1_000_000_000, 2] * x[1, 1]
        n[0] += select(v[0] >= 0.5, 1, 0)
        ROT(v[0], w[0], 0.25)
        y += v[0] * v[0]
    }

    @Test(arguments: [read, changed, turns, serial], [PTXOptions.Reductions.atomic, .deterministic])
    func isRefused(_ f: Program, _ reductions: PTXOptions.Reductions) throws {
        let (safe, w, n) = ([0.625, 0.125, 0.75], [1.0, 1, 1], [0, 0, 0])
        let lost = [0.5, 0.125, 0.5]
        let x = try #require(DenseMatrix(rows: 3, columns: 3, elements: (0..<9).map { 1 + 0.5 * Double($0) }))
        #expect(throws: ReversibilityError.self) { try grad(f, 0, lost, w, n, x) }
        let right = try grad(f, 0, safe, w, n, x)
        for size in [1, 3] {
            try withEmulatedDevice { device, _ in
                var options = smallBlocks
                (options.reductions, options.iterationsPerThread, options.alwaysPacks) = (
                    reductions, size, true
                )
                let gradient = try compile(grad(f), on: .cuda(device), options: options)
                // Where the decision is kept all is well.
                let found = try gradient(0, safe, w, n, x)
                #expect(near(found.1, right.1) && near(found.4.elements, right.4.elements))
                let error = try #require(throws: CUDAFunctionError.self) {
                    _ = try gradient(0, lost, w, n, x)
                }
                guard case .drift = error else {
                    Issue.record("\(error)")
                    return
                }
                // The device goes on.
                #expect(try near(gradient(0, safe, w, n, x).1, right.1))
            }
        }
    }

    private func near(_ a: [Double], _ b: [Double]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($1)) }
    }
}
