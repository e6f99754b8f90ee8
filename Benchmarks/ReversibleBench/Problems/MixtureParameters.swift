import AD
import ReversiblePrograms

extension GaussianMixture.Parameters {
    /// Made-up parameters in d dimensions.
    ///
    /// The factors are near enough to the identity that several components have a share in a point: shares that
    /// underflow would time the processor's way with denormal numbers.
    init(_ d: Int, components: Int, _ generator: inout RandomNumbers) throws {
        let below = d * (d - 1) / 2
        try self.init(
            alpha: generator.numbers(components),
            means: DenseMatrix(components, generator.numbers(components * d)),
            q: DenseMatrix(components, generator.numbers(components * d).map { $0 / 4 }),
            l: DenseMatrix(
                components, generator.numbers(components * below).map { $0 / Double(d).squareRoot() }))
    }
}
