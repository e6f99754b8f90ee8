extension BundleAdjustment.BAL {
    private typealias Vector3 = BundleAdjustment.Vector3
    private typealias Vector2 = BundleAdjustment.Vector2

    /// The reprojection error of one observation, `error` += projection − feature.
    public static let residual = ReversibleFunction(
        "residual", parameters: ["error", "camera", "point", "feature"]
    ) {
        (
            error: BundleAdjustment.Vector2, camera: Camera, point: BundleAdjustment.Vector3,
            feature: BundleAdjustment.Vector2
        ) in
        let seen = Vector3.ancilla("seen")
        let plane = Vector2.ancilla("plane")
        let squares = Scalar.ancilla("squares")
        let scale = Scalar.ancilla("scale")
        Compute {
            BundleAdjustment.rotate(seen, camera.rotation, point)
            seen.x += camera.translation.x
            seen.y += camera.translation.y
            seen.z += camera.translation.z
            plane.x -= seen.x / seen.z
            plane.y -= seen.y / seen.z
            squares += plane.x * plane.x + plane.y * plane.y
            scale +=
                camera.focalLength
                * (1 + squares * (camera.distortion.x + camera.distortion.y * squares))
        } apply: {
            error.x += scale * plane.x - feature.x
            error.y += scale * plane.y - feature.y
        }
    }

    /// All errors: row i of `errors` is observation i's, of point `pointOf[i]` by camera `cameraOf[i]`.
    ///
    /// With n cameras, m points and p observations, `errors` and `features` are p × 2, `cameras` n × 9 and
    /// `points` m × 3; the vectors have p elements.
    public static let objective = ReversibleFunction(
        "reprojection", parameters: ["errors", "cameras", "points", "features", "cameraOf", "pointOf"]
    ) {
        (
            errors: Matrix, cameras: Matrix, points: Matrix, features: Matrix, cameraOf: IntegerVector,
            pointOf: IntegerVector
        ) in
        ParallelFor(cameraOf.indices) { i in
            residual(
                errors.vector2(i), Camera(cameras, row: cameraOf[i]), points.vector3(pointOf[i]),
                features.vector2(i))
        }
    }
    .requiring { errors, cameras, points, features, cameraOf, pointOf in
        BundleAdjustment.requirements(
            errors, cameras, Camera.parameterCount, points, features, cameraOf, pointOf)
    }

    /// All errors, and the entries of their Jacobian that can differ from 0.
    ///
    /// Rows 2 i and 2 i + 1 of `rows`, which is 2 p × 12, are the derivatives of observation i's two errors in
    /// the camera and the point. The sizes are otherwise those of ``objective``.
    public static let linearization = ReversibleFunction(
        "linearization",
        parameters: ["errors", "rows", "cameras", "points", "features", "cameraOf", "pointOf"]
    ) {
        (
            errors: Matrix, rows: Matrix, cameras: Matrix, points: Matrix, features: Matrix,
            cameraOf: IntegerVector, pointOf: IntegerVector
        ) in
        ParallelFor(cameraOf.indices) { i in
            let camera = Camera(cameras, row: cameraOf[i])
            residual(errors.vector2(i), camera, points.vector3(pointOf[i]), features.vector2(i))
            for row in 0..<2 {
                derivatives(of: row, rows, i, camera, points.vector3(pointOf[i]), features.vector2(i))
            }
        }
    }
    .requiring { errors, rows, cameras, points, features, cameraOf, pointOf in
        BundleAdjustment.requirements(
            errors, cameras, Camera.parameterCount, points, features, cameraOf, pointOf)
            + BundleAdjustment.requirements(rows: rows, 12, cameraOf)
    }

    private static let backward = adjoint(residual)

    /// Adds one row: a sweep of the adjoint, with 1 as the gradient of one of the two errors.
    @Reversible
    private static func derivatives(
        of row: Int, _ rows: Matrix, _ i: Integer, _ camera: Camera, _ point: Vector3, _ feature: Vector2
    ) -> Statement {
        let error = GVar(Vector2.ancilla("error"), gradient: Vector2.ancilla("seed"))
        let inCamera = Camera.ancilla("inCamera")
        let inPoint = Vector3.ancilla("inPoint")
        let inFeature = Vector2.ancilla("inFeature")
        Compute {
            error.gradient.scalars[row] += 1
            backward(
                error, GVar(camera, gradient: inCamera), GVar(point, gradient: inPoint),
                GVar(feature, gradient: inFeature))
        } apply: {
            for (column, derivative) in (inCamera.scalars + inPoint.scalars).enumerated() {
                rows[2 * i + row, column] += derivative
            }
        }
    }
}
