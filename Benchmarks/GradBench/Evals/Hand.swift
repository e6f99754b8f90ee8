import AD

/// The model of a hand: bones turn, and carry the vertices of a surface along.
///
/// Matrices of 4 × 4 stand in rows of 16 numbers; matrices of vertices have a column for each vertex, so that
/// neighbouring vertices are neighbours in memory.
enum Hand {
    /// positions += the vertices, 3 × n, for the pose θ.
    ///
    /// θ holds the rotation and translation of the whole hand, then four angles for each finger.
    static let vertices = ReversibleFunction(
        "vertices",
        parameters: [
            "positions", "theta", "parents", "relatives", "inverses", "base", "weights", "mirrored",
        ]
    ) {
        (
            positions: Matrix, theta: Vector, parents: IntegerVector, relatives: Matrix, inverses: Matrix,
            base: Matrix, weights: Matrix, mirrored: Integer
        ) in
        let transforms = Matrix.ancilla(rows: parents.count, columns: 16, "transforms")
        let rotation = Matrix.ancilla(rows: 3, columns: 3, "rotation")
        Compute {
            pose(transforms, theta, parents, relatives, inverses)
            rotate(rotation, theta)
        } apply: {
            ParallelFor(0..<base.columns) { v in
                let (point, moved) = (Vector.ancilla(count: 4, "point"), Vector.ancilla(count: 3, "moved"))
                Compute {
                    for row in 0..<4 { point[row] += base[row, v] }
                    For(parents.indices) { bone in
                        for row in 0..<3 {
                            moved[row] +=
                                weights[bone, v]
                                * (transforms[bone, 4 * row] * point[0] + transforms[bone, 4 * row + 1]
                                    * point[1]
                                    + transforms[bone, 4 * row + 2] * point[2]
                                    + transforms[bone, 4 * row + 3] * point[3])
                        }
                    }
                    If(mirrored > 0) { NEG(moved[0]) }
                } apply: {
                    for row in 0..<3 {
                        positions[row, v] +=
                            rotation[row, 0] * moved[0] + rotation[row, 1] * moved[1]
                            + rotation[row, 2] * moved[2] + theta[3 + row]
                    }
                }
            }
        }
    }

    /// transforms += for every bone the way from its place at rest to the one it has in the pose.
    private static let pose = ReversibleFunction(
        "pose", parameters: ["transforms", "theta", "parents", "relatives", "inverses"]
    ) {
        (transforms: Matrix, theta: Vector, parents: IntegerVector, relatives: Matrix, inverses: Matrix) in
        let angles = Matrix.ancilla(rows: parents.count, columns: 2, "angles")
        let turns = Matrix.ancilla(rows: parents.count, columns: 16, "turns")
        let steps = Matrix.ancilla(rows: parents.count, columns: 16, "steps")
        let absolutes = Matrix.ancilla(rows: parents.count, columns: 16, "absolutes")
        Compute {
            // A finger's first joint turns about two axes, the next two about one. Bones 0, 1, 5, … do not turn.
            for finger in 0..<5 {
                angles[2 + 4 * finger, 0] += theta[6 + 4 * finger]
                angles[2 + 4 * finger, 1] += theta[7 + 4 * finger]
                angles[3 + 4 * finger, 0] += theta[8 + 4 * finger]
                angles[4 + 4 * finger, 0] += theta[9 + 4 * finger]
            }
            For(parents.indices) { bone in
                turn(turns, bone, x: angles[bone, 0], z: angles[bone, 1])
                product(steps, bone, relatives, bone, turns, bone)
                If(parents[bone] < 0) {
                    For(0..<16) { k in absolutes[bone, k] += steps[bone, k] }
                } else: {
                    product(absolutes, bone, absolutes, parents[bone].expression, steps, bone)
                }
            }
        } apply: {
            For(parents.indices) { bone in product(transforms, bone, absolutes, bone, inverses, bone) }
        }
    }

    /// Row `bone` of `turns` += the rotation by x about the first axis, then by z about the third.
    @Reversible
    private static func turn(_ turns: Matrix, _ bone: Integer, x: Scalar, z: Scalar) -> Statement {
        turns[bone, 0] += cos(z)
        turns[bone, 1] -= sin(z) * cos(x)
        turns[bone, 2] += sin(z) * sin(x)
        turns[bone, 4] += sin(z)
        turns[bone, 5] += cos(z) * cos(x)
        turns[bone, 6] -= cos(z) * sin(x)
        turns[bone, 9] += sin(x)
        turns[bone, 10] += cos(x)
        turns[bone, 15] += 1
    }

