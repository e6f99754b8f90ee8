import ReversiblePrograms
import Testing

struct MixtureParametersTests {
    private let covariance: DenseMatrix = [[4, 1.2, -0.5], [1.2, 2, 0.3], [-0.5, 0.3, 1]]
    /// Its inverse, by NumPy.
    private let precision: DenseMatrix = [
        [0.3576779026217228, -0.25280898876404495, 0.25468164794007486],
        [-0.2528089887640449, 0.702247191011236, -0.3370786516853932],
        [0.25468164794007486, -0.3370786516853932, 1.2284644194756553],
    ]

    @Test func covariances() throws {
        let p = try GaussianMixture.Parameters(
            weights: [1, 3], means: [[1, 2, 3], [4, 5, 6]], covariances: [covariance, precision])
        #expect(agree(p.weights, [0.25, 0.75], 1e-15))
        #expect(agree(p.covariance(0).elements, covariance.elements, 1e-14))
        #expect(agree(p.precision(0).elements, precision.elements, 1e-14))
        #expect(agree(p.precision(1).elements, covariance.elements, 1e-14))
        let factor = p.factor(0)
        #expect(factor[0, 1] == 0 && factor[0, 2] == 0 && factor[1, 2] == 0)
        // l holds the columns below the diagonal, one after the other.
        #expect([p.l[0, 0], p.l[0, 1], p.l[0, 2]] == [factor[1, 0], factor[2, 0], factor[2, 1]])
    }

    @Test func precisions() throws {
        let p = try GaussianMixture.Parameters(
            weights: [1], means: [[1, 2, 3]], precisions: [precision])
        #expect(agree(p.precision(0).elements, precision.elements, 1e-14))
        #expect(agree(p.covariance(0).elements, covariance.elements, 1e-14))
        let same = try GaussianMixture.Parameters(
            weights: [1], means: [[1, 2, 3]], covariances: [covariance])
        #expect(agree(p.q.elements, same.q.elements, 1e-14) && agree(p.l.elements, same.l.elements, 1e-14))
    }

    @Test func oneDimension() throws {
        let p = try GaussianMixture.Parameters(weights: [2], means: [[1]], covariances: [[[4]]])
        #expect(p.l.columns == 0 && p.alpha == [0])
        #expect(abs(p.q[0, 0] + 0.6931471805599453) < 1e-15)
        #expect(abs(p.covariance(0)[0, 0] - 4) < 1e-14)
    }

    @Test func elements() throws {
        let p = try MixtureCase.threeDimensions().problem.parameters
        #expect(p.elements.count == 20)
        #expect(try GaussianMixture.Parameters(elements: p.elements, components: 2, dimensions: 3) == p)
        let error = #expect(throws: MixtureError.self) {
            try GaussianMixture.Parameters(elements: p.elements, components: 2, dimensions: 2)
        }
        #expect(error?.kind == .invalidParameters)
        #expect(throws: MixtureError.self) {
            try GaussianMixture.Parameters(elements: [1], components: .max, dimensions: .max)
        }
    }

    @Test func responsibilities() throws {
        let p = try GaussianMixture.Parameters(
            weights: [1, 3], means: [[0], [2]], covariances: [[[1]], [[1]]])
        let shares = try p.responsibilities(of: [[1], [0], [1e200]])
        // Halfway the weights decide; at 0 the second is e⁻² times as likely.
        #expect(abs(shares[0, 0] - 0.25) < 1e-15 && abs(shares[0, 1] - 0.75) < 1e-15)
        #expect(abs(shares[1, 0] - 1 / (1 + 3 * 0.1353352832366127)) < 1e-15)
        #expect(try p.assignments(of: [[1], [0], [5]]) == [1, 0, 1])
        #expect(throws: MixtureError.self) { try p.assignments(of: [[1, 2]]) }
    }

    @Test func mistakes() throws {
        func message(_ make: () throws -> GaussianMixture.Parameters) -> String {
            do {
                return "\(try make())"
            } catch {
                return "\(error)"
            }
        }
        #expect(
            message {
                try .init(alpha: [0], means: [[1, 2]], q: [[0, 0]], l: [[0, 0]])
            }
                == "l has 1 rows and 2 columns; with 1 numbers in alpha and the means' columns it must have 1 and 1"
        )
        #expect(
            message { try .init(alpha: [], means: [], q: [], l: []) }
                == "a mixture needs at least one component and one dimension, not 0 and 0")
        #expect(
            message { try .init(alpha: [0], means: [[.nan]], q: [[0]], l: DenseMatrix(rows: 1, columns: 0)) }
                == "means[0, 0] is nan; it must be finite")
        #expect(
            message { try .init(weights: [1], means: [[0, 0]], covariances: [[[1, 2], [2, 1]]]) }
                == "covariance 0 is not symmetric and positive definite: [[1.0, 2.0], [2.0, 1.0]]")
        #expect(
            message { try .init(weights: [1], means: [[0, 0]], covariances: [[[1, 0.5], [0, 1]]]) }
                == "covariance 0 is not symmetric and positive definite: [[1.0, 0.5], [0.0, 1.0]]")
        #expect(
            message { try .init(weights: [0], means: [[0]], covariances: [[[1]]]) }
                == "weight 0 is 0.0; it must be positive and finite")
        #expect(
            message { try .init(weights: [1], means: [[0]], precisions: []) }
                == "there are 1 weights, 1 means and 0 precision matrices; give one of each for every component"
        )
        #expect(throws: MixtureError.self) { try GaussianMixture.WishartPrior(gamma: 0, m: 0) }
        #expect(throws: MixtureError.self) { try GaussianMixture.WishartPrior(gamma: .nan, m: 0) }
        #expect(throws: MixtureError.self) { try GaussianMixture.WishartPrior(gamma: 1, m: -2) }
        let huge = DenseMatrix(rows: 0, columns: .max)
        #expect(throws: MixtureError.self) {
            try GaussianMixture.Parameters(weights: [], means: huge, covariances: [])
        }
        #expect(throws: MixtureError.self) {
            try GaussianMixture.Parameters(alpha: [1], means: huge, q: huge, l: huge)
        }
    }
}
