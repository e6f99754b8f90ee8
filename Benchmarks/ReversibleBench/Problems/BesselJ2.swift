import AD
import BenchmarkSupport
import NativeEngine

/// The Bessel function J₂ by its power series, summed until the terms are below 1e-12.
///
/// J₂(z) = Σ (-1)ᵏ / (k! (k+2)!) · (z/2)²ᵏ⁺²
enum BesselJ2 {
    static let problem = Problem("Bessel J2") { options, progress, report in
        let reference = try Reference("bessel")
        // A run-time value: 1 with the default seed.
        let z = Double(1 + (options.seed &- 1) % 8)
        let value: Value = try reference.function("bessel_value")
        let derivative: Value = try reference.function("bessel_derivative")
        report.rows.append(
            try Comparison(
                name: "Bessel J2", size: "one call, z = \(z)",
                objective: .init(
                    reference: Work { value(z) }, interpreter: Work { try program(0.0, z).0 },
                    native: Work(
                        try compile(program, checks: .none), Memory([.real(0), .real(z)], changing: [0]),
                        results: [0])),
                gradient: .init(
                    reference: Work { derivative(z) }, interpreter: Work { try grad(program, 0.0, z).1 },
                    native: Work(
                        try compile(grad(program)), Memory([.real(0), .real(z)], changing: [0], wanted: [1]))),
                // A call costs more than the arithmetic: see the call costs.
                limits: Limits(objective: nil, gradientOverObjective: nil)
            ).run(options, progress))
        let sum: Sum = try reference.function("bessel_sum")
        let sumGradient: SumGradient = try reference.function("bessel_sum_gradient")
        for count in options.sizes(quick: [100], usual: [10_000], full: [10_000, 1_000_000]) {
            let points = (0..<count).map { z + Double($0) / Double(count) }
            let gradient = Buffer(count)
            report.rows.append(
                try Comparison(
                    name: "Bessel J2, summed", size: "\(count) points",
                    objective: .init(
                        reference: Work { sum(count, points) },
                        interpreter: Work { try summed(0.0, points).0 },
                        native: Work(
                            try compile(summed, checks: .none, threads: options.threads),
                            Memory([.real(0), .reals(points)], changing: [0]), results: [0])),
                    gradient: .init(
                        reference: Work {
                            sumGradient(count, points, gradient.start)
                            return gradient
                        } numbers: {
                            $0.elements
                        },
                        interpreter: Work {
                            try grad(summed, 0.0, points).1
                        } numbers: {
                            $0
                        },
                        native: Work(
                            try compile(grad(summed), threads: options.threads),
                            Memory([.real(0), .reals(points)], changing: [0], wanted: [1])))
                ).run(options, progress))
        }
    }

    private typealias Value = @convention(c) (Double) -> Double
    private typealias Sum = @convention(c) (Int, UnsafePointer<Double>) -> Double
    private typealias SumGradient =
        @convention(c) (Int, UnsafePointer<Double>, UnsafeMutablePointer<Double>?) -> Void

    static let program = ReversibleFunction("besselJ2", parameters: ["out", "z"]) {
        (out: Scalar, z: Scalar) in
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

    /// Every point has a result of its own, so that the points are independent.
    static let summed = ReversibleFunction("besselSum", parameters: ["out", "z"]) {
        (out: Scalar, z: Vector) in
        let values = Vector.ancilla(count: z.count, "values")
        Compute {
            ParallelFor(z.indices) { i in program(values[i], z[i]) }
        } apply: {
            out += sum(values)
        }
    }
}
