import Foundation
import Optimizers
import ReversiblePrograms
import Testing

/// Linear maps as sparse matrices, and sparse matrices as what solvers apply.
@Suite struct LinearMapSparseTests {
    private let stencil = ReversibleFunction { (y: Vector, x: Vector) in
        For(1..<y.count - 1) { i in y[i] += exp(x[i - 1]) - 2 * x[i] * x[i + 1] }
    }

    @Test func entriesAreWhereTermsLead() throws {
        let x = [0.5, 1, 0, 2, -1, 3]
        let map = try linearize(stencil, [0, 0, 0, 0, 0, 0], x, of: 0, with: 1).map
        let sparse = map.sparse
        #expect(try sparse.dense() == map.matrix)
        #expect(sparse.columnPointers == [0, 1, 3, 6, 9, 11, 12])
        #expect(sparse.rowIndices == [1, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 4])
        // x[2] is 0, and the entry that it is a factor of stays.
        #expect(sparse[1, 1] == 0 && sparse.nonzeroCount == 12)
        #expect(map.transpose.sparse == sparse.transposed)
        #expect(
            try SparseMatrixCSC(
                rows: 6, columns: 6, columnPointers: sparse.columnPointers,
                rowIndices: sparse.rowIndices, values: sparse.values) == sparse)
    }

    @Test func everyKindOfMap() throws {
        let x = [0.5, 1, 0, 2, -1, 3]
        let map = try linearize(stencil, [0, 0, 0, 0, 0, 0], x, of: 0, with: 1).map
        let shifted = .identity(6) + 0.25 * map
        let maps: [LinearMap] = [
            .identity(4), .identity(0), 2 * map, map + map.transpose, map - map, map.after(map.transpose),
            map.normal, map.normal.transpose, try shifted.inverse(), try shifted.inverse().transpose,
            map.after(.identity(6)).transpose,
        ]
        for map in maps {
            let (sparse, dense) = (try map.sparse.dense(), map.matrix)
            #expect(sparse.rows == dense.rows && sparse.columns == dense.columns)
            #expect(zip(sparse.elements, dense.elements).allSatisfy { abs($0 - $1) < 1e-14 * (1 + abs($1)) })
        }
        #expect(maps[4].sparse.nonzeroCount == 12 && maps[4].sparse.values.allSatisfy { $0 == 0 })
        let misfit = (LinearMap.identity(2) + .identity(3)).sparse
        #expect(misfit.values.allSatisfy { $0.isNaN })
    }

    /// Programs with numbers in between that are used more than once.
    @Test(arguments: 0..<10) func agreesWithTheMatrix(seed: UInt64) throws {
        var random = RandomNumbers(seed: seed)
        let steps = (0..<8).map { _ in
            (random.integer(below: 5), random.integer(below: 5), random.integer(below: 5))
        }
        let f = ReversibleFunction { (y: Vector, x: Vector) in
            let t = Vector.ancilla(count: 5)
            Compute {
                for (a, b, c) in steps where a != b { t[a] += sin(t[b]) * x[c] + x[b] }
            } apply: {
                for (a, b, c) in steps { y[a] += t[b] * t[c] }
            }
        }
        let map = try linearize(f, [0, 0, 0, 0, 0], random.normal(5), of: 0, with: 1).map
        let (sparse, dense) = (try map.sparse.dense().elements, map.matrix.elements)
        #expect(zip(sparse, dense).allSatisfy { abs($0 - $1) <= 1e-14 * (1 + abs($1)) })
        let w = random.normal(5)
        let (ours, theirs) = (try map.sparse.transposed(w), try map.transposed(w))
        #expect(zip(ours, theirs).allSatisfy { abs($0 - $1) <= 1e-14 * (1 + abs($1)) })
    }

    @Test func solvers() throws {
        let a = try SparseMatrixCSC(
            rows: 3, columns: 3,
            triplets: [(0, 0, 4), (1, 1, 3), (2, 2, 2), (0, 1, 1), (1, 0, 1), (1, 2, 0.2), (2, 1, 0.2)])
        #expect(try a([1, 2, 3]) == [6, 7.6, 6.4])
        let found = try ConjugateGradients().solve(a, [6, 7.6, 6.4])
        #expect(found.isConverged && zip(found.solution, [1, 2, 3]).allSatisfy { abs($0 - $1) < 1e-12 })
        let tall = try SparseMatrixCSC([[1, 0], [0, 3], [4, 0]])
        #expect(try tall([5, 7]) == [5, 21, 20] && tall.transposed([1, 1, 1]) == [5, 3])
        #expect(try LSQR().solve(tall, [5, 21, 20]).reason == .residualIsSmall)
        let error = #expect(throws: SparseMatrixError.self) { _ = try tall([1, 2, 3]) }
        #expect(error?.message == "the vector has 3 numbers, and the matrix 2 columns; they must agree")
        let back = #expect(throws: SparseMatrixError.self) {
            _ = try (tall as any LinearOperator).transposed([1, 2])
        }
        #expect(back?.message == "the vector has 2 numbers, and the matrix 3 rows; they must agree")
    }
}
