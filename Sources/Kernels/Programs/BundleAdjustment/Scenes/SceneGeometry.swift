import Optimizers

/// Vectors in space, for what is done outside of the programs.
typealias Space = SIMD3<Double>

extension Space {
    func dot(_ other: Space) -> Double { (self * other).sum() }

    func cross(_ other: Space) -> Space {
        Space(
            y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }

    var length: Double { dot(self).squareRoot() }

    /// The vector turned by the angle |axis| about `axis`, as ``BundleAdjustment/rotate`` turns it.
    func turned(about axis: Space) -> Space {
        let half = axis.length / 2
        let ratio = half > 0 ? SystemMath.sin(half) / half : 1
        let w = axis.cross(self)
        return self + ratio * SystemMath.cos(half) * w + ratio * ratio / 2 * axis.cross(w)
    }
}

/// A rotation as a quaternion of length 1.
struct Quaternion {
    var real: Double
    var imaginary: Space

    /// Axis times angle; the angle is at most π.
    var angleAxis: Space {
        let sine = imaginary.length
        guard sine > 0 else { return Space() }
        let half = real < 0 ? SystemMath.atan2(-sine, -real) : SystemMath.atan2(sine, real)
        return imaginary * (2 * half / sine)
    }

    /// The rotation whose matrix has the given rows, which must be orthonormal and right-handed (Shepperd
    /// 1978).
    init(rows x: Space, _ y: Space, _ z: Space) {
        let trace = x.x + y.y + z.z
        // The largest of the four is computed first, so that no other is divided by a small number.
        let squares = [1 + trace, 1 + 2 * x.x - trace, 1 + 2 * y.y - trace, 1 + 2 * z.z - trace]
        let largest = squares.indices.max { squares[$0] < squares[$1] } ?? 0
        let q = squares[largest].squareRoot() / 2
        let (a, b, c) = ((z.y - y.z) / (4 * q), (x.z - z.x) / (4 * q), (y.x - x.y) / (4 * q))
        let (d, e, f) = ((x.y + y.x) / (4 * q), (x.z + z.x) / (4 * q), (y.z + z.y) / (4 * q))
        switch largest {
        case 0: (real, imaginary) = (q, Space(a, b, c))
        case 1: (real, imaginary) = (a, Space(q, d, e))
        case 2: (real, imaginary) = (b, Space(d, q, f))
        default: (real, imaginary) = (c, Space(e, f, q))
        }
    }

    init(real: Double, imaginary: Space) {
        (self.real, self.imaginary) = (real, imaginary)
    }
}

extension DenseMatrix {
    /// Three neighbouring elements of a row.
    func space(_ row: Int, from column: Int = 0) -> Space {
        Space(self[row, column], self[row, column + 1], self[row, column + 2])
    }
}

extension RandomNumbers {
    /// A direction, all alike.
    mutating func direction() -> Space {
        let z = 2 * uniform() - 1
        let (angle, radius) = (2 * .pi * uniform(), (1 - z * z).squareRoot())
        return Space(radius * SystemMath.cos(angle), radius * SystemMath.sin(angle), z)
    }
}
