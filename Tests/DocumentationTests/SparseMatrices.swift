// document: Sources/Kernels/Programs/ReversiblePrograms.docc/SparseMatrices.md

import Kernels
import NativeEngine
import Testing

/// The programs of `Sources/Kernels/Programs/ReversiblePrograms.docc/SparseMatrices.md`.
@Suite struct SparseMatrices {
    @Test func blocks() throws {
        let session = try Session()
        let print = session.print
        // block 1
        let entries: [(Int, Int, Double)] = [(0, 0, 1), (2, 0, 4), (1, 1, 2), (1, 1, 1)]
        let a = try SparseMatrixCSC(rows: 3, columns: 2, triplets: entries)
        print(a)  // 3×2 matrix with 3 entries: [0, 0] = 1.0, [2, 0] = 4.0, [1, 1] = 3.0
        print(a.columnPointers, a.rowIndices)  // [0, 2, 3] [0, 2, 1]
        print(try a.transposed.dense())  // [[1.0, 0.0, 4.0], [0.0, 3.0, 0.0]]
        print(try SparseMatrixCSC([[1, 0], [0, 3], [4, 0]]) == a)  // true
        // end of block
        session.check(1)
        // block 2
        do {
            _ = try SparseMatrixCSC(rows: 3, columns: 2, triplets: [(0, 0, 1), (3, 1, 2)])
        } catch {
            print(error)
            // triplets[1] is in row 3 and column 1, outside a 3×2 matrix; rows and columns are counted from 0
        }
        // end of block
        session.check(2)
        // block 3
        let text = """
            %%MatrixMarket matrix coordinate real symmetric
            % the lower triangle
            2 2 2
            1 1 4
            2 1 -0.5
            """
        let s = try MatrixMarket.parse(text)
        print(try s.dense())  // [[4.0, -0.5], [-0.5, 0.0]]
        let lower = try MatrixMarket.text(of: s, symmetry: .symmetric)
        print(try MatrixMarket.parse(lower) == s)  // true
        do {
            _ = try MatrixMarket.parse("%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 5")
        } catch {
            print(error)  // line 3: the row is 3; the matrix has 2 rows, counted from 1
        }
        // end of block
        session.check(3)
        // block 4
        let (y, _, _, _) = try Sparse.matrixVector([0, 0, 0], 2, a, [5, 7])
        print(y)  // [10.0, 42.0, 40.0]

        let form = try valueAndGrad(Sparse.bilinearForm, 0, [1, 1, 1], a, [5, 7])
        print(form.value, form.gradient.2)  // 46.0 [5.0, 5.0, 7.0]
        print(try a.withValues(form.gradient.2))
        // 3×2 matrix with 3 entries: [0, 0] = 5.0, [2, 0] = 5.0, [1, 1] = 7.0
        // end of block
        session.check(4)
        // block 5
        let leastSquares = ReversibleFunction("leastSquares", parameters: ["loss", "A", "x", "b"]) {
            (loss: Scalar, a: SparseMatrix, x: Vector, b: Vector) in
            let residual = Vector.ancilla(count: b.count, "residual")
            let one = Scalar.ancilla("one")
            Compute {
                one += 1
                Sparse.matrixVector(residual, one, a, x)
                residual -= b
            } apply: {
                loss += sum(residual * residual) / 2
            }
        }
        let fast = try compile(grad(leastSquares), with: [2])
        let (_, _, dx, _) = try fast(0, a, [5, 7], [1, 1, 1])
        print(dx)  // [80.0, 60.0]
        // end of block
        session.check(5)
        // block 6
        do {
            _ = try Sparse.matrixVector([0, 0], 1, a, [5, 7])
        } catch {
            print(error)
            // in `sparseMatrixVector`: `y` has 2 elements and `A` has 3 rows; they must agree
        }
        // end of block
        session.check(6)
        // block 7
        let c = try ComplexSparseMatrixCSC(
            real: SparseMatrixCSC([[1, 0], [0, 2]]), imaginary: SparseMatrixCSC([[0, 1], [0, 0]]))
        let one = Complex.Value(re: 1, im: 0)
        let x = ComplexVector.Value(re: [1, 0], im: [0, 1])
        let (z, _, _, _) = try Sparse.complexMatrixVector(ComplexVector.Value(zeros: 2), one, c, x)
        print(z.re, z.im)  // [0.0, 0.0] [0.0, 2.0]
        // end of block
        session.check(7)
        // block 8
        let source = ReversibleFunction("source", parameters: ["r", "u"]) { (r: Vector, u: Vector) in
            ParallelFor(1..<(u.count - 1)) { i in
                r[i] += u[i - 1] - 2 * u[i] + u[i + 1] - pow(u[i], 3)
            }
        }
        let J = try sparseJacobian(source, [0, 0, 0, 0], [0, 1, 2, 0], of: 0, with: 1)
        print(J.columnPointers, J.rowIndices)  // [0, 1, 3, 5, 6] [1, 1, 2, 1, 2, 2]
        print(J.values)  // [1.0, -5.0, 1.0, 1.0, -14.0, 1.0]
        // end of block
        session.check(8)
        // block 9
        let again = try compile(sparseJacobian(source, of: 0, with: 1))
        print(try again([0, 0, 0, 0], [0, 1, 2, 0]) == J)  // true
        let u = (0..<1000).map { 0.01 * Double($0) }
        print(try again(u.map { _ in 0 }, u).values.count)  // 2994
        print(again.runs ?? 0)  // 3
        // end of block
        session.check(9)
    }
}
