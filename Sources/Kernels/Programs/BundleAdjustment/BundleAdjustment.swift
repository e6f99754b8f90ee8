import ReversibleCore

/// Bundle adjustment: cameras and points in space are sought such that the points' projections agree with what
/// was seen on photographs.
///
/// The two usual cameras have programs of their own: ``ADBench``, with 11 parameters, and ``BAL``, with 9.
public enum BundleAdjustment {
    /// A vector in space.
    public struct Vector3: Argument {
        /// The first component.
        public var x: Scalar
        /// The second component.
        public var y: Scalar
        /// The third component.
        public var z: Scalar

        /// The vector of three places.
        public init(x: Scalar, y: Scalar, z: Scalar) {
            self.x = x
            self.y = y
            self.z = z
        }

        /// A vector's components.
        public struct Value: ArgumentValue, Hashable {
            /// The first component.
            public var x: Double
            /// The second component.
            public var y: Double
            /// The third component.
            public var z: Double

            /// The vector of three components.
            public init(x: Double, y: Double, z: Double) {
                self.x = x
                self.y = y
                self.z = z
            }
        }

        /// The components in order.
        public var scalars: [Scalar] { [x, y, z] }
    }

    /// A vector in the plane.
    public struct Vector2: Argument {
        /// The first component.
        public var x: Scalar
        /// The second component.
        public var y: Scalar

        /// The vector of two places.
        public init(x: Scalar, y: Scalar) {
            self.x = x
            self.y = y
        }

        /// A vector's components.
        public struct Value: ArgumentValue, Hashable {
            /// The first component.
            public var x: Double
            /// The second component.
            public var y: Double

            /// The vector of two components.
            public init(x: Double, y: Double) {
                self.x = x
                self.y = y
            }
        }

        /// The components in order.
        public var scalars: [Scalar] { [x, y] }
    }
}

extension BundleAdjustment {
    /// What the arguments of the programs over all observations must be.
    static func requirements(
        _ errors: Matrix?, _ cameras: Matrix, _ parameters: Int, _ points: Matrix, _ features: Matrix,
        _ cameraOf: IntegerVector, _ pointOf: IntegerVector
    ) -> [ArgumentRequirement] {
        let pairs = [errors, features].compactMap { $0 }
        let scene: [ArgumentRequirement] = [
            .exactly(parameters, .columns(cameras)), .exactly(3, .columns(points)),
            .equal(.elements(pointOf), .elements(cameraOf)), .indices(cameraOf, below: .rows(cameras)),
            .indices(pointOf, below: .rows(points)),
        ]
        return scene + pairs.map { .exactly(2, .columns($0)) }
            + pairs.map { .equal(.rows($0), .elements(cameraOf)) }
    }

    /// What a Jacobian's rows must be: two for each observation.
    static func requirements(
        rows: Matrix, _ columns: Int, _ cameraOf: IntegerVector
    ) -> [ArgumentRequirement] {
        [
            .exactly(columns, .columns(rows)),
            .equal(
                .rows(rows),
                .count(
                    2 * cameraOf.count, of: cameraOf, "row for its elements' errors",
                    "rows for its elements' errors")),
        ]
    }
}

extension Matrix {
    /// Three neighbouring elements of a row.
    func vector3(_ row: Integer, from column: Int = 0) -> BundleAdjustment.Vector3 {
        .init(x: self[row, column], y: self[row, column + 1], z: self[row, column + 2])
    }

    /// Two neighbouring elements of a row.
    func vector2(_ row: Integer, from column: Int = 0) -> BundleAdjustment.Vector2 {
        .init(x: self[row, column], y: self[row, column + 1])
    }
}
