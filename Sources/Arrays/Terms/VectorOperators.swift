import ReversibleCore

extension VectorTerm {
    /// The sums, element by element.
    public static func + (a: VectorTerm, b: VectorTerm) -> VectorTerm { a.zip(with: b) { $0 + $1 } }
    /// The sum of every element and a number.
    public static func + (a: VectorTerm, b: ScalarTerm) -> VectorTerm { a.map { $0 + b } }
    /// The sum of a number and every element.
    public static func + (a: ScalarTerm, b: VectorTerm) -> VectorTerm { b.map { a + $0 } }
    /// The differences, element by element.
    public static func - (a: VectorTerm, b: VectorTerm) -> VectorTerm { a.zip(with: b) { $0 - $1 } }
    /// The difference of every element and a number.
    public static func - (a: VectorTerm, b: ScalarTerm) -> VectorTerm { a.map { $0 - b } }
    /// The difference of a number and every element.
    public static func - (a: ScalarTerm, b: VectorTerm) -> VectorTerm { b.map { a - $0 } }
    /// The products, element by element.
    public static func * (a: VectorTerm, b: VectorTerm) -> VectorTerm { a.zip(with: b) { $0 * $1 } }
    /// The product of every element and a number.
    public static func * (a: VectorTerm, b: ScalarTerm) -> VectorTerm { a.map { $0 * b } }
    /// The product of a number and every element.
    public static func * (a: ScalarTerm, b: VectorTerm) -> VectorTerm { b.map { a * $0 } }
    /// The quotients, element by element.
    public static func / (a: VectorTerm, b: VectorTerm) -> VectorTerm { a.zip(with: b) { $0 / $1 } }
    /// The quotient of every element and a number.
    public static func / (a: VectorTerm, b: ScalarTerm) -> VectorTerm { a.map { $0 / b } }
    /// The quotient of a number and every element.
    public static func / (a: ScalarTerm, b: VectorTerm) -> VectorTerm { b.map { a / $0 } }
    /// The negatives.
    public static prefix func - (a: VectorTerm) -> VectorTerm { a.map { -$0 } }
}

extension MatrixTerm {
    /// The sums, element by element.
    public static func + (a: MatrixTerm, b: MatrixTerm) -> MatrixTerm { a.zip(with: b) { $0 + $1 } }
    /// The differences, element by element.
    public static func - (a: MatrixTerm, b: MatrixTerm) -> MatrixTerm { a.zip(with: b) { $0 - $1 } }
    /// The product of a number and every element.
    public static func * (a: ScalarTerm, b: MatrixTerm) -> MatrixTerm { b.map { a * $0 } }
}
