/// sinh, cosh and tanh.
enum HyperbolicFragments {
    /// E / (E + 2) with E = e^(2|x|) − 1, which has no cancellation.
    static let tanh = FragmentBuilder.function { x in
        let size = x.magnitude
        // tanh 20 rounds to 1. A NaN stays.
        let bounded = (size .> 20.0).select(20.0, size)
        let parts = ExponentialFragments.expm1Parts(bounded + bounded)
        let expm1 = parts.high + parts.low
        let expm1Low = (parts.high - expm1) + parts.low
        // For large E, where this difference is not exact, its error does not matter.
        let denominator = expm1 + 2.0
        let denominatorLow = (2.0 - denominator) + expm1 + expm1Low
        return FragmentReal.quotient(of: (expm1, expm1Low), by: (denominator, denominatorLow))
            .withSign(of: x)
    }
}
