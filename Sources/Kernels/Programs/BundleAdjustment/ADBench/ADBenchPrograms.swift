extension BundleAdjustment.ADBench {
    private typealias Vector3 = BundleAdjustment.Vector3
    private typealias Vector2 = BundleAdjustment.Vector2

    /// The reprojection error of one observation, `error` += weight · (projection − feature).
    public static let residual = ReversibleFunction(
        "residual", parameters: ["error", "camera", "point", "weight", "feature"]
    ) {
        (
            error: BundleAdjustment.Vector2, camera: Camera, point: BundleAdjustment.Vector3, weight: Scalar,
            feature: BundleAdjustment.Vector2
        ) in
        let relative = Vector3.ancilla("relative")
        let rotated = Vector3.ancilla("rotated")
        let plane = Vector2.ancilla("plane")
        let squares = Scalar.ancilla("squares")
        let scale = Scalar.ancilla("scale")
        Compute {
            relative.x += point.x - camera.centre.x
            relative.y += point.y - camera.centre.y
            relative.z += point.z - camera.centre.z
            BundleAdjustment.rotate(rotated, camera.rotation, relative)
            plane.x += rotated.x / rotated.z
            plane.y += rotated.y / rotated.z
            squares += plane.x * plane.x + plane.y * plane.y
            scale +=
                camera.focalLength
                * (1 + squares * (camera.distortion.x + camera.distortion.y * squares))
        } apply: {
            error.x += weight * (scale * plane.x + camera.principalPoint.x - feature.x)
            error.y += weight * (scale * plane.y + camera.principalPoint.y - feature.y)
        }
    }

    /// The error of one weight, `error` += 1 − w².
    public static let weightResidual = ReversibleFunction("weightResidual", parameters: ["error", "weight"]) {
        (error: Scalar, weight: Scalar) in error += 1 - weight * weight
    }

    /// All errors: row i of `errors` is observation i's, of point `pointOf[i]` by camera `cameraOf[i]`.
    ///
    /// With n cameras, m points and p observations, `errors` and `features` are p × 2, `cameras` n × 11 and
    /// `points` m × 3; the vectors have p elements.
    public static let objective = ReversibleFunction(
        "reprojection",
        parameters: [
            "errors", "weightErrors", "cameras", "points", "weights", "features", "cameraOf", "pointOf",
        ]
    ) {
        (
            errors: Matrix, weightErrors: Vector, cameras: Matrix, points: Matrix, weights: Vector,
            features: Matrix, cameraOf: IntegerVector, pointOf: IntegerVector
        ) in
        ParallelFor(weights.indices) { i in
            residual(
                errors.vector2(i), Camera(cameras, row: cameraOf[i]), points.vector3(pointOf[i]), weights[i],
                features.vector2(i))
            weightResidual(weightErrors[i], weights[i])
        }
    }
    .requiring { errors, weightErrors, cameras, points, weights, features, cameraOf, pointOf in
        BundleAdjustment.requirements(
            errors, cameras, Camera.parameterCount, points, features, cameraOf, pointOf) + [
                .equal(.elements(weights), .elements(cameraOf)),
                .equal(.elements(weightErrors), .elements(cameraOf)),
            ]
    }

    /// The entries of the Jacobian that can differ from 0.
    ///
    /// Rows 2 i and 2 i + 1 of `rows`, which is 2 p × 15, are the derivatives of observation i's two errors in
    /// the camera, the point and the weight; `weightRows[i]` is that of the weight's error. Together these are
    /// the values of the compressed rows of the whole Jacobian, in order. The sizes are otherwise those of
    /// ``objective``.
    public static let jacobian = ReversibleFunction(
        "jacobian",
        parameters: [
            "rows", "weightRows", "cameras", "points", "weights", "features", "cameraOf", "pointOf",
        ]
    ) {
        (
            rows: Matrix, weightRows: Vector, cameras: Matrix, points: Matrix, weights: Vector,
            features: Matrix, cameraOf: IntegerVector, pointOf: IntegerVector
        ) in
        ParallelFor(weights.indices) { i in
            for row in 0..<2 {
                derivatives(
                    of: row, rows, i, Camera(cameras, row: cameraOf[i]), points.vector3(pointOf[i]),
                    weights[i], features.vector2(i))
            }
            weightDerivative(weightRows[i], weights[i])
        }
    }
    .requiring { rows, weightRows, cameras, points, weights, features, cameraOf, pointOf in
        BundleAdjustment.requirements(
            nil, cameras, Camera.parameterCount, points, features, cameraOf, pointOf)
            + BundleAdjustment.requirements(rows: rows, 15, cameraOf) + [
                .equal(.elements(weights), .elements(cameraOf)),
                .equal(.elements(weightRows), .elements(cameraOf)),
            ]
    }

    private static let backward = adjoint(residual)
    private static let weightBackward = adjoint(weightResidual)

    /// Adds one row: a sweep of the adjoint, with 1 as the gradient of one of the two errors.
    ///
    /// The gradients are an iteration's own numbers. The adjoint undoes an error from 0 on, since no derivative
    /// depends on it.
    @Reversible
    private static func derivatives(
        of row: Int, _ rows: Matrix, _ i: Integer, _ camera: Camera, _ point: Vector3, _ weight: Scalar,
        _ feature: Vector2
    ) -> Statement {
        let error = GVar(Vector2.ancilla("error"), gradient: Vector2.ancilla("seed"))
        let inCamera = Camera.ancilla("inCamera")
        let inPoint = Vector3.ancilla("inPoint")
        let inWeight = Scalar.ancilla("inWeight")
        let inFeature = Vector2.ancilla("inFeature")
        Compute {
            error.gradient.scalars[row] += 1
            backward(
                error, GVar(camera, gradient: inCamera), GVar(point, gradient: inPoint),
                GVar(weight, gradient: inWeight), GVar(feature, gradient: inFeature))
        } apply: {
            for (column, derivative) in (inCamera.scalars + inPoint.scalars + [inWeight]).enumerated() {
                rows[2 * i + row, column] += derivative
            }
        }
    }

    @Reversible
    private static func weightDerivative(_ row: Scalar, _ weight: Scalar) -> Statement {
        let error = GVar(Scalar.ancilla("error"), gradient: Scalar.ancilla("seed"))
        let inWeight = Scalar.ancilla("inWeight")
        Compute {
            error.gradient += 1
            weightBackward(error, GVar(weight, gradient: inWeight))
        } apply: {
            row += inWeight
        }
    }
}
