import AD

extension LinearAlgebra {
    /// out += Σ |xᵢ|, the 1-norm.
    ///
    /// The gradient is the sign of each element; where an element is 0 the norm has a corner, and 0 is taken.
    public static let norm1 = ReversibleFunction("norm1", parameters: ["out", "x"]) {
        (out: Scalar, x: Vector) in
        out += sum(abs(x))
    }

    /// out += √(Σ xᵢ²), the Euclidean norm, without overflow or underflow of the squares.
    ///
    /// Where the largest element is very large or small, all are scaled by a power of two, which is exact. The
    /// gradient is x / ‖x‖; at x = 0 the norm has no derivative, and 0 is taken.
    public static let norm2 = ReversibleFunction("norm2", parameters: ["out", "x"]) {
        (out: Scalar, x: Vector) in
        let largest = Scalar.ancilla("largest")
        let scale = Scalar.ancilla("scale")
        Compute {
            normInfinity(largest, x)
            scale += safeScale(largest)
        } apply: {
            out += sqrt(sum(scale * x * (scale * x))) / scale
        }
    }
    .requiring { _, x in [.elements(x, .finite)] }

    /// out += max |xᵢ|, the maximum norm; 0 of no elements.
    ///
    /// The gradient is the sign of the first largest element, and 0 for all others.
    public static let normInfinity = ReversibleFunction("normInfinity", parameters: ["out", "x"]) {
        (out: Scalar, x: Vector) in
        If(x.count > 0) {
            let largest = Integer.ancilla("largest")
            Compute {
                largest += argmax(abs(x))
            } apply: {
                out += abs(x[largest])
            }
        }
    }
    .requiring { _, x in [.elements(x, .number)] }

    /// out += √(Σ aᵢⱼ²), the Frobenius norm, without overflow or underflow of the squares.
    ///
    /// The gradient is A / ‖A‖, and 0 at A = 0.
    public static let frobeniusNorm = ReversibleFunction("frobeniusNorm", parameters: ["out", "a"]) {
        (out: Scalar, a: Matrix) in
        If(a.rows * a.columns > 0) {
            let largest = Integer.ancilla("largest")
            let scale = Scalar.ancilla("scale")
            Compute {
                largest += argmax(abs(a))
                scale += safeScale(abs(a[largest / a.columns, largest % a.columns]))
            } apply: {
                out += sqrt(sum(scale * a * (scale * a))) / scale
            }
        }
    }
    .requiring { _, a in [.elements(a, .finite)] }

    /// A power of two that brings numbers up to `largest` in size to where their squares can be added up.
    static func safeScale(_ largest: some Operand) -> Expr {
        select(largest > 0x1p450, 0x1p-600, select(largest < 0x1p-450, 0x1p600, 1))
    }
}
