import ReversibleCore

/// A function as the operators of this module take it. `ReversibleFunction` is the only one there is.
///
/// It gives the tuples of a function's values and gradients names of their own. Written out in an operator's result
/// as what the argument types give, a tuple's type is found by Swift only after everything else, and
/// `print(try grad(f, 0, 3).1)` or `adjoint(adjoint(f))` would not compile.
public protocol DifferentiableProgram: ValueFunction {
    /// For every argument the gradient of a loss in it; `()` for integers.
    associatedtype Gradients
    /// The same tuple where it goes in: directions in the arguments, or gradients of some loss in the results.
    associatedtype Directions
    /// The function's adjoint, which ``adjoint(_:)`` gives.
    associatedtype Adjoint: DifferentiableProgram
    /// The function over values with tangents, which ``tangent(_:)`` gives.
    associatedtype Tangent: DifferentiableProgram

    /// The function without the types of its arguments.
    var untyped: UntypedProgram { get }
    /// The adjoint.
    var adjoint: Adjoint { get }
    /// The function over values with tangents.
    var tangent: Tangent { get }
    /// The same function, whose derivatives get old values back in this way.
    func undoing(_ way: Undoing) -> Self

    /// Takes host values apart.
    static func pack(_ values: Values, into writer: inout ValueWriter) throws
    /// Puts host values together.
    static func unpackValues(from reader: inout ValueReader) throws -> Values
    /// Takes directions apart.
    static func packDirections(_ directions: Directions, into writer: inout ValueWriter) throws
    /// Puts gradients together.
    static func unpackGradients(from reader: inout ValueReader) throws -> Gradients
    /// Takes the gradient of one argument apart; throws `mismatch`, given the type it should have, for another type.
    static func packGradient<Gradient>(
        _ gradient: Gradient, ofArgument index: Int, mismatch: (String) -> any Error
    ) throws -> [Leaf<Double>]
    /// Puts the gradient of one argument together; nil for another type.
    static func unpackGradient<Gradient>(
        ofArgument index: Int, _ leaves: [Leaf<Double>], as type: Gradient.Type
    ) throws -> Gradient?
}

/// A reversible function without the types of its arguments.
public struct UntypedProgram: Sendable {
    let callee: Call.Callee
    package let isInverted: Bool
    package let options: RunOptions

    init<each A: Argument>(_ f: ReversibleFunction<repeat each A>) {
        callee = f.callee
        isInverted = f.isInverted
        options = f.options
    }

    package var definition: Definition {
        get throws(ReversibilityError) { try callee.definition }
    }

    /// A derived program of the same direction, under other argument types.
    func deriving<each A: Argument>(
        _ derive: (Definition) throws(ReversibilityError) -> Definition
    ) -> ReversibleFunction<repeat each A> {
        let derived: Call.Callee
        do {
            derived = .function(try derive(try definition))
        } catch {
            derived = .unavailable(error)
        }
        return ReversibleFunction<repeat each A>(callee: derived, isInverted: isInverted, options: options)
    }
}

extension ReversibleFunction: DifferentiableProgram {
    /// For every argument the gradient of a loss in it.
    public typealias Gradients = (repeat (each A).Value.Gradient)
    /// For every argument a direction.
    public typealias Directions = (repeat (each A).Value.Gradient)
    /// The function's adjoint.
    public typealias Adjoint = ReversibleFunction<repeat GVar<each A>>
    /// The function over values with tangents.
    public typealias Tangent = ReversibleFunction<repeat DualVar<each A>>

    /// The function without the types of its arguments.
    public var untyped: UntypedProgram { UntypedProgram(self) }

    /// What ``adjoint(_:)`` gives.
    public var adjoint: ReversibleFunction<repeat GVar<each A>> {
        untyped.deriving { (definition) throws(ReversibilityError) in try definition.undoneAdjoint }
    }

    /// What ``tangent(_:)`` gives.
    public var tangent: ReversibleFunction<repeat DualVar<each A>> {
        untyped.deriving { (definition) throws(ReversibilityError) in
            try definition.tangent(moving: Set(definition.arguments.indices))
        }
    }

    /// Takes host values apart.
    public static func pack(_ values: (repeat (each A).Value), into writer: inout ValueWriter) throws {
        repeat try (each A).pack(each values, into: &writer)
    }

    /// Puts host values together.
    public static func unpackValues(from reader: inout ValueReader) throws -> (repeat (each A).Value) {
        (repeat try (each A).unpack(from: &reader))
    }

    /// Takes directions apart.
    public static func packDirections(
        _ directions: (repeat (each A).Value.Gradient), into writer: inout ValueWriter
    ) throws {
        repeat try (each A).packGradient(each directions, into: &writer)
    }

    /// Puts gradients together.
    public static func unpackGradients(
        from reader: inout ValueReader
    ) throws -> (repeat (each A).Value.Gradient) {
        (repeat try (each A).unpackGradient(from: &reader))
    }

    /// Takes the gradient of one argument apart.
    public static func packGradient<Gradient>(
        _ gradient: Gradient, ofArgument index: Int, mismatch: (String) -> any Error
    ) throws -> [Leaf<Double>] {
        var position = 0
        var writer = ValueWriter()
        func pack<P: Argument>(_ type: P.Type) throws {
            defer { position += 1 }
            guard position == index else { return }
            guard let own = asReal(gradient) as? P.Value.Gradient else {
                throw mismatch("\(P.Value.Gradient.self)")
            }
            try P.packGradient(own, into: &writer)
        }
        repeat try pack((each A).self)
        return writer.leaves
    }

    /// Puts the gradient of one argument together.
    public static func unpackGradient<Gradient>(
        ofArgument index: Int, _ leaves: [Leaf<Double>], as type: Gradient.Type
    ) throws -> Gradient? {
        var position = 0
        var found: Gradient?
        func unpack<P: Argument>(_ type: P.Type) throws {
            defer { position += 1 }
            guard position == index else { return }
            var reader = ValueReader(leaves)
            found = try P.unpackGradient(from: &reader) as? Gradient
        }
        repeat try unpack((each A).self)
        return found
    }
}

/// Numbers written as whole ones where the type says nothing, as in `cotangent: 2` and `[1, -1]`, are real all the
/// same: integers have no gradients.
private func asReal(_ gradient: Any) -> Any {
    switch gradient {
    case let number as Int: Double(number)
    case let numbers as [Int]: numbers.map(Double.init)
    case let rows as [[Int]]: matrix(rows.map { $0.map(Double.init) }) ?? gradient
    case let rows as [[Double]]: matrix(rows) ?? gradient
    default: gradient
    }
}

private func matrix(_ rows: [[Double]]) -> DenseMatrix? {
    let columns = rows.first?.count ?? 0
    guard rows.allSatisfy({ $0.count == columns }) else { return nil }
    return DenseMatrix(rows: rows.count, columns: columns, elements: rows.flatMap { $0 })
}
