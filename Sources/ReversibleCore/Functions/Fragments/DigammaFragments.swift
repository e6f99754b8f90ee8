extension MathFragment {
    /// The digamma function, `polygamma(0, x)`, which the gradient of lgamma needs.
    ///
    /// The relative error is about 1e−15; near a zero the absolute error stays of the size of the terms that
    /// cancel, as in ``Polygamma``.
    package static var digamma: MathFragment { DigammaFragments.digamma }
}

/// ψ(x), the derivative of lgamma.
enum DigammaFragments {
    /// (log x − 1/(2x) − ψ(x)) x² in 1 / x², for x ≥ 6.
    private static let tail: [Double] = [
        0x1.555555555553cp-4, -0x1.11111110d6cf1p-7, 0x1.0410404a0c0bep-8, -0x1.111080ac2ce27p-8,
        0x1.f03d828d24f05p-8, -0x1.558e893d0d6a3p-6, 0x1.2d61ed5b9ba79p-4, -0x1.b7e5f15d691efp-3,
    ]

    /// Below 6, ψ(x) = ψ(x + 6) − Σ 1 / (x + k) for six terms, which are the quotient of the derivative of
    /// x (x + 1) … (x + 5) by that product; then the asymptotic series.
    private static func positive(_ x: FragmentReal) -> FragmentReal {
        let isSmall = x .< 6.0
        var product = x
        var derivative: FragmentReal = 1.0
        for step in 1...5 {
            let factor = x + FragmentReal(Double(step))
            derivative = step == 1 ? factor + x : fma(derivative, factor, product)
            product = product * factor
        }
        let shifted = isSmall.select(x + 6.0, x)
        let logarithm = LogarithmicFragments.logarithmParts(shifted)
        let inverse = 1.0 / shifted
        let square = inverse * inverse
        let series = fma(inverse, 0.5, square * hornerTwoWay(square, tail))
        let sum = isSmall.select(derivative / product, 0.0)
        let value = (logarithm.high - sum) + (logarithm.low - series)
        return (x .== FragmentReal(.infinity)).select(x, value)
    }

    /// Below zero by the reflection ψ(−x) = ψ(x) + 1 / x + π cot πx; NaN at the poles.
    static let digamma = FragmentBuilder.function { x in
        let size = x.magnitude
        let value = positive(size)
        return FragmentBuilder.rarely(x .<= 0.0, [size, value], otherwise: [value]) { inputs in
            let size = inputs[0]
            let r = GammaFragments.fromInteger(size)
            let distance = r.magnitude
            let isNear = distance .<= 0.25
            let folded = isNear.select(distance, 0.5 - distance)
            let tangent = TrigonometricFragments.tangent(folded * 0x1.921fb54442d18p+1, mayBeLarge: false)
            let cotangent = isNear.select(1.0 / tangent, tangent).withSign(of: r) * 0x1.921fb54442d18p+1
            let inverse = 1.0 / size
            // Next to zero all terms are 1 / x or its negative, and may be infinite.
            let reflected = (size .< 0x1p-60).select(inverse, inputs[1] + (inverse + cotangent))
            return [(distance .== 0.0).select(FragmentReal(.nan), reflected)]
        }[0]
    }
}
