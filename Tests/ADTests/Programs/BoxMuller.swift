import AD
import Foundation
import Testing

/// Two uniform numbers become two normal ones, in place (Box and Muller 1958; NiLang's
/// examples/boxmuller.jl).
///
/// The scratch numbers get the old x and y by `SWAP`, and lose them again because both can be computed from
/// the result: a bijection needs no memory.
private let boxMuller = ReversibleFunction("boxMuller", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
    let (first, second) = (Scalar.ancilla("first"), Scalar.ancilla("second"))
    first += sqrt(-2 * log(x))
    ROT(first, second, 2 * Double.pi * y)
    SWAP(x, first)
    SWAP(y, second)
    first -= exp(-(x * x + y * y) / 2)
    second -= atan2(y, x) / (2 * Double.pi) + select(y < 0, 1, 0)
}

@Suite struct BoxMullerTests {
    /// The rows of the Jacobian.
    private func derivatives(_ x: Double, _ y: Double) throws -> [[Double]] {
        try [0, 1].map { output in
            try [0, 1].map { try jacobian(boxMuller, x, y, of: output, with: $0)[0, 0] }
        }
    }

    /// Values and derivatives from mpmath at 50 digits.
    @Test func values() throws {
        let (a, b) = try boxMuller(0.5, 0.5)
        #expect(agrees([a, b], [-1.1774100225154747, 0], 1e-15))
        let (c, d) = try boxMuller(0.3, 0.8)
        #expect(agrees([c, d], [0.47951886809696087, -1.4758073261069283], 1e-15))
        try checkInverse(boxMuller, 0.5, 0.5, tolerance: 1e-15)
        try checkInverse(boxMuller, 0.3, 0.8, tolerance: 1e-15)
    }

    @Test func jacobians() throws {
        let j = try derivatives(0.3, 0.8)
        #expect(agrees(j[0], [-0.66380080232989898, 9.2727709076230445], 1e-14))
        #expect(agrees(j[1], [2.0429688012944547, 3.0129059065422107], 1e-14))
        let half = try derivatives(0.5, 0.5)
        let determinant = half[0][0] * half[1][1] - half[0][1] * half[1][0]
        #expect(agrees(log(abs(determinant)), 2.5310242469692908, 1e-14))
    }

    /// The density of the result: |det J| is 1 over the normal density of both numbers.
    @Test(arguments: [(0.01, 0.1), (0.2, 0.3), (0.9, 0.7), (0.999, 0.95)])
    func changesTheDensity(x: Double, y: Double) throws {
        let (a, b) = try boxMuller(x, y)
        let j = try derivatives(x, y)
        let density = exp(-(a * a + b * b) / 2) / (2 * Double.pi)
        // Near x = 1 the logarithm magnifies rounding in x by 1/(1 - x) = 10^3.
        #expect(agrees(abs(j[0][0] * j[1][1] - j[0][1] * j[1][0]) * density, 1, 1e-12))
        try checkInverse(boxMuller, x, y, tolerance: 1e-14)
        try checkGrads(boxMuller, x, y)
    }

    /// Outside (0, 1] the logarithm or the root is no number; the scratch numbers then say so.
    @Test(arguments: [0.0, -0.5, 1.5]) func outsideTheDomain(x: Double) {
        #expect(throws: ReversibilityError.self) { try boxMuller(x, 0.3) }
    }
}
