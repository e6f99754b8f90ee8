import ReversiblePrograms
import Testing

/// A problem with results that an independent program found.
///
/// The results are NumPy's and SciPy's: the likelihood by matrix products and `logsumexp`, the prior by
/// `scipy.stats.wishart.logpdf` of the precisions, the gradients by complex steps of 1e-30.
struct MixtureCase: CustomTestStringConvertible {
    let name: String
    let problem: GaussianMixture.Problem
    let logLikelihood: Double
    let logPrior: Double
    let gradient: [Double]
    let adBenchGradient: [Double]

    var testDescription: String { name }

    static func all() throws -> [MixtureCase] { [try oneDimension(), try threeDimensions()] }

    static func oneDimension() throws -> MixtureCase {
        MixtureCase(
            name: "one dimension",
            problem: try GaussianMixture.Problem(
                parameters: GaussianMixture.Parameters(
                    alpha: [0.946, -0.443], means: [[0.335], [-0.926]], q: [[0.454], [0.021]],
                    l: DenseMatrix(rows: 2, columns: 0)),
                points: [[1.616], [0.084], [-1.514]],
                prior: GaussianMixture.WishartPrior(gamma: 1.5, m: 0)),
            logLikelihood: -5.936284897988998, logPrior: -3.7269689276407236,
            gradient: [
                -0.43868081010417737, 0.43868081010417703, 2.039386226815113, -0.347706905758971,
                -8.478663908601261, -2.0089811138813927,
            ],
            adBenchGradient: [
                -0.43868081010417737, 0.43868081010417703, 2.039386226815113, -0.347706905758971,
                2.6784509328342687, 2.6840440404970414,
            ])
    }

    static func threeDimensions() throws -> MixtureCase {
        MixtureCase(
            name: "three dimensions",
            problem: try GaussianMixture.Problem(
                parameters: GaussianMixture.Parameters(
                    alpha: [0.946, -0.443], means: [[0.335, -0.926, 0.899], [-0.272, -0.537, 0.987]],
                    q: [[0.454, 0.021, -0.436], [-0.416, 0.058, 0.469]],
                    l: [[-0.058, 0.017, 0.025], [-0.066, 0.108, -0.149]]),
                points: [
                    [1.616, 0.084, -1.514], [-1.964, -0.93, 0.81], [1.936, 1.596, 0.05],
                    [-1.536, -1.958, -0.9],
                ],
                prior: GaussianMixture.WishartPrior(gamma: 0.7, m: 2)),
            logLikelihood: -28.1655804696085, logPrior: -32.390294284725734,
            gradient: [
                -1.0040992129090844, 1.0040992129090835, 0.7166405395833655, 1.0779096609267007,
                -1.7303253704233588, -0.4894321173886046, 1.0883977377786673, -3.109609490901936,
                -10.665594119133807, -0.5114488155091728, 0.3874563417349433, 0.8993575968222066,
                -0.2584499492648934, -0.7303085159077735, -4.123440702392599, 0.3426571231631641,
                0.9234194554277813, -3.730610299942989, 0.7595607015031136, 1.237771122907099,
            ],
            adBenchGradient: [
                -1.0040992129090844, 1.0040992129090835, 0.7166405395833655, 1.0779096609267007,
                -1.7303253704233588, -0.4894321173886046, 1.0883977377786673, -3.109609490901936,
                -12.235822442554515, -3.4894122263334255, -3.202791464441016, -2.6741679050967644,
                -3.1579139945743036, -2.226539275304804, -4.180280702392598, 0.35931712316316405,
                0.9479194554277812, -3.7952902999429896, 0.8654007015031137, 1.0917511229070989,
            ])
    }

    /// A larger problem of made-up numbers.
    static func madeUp(d: Int, k: Int, n: Int) throws -> GaussianMixture.Problem {
        var random = TestNumbers(seed: 99)
        return try GaussianMixture.Problem(
            parameters: GaussianMixture.Parameters(
                alpha: random.normal(k), means: random.matrix(k, d), q: random.matrix(k, d, factor: 0.25),
                l: random.matrix(k, d * (d - 1) / 2, factor: 1 / Double(d).squareRoot())),
            points: random.matrix(n, d), prior: GaussianMixture.WishartPrior(gamma: 1, m: 0))
    }
}

/// Made-up numbers that are the same on every machine.
struct TestNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A linear congruential generator with Knuth's constants (MMIX); its high half is good enough for tests.
    mutating func next() -> UInt64 {
        var result: UInt64 = 0
        for _ in 0..<2 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            result = result << 32 | state >> 32
        }
        return result
    }

    /// Numbers of about the standard normal distribution: sums of twelve uniform ones.
    mutating func normal(_ count: Int) -> [Double] {
        (0..<count).map { _ in
            (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &self) }
        }
    }

    mutating func matrix(_ rows: Int, _ columns: Int, factor: Double = 1) -> DenseMatrix {
        var result = DenseMatrix(rows: rows, columns: columns)
        for i in 0..<rows {
            for (j, number) in normal(columns).enumerated() { result[i, j] = factor * number }
        }
        return result
    }
}

/// Whether numbers agree, relative to the largest of them.
func agree(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
    let scale = b.reduce(1e-300) { max($0, abs($1)) }
    return a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * scale }
}
