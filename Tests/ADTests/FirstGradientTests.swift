import AD
import Testing

@Test func gradientOfTheReadmeFunction() throws {
    let f = ReversibleFunction { (y: Scalar, x: Scalar) in
        y += x * x + sin(x)
    }
    let (dy, dx) = try grad(f, 0.0, 3.0)
    #expect(dy == 1)
    #expect(abs(dx - 5.010007503399555) < 1e-15 * 8)
}
