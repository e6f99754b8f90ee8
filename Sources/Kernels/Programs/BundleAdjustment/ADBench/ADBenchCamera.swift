extension BundleAdjustment {
    /// Bundle adjustment as ADBench and GradBench measure it: cameras of 11 parameters, and a weight for each
    /// observation, which is itself sought.
    public enum ADBench {
        /// A pinhole camera with a centre, a principal point and radial distortion.
        ///
        /// A point X is at Y = R(r) (X − c) in front of the camera, meets the plane at distance 1 at
        /// p = (Y₀, Y₁) / Y₂, and is seen at f · (1 + κ₀ |p|² + κ₁ |p|⁴) · p + u.
        public struct Camera: Argument {
            /// Axis times angle of the rotation, r.
            public var rotation: Vector3
            /// The centre, c.
            public var centre: Vector3
            /// The focal length, f.
            public var focalLength: Scalar
            /// Where the optical axis meets the image, u.
            public var principalPoint: Vector2
            /// The coefficients of |p|² and |p|⁴, κ.
            public var distortion: Vector2

            /// The number of a camera's parameters.
            public static let parameterCount = 11

            /// The camera in a row of a matrix of 11 columns: r, c, f, u, κ.
            public init(_ cameras: Matrix, row: Integer) {
                rotation = cameras.vector3(row)
                centre = cameras.vector3(row, from: 3)
                focalLength = cameras[row, 6]
                principalPoint = cameras.vector2(row, from: 7)
                distortion = cameras.vector2(row, from: 9)
            }

            /// The 11 numbers in order.
            public var scalars: [Scalar] {
                rotation.scalars + centre.scalars + [focalLength] + principalPoint.scalars
                    + distortion.scalars
            }

            /// A camera's 11 numbers.
            public struct Value: ArgumentValue, Hashable {
                /// Axis times angle of the rotation, r.
                public var rotation: Vector3.Value
                /// The centre, c.
                public var centre: Vector3.Value
                /// The focal length, f.
                public var focalLength: Double
                /// Where the optical axis meets the image, u.
                public var principalPoint: Vector2.Value
                /// The coefficients of |p|² and |p|⁴, κ.
                public var distortion: Vector2.Value

                /// The camera of the given numbers.
                public init(
                    rotation: Vector3.Value, centre: Vector3.Value, focalLength: Double,
                    principalPoint: Vector2.Value, distortion: Vector2.Value
                ) {
                    self.rotation = rotation
                    self.centre = centre
                    self.focalLength = focalLength
                    self.principalPoint = principalPoint
                    self.distortion = distortion
                }
            }
        }
    }
}