    /// Row i of a += (row j of b) · (row k of c), all of them matrices of 4 × 4.
    @Reversible
    private static func product(
        _ a: Matrix, _ i: Integer, _ b: Matrix, _ j: some Operand, _ c: Matrix, _ k: Integer
    ) -> Statement {
        For(0..<4) { row in
            For(0..<4) { column in
                For(0..<4) { inner in
                    a[i, 4 * row + column] += b[j, 4 * row + inner] * c[k, 4 * inner + column]
                }
            }
        }
    }

    /// rotation += the rotation by the angle |r| about the axis r = θ₀, θ₁, θ₂; none, if the angle is small.
    @Reversible
    private static func rotate(_ rotation: Matrix, _ theta: Vector) -> Statement {
        let angle = Scalar.ancilla("angle")
        let axis = Vector.ancilla(count: 3, "axis")
        Compute {
            angle += sqrt(theta[0] * theta[0] + theta[1] * theta[1] + theta[2] * theta[2])
            If(angle >= 1e-4) { for k in 0..<3 { axis[k] += theta[k] / angle } }
        } apply: {
            If(angle >= 1e-4) {
                for row in 0..<3 {
                    for column in 0..<3 {
                        rotation[row, column] += (1 - cos(angle)) * axis[row] * axis[column]
                    }
                    rotation[row, row] += cos(angle)
                    // sin |r| times the matrix of the cross product with the axis.
                    rotation[row, (row + 1) % 3] -= sin(angle) * axis[(row + 2) % 3]
                    rotation[(row + 1) % 3, row] += sin(angle) * axis[(row + 2) % 3]
                }
            } else: {
                for row in 0..<3 { rotation[row, row] += 1 }
            }
        }
    }

    /// errors += points − vertices, n × 3: point i belongs to vertex `vertexOf[i]`.
    static let distances = ReversibleFunction(
        "distances",
        parameters: [
            "errors", "theta", "parents", "relatives", "inverses", "base", "weights", "mirrored", "vertexOf",
            "points",
        ]
    ) {
        (
            errors: Matrix, theta: Vector, parents: IntegerVector, relatives: Matrix, inverses: Matrix,
            base: Matrix, weights: Matrix, mirrored: Integer, vertexOf: IntegerVector, points: Matrix
        ) in
        let positions = Matrix.ancilla(rows: 3, columns: base.columns, "positions")
        Compute {
            vertices(positions, theta, parents, relatives, inverses, base, weights, mirrored)
        } apply: {
            ParallelFor(vertexOf.indices) { i in
                for row in 0..<3 { errors[i, row] += points[i, row] - positions[row, vertexOf[i]] }
            }
        }
    }

    /// errors += points − places on triangles, n × 3: point i belongs to the place (u₀, u₁, 1 − u₀ − u₁) on the
    /// triangle whose corners stand from 3 `triangleOf[i]` on.
    static let surfaceDistances = ReversibleFunction(
        "surfaceDistances",
        parameters: [
            "errors", "theta", "parents", "relatives", "inverses", "base", "weights", "mirrored",
            "triangleOf",
            "points", "triangles", "us",
        ]
    ) {
        (
            errors: Matrix, theta: Vector, parents: IntegerVector, relatives: Matrix, inverses: Matrix,
            base: Matrix, weights: Matrix, mirrored: Integer, triangleOf: IntegerVector, points: Matrix,
            triangles: IntegerVector, us: Matrix
        ) in
        let positions = Matrix.ancilla(rows: 3, columns: base.columns, "positions")
        Compute {
            vertices(positions, theta, parents, relatives, inverses, base, weights, mirrored)
        } apply: {
            ParallelFor(triangleOf.indices) { i in
                for row in 0..<3 {
                    errors[i, row] +=
                        points[i, row] - us[i, 0] * positions[row, triangles[3 * triangleOf[i]]]
                        - us[i, 1] * positions[row, triangles[3 * triangleOf[i] + 1]]
                        - (1 - us[i, 0] - us[i, 1]) * positions[row, triangles[3 * triangleOf[i] + 2]]
                }
            }
        }
    }
}
