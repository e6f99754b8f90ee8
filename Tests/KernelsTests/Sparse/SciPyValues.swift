import ReversiblePrograms

/// Matrices, vectors and products computed with SciPy 1.17.1 (`scipy.sparse`, NumPy's double precision).
enum SciPyValues {
    static let alpha = -0.75
    static let aArrays = (
        pointers: [0, 3, 5, 6, 8], indices: [1, 2, 4, 1, 2, 4, 1, 2],
        values: [-0.274, 0.299, -0.455, 0.06, 1.34, 0.001, -0.992, -0.891]
    )
    static func a() throws -> SparseMatrixCSC {
        try SparseMatrixCSC(
            rows: 5, columns: 4, columnPointers: aArrays.pointers, rowIndices: aArrays.indices,
            values: aArrays.values)
    }
    static func b() throws -> SparseMatrixCSC {
        try SparseMatrixCSC(
            rows: 5, columns: 4, columnPointers: [0, 2, 3, 7, 10],
            rowIndices: [1, 2, 0, 0, 1, 2, 3, 2, 3, 4],
            values: [-0.93, -0.492, -0.62, 0.695, -0.029, 0.105, -1.344, 0.49, -0.458, 0.357])
    }
    static let x = [-1.901, -1.29, -1.842, -0.235]
    static let u = [-1.267, 0.271, 0.157, -0.187, -2.517]
    static let d: DenseMatrix = [
        [-0.539, -0.049, 0.113], [-1.53, -0.478, -0.979], [-0.809, 1.061, -0.808], [-0.033, 0.884, -0.584],
    ]
    static let e: DenseMatrix = [
        [-0.112, 0.11, 0.064], [-1.225, 0.076, 1.359], [-1.547, 0.859, 0.119], [-0.641, 2.0, 0.762],
        [-1.199, 0.075, 0.577],
    ]
    /// `alpha * (A @ x)`
    static let product = [0, -0.5074455, 1.5657104999999998, 0, -0.64733475]
    /// `alpha * (A.T @ u)`
    static let transposedProduct = [
        -0.8384429999999999, -0.16998000000000002, 0.00188775, 0.30653925000000004,
    ]
    /// `alpha * (A @ D)`
    static let matrixProduct: DenseMatrix = [
        [0, 0, 0], [-0.06646650000000001, 0.6691365, -0.3672195],
        [1.6364685000000003, 1.08211125, 0.56829675], [0, 0, 0],
        [-0.18332700000000002, -0.017517, 0.03916725],
    ]
    /// `alpha * (A.T @ E)`
    static let transposedMatrixProduct: DenseMatrix = [
        [-0.31398150000000014, -0.15141899999999997, 0.44949000000000006],
        [1.6098599999999998, -0.8667149999999999, -0.18075],
        [0.0008992500000000001, -5.625e-05, -0.00043275],
        [-1.9451827499999998, 0.63057075, 1.0906177499999998],
    ]
    /// `A.multiply(B).sum()`
    static let innerProduct = -0.3288779999999999
    /// `u @ (A @ x)`
    static let bilinearForm = -2.316853845
    /// `A.T.tocsc()`
    static let transposed = (
        pointers: [0, 0, 3, 6, 6, 8], indices: [0, 1, 3, 0, 1, 3, 0, 2],
        values: [-0.274, 0.06, -0.992, 0.299, 1.34, -0.891, -0.455, 0.001]
    )

    /// A with these imaginary parts.
    static func c() throws -> ComplexSparseMatrixCSC {
        let a = try a()
        return try ComplexSparseMatrixCSC(
            real: a, imaginary: a.withValues([-0.189, 0.683, -0.067, 0.667, 1.439, -0.676, 0.203, -0.463]))
    }
    static let complexAlpha = Complex.Value(re: 0.5, im: -1.25)
    static let complexX = ComplexVector.Value(
        re: [0.127, -1.187, -0.579, -0.196], im: [0.899, 1.145, -1.324, -0.795])
    static let complexU = ComplexVector.Value(
        re: [0.647, -1.992, -0.463, -0.097, 1.257], im: [0.689, -0.327, -0.369, -0.25, 1.524])
    /// `alpha * (C @ x)`
    static let complexProduct = ComplexVector.Value(
        re: [0, -0.47763500000000025, -0.7778114999999999, 0, -0.4809200000000001],
        im: [0, 0.30775324999999976, 5.500081000000001, 0, 1.10270675])
    /// `alpha * (C.T @ u)`
    static let complexTransposedProduct = ComplexVector.Value(
        re: [-0.8587572500000001, -3.13167125, -0.5445194999999999, 1.7210104999999998],
        im: [-0.5287665000000001, -1.2659505, -1.7134552500000002, -2.62358575])
    /// `alpha * (C.conj().T @ u)`
    static let complexAdjointProduct = ComplexVector.Value(
        re: [-1.0911892499999998, 1.1065312500000002, 0.5495864999999999, 2.300494],
        im: [0.22602349999999988, 2.6017205, 1.7118367499999998, -2.69474375])
}
