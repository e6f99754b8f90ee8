import ReversiblePrograms
import ReversibleCore

/// Bundle adjustment: all reprojection errors, and their sparse Jacobian.
struct Ba: Eval {
    static let module = "ba"

    private let evaluator: BundleAdjustment.ADBench.Evaluator

    init(_ engine: Engine) throws {
        evaluator = try BundleAdjustment.ADBench.Evaluator(
            engine: engine.kind == .native ? .native : .interpreter, threads: engine.threads)
    }

    private struct Input: Decodable {
        let n, m, p: Int
        let cam, x, feat: [Double]
        let w: Double

        /// The same camera, point, weight and feature again and again: they are read as if they differed.
        func problem() throws -> BundleAdjustment.ADBench.Problem {
            try require(cam.count == 11, "\"cam\" has \(cam.count) numbers; a camera has 11")
            try require(x.count == 3, "\"x\" has \(x.count) numbers; a point has 3")
            try require(feat.count == 2, "\"feat\" has \(feat.count) numbers; a feature has 2")
            for (field, count) in [("n", n), ("m", m), ("p", p)] { try requireCount(field, count) }
            return try BundleAdjustment.ADBench.Problem(
                cameras: n, points: m, observations: p, camera: cam, point: x, weight: w, feature: feat)
        }
    }

    private struct Errors: Encodable {
        struct Reprojection: Encodable {
            let elements: [Double]
            let repeated: Int
        }

        struct Weight: Encodable {
            let element: Double
            let repeated: Int
        }

        let reprojection: Reprojection
        let weight: Weight

        private enum CodingKeys: String, CodingKey {
            case reprojection = "reproj_error"
            case weight = "w_err"
        }
    }

    private struct Jacobian: Encodable {
        let rows, cols: [Int32]
        let vals: [Double]
    }

    var functions: [String: @Sendable (Request) throws -> Answer] {
        [
            "objective": { request in
                let input = try request.input(Input.self)
                let problem = try input.value.problem()
                try require(problem.observationCount > 0, "\"p\" is 0; there is no observation to show")
                var errors = BundleAdjustment.ADBench.Evaluator.Errors()
                return try input.repeats.run {
                    try evaluator.errors(of: problem, into: &errors)
                } output: {
                    Errors(
                        reprojection: .init(
                            elements: Array(errors.reprojection.prefix(2)), repeated: problem.observationCount
                        ),
                        weight: .init(element: errors.weights[0], repeated: problem.observationCount))
                }
            },
            "jacobian": { request in
                let input = try request.input(Input.self)
                let problem = try input.value.problem()
                try require(
                    problem.observationCount >= 10,
                    "\"p\" is \(problem.observationCount); the answer shows 30 rows, those of 10 observations"
                )
                var jacobian = BundleAdjustment.SparseJacobian(for: problem)
                return try input.repeats.run {
                    try evaluator.jacobian(of: problem, into: &jacobian)
                } output: {
                    Jacobian(
                        rows: jacobian.rowOffsets.prefix(30) + jacobian.rowOffsets.suffix(1),
                        cols: jacobian.columns.prefix(30) + jacobian.columns.suffix(1),
                        vals: jacobian.values.prefix(30) + jacobian.values.suffix(1))
                }
            },
        ]
    }
}
