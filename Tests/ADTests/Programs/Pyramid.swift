import AD
import Foundation
import Testing

/// A triangle of numbers over a vector; each is cos(upper right neighbour) · sin(the one above).
///
/// NiLang's examples/pyramid.jl: a loop that tensor frameworks cannot put into whole-array operations.
private let pyramid = ReversibleFunction("pyramid", parameters: ["out", "x"]) { (out: Scalar, x: Vector) in
    let triangle = Matrix.ancilla(rows: x.count, columns: x.count, "triangle")
    Compute {
        For(x.indices) { j in triangle[0, j] += x[j] }
        For(1..<x.count) { i in
            For(0..<(x.count - i)) { j in
                triangle[i, j] += cos(triangle[i - 1, j + 1]) * sin(triangle[i - 1, j])
            }
        }
    } apply: {
        out += triangle[x.count - 1, 0]
    }
}

@Suite struct PyramidTests {
    private func plain(_ x: [Double]) -> Double {
        var row = x
        while row.count > 1 { row = zip(row, row.dropFirst()).map { cos($1) * sin($0) } }
        return row[0]
    }

    @Test(arguments: [1, 2, 5, 12]) func value(n: Int) throws {
        let x = sample(n).map { 1.5 * $0 + 0.25 }
        #expect(try pyramid(0, x).0 == plain(x))
        try checkInverse(pyramid, 0.5, x, tolerance: 1e-15)
        try checkGrads(pyramid, 0.5, x)
    }

    /// Two levels by hand: out = cos(b) sin(a).
    @Test func smallestGradient() throws {
        let (a, b) = (0.4, 1.1)
        let (_, dx) = try grad(pyramid, 0, [a, b])
        #expect(agrees(dx, [cos(b) * cos(a), -sin(b) * sin(a)], 1e-15))
    }
}
