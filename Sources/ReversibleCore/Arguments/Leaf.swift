/// What one place holds when a program runs on numbers of some type.
public enum Leaf<Number: Sendable>: Sendable {
    /// A `Scalar`.
    case real(Number)
    /// An `Integer`.
    case integer(Int)
    /// A `Vector`, or a `Stack` with its top last.
    case reals([Number])
    /// An `IntegerVector`.
    case integers([Int])
    /// A `Matrix`, row after row.
    case matrix(rows: Int, columns: Int, [Number])

    package var typeName: String {
        switch self {
        case .real: "Scalar"
        case .integer: "Integer"
        case .reals: "Vector"
        case .integers: "IntegerVector"
        case .matrix: "Matrix"
        }
    }
}

extension Leaf: Equatable where Number: Equatable {}

extension ReversibleFunction {
    /// Runs the function on numbers of any type: `Float`, ``Dual``, ``FixedPoint43`` or your own.
    ///
    /// ```swift
    /// let results = try f.run([.real(Float(0)), .real(3)])
    /// ```
    ///
    /// - Parameter places: One entry for every place among the arguments, the fields of structs in order.
    /// - Returns: What the places hold afterwards.
    /// - Throws: What calling the function throws.
    public func run<Number: ReversibleNumber>(
        _ places: [Leaf<Number>]
    ) throws(ReversibilityError) -> [Leaf<Number>] {
        try definition.run(places, inverted: isInverted, options: options)
    }
}
