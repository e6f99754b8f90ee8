#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The series behind ``Polygamma``.
///
/// For n > 0 everything rests on the Hurwitz zeta function ζ(s, x) = Σ (x + k)⁻ˢ, k ≥ 0, with
/// ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ n! ζ(n + 1, x): a sum of positive terms for x > 0.
enum PolygammaSeries {
    static func polygamma(_ n: Int, _ x: Double) -> Double {
        if x.isNaN || x == -.infinity { return .nan }
        if x <= 0, x == floor(x) { return n.isMultiple(of: 2) ? .nan : .infinity }
        if n == 0 { return digamma(x) }
        let sign: Double = n.isMultiple(of: 2) ? -1 : 1
        if x == .infinity { return sign * 0 }
        return sign * (x > 0 ? scaledZeta(n, x) : factorial(n) * zetaBelowZero(n, x))
    }

    /// ψ(x) for x other than a pole.
    private static func digamma(_ x: Double) -> Double {
        if x < 0 { return digamma(1 - x) - piCotangent(x) }
        // Shift to where eight terms of the asymptotic series reach full precision; the sum runs from the
        // smallest terms up.
        var shifted = x
        var steps = 0
        while shifted < 10 {
            shifted += 1
            steps += 1
        }
        let inverseSquare: Double = 1 / shifted / shifted
        var tail = 0.0
        for coefficient in digammaCoefficients.reversed() { tail = (tail + coefficient) * inverseSquare }
        var result: Double = log(shifted) - 0.5 / shifted - tail
        for k in stride(from: steps - 1, through: 0, by: -1) { result -= 1 / (x + Double(k)) }
        return result
    }

    /// π cot(πx), with the argument reduced exactly before π enters.
    private static func piCotangent(_ x: Double) -> Double {
        let r: Double = x - x.rounded()
        if abs(r) <= 0.25 { return .pi / tan(.pi * r) }
        let fromHalf: Double = r > 0 ? 0.5 - r : -0.5 - r
        return .pi * tan(.pi * fromHalf)
    }

    /// xˢ ζ(s, x) for s = n + 1 ≥ 2 and x > 0: some terms of the sum, the rest by Euler–Maclaurin.
    private static func zetaRatio(_ n: Int, _ x: Double) -> Double {
        let s = Double(n + 1)
        // From s + 12 on, ten correction terms leave less than 1e−17 for every s.
        let steps = x < s + 12 ? Int((s + 12 - x).rounded(.up)) : 0
        let start: Double = x + Double(steps)
        // Correction k is B₂ₖ / (2k)! · s (s + 1) … (s + 2k − 2) · start^(1 − 2k).
        var rising: Double = s / start
        var rest: Double = start / (s - 1) + 0.5
        for (index, coefficient) in zetaCoefficients.enumerated() {
            rest += coefficient * rising
            let last = s + Double(2 * index)
            rising *= (last + 1) / start * ((last + 2) / start)
        }
        var sum: Double = pow(x / start, s) * rest
        for k in stride(from: steps - 1, through: 0, by: -1) { sum += pow(x / (x + Double(k)), s) }
        return sum
    }

    /// n! ζ(n + 1, x) for finite x > 0.
    ///
    /// n! and x⁻ⁿ⁻¹ overflow and underflow separately, so their factors j/x enter one at a time, large or small
    /// ones by what keeps the product near 1.
    private static func scaledZeta(_ n: Int, _ x: Double) -> Double {
        var product: Double = zetaRatio(n, x) / x
        var low = 1
        var high = n
        while low <= high {
            if product > 1 {
                product *= Double(low) / x
                low += 1
            } else {
                product *= Double(high) / x
                high -= 1
            }
        }
        return product
    }

    /// Σ (x + k)⁻ˢ, k ≥ 0, for s = n + 1 and x < 0 not an integer.
    ///
    /// The terms with x + k > 0 are ζ(s, x − ⌊x⌋); the finitely many negative ones are a difference of two ζ.
    private static func zetaBelowZero(_ n: Int, _ x: Double) -> Double {
        func zeta(_ x: Double) -> Double { zetaRatio(n, x) * pow(x, -Double(n + 1)) }
        // Both distances from x itself: one minus the other would lose the smaller.
        let negativeTerms: Double = zeta(ceil(x) - x) - zeta(1 - x)
        return zeta(x - floor(x)) + (n.isMultiple(of: 2) ? -negativeTerms : negativeTerms)
    }

    private static func factorial(_ n: Int) -> Double {
        n < 2 ? 1 : (2...n).reduce(1) { $0 * Double($1) }
    }

    /// B₂ₖ / (2k), k = 1 … 8.
    private static let digammaCoefficients: [Double] = [
        0.083333333333333333333,
        -0.0083333333333333333333,
        0.003968253968253968254,
        -0.0041666666666666666667,
        0.0075757575757575757576,
        -0.021092796092796092796,
        0.083333333333333333333,
        -0.44325980392156862745,
    ]

    /// B₂ₖ / (2k)!, k = 1 … 10.
    private static let zetaCoefficients: [Double] = [
        0.083333333333333333333,
        -0.0013888888888888888889,
        0.000033068783068783068783,
        -8.2671957671957671958e-7,
        2.0876756987868098979e-8,
        -5.2841901386874931848e-10,
        1.3382536530684678833e-11,
        -3.3896802963225828668e-13,
        8.5860620562778445641e-15,
        -2.174868698558061873e-16,
    ]
}
