import AD

/// The Bessel function J₂ by its power series, summed until the terms are below 1e-12.
///
/// J₂(z) = Σ (-1)ᵏ / (k! (k+2)!) · (z/2)²ᵏ⁺²
enum BesselJ2 {
    static let problem = Problem("Bessel J2") { options, progress, report in
        // A run-time value: 1 with the default seed.
        let z = Double(1 + (options.seed &- 1) % 8)
        report.rows.append(
            try Comparison(
                name: "Bessel J2", size: "one call, z = \(z)",
                objective: { try program(0.0, z).0 },
                gradient: { try grad(program, 0.0, z) },
                numbers: { [$0.1] },
                handObjective: { bessel(z) },
                handGradient: { besselDerivative(z) },
                handNumbers: { [$0] }
            ).run(options, progress))
        let count = options.quick ? 100 : 10_000
        let points = (0..<count).map { z + Double($0) / Double(count) }
        report.rows.append(
            try Comparison(
                name: "Bessel J2, summed", size: "\(count) points",
                objective: { try summed(0.0, points).0 },
                gradient: { try grad(summed, 0.0, points) },
                numbers: { $0.1 },
                handObjective: { points.reduce(0) { $0 + bessel($1) } },
                handGradient: { points.map(besselDerivative) },
                handNumbers: { $0 }
            ).run(options, progress))
    }

    private static let program = ReversibleFunction("besselJ2") { (out: Scalar, z: Scalar) in
        let term = Scalar.ancilla("term")
        let total = Scalar.ancilla("total")
        let k = Integer.ancilla("k")
        Compute {
            term += z * z / 8
            total += term
            While(abs(term) > 1e-12, post: k > 0) {
                k += 1
                term *= z * z / (-4.0 * k * (k + 2))
                total += term
            }
        } apply: {
            out += total
        }
    }

    private static let summed = ReversibleFunction("besselSum") { (out: Scalar, z: Vector) in
        For(z.indices) { i in program(out, z[i]) }
    }

    @inline(never)
    private static func bessel(_ z: Double) -> Double {
        var term = z * z / 8
        var total = term
        var k = 0.0
        while abs(term) > 1e-12 {
            k += 1
            term *= z * z / (-4 * k * (k + 2))
            total += term
        }
        return total
    }

    /// The series differentiated term by term, as one would on paper.
    @inline(never)
    private static func besselDerivative(_ z: Double) -> Double {
        var term = z * z / 8
        var slope = 2 * term / z
        var k = 0.0
        while abs(term) > 1e-12 {
            k += 1
            term *= z * z / (-4 * k * (k + 2))
            slope += (2 * k + 2) * term / z
        }
        return slope
    }
}
