import AD

extension Statistics {
    /// out += the means of the columns of an m × n matrix.
    ///
    /// Arguments: `out` of n numbers; the matrix.
    public static let columnMeans = ReversibleFunction("columnMeans", parameters: ["out", "x"]) {
        (out: Vector, x: Matrix) in
        For(0..<x.rows) { row in
            For(0..<x.columns) { j in out[j] += x[row, j] / x.rows }
        }
    }
    .requiring { out, x in [.equal(.elements(out), .columns(x)), .atLeast(1, .rows(x))] }

    /// out += the unbiased variances of the columns of an m × n matrix, for m ≥ 2.
    ///
    /// Arguments: `out` of n numbers; the matrix.
    public static let columnVariances = ReversibleFunction("columnVariances", parameters: ["out", "x"]) {
        (out: Vector, x: Matrix) in
        let means = Vector.ancilla(count: x.columns, "means")
        Compute {
            columnMeans(means, x)
        } apply: {
            For(0..<x.rows) { row in
                For(0..<x.columns) { j in
                    out[j] += (x[row, j] - means[j]) * (x[row, j] - means[j]) / (x.rows - 1)
                }
            }
        }
    }
    .requiring { out, x in
        [.equal(.elements(out), .columns(x)), .atLeast(2, .rows(x)), .elements(x, .finite)]
    }

    /// out += the unbiased covariances of the columns of an m × n matrix, for m ≥ 2. Takes 2 m n² operations.
    ///
    /// Arguments: `out`, n × n and symmetric; the matrix.
    public static let covarianceMatrix = ReversibleFunction("covarianceMatrix", parameters: ["out", "x"]) {
        (out: Matrix, x: Matrix) in
        let means = Vector.ancilla(count: x.columns, "means")
        let centred = Matrix.ancilla(rows: x.rows, columns: x.columns, "centred")
        let scale = Scalar.ancilla("scale")
        Compute {
            columnMeans(means, x)
            For(0..<x.rows) { row in
                For(0..<x.columns) { j in centred[row, j] += x[row, j] - means[j] }
            }
            scale += 1.0 / (x.rows - 1)
        } apply: {
            LinearAlgebra.scaledTransposedProduct(out, scale, centred, centred)
        }
    }
    .requiring { out, x in
        [.square(out), .equal(.rows(out), .columns(x)), .atLeast(2, .rows(x)), .elements(x, .finite)]
    }

    /// out += Pearson's correlations of the columns of an m × n matrix, for m ≥ 2.
    ///
    /// Arguments: `out`, n × n and symmetric; the matrix. A column of equal numbers gives NaN.
    public static let correlationMatrix = ReversibleFunction("correlationMatrix", parameters: ["out", "x"]) {
        (out: Matrix, x: Matrix) in
        let covariances = Matrix.ancilla(rows: x.columns, columns: x.columns, "covariances")
        Compute {
            covarianceMatrix(covariances, x)
        } apply: {
            For(0..<x.columns) { i in
                For(0..<x.columns) { j in
                    out[i, j] += covariances[i, j] / (sqrt(covariances[i, i]) * sqrt(covariances[j, j]))
                }
            }
        }
    }
    .requiring { out, x in
        [.square(out), .equal(.rows(out), .columns(x)), .atLeast(2, .rows(x)), .elements(x, .finite)]
    }
}
