import ReversiblePrograms
import NativeEngine
import Testing

/// The Frobenius inner product of two sparse matrices of different patterns.
@Suite struct SparseInnerProductTests {
    /// The sum by looking every element up, and the gradients: the other matrix's element where there is an entry.
    private func expected(
        _ a: SparseMatrixCSC, _ b: SparseMatrixCSC
    ) -> (sum: Double, inA: [Double], inB: [Double]) {
        let (inA, inB) = (a.triplets.map { b[$0.row, $0.column] }, b.triplets.map { a[$0.row, $0.column] })
        return (zip(a.values, inA).reduce(0) { $0 + $1.0 * $1.1 }, inA, inB)
    }

    @Test func asSciPy() throws {
        let (a, b) = (try SciPyValues.a(), try SciPyValues.b())
        // Three common entries of size near 0.4: rounding of the last place.
        #expect(distance([try Sparse.innerProduct(0, a, b).0], [SciPyValues.innerProduct]) < 1e-15)
        #expect(distance([try Sparse.innerProduct(0, b, a).0], [SciPyValues.innerProduct]) < 1e-15)
    }

    /// Hundreds of pairs, most with empty columns on one side or both, on the interpreter and as native code.
    ///
    /// The sums are made in the order of A's entries, as here, so they agree to the bit.
    @Test(arguments: [(10, 0.3, 0.0), (10, 0.3, 0.5), (50, 0.05, 0.0), (50, 0.3, 0.3), (7, 0.9, 0.2)])
    func randomPairs(size: Int, density: Double, empty: Double) throws {
        var generator = SparseGenerator(seed: UInt64(size) + UInt64(1000 * (density + 10 * empty)))
        let native = try compile(Sparse.innerProduct, checks: .none)
        let gradient = try compile(grad(Sparse.innerProduct))
        for pair in 0..<100 {
            let columns = Int.random(in: 1...size, using: &generator)
            let a = try generator.sparse(size, columns, density: density, empty: empty)
            let b = try generator.sparse(size, columns, density: density, empty: pair % 2 == 0 ? empty : 0.9)
            let reference = expected(a, b)
            #expect(try Sparse.innerProduct(0, a, b).0 == reference.sum, "pair \(pair)")
            #expect(try native(0, a, b).0 == reference.sum, "pair \(pair)")
            let (_, inA, inB) = try gradient(0, a, b)
            #expect(inA == reference.inA && inB == reference.inB, "pair \(pair)")
            if pair % 10 == 0 {
                let own = try grad(Sparse.innerProduct, 0, a, b)
                #expect(own.1 == reference.inA && own.2 == reference.inB, "pair \(pair)")
                try checkInverse(Sparse.innerProduct, 0.5, a, b, tolerance: 1e-13)
            }
        }
    }

    @Test func checkedGradients() throws {
        var generator = SparseGenerator(seed: 3)
        for (rows, columns) in [(0, 0), (3, 0), (0, 3), (1, 1), (6, 8), (20, 5)] {
            let a = try generator.sparse(rows, columns, density: 0.5, empty: 0.3)
            let b = try generator.sparse(rows, columns, density: 0.4, empty: 0.3)
            try checkGrads(Sparse.innerProduct, 0.3, a, b)
            try checkInverse(Sparse.innerProduct, 0.3, a, b, tolerance: 1e-13)
            #expect(try compile(Sparse.innerProduct)(0.3, a, b).0 == Sparse.innerProduct(0.3, a, b).0)
        }
    }

    /// Every pair of patterns of one column with four rows: 256 walks, forward and back.
    @Test func allPatternsOfFourRows() throws {
        func column(_ pattern: Int, _ scale: Double) throws -> SparseMatrixCSC {
            try SparseMatrixCSC(
                rows: 4, columns: 1,
                triplets: (0..<4).filter { pattern >> $0 & 1 == 1 }.map { ($0, 0, scale * Double($0 + 1)) })
        }
        for first in 0..<16 {
            for second in 0..<16 {
                let (a, b) = (try column(first, 1), try column(second, 2))
                // Small integers: sums are exact.
                let sum = expected(a, b).sum
                #expect(try Sparse.innerProduct(0, a, b).0 == sum)
                #expect(try (~Sparse.innerProduct)(sum, a, b).0 == 0)
            }
        }
    }

    /// The inner product with itself is the sum of squares, and its gradient comes in two halves.
    @Test func ofAMatrixWithItself() throws {
        let a = try SciPyValues.a()
        let (_, first, second) = try grad(Sparse.innerProduct, 0, a, a)
        #expect(first == a.values && second == a.values)
    }
}
