import AD
import Kernels
import ReversibleCore

// Bundle adjustment and Gaussian mixtures.
extension Catalogue {
    static var bundleAdjustment: [Subject] {
        [
            Subject(
                "adBenchObjective", .bundleAdjustment, BundleAdjustment.ADBench.objective, sizes: 0...100_003
            ) { BundleData(observations: $0).objective },
            Subject(
                "adBenchJacobian", .bundleAdjustment, BundleAdjustment.ADBench.jacobian,
                aspects: [.forward, .inverse], sizes: 0...100_003
            ) { BundleData(observations: $0).jacobian },
            Subject(
                "adBenchJacobianFromZero", .bundleAdjustment, BundleAdjustment.ADBench.jacobian,
                aspects: [.forward], sizes: 0...100_003, adjust: { $0.startingAtZero = [0, 1] }
            ) { BundleData(observations: $0).jacobian },
            Subject("balObjective", .bundleAdjustment, BundleAdjustment.BAL.objective, sizes: 0...100_003) {
                BundleData(observations: $0).balObjective
            },
            Subject(
                "balLinearization", .bundleAdjustment, BundleAdjustment.BAL.linearization,
                aspects: [.forward, .inverse], sizes: 0...100_003
            ) { BundleData(observations: $0).balLinearization },
        ]
    }

    static var mixtures: [Subject] {
        [
            Subject(
                "logPosterior", .mixtures, GaussianMixture.logPosterior, aspects: [.forward, .gradient],
                sizes: 0...1000
            ) { MixtureData(points: $0, dimensions: 3, components: 4).places },
            Subject(
                "logPosteriorOfKnownSizes", .mixtures, GaussianMixture.logPosterior, aspects: [.gradient],
                sizes: 0...1000,
                adjust: { options in
                    options.knownSizes = [1: [4], 2: [4, 3], 3: [4, 3], 4: [4, 3], 5: [nil, 3]]
                    options.fusesMultiplyAdd = true
                }
            ) { MixtureData(points: $0, dimensions: 3, components: 4).places },
            Subject(
                "logLikelihood", .mixtures, GaussianMixture.logLikelihood,
                aspects: [.forward, .gradient, .product], sizes: 0...1000
            ) { Array(MixtureData(points: $0, dimensions: 2, components: 5).places.prefix(6)) },
            Subject(
                "logPosterior10", .mixtures, GaussianMixture.logPosterior, aspects: [.gradient],
                sizes: 0...100
            ) { MixtureData(points: $0, dimensions: 10, components: 25).places },
        ]
    }
}

/// A made-up problem of bundle adjustment: cameras in front of a cloud of points, each of which many see.
package struct BundleData: Sendable {
    let observations: Int
    let cameras: Int
    let points: Int

    /// With about 500 observations of a camera and 4 of a point, as in the files of ADBench.
    package init(observations: Int) {
        self.observations = observations
        cameras = observations / 500 + 3
        points = observations / 4 + 5
    }

    package var objective: [Leaf<Double>] {
        [.matrix(rows: observations, columns: 2, .zeros(2 * observations)), .reals(.zeros(observations))]
            + rest
    }

    package var jacobian: [Leaf<Double>] {
        [
            .matrix(rows: 2 * observations, columns: 15, .zeros(30 * observations)),
            .reals(.zeros(observations)),
        ] + rest
    }

    package var balObjective: [Leaf<Double>] { [objective[0]] + balRest }

    package var balLinearization: [Leaf<Double>] {
        [objective[0], .matrix(rows: 2 * observations, columns: 12, .zeros(24 * observations))] + balRest
    }

    private var rest: [Leaf<Double>] {
        // Rotation, centre, focal length, principal point, distortion: five units before the points.
        var numbers = Numbers.uniform(11 * cameras, -0.3, 0.3, seed: 3)
        for camera in 0..<cameras { numbers[11 * camera + 5] -= 5 }
        return [
            .matrix(rows: cameras, columns: 11, numbers), places,
            .reals(Numbers.uniform(observations, 0.5, 1.5, seed: 5)), features,
        ] + indices
    }

    private var balRest: [Leaf<Double>] {
        var numbers = Numbers.uniform(9 * cameras, -0.3, 0.3, seed: 3)
        for camera in 0..<cameras { numbers[9 * camera + 5] -= 5 }
        return [.matrix(rows: cameras, columns: 9, numbers), places, features] + indices
    }

    private var places: Leaf<Double> {
        .matrix(rows: points, columns: 3, Numbers.uniform(3 * points, seed: 4))
    }

    private var features: Leaf<Double> {
        .matrix(rows: observations, columns: 2, Numbers.uniform(2 * observations, seed: 6))
    }

    private var indices: [Leaf<Double>] {
        [
            .integers(Numbers.integers(observations, below: cameras, seed: 7)),
            .integers(Numbers.integers(observations, below: points, seed: 8)),
        ]
    }
}

/// A made-up mixture of Gaussians and points for it.
package struct MixtureData: Sendable {
    let points: Int
    let dimensions: Int
    let components: Int

    /// The arguments of `GaussianMixture.logPosterior`.
    package var places: [Leaf<Double>] {
        let (d, k) = (dimensions, components)
        let below = d * (d - 1) / 2
        return [
            .real(0), .reals(Numbers.uniform(k, seed: 3)),
            .matrix(rows: k, columns: d, Numbers.uniform(k * d, seed: 4)),
            .matrix(rows: k, columns: d, Numbers.uniform(k * d, -0.5, 0.5, seed: 5)),
            .matrix(rows: k, columns: below, Numbers.uniform(k * below, -0.3, 0.3, seed: 6)),
            .matrix(rows: points, columns: d, Numbers.uniform(points * d, seed: 7)), .real(1.2), .integer(1),
        ]
    }
}
