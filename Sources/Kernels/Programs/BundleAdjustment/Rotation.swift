extension BundleAdjustment {
    /// `out` += `v` turned by the angle |r| about the axis `r` (Rodrigues' formula).
    ///
    /// With w = r × v this is v + (sin θ / θ) w + ((1 − cos θ) / θ²) r × w. Written with half the angle,
    /// where 1 − cos θ = 2 sin² (θ / 2), both factors and their derivatives are exact for the smallest of
    /// angles, and the axis need not be normalised. Angle 0 is no case of its own: there the derivative is
    /// that of v + r × v.
    public static let rotate = ReversibleFunction("rotate", parameters: ["out", "r", "v"]) {
        (out: Vector3, r: Vector3, v: Vector3) in
        let half = Scalar.ancilla("half")
        let ratio = Scalar.ancilla("ratio")
        let sine = Scalar.ancilla("sine")
        let versine = Scalar.ancilla("versine")
        let w = Vector3.ancilla("w")
        Compute {
            half += 0.5 * sqrt(r.x * r.x + r.y * r.y + r.z * r.z)
            ratio += select(half > 0, sin(half) / half, 1)
            sine += ratio * cos(half)
            versine += 0.5 * (ratio * ratio)
            w.x += r.y * v.z - r.z * v.y
            w.y += r.z * v.x - r.x * v.z
            w.z += r.x * v.y - r.y * v.x
        } apply: {
            out.x += v.x + (sine * w.x + versine * (r.y * w.z - r.z * w.y))
            out.y += v.y + (sine * w.y + versine * (r.z * w.x - r.x * w.z))
            out.z += v.z + (sine * w.z + versine * (r.x * w.y - r.y * w.x))
        }
    }
}
