// `y += a * x`: a matrix times a vector, written as the two loops that it is.

/// The product of a matrix, or its transpose, and a vector: what a vector changes by in `y += a * x`.
///
/// It is no expression: there is no place for its elements but the vector that they are added to.
public struct MatrixProduct: Sendable {
    let matrix: Matrix
    let isTransposed: Bool
    let vector: Vector
    /// What the product is multiplied by.
    let factor: Node?
}

/// A matrix with rows and columns exchanged, as a factor of a product: `y += transpose(a) * x`.
public struct TransposedMatrix: Sendable {
    let matrix: Matrix
}

/// The transpose of a matrix, for a product with a vector; nothing is copied.
public func transpose(_ matrix: Matrix) -> TransposedMatrix { TransposedMatrix(matrix: matrix) }

/// The matrix itself: the transpose of its transpose.
public func transpose(_ transposed: TransposedMatrix) -> Matrix { transposed.matrix }

/// The product of a matrix and a vector, to be added to a vector: `y += a * x`.
///
/// The vectors may be views, of other arrays than the matrix. Lengths that do not fit are an error of the kind
/// ``ReversibilityError/Kind/lengthMismatch``. The product of two matrices, `a * b`, is taken element by element.
@_disfavoredOverload
public func * (a: Matrix, x: Vector) -> MatrixProduct {
    MatrixProduct(matrix: a, isTransposed: false, vector: x, factor: nil)
}

/// The product of a transposed matrix and a vector, to be added to a vector: `y += transpose(a) * x`.
@_disfavoredOverload
public func * (a: TransposedMatrix, x: Vector) -> MatrixProduct {
    MatrixProduct(matrix: a.matrix, isTransposed: true, vector: x, factor: nil)
}

/// The product times a number: `y += 2 * (a * x)`.
@_disfavoredOverload
public func * (factor: some Operand, product: MatrixProduct) -> MatrixProduct {
    MatrixProduct(
        matrix: product.matrix, isTransposed: product.isTransposed, vector: product.vector,
        factor: product.factor.map { .binary(.multiply, factor.node, $0) } ?? factor.node)
}

extension Vector {
    /// Adds the product of a matrix and a vector; the inverse is `-=`.
    public static func += (place: Vector, product: MatrixProduct) -> Statement {
        product.statement(.add, place.place)
    }

    /// Subtracts the product of a matrix and a vector; the inverse is `+=`.
    public static func -= (place: Vector, product: MatrixProduct) -> Statement {
        product.statement(.subtract, place.place)
    }
}

extension MatrixProduct {
    /// The loops, rows outside: the elements of a row lie side by side.
    fileprivate func statement(_ operation: Update.Operation, _ result: Place) -> Statement {
        let (a, x) = (matrix.variable, vector.place)
        if let factor, !factor.type.isSingle {
            return Statement(
                .misuse("the product of a matrix and a vector can be multiplied by one number only"))
        }
        let expansion = ViewExpansion.tracing
        let sizes = [(Axis.rows, isTransposed ? x : result), (.columns, isTransposed ? result : x)]
        var statements: [Statement] = []
        for (axis, place) in sizes {
            statements += expansion.assertions(about: place)
            statements += expansion.assertionsOfSize(a.size(axis), "\(axis)", of: a, place)
        }
        // The matrix as a whole, which a row of it would be a part of.
        for (place, other) in [(result, x), (result, Place(a))] {
            guard place.variable == other.variable else { continue }
            guard place.span != nil || other.span != nil,
                let apart = expansion.assertionsOfDistance(place, other)
            else { return sharing(result, other, expansion) }
            statements += apart
        }
        let indices = (Tracer.current ?? Tracer()).declareIndices(2).map { Place($0) }
        let (i, j) = (indices[0], indices[1])
        let (row, column) = (isTransposed ? x : result, isTransposed ? result : x)
        let (inRow, inColumn) = (row.element(inside: [i.read]), column.element(inside: [j.read]))
        let (target, source) = isTransposed ? (inColumn, inRow) : (inRow, inColumn)
        let term = Node.binary(.multiply, Place(a, [i.read, j.read]).read, source.read)
        let change = factor.map { .binary(.multiply, $0, term) } ?? term
        var body = Statement.update(operation, target, change)
        for (index, axis) in [(j, Axis.columns), (i, .rows)] {
            let loop = ForLoop(counting: index.variable, to: a.size(axis), body: Block(statements: [body]))
            body = Statement(.forLoop(loop))
        }
        return Statement(.block(Block(statements: statements + [body])))
    }

    private func sharing(_ result: Place, _ other: Place, _ expansion: ViewExpansion) -> Statement {
        let printer = expansion.printer()
        let (a, b) = (printer.text(result), printer.text(other))
        let subject =
            a == b ? "`\(a)` is changed and used by the same product" : "`\(a)` and `\(b)` share memory"
        return Statement(
            .misuse(
                "\(subject); it could not be undone. Add the product to another vector, and copy what is needed into an "
                    + "ancilla first"))
    }
}
