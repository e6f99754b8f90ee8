import ReversiblePrograms
import NativeEngine
import Testing

@Suite struct BundleResidualTests {
    /// Rounding of some fifty operations. In the case of π the depth is 1/66 of the distance, which costs two
    /// digits.
    static let tolerance = 2e-13

    @Test(arguments: ResidualReferences.adBench, [BundleAdjustment.Engine.interpreter, .native])
    fileprivate func adBench(_ reference: ResidualReferences.Case, _ engine: BundleAdjustment.Engine) throws {
        let v = reference.parameters
        let problem = try ADBench.Problem(
            cameras: 1, points: 1, observations: 1, camera: Array(v[..<11]), point: Array(v[11..<14]),
            weight: v[14], feature: [20, -30])
        let evaluator = try ADBench.Evaluator(engine: engine)
        var errors = ADBench.Evaluator.Errors()
        var jacobian = BundleAdjustment.SparseJacobian()
        try evaluator.errors(of: problem, into: &errors)
        try evaluator.jacobian(of: problem, into: &jacobian)
        #expect(relativeDifference(errors.reprojection, reference.errors) < Self.tolerance)
        #expect(errors.weights == [1 - v[14] * v[14]])
        for row in 0..<2 {
            let found = jacobian.values[15 * row..<15 * row + 15]
            #expect(relativeDifference(found, reference.rows[row]) < Self.tolerance)
        }
        #expect(jacobian.values.last == -2 * v[14])
    }

    @Test(arguments: ResidualReferences.bal, [BundleAdjustment.Engine.interpreter, .native])
    fileprivate func bal(_ reference: ResidualReferences.Case, _ engine: BundleAdjustment.Engine) throws {
        let v = reference.parameters
        let problem = try BAL.Problem(
            cameras: [Array(v[..<9])].matrix, points: [Array(v[9...])].matrix, features: [[20, -30]],
            cameraOf: [0], pointOf: [0])
        let evaluator = try BAL.Evaluator(engine: engine)
        var (errors, alone): ([Double], [Double]) = ([], [])
        var jacobian = BundleAdjustment.SparseJacobian()
        try evaluator.errors(of: problem, into: &alone)
        try evaluator.linearization(of: problem, errors: &errors, into: &jacobian)
        #expect(errors == alone)
        #expect(relativeDifference(errors, reference.errors) < Self.tolerance)
        for row in 0..<2 {
            let found = jacobian.values[12 * row..<12 * row + 12]
            #expect(relativeDifference(found, reference.rows[row]) < Self.tolerance)
        }
    }

    /// The gradient of the squared error, against forward duals and differences.
    @Test(arguments: 1...5) func gradients(seed: UInt64) throws {
        let adBench = ReversibleFunction {
            (
                out: Scalar, camera: ADBench.Camera, point: BundleAdjustment.Vector3, weight: Scalar,
                feature: BundleAdjustment.Vector2
            ) in
            let error = BundleAdjustment.Vector2.ancilla("error")
            Compute {
                ADBench.residual(error, camera, point, weight, feature)
            } apply: {
                out += error.x * error.x + 2 * error.y * error.y
            }
        }
        let bal = ReversibleFunction {
            (
                out: Scalar, camera: BAL.Camera, point: BundleAdjustment.Vector3,
                feature: BundleAdjustment.Vector2
            ) in
            let error = BundleAdjustment.Vector2.ancilla("error")
            Compute {
                BAL.residual(error, camera, point, feature)
            } apply: {
                out += error.x * error.x + 2 * error.y * error.y
            }
        }
        var numbers = TestNumbers(seed: seed)
        let rotation = BundleAdjustment.Vector3.Value(numbers.uniform(3))
        let shift = BundleAdjustment.Vector3.Value(numbers.uniform(3))
        let point = BundleAdjustment.Vector3.Value(
            numbers.uniform(3).enumerated().map { $0 == 2 ? $1 - 6 : $1 })
        let feature = BundleAdjustment.Vector2.Value(x: numbers.uniform(), y: numbers.uniform())
        let distortion = BundleAdjustment.Vector2.Value(
            x: 0.1 * numbers.uniform(), y: 0.1 * numbers.uniform())
        try checkGrads(
            adBench, 0,
            ADBench.Camera.Value(
                rotation: rotation, centre: shift, focalLength: 2 + numbers.uniform(),
                principalPoint: feature,
                distortion: distortion), point, 0.5 + numbers.uniform(), feature)
        try checkGrads(
            bal, 0,
            BAL.Camera.Value(
                rotation: rotation, translation: shift, focalLength: 2 + numbers.uniform(),
                distortion: distortion),
            point, feature)
    }

    /// A rotation runs backwards, and is undone by the opposite rotation.
    @Test(arguments: [0, 0x1p-1074, 1e-162, 1e-9, 0.7, .pi, 20, 1e5]) func rotations(angle: Double) throws {
        let v = BundleAdjustment.Vector3.Value(x: 0.3, y: -1.2, z: 2.5)
        let r = BundleAdjustment.Vector3.Value(x: 0.48 * angle, y: -0.6 * angle, z: 0.64 * angle)
        let back = BundleAdjustment.Vector3.Value(x: -r.x, y: -r.y, z: -r.z)
        let zero = BundleAdjustment.Vector3.Value(x: 0, y: 0, z: 0)
        try checkInverse(BundleAdjustment.rotate, zero, r, v)
        let turned = try BundleAdjustment.rotate(zero, r, v).0
        let returned = try BundleAdjustment.rotate(zero, back, turned).0
        let length = { (v: BundleAdjustment.Vector3.Value) in v.x * v.x + v.y * v.y + v.z * v.z }
        #expect(abs(length(turned) - length(v)) < 1e-14 * length(v))
        #expect(relativeDifference([returned.x, returned.y, returned.z], [v.x, v.y, v.z]) < 1e-15 * 4)
    }

    /// Numbers that make no sense stop nothing: native code hands them on, and the interpreter says where
    /// they are.
    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e308, 0x1p-1074, -0.0])
    func strangeNumbers(number: Double) throws {
        let interpreter = try BAL.Evaluator(engine: .interpreter)
        let native = try BAL.Evaluator(engine: .native)
        for position in 0..<12 {
            var v = ResidualReferences.bal[7].parameters
            v[position] = number
            let problem = try BAL.Problem(
                cameras: [Array(v[..<9])].matrix, points: [Array(v[9...])].matrix, features: [[20, -30]],
                cameraOf: [0], pointOf: [0])
            var (interpreted, compiled): ([Double], [Double]) = ([], [])
            try native.errors(of: problem, into: &compiled)
            if number.isNaN { #expect(compiled.contains { $0.isNaN }, "position \(position)") }
            do throws(BundleAdjustmentError) {
                try interpreter.errors(of: problem, into: &interpreted)
                for (a, b) in zip(interpreted, compiled) {
                    // Within the units that the engines' sines differ by.
                    #expect(
                        a == b || (a.isNaN && b.isNaN) || abs(a - b) <= 1e-13 * abs(a), "position \(position)"
                    )
                }
            } catch {
                #expect(error.kind == .notFinite && !(abs(number) <= 1), "\(error)")
                #expect(interpreted.isEmpty || interpreted == [0, 0])
            }
        }
    }
}

extension [[Double]] {
    var matrix: DenseMatrix { DenseMatrix(self) }
}

extension BundleAdjustment.Vector3.Value {
    init(_ v: [Double]) { self.init(x: v[0], y: v[1], z: v[2]) }
}
