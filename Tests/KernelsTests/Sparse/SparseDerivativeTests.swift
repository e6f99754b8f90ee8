import AD
import Foundation
import ReversiblePrograms
import Testing

/// Sparse Jacobians and Hessians of programs, against dense ones and by hand.
struct SparseDerivativeTests {
    /// −u″ + u³ on a row of points, between zeros.
    static let source = ReversibleFunction("source", parameters: ["r", "u"]) { (r: Vector, u: Vector) in
        ParallelFor(u.indices) { i in
            r[i] += 2 * u[i] + pow(u[i], 3)
            If(i > 0) { r[i] -= u[i - 1] }
            If(i + 1 < u.count) { r[i] -= u[i + 1] }
        }
    }
    /// A chain of springs that are not linear.
    static let chain = ReversibleFunction("chain", parameters: ["energy", "x"]) {
        (energy: Scalar, x: Vector) in
        For(1..<x.count) { i in
            energy += pow(x[i] - x[i - 1], 4) / 4 + pow(x[i] - x[i - 1], 2) / 2
        }
    }

    @Test func tridiagonalJacobian() throws {
        let n = 300
        let u = (0..<n).map { sin(0.1 * Double($0)) }
        let zeros = u.map { _ in 0.0 }
        let J = try sparseJacobian(Self.source, zeros, u, of: 0, with: 1)
        #expect(J.rows == n && J.columns == n && J.values.count == 3 * n - 2)
        #expect(J.columnPointers[2] - J.columnPointers[1] == 3)
        #expect(J.rowIndices[J.columnPointers[1]..<J.columnPointers[2]] == [0, 1, 2])
        let middle = J.values[J.columnPointers[7]..<J.columnPointers[8]]
        #expect(middle.first == -1 && middle.last == -1)
        #expect(abs(middle[middle.startIndex + 1] - (2 + 3 * u[7] * u[7])) < 1e-14)
    }

    @Test func hessians() throws {
        let x = [0.3, -0.2, 0.7, 0.1, 1.3]
        let H = try sparseHessian(Self.chain, 0, x, with: 1)
        #expect(H.values.count == 13)
        let dense = try hessian(Self.chain, 0, x, with: 1)
        for column in 0..<5 {
            for entry in H.columnPointers[column]..<H.columnPointers[column + 1] {
                #expect(abs(H.values[entry] - dense[H.rowIndices[entry], column]) < 1e-13)
            }
        }
        // By the record too, which keeps what it reads on a stack.
        let recorded = try sparseHessian(Self.chain, 0, x, with: 1, undoing: .recorded)
        #expect(recorded == H)
    }

    /// Of JAX in double precision: logsumexp(x) − x₁ at (.1, .2, .3, −1).
    @Test func aHessianMap() throws {
        let f = ReversibleFunction("f", parameters: ["l", "x"]) { (l: Scalar, x: Vector) in
            let total = Scalar.ancilla("total")
            Compute {
                total += sum(exp(x))
            } apply: {
                l += log(total) - x[1]
            }
        }
        let (slope, H) = try linearize(grad(f), 0, [0.1, 0.2, 0.3, -1], with: 1)
        let expected = [0.27326549944097633, -0.6979949171044157, 0.3337672347272248, 0.09096218293621473]
        #expect(zip(slope, expected).allSatisfy { abs($0 - $1) < 1e-15 })
        let d = [1, 2, -1, 0.5]
        let product = [0.11231498355351513, 0.4261323363830738, -0.5303526387594721, -0.00809468117711681]
        #expect(try zip(H(d), product).allSatisfy { abs($0 - $1) < 1e-15 })
        #expect(try zip(H.transposed(d), product).allSatisfy { abs($0 - $1) < 1e-15 })
    }

    @Test func undoingThatLosesDigits() throws {
        let decay = ReversibleFunction("decay", parameters: ["loss", "x", "n"]) {
            (loss: Scalar, x: Scalar, n: Integer) in
            For(0..<n) { _ in
                x *= 0.5
                x += 0.1
                loss += x * x
            }
        }
        #expect { try sparseHessian(decay, 0, 1, 100, with: 1) } throws: { error in
            (error as? ReversibilityError)?.kind == .drift
        }
        let H = try sparseHessian(decay, 0, 1, 100, with: 1, undoing: .recorded)
        #expect(abs(H.values[0] - 2.0 / 3) < 1e-14)
    }

    @Test func wrongUses() throws {
        #expect { try sparseHessian(Self.source, [0], [1], with: 1) } throws: { error in
            (error as? ReversibilityError)?.kind == .invalidArgument
        }
        #expect { try sparseJacobian(Self.source, [0], [1], of: 0, with: 2) } throws: { error in
            (error as? ReversibilityError)?.kind == .invalidArgument
        }
    }
}

extension SparseDerivativeTests {
    /// An observation's error is two numbers of fifteen: maps have no more than the thirty terms of its matrix.
    @Test(arguments: [(2, 22), (3, 6), (4, 2)]) func aCameraBlock(input: Int, terms: Int) throws {
        let camera = DenseMatrix([[0.1, -0.2, 0.3, 1, 2, -8, 500, 0.5, -1, 0.01, -0.002]])
        let (_, block) = try linearize(
            BundleAdjustment.ADBench.objective, DenseMatrix([[0, 0]]), [0], camera,
            DenseMatrix([[0.2, 0.4, 1]]), [0.7], DenseMatrix([[10, 20]]), [0], [0], of: 0, with: input)
        #expect(block.edges <= terms)
    }
}
