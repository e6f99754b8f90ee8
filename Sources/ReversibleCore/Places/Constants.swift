// Constants: data of a program, which is not among its arguments.

extension Vector {
    /// A vector that is part of the program: read only, no argument, and without a gradient.
    ///
    /// ```swift
    /// let w = Vector.constant([0.5, 0.25, 0.25])
    /// let average = ReversibleFunction { (y: Scalar, x: Vector) in
    ///     For(x.indices) { i in y += w[i] * x[i] }
    /// }
    /// ```
    ///
    /// It can be made anywhere and used in any function: in expressions, indexed by numbers that are known when the program
    /// runs, and as an argument of functions that only read it. To change it is an error when the program is made. Compiled
    /// and exported code has it as a table, so that very large data, or data that changes from call to call, is better an
    /// argument.
    ///
    /// - Parameter name: The name in messages and printed programs; without it the numbers stand there.
    public static func constant(_ values: [Double], _ name: String? = nil) -> Vector {
        Vector(Variable(.reals(.vector, values, name: name)))
    }
}

extension IntegerVector {
    /// An integer vector that is part of the program: read only, and no argument. See ``Vector/constant(_:_:)``.
    ///
    /// - Parameter name: The name in messages and printed programs; without it the numbers stand there.
    public static func constant(_ values: [Int], _ name: String? = nil) -> IntegerVector {
        IntegerVector(Variable(.integers(.integerVector, values, name: name)))
    }
}

extension Matrix {
    /// A matrix that is part of the program: read only, no argument, and without a gradient. See ``Vector/constant(_:_:)``.
    ///
    /// - Parameter name: The name in messages and printed programs; without it the numbers stand there.
    public static func constant(_ table: DenseMatrix, _ name: String? = nil) -> Matrix {
        Matrix(
            Variable(
                .reals(.matrix, table.elements, rows: table.rows, columns: table.columns, name: name)))
    }

    /// The same of its rows, which must all have the same length.
    public static func constant(_ rows: [[Double]], _ name: String? = nil) -> Matrix {
        constant(DenseMatrix(rows), name)
    }
}

extension Scalar {
    /// A number for an argument that a called function only reads: `g(y, .constant(0.5))`. In expressions a Swift number
    /// stands as it is.
    ///
    /// - Parameter name: The name in messages; without it the number stands there.
    public static func constant(_ value: Double, _ name: String? = nil) -> Scalar {
        Scalar(Place(Variable(.reals(.scalar, [value], name: name))))
    }
}

extension Integer {
    /// An integer for an argument that a called function only reads: `g(y, .constant(3))`. In expressions a Swift integer
    /// stands as it is.
    ///
    /// - Parameter name: The name in messages; without it the number stands there.
    public static func constant(_ value: Int, _ name: String? = nil) -> Integer {
        Integer(Place(Variable(.integers(.integer, [value], name: name))))
    }
}
