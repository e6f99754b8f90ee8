import AD
import NativeEngine
import Testing

/// `argmax` and `argmin`: what they find, their errors, and the derivative of the element found.
struct ExtremumTests {
    private let positions = ReversibleFunction("positions", parameters: ["k", "v", "n", "m"]) {
        (k: IntegerVector, v: Vector, n: IntegerVector, m: Matrix) in
        k[0] += argmax(v)
        k[1] += argmin(v)
        k[2] += argmax(n)
        k[3] += argmin(n * n - 4)
        k[4] += argmax(m)
        k[5] += argmin((v - 3) * (v - 3))
    }

    private func found(_ v: [Double], _ n: [Int], _ m: DenseMatrix) throws -> [Int] {
        let none = [Int](repeating: 0, count: 6)
        let expected = try positions(none, v, n, m).0
        guard compilerIsThere else { return expected }
        #expect(try native(positions)(none, v, n, m).0 == expected)
        #expect(try native(positions, .all)(none, v, n, m).0 == expected)
        return expected
    }

    @Test func theFirstOfEqualElementsCounts() throws {
        let m = DenseMatrix([[1, 2, 7], [7, -1, 0]])
        #expect(try found([3, 9, -4, 9, -4], [2, -2, 5, 5], m) == [1, 2, 2, 0, 2, 0])
        #expect(try found([-.infinity, -.infinity], [-1 << 30], m) == [0, 0, 0, 0, 2, 0])
        #expect(try found([5], [7], DenseMatrix([[0]])) == [0, 0, 0, 0, 0, 0])
        #expect(try found([0, -0.0, 5e-324], [0, 0], m) == [2, 0, 0, 0, 2, 0])
        #expect(try found([1, 3, .infinity], [3, -1, 1], m) == [2, 0, 0, 1, 2, 1])
    }

    @Test func theInverseTakesTheIndexAway() throws {
        try checkInverse(
            positions, [1, 2, 3, 4, 5, 6], [0.25, 1e300, -7], [4, -4], DenseMatrix([[1], [2]]))
    }

    @Test func anEmptyArrayHasNone() throws {
        let f = ReversibleFunction("f", parameters: ["k", "v"]) { (k: Integer, v: Vector) in k += argmin(v) }
        let message = "`v` has no elements, so none of them is the largest or the smallest"
        let error = try #require(throws: ReversibilityError.self) { try f(0, []) }
        #expect(error.kind == .indexOutOfRange)
        #expect(error.message == message)
        guard compilerIsThere else { return }
        #expect(throws: error) { try native(f, .all)(0, []) }
        #expect(try native(f)(0, []).0 == 0)
    }

    @Test func aNaNIsNoElementToCompare() throws {
        let f = ReversibleFunction("f", parameters: ["k", "v"]) { (k: Integer, v: Vector) in k += argmax(v) }
        let error = try #require(throws: ReversibilityError.self) { try f(0, [1, .nan]) }
        #expect(error.kind == .nanInCondition)
        guard compilerIsThere else { return }
        #expect(throws: error) { try native(f, .all)(0, [1, .nan]) }
    }

    @Test func singleNumbersAreRefused() {
        let error = #expect(throws: ReversibilityError.self) {
            try ReversibleFunction(checking: "f", parameters: ["k", "x"]) { (k: Integer, x: Scalar) in
                k += argmax(x)
            }
        }
        #expect(error?.message == "`argmax` searches a whole vector or matrix, and `x` is a real number")
    }

    /// The sum over rows of the squared distance to the nearest of some centres.
    private let nearest = ReversibleFunction("nearest", parameters: ["cost", "centres", "points"]) {
        (cost: Scalar, centres: Vector, points: Vector) in
        let ofPoint = Vector.ancilla(count: points.count, "ofPoint")
        Compute {
            ParallelFor(points.indices) { i in
                let distances = Vector.ancilla(count: centres.count, "distances")
                let k = Integer.ancilla("k")
                Compute {
                    For(centres.indices) { j in
                        distances[j] += (points[i] - centres[j]) * (points[i] - centres[j])
                    }
                    k += argmin(distances)
                } apply: {
                    ofPoint[i] += distances[k]
                }
            }
        } apply: {
            cost += sum(ofPoint)
        }
    }

    @Test func theElementFoundHasTheGradient() throws {
        let maximum = ReversibleFunction("maximum", parameters: ["out", "v"]) { (out: Scalar, v: Vector) in
            let k = Integer.ancilla("k")
            Compute {
                k += argmax(v)
            } apply: {
                out += v[k]
            }
        }
        #expect(try grad(maximum, 0, [3, 8, -2, 8]).1 == [0, 1, 0, 0])
        let points = (0..<37).map { 3 * Double(($0 * 61) % 37) / 37 - 0.31 }
        try checkGrads(nearest, 0, [0.11, 1.3, 2.7], points)
    }

    @Test(.enabled(if: compilerIsThere)) func lanesFindTheSame() throws {
        let points = (0..<37).map { 3 * Double(($0 * 61) % 37) / 37 - 0.31 }
        let centres = [0.11, 1.3, 2.7, 1.3]
        let (value, gradient) = (try nearest(0, centres, points).0, try grad(nearest, 0, centres, points).1)
        for lanes in [2, 4, 8] {
            #expect(abs(try native(nearest, lanes: lanes)(0, centres, points).0 - value) <= 1e-14 * value)
            let own = try native(grad(nearest), lanes: lanes)(0, centres, points).1
            for (a, b) in zip(own, gradient) { #expect(abs(a - b) <= 1e-13) }
        }
    }
}
