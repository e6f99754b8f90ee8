import AD

/// A pinhole camera with radial distortion.
struct Camera: Argument {
    var rotation: Triple
    var centre: Triple
    var focalLength: Scalar
    var principalPoint: Pair
    var distortion: Pair

    struct Value: ArgumentValue {
        var rotation: Triple.Value
        var centre: Triple.Value
        var focalLength: Double
        var principalPoint: Pair.Value
        var distortion: Pair.Value
    }

    /// All 11 numbers in order.
    var scalars: [Scalar] {
        rotation.scalars + centre.scalars + [focalLength] + principalPoint.scalars + distortion.scalars
    }
}

/// A vector in space.
struct Triple: Argument {
    var x: Scalar
    var y: Scalar
    var z: Scalar

    struct Value: ArgumentValue {
        var x: Double
        var y: Double
        var z: Double
    }

    var scalars: [Scalar] { [x, y, z] }
}

/// A vector in the plane.
struct Pair: Argument {
    var x: Scalar
    var y: Scalar

    struct Value: ArgumentValue {
        var x: Double
        var y: Double
    }

    var scalars: [Scalar] { [x, y] }
}

/// Bundle adjustment: the reprojection errors of cameras that see points, and their sparse Jacobian.
enum BundleAdjustment {
    /// The reprojection error of one observation.
    static let residual = ReversibleFunction(
        "residual", parameters: ["error", "camera", "point", "weight", "feature"]
    ) { (error: Pair, camera: Camera, point: Triple, weight: Scalar, feature: Pair) in
        let relative = Triple.ancilla("relative")
        let rotated = Triple.ancilla("rotated")
        let plane = Pair.ancilla("plane")
        let squares = Scalar.ancilla("squares")
        let scale = Scalar.ancilla("scale")
        Compute {
            relative.x += point.x - camera.centre.x
            relative.y += point.y - camera.centre.y
            relative.z += point.z - camera.centre.z
            rotate(rotated, camera.rotation, relative)
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

    /// Rodrigues' formula: v turned by the angle |r| about the axis r.
    ///
    /// With sin θ / θ and (1 − cos θ) / θ² the axis need not be normalised, and angle 0 is no case of its own:
    /// there the derivative is that of v + r × v.
    private static let rotate = ReversibleFunction("rotate", parameters: ["out", "r", "v"]) {
        (out: Triple, r: Triple, v: Triple) in
        let square = Scalar.ancilla("square")
        let angle = Scalar.ancilla("angle")
        let cosine = Scalar.ancilla("cosine")
        let sine = Scalar.ancilla("sine")
        let versine = Scalar.ancilla("versine")
        Compute {
            square += r.x * r.x + r.y * r.y + r.z * r.z
            angle += sqrt(square)
            cosine += cos(angle)
            sine += select(square > 0, sin(angle) / angle, 1)
            versine += select(square > 0, (1 - cosine) / square, 0.5) * (r.x * v.x + r.y * v.y + r.z * v.z)
        } apply: {
            out.x += cosine * v.x + sine * (r.y * v.z - r.z * v.y) + versine * r.x
            out.y += cosine * v.y + sine * (r.z * v.x - r.x * v.z) + versine * r.y
            out.z += cosine * v.z + sine * (r.x * v.y - r.y * v.x) + versine * r.z
        }
    }

    /// All observations' errors: observation i is of point `pointOf[i]` by camera `cameraOf[i]`.
    static let objective = ReversibleFunction(
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
                pair(errors, i), camera(cameras, cameraOf[i]), triple(points, pointOf[i]), weights[i],
                pair(features, i))
            weightErrors[i] += 1 - weights[i] * weights[i]
        }
    }

    /// The entries of the Jacobian that can differ from 0.
    ///
    /// Rows 2 i and 2 i + 1 of `rows` are the derivatives of observation i's two errors in the camera, the point
    /// and the weight; `weightRows[i]` is that of the weight's error. The inputs are copied, so that their
    /// gradients are an iteration's own numbers. The adjoint undoes an error from 0 on: no derivative depends on
    /// it.
    static let jacobian = ReversibleFunction(
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
                    of: row, rows, i, camera(cameras, cameraOf[i]), triple(points, pointOf[i]), weights[i],
                    pair(features, i))
            }
            weightRows[i] -= 2 * weights[i]
        }
    }

    private static let backward = adjoint(residual)

    @Reversible
    private static func derivatives(
        of row: Int, _ rows: Matrix, _ i: Integer, _ camera: Camera, _ point: Triple, _ weight: Scalar,
        _ feature: Pair
    ) -> Statement {
        let error = GVar(Pair.ancilla("error"), gradient: Pair.ancilla("seed"))
        let inCamera = Camera.ancilla("inCamera")
        let inPoint = Triple.ancilla("inPoint")
        let inWeight = Scalar.ancilla("inWeight")
        let inFeature = Pair.ancilla("inFeature")
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

    private static func camera(_ cameras: Matrix, _ index: Integer) -> Camera {
        Camera(
            rotation: Triple(x: cameras[index, 0], y: cameras[index, 1], z: cameras[index, 2]),
            centre: Triple(x: cameras[index, 3], y: cameras[index, 4], z: cameras[index, 5]),
            focalLength: cameras[index, 6], principalPoint: Pair(x: cameras[index, 7], y: cameras[index, 8]),
            distortion: Pair(x: cameras[index, 9], y: cameras[index, 10]))
    }

    private static func triple(_ points: Matrix, _ index: Integer) -> Triple {
        Triple(x: points[index, 0], y: points[index, 1], z: points[index, 2])
    }

    private static func pair(_ matrix: Matrix, _ index: Integer) -> Pair {
        Pair(x: matrix[index, 0], y: matrix[index, 1])
    }
}
