import AD
import Kernels
import ReversibleCore

/// Something to be timed: a program, data of several sizes, and what a run of it moves and computes.
struct Problem {
    var name: String
    var aspect: Subject.Aspect
    var subject: Subject
    /// The sizes timed on the device.
    var sizes: [Int]
    /// The size timed on the processor, scaled to the others by the number of elements.
    var hostSize: Int
    /// Bytes that a run of a size must move at least.
    var bytes: (Int) -> Double
    /// Operations of a run of a size, 0 if they do not matter.
    var operations: (Int) -> Double

    /// How the kernels are made.
    var options = PTXOptions()

    /// How bytes and operations are counted.
    static let explanation = """
        GB/s counts what must be moved once: saxpy reads x, reads and writes y; a Jacobian reads and writes its 31 numbers
        per observation (from 0: only writes them) and reads weight and indices, cameras and points once; a mixture's gradient reads the points; a
        sparse product reads values, indices and pointers, reads x once, reads and writes y. GFlop/s counts 4 d² + 16 d
        operations per point and component of a mixture: d² + 4 d for the quadratic form, the same for undoing it, and
        twice for its gradients; special kernels are for its sizes alone, with fused operations. A time of the processor with ~ is that of fewer elements, scaled.
        """

    static func all(quick: Bool) -> [Problem] {
        [saxpy(quick), jacobian(quick, fromZero: false), jacobian(quick, fromZero: true)]
            + [(10, 25), (32, 25), (64, 25)].flatMap {
                [mixture($0, $1, quick, isSpecial: false), mixture($0, $1, quick, isSpecial: true)]
            } + sparse(quick)
    }

    private static func saxpy(_ quick: Bool) -> Problem {
        Problem(
            name: "saxpy", aspect: .forward,
            subject: Subject("saxpy", .language, Catalogue.saxpy) { n in
                [.reals(.zeros(n)), .reals(Numbers.uniform(n)), .real(0.3)]
            },
            sizes: quick ? [1000] : [1_000_000, 10_000_000, 100_000_000], hostSize: quick ? 1000 : 10_000_000,
            bytes: { 24 * Double($0) }, operations: { _ in 0 })
    }

    /// - Parameter fromZero: Whether the results start at zero, so that nothing need read them.
    private static func jacobian(_ quick: Bool, fromZero: Bool) -> Problem {
        var options = PTXOptions()
        if fromZero { options.startingAtZero = [0, 1] }
        return Problem(
            name: fromZero ? "BA Jacobian from 0" : "BA Jacobian", aspect: .forward,
            subject: Subject("adBenchJacobian", .bundleAdjustment, BundleAdjustment.ADBench.jacobian) {
                BundleData(observations: $0).jacobian
            },
            sizes: quick ? [100] : [10_000, 100_000, 1_000_000, 5_000_000], hostSize: quick ? 100 : 100_000,
            bytes: { p in
                let data = BundleData(observations: p)
                return 8 * Double((fromZero ? 34 : 65) * p + 11 * data.cameras + 3 * data.points)
            }, operations: { _ in 0 }, options: options)
    }

    /// - Parameter isSpecial: Whether the kernels are for this number of dimensions and components, and round products
    ///   with the sums that they are part of.
    private static func mixture(_ d: Int, _ k: Int, _ quick: Bool, isSpecial: Bool) -> Problem {
        var options = PTXOptions()
        if isSpecial {
            options.knownSizes = [1: [k], 2: [k, d], 3: [k, d], 4: [k, d * (d - 1) / 2], 5: [nil, d]]
            options.fusesMultiplyAdd = true
        }
        return Problem(
            name: "GMM d=\(d) k=\(k)\(isSpecial ? " special" : "")", aspect: .gradient,
            subject: Subject("logPosterior", .mixtures, GaussianMixture.logPosterior) { n in
                MixtureData(points: n, dimensions: d, components: k).places
            },
            sizes: quick ? [10] : [10_000, 100_000, 1_000_000], hostSize: quick ? 10 : 20_000 / d,
            bytes: { 8 * Double($0 * d) },
            operations: { Double($0) * Double(k) * Double(4 * d * d + 16 * d) }, options: options)
    }

    private static func sparse(_ quick: Bool) -> [Problem] {
        let bytes = { (n: Int) in 8 * Double(n) * (2 * 27 + 4) }
        func problem(
            _ name: String, _ aspect: Subject.Aspect,
            _ f: ReversibleFunction<Vector, Scalar, SparseMatrix, Vector>
        ) -> Problem {
            Problem(
                name: name, aspect: aspect,
                subject: Subject(name, .sparse, f) { n in
                    [.reals(.zeros(n)), .real(0.7)] + SparseData(rows: n, columns: n, entries: 27).places
                        + [.reals(Numbers.uniform(n))]
                },
                sizes: quick ? [100] : [100_000, 1_000_000], hostSize: quick ? 100 : 100_000, bytes: bytes,
                operations: { 2 * 27 * Double($0) })
        }
        return [
            problem("sparse Aᵀx", .forward, Sparse.transposedMatrixVector),
            problem("sparse Aᵀx gradient", .gradient, Sparse.transposedMatrixVector),
            problem("sparse Ax", .forward, Sparse.matrixVector),
            problem("sparse Ax gradient", .gradient, Sparse.matrixVector),
        ]
    }
}
