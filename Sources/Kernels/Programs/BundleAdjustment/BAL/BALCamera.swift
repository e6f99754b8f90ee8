extension BundleAdjustment {
    /// Bundle adjustment with the cameras of the collection Bundle Adjustment in the Large: 9 parameters, the
    /// points seen along the negative third axis (Agarwal, Snavely, Seitz and Szeliski, ECCV 2010).
    public enum BAL {
        /// A pinhole camera with radial distortion.
        ///
        /// A point X is at P = R(r) X + t from the camera, meets the plane at distance −1 at
        /// p = −(P₀, P₁) / P₂, and is seen at f · (1 + k₁ |p|² + k₂ |p|⁴) · p.
        public struct Camera: Argument {
            /// Axis times angle of the rotation, r.
            public var rotation: Vector3
            /// The translation after the rotation, t.
            public var translation: Vector3
            /// The focal length in pixels, f.
            public var focalLength: Scalar
            /// The coefficients of |p|² and |p|⁴, k₁ and k₂.
            public var distortion: Vector2

            /// The number of a camera's parameters.
            public static let parameterCount = 9

            /// The camera in a row of a matrix of 9 columns: r, t, f, k₁, k₂.
            public init(_ cameras: Matrix, row: Integer) {
                rotation = cameras.vector3(row)
                translation = cameras.vector3(row, from: 3)
                focalLength = cameras[row, 6]
                distortion = cameras.vector2(row, from: 7)
            }

            /// The 9 numbers in order.
            public var scalars: [Scalar] {
                rotation.scalars + translation.scalars + [focalLength] + distortion.scalars
            }

            /// A camera's 9 numbers.
            public struct Value: ArgumentValue, Hashable {
                /// Axis times angle of the rotation, r.
                public var rotation: Vector3.Value
                /// The translation after the rotation, t.
                public var translation: Vector3.Value
                /// The focal length in pixels, f.
                public var focalLength: Double
                /// The coefficients of |p|² and |p|⁴, k₁ and k₂.
                public var distortion: Vector2.Value

                /// The camera of the given numbers.
                public init(
                    rotation: Vector3.Value, translation: Vector3.Value, focalLength: Double,
                    distortion: Vector2.Value
                ) {
                    self.rotation = rotation
                    self.translation = translation
                    self.focalLength = focalLength
                    self.distortion = distortion
                }
            }
        }
    }
}
