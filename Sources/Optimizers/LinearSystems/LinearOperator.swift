import AD

/// What can be applied to rows of numbers as a matrix is, and transposed: all that iterative solvers ask of one.
///
/// `LinearMap` is one, and `SparseMatrixCSC` of `ReversiblePrograms`; ``MatrixFreeOperator`` makes one of closures.
public protocol LinearOperator {
    /// How many numbers come out.
    var rows: Int { get }
    /// How many numbers go in.
    var columns: Int { get }
    /// The product with a direction, A d.
    func callAsFunction(_ direction: [Double]) throws -> [Double]
    /// The product of the transpose with weights of the results, Aᵀ w.
    func transposed(_ weights: [Double]) throws -> [Double]
}

extension LinearMap: LinearOperator {}

/// A matrix that is known by its products only.
///
/// ```swift
/// let laplacian = MatrixFreeOperator(size: n) { x in … }        // symmetric
/// let blur = MatrixFreeOperator(rows: m, columns: n, product: { … }, transposed: { … })
/// ```
public struct MatrixFreeOperator: LinearOperator {
    /// How many numbers come out.
    public let rows: Int
    /// How many numbers go in.
    public let columns: Int
    private let product: ([Double]) throws -> [Double]
    private let transposedProduct: ([Double]) throws -> [Double]

    /// A matrix by its products with directions, and those of its transpose.
    public init(
        rows: Int, columns: Int, product: @escaping ([Double]) throws -> [Double],
        transposed: @escaping ([Double]) throws -> [Double]
    ) {
        self.rows = rows
        self.columns = columns
        self.product = product
        self.transposedProduct = transposed
    }

    /// A symmetric matrix by its products.
    public init(size: Int, product: @escaping ([Double]) throws -> [Double]) {
        self.init(rows: size, columns: size, product: product, transposed: product)
    }

    /// The product with a direction, A d.
    public func callAsFunction(_ direction: [Double]) throws -> [Double] { try product(direction) }

    /// The product of the transpose with weights of the results, Aᵀ w.
    public func transposed(_ weights: [Double]) throws -> [Double] { try transposedProduct(weights) }
}

/// The products of an operator, counted and looked at: as long as they must be, and finite or not.
struct Products {
    let matrix: any LinearOperator
    private let name: String

    /// - Parameter name: What it is in an error: "matrix" or "preconditioner".
    init(_ matrix: any LinearOperator, called name: String = "matrix") {
        self.matrix = matrix
        self.name = name
    }

    var rows: Int { matrix.rows }
    var columns: Int { matrix.columns }

    /// A d.
    func product(_ direction: [Double]) throws(OptimizerError) -> [Double] {
        let product = try callingFunction { try matrix(direction) }
        return try checked(product, rows, "product with the \(name)")
    }

    /// Aᵀ w.
    func transposed(_ weights: [Double]) throws(OptimizerError) -> [Double] {
        let product = try callingFunction { try matrix.transposed(weights) }
        return try checked(product, columns, "product with the transposed \(name)")
    }

    private func checked(
        _ product: [Double], _ count: Int, _ what: String
    ) throws(OptimizerError) -> [Double] {
        guard product.count == count else {
            throw OptimizerError(
                .wrongSize,
                "the \(what) has \(product.count) numbers; for \(rows) rows and \(columns) columns it must have \(count)"
            )
        }
        return product
    }

    /// Refuses a preconditioner that does not go with so many unknowns.
    func require(square count: Int) throws(OptimizerError) {
        guard rows == count, columns == count else {
            throw OptimizerError(
                .wrongSize,
                "the \(name) has \(rows) rows and \(columns) columns; with \(count) unknowns it must have as many of both"
            )
        }
    }
}
