import Eager

/// The programs that run at words and phrases.
package enum Cells {
    private static func gate(_ x: some SymbolicOperand) -> Expr { 1 / (1 + exp(-x)) }

    /// The state of a word: gates i, o and u of its embedding x.
    package static let leaf = ReversibleFunction("leaf", parameters: ["h", "c", "x", "w", "b"]) {
        (h: Vector, c: Vector, x: Vector, w: Matrix, b: Vector) in
        let g = Vector.ancilla(count: b.count, "g")
        let n = h.count
        Compute {
            g += b
            g += w * x
        } apply: {
            ParallelFor(h.indices) { k in
                c[k] += gate(g[k]) * tanh(g[k + 2 * n])
                h[k] += gate(g[k + n]) * tanh(c[k])
            }
        }
    }

    /// The state of a phrase: gates i, o and u, and one for each part that says what of it is forgotten.
    package static let node = ReversibleFunction(
        "node", parameters: ["h", "c", "hl", "cl", "hr", "cr", "u", "v", "b"]
    ) {
        (
            h: Vector, c: Vector, hl: Vector, cl: Vector, hr: Vector, cr: Vector, u: Matrix, v: Matrix,
            b: Vector
        ) in
        let g = Vector.ancilla(count: u.rows, "g")
        let n = h.count
        Compute {
            g += u * hl
            g += v * hr
            ParallelFor(h.indices) { k in
                g[k] += b[k]
                g[k + n] += b[k + n]
                g[k + 2 * n] += b[k + n]
                g[k + 3 * n] += b[k + 2 * n]
                g[k + 4 * n] += b[k + 3 * n]
            }
        } apply: {
            ParallelFor(h.indices) { k in
                c[k] += gate(g[k]) * tanh(g[k + 4 * n])
                c[k] += gate(g[k + n]) * cl[k]
                c[k] += gate(g[k + 2 * n]) * cr[k]
                h[k] += gate(g[k + 3 * n]) * tanh(c[k])
            }
        }
    }

    /// The cross entropy of a state's class.
    package static let classify = ReversibleFunction(
        "classify", parameters: ["loss", "h", "w", "b", "label"]
    ) {
        (loss: Scalar, h: Vector, w: Matrix, b: Vector, label: Integer) in
        let z = Vector.ancilla(count: b.count, "z")
        Compute {
            z += b
            z += w * h
        } apply: {
            loss += log(sum(exp(z))) - z[label]
        }
    }

    /// A step of Adagrad (Duchi, Hazan and Singer 2011), which undoes nothing and could be undone.
    static let adagrad = ReversibleFunction("adagrad", parameters: ["weights", "squares", "gradient"]) {
        (weights: Vector, squares: Vector, gradient: Vector) in
        squares += gradient * gradient
        weights -= 0.05 * gradient / sqrt(squares + 1e-10)
    }
}
