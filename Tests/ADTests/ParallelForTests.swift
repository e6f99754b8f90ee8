import AD
import Testing

/// `ParallelFor`: independent iterations, and sums of their gradients.
struct ParallelForTests {
    /// Every iteration reads the shared scale and a neighbour's input, and writes its own output.
    static let smooth = ReversibleFunction("smooth", parameters: ["out", "x", "scale", "loss"]) {
        (out: Vector, x: Vector, scale: Scalar, loss: Scalar) in
        ParallelFor(1..<x.count - 1) { i in
            out[i] += scale * (x[i - 1] - 2 * x[i] + x[i + 1])
        }
        loss += sum(out * out)
    }

    @Test func sharedReadsAddUp() throws {
        let x = [0.3, -1.1, 0.7, 2.9, 0.2]
        let zeros = [0.0, 0, 0, 0, 0]
        try checkInverse(Self.smooth, zeros, x, 0.4, 0)
        try checkGrads(Self.smooth, zeros, x, 0.4, 0)
        let (_, _, dscale, _) = try grad(Self.smooth, zeros, x, 0.4, 0, loss: 3)
        var squares = 0.0
        for i in 1...3 {
            let second = x[i - 1] + x[i + 1] - 2 * x[i]
            squares += second * second
        }
        let expected = 0.8 * squares
        // Three products, summed in another order.
        #expect(abs(dscale - expected) <= 4 * expected.ulp)
    }

    @Test func gradientsStayParallel() throws {
        let backward = adjoint(Self.smooth)
        #expect(backward.description.contains("ParallelFor(1..<x.value.count - 1) {"))
    }

    @Test func gathersMayRepeat() throws {
        // Two iterations read the same element; its cotangent must receive both.
        let gather = ReversibleFunction { (out: Vector, x: Vector, index: IntegerVector) in
            ParallelFor(out.indices) { i in out[i] += x[index[i]] * x[index[i]] }
        }
        let back = try vjp(
            gather, [0, 0, 0], [2, 5], [1, 1, 0], cotangent: ([1, 10, 100], [0, 0], ()))
        #expect(back.product.1 == [400, 110])
        try checkGrads(gather, [0, 0, 0], [2, 5], [1, 1, 0])
    }

    @Test func onlySumsMayRepeat() throws {
        let scatter = ReversibleFunction { (out: Vector, x: Vector, index: IntegerVector) in
            ParallelFor(x.indices) { i in out[index[i]] += x[i] }
        }
        #expect(try scatter([0, 0, 0], [1, 2, 3], [2, 0, 1]).0 == [2, 3, 1])
        #expect(try scatter([0, 0, 0], [1, 2, 3], [2, 0, 2]).0 == [2, 0, 4])
        try checkGrads(scatter, [0, 0, 0], [1, 2, 3], [2, 0, 2])
        let scale = ReversibleFunction { (out: Vector, x: Vector, index: IntegerVector) in
            ParallelFor(x.indices) { i in out[index[i]] *= x[i] }
        }
        #expect(try scale([1, 1, 1], [1, 2, 3], [2, 0, 1]).0 == [2, 3, 1])
        let error = #expect(throws: ReversibilityError.self) {
            try scale([1, 1, 1], [1, 2, 3], [2, 0, 2])
        }
        #expect(error?.kind == .parallelConflict)
    }

    /// The size of scratch that every iteration makes anew is no constant.
    @Test func sizesThatChangeFromTurnToTurn() throws {
        let f = ReversibleFunction("f", parameters: ["x"]) { (x: Vector) in
            ParallelFor(0..<x.count) { i in
                let r = Vector.ancilla(count: i)
                x[i - r.count] *= 2
            }
        }
        let error = #expect(throws: ReversibilityError.self) { try f([1, 2, 3]) }
        #expect(error?.kind == .parallelConflict)
    }

    @Test func conflictsInsideCallsAreSeen() throws {
        let scale = ReversibleFunction("scale") { (v: Vector, k: Integer, x: Scalar) in v[k / 2] *= x }
        let loop = ReversibleFunction { (v: Vector, w: Vector, k: IntegerVector) in
            ParallelFor(w.indices) { i in scale(v, k[i], w[i]) }
        }
        #expect(try loop([1, 1], [1, 2], [0, 2]).0 == [1, 2])
        let error = #expect(throws: ReversibilityError.self) { try loop([1, 1], [1, 2], [0, 1]) }
        #expect(error?.kind == .parallelConflict)
    }

    @Test func emptyAndNested() throws {
        let outer = ReversibleFunction { (m: Matrix, v: Vector) in
            ParallelFor(0..<m.rows) { i in
                ParallelFor(0..<m.columns) { j in m[i, j] += v[i] * v[j] }
            }
        }
        #expect(try outer(DenseMatrix(rows: 0, columns: 0), []).0 == DenseMatrix(rows: 0, columns: 0))
        #expect(try outer([[0, 0], [0, 0]], [2, 3]).0 == [[4, 6], [6, 9]])
        try checkGrads(outer, [[0.1, 0.2], [0.3, 0.4]], [2, 3])
    }
}
