/// An instruction of one's own: a program, and the program that undoes it.
///
/// Every function has an inverse, that of its statements, last first. Where there is a better one, shorter or more exact, it
/// is given here: a program that calls the instruction and is undone runs it.
///
/// ```swift
/// let shear = InstructionPair("shear", parameters: ["x", "y"]) { (x: Scalar, y: Scalar) in
///     x += 0.5 * y
///     y *= 2
/// } inverse: { x, y in
///     y *= 0.5
///     x -= 0.5 * y
/// }
/// let twice = ReversibleFunction { (x: Scalar, y: Scalar) in
///     shear(x, y)
///     shear(x, y)
/// }
/// try checkInverse(shear, 1.0, 2.0)
/// ```
///
/// That one undoes the other is for `checkInverse(_:_:tolerance:)` of the module AD to find out, on arguments of your choice.
/// Derivatives are made of each program by itself.
public struct InstructionPair<each A: Argument>: Sendable {
    /// The program.
    public let forward: ReversibleFunction<repeat each A>
    /// The program that undoes it.
    public let backward: ReversibleFunction<repeat each A>

    private init(forward: ReversibleFunction<repeat each A>, backward: ReversibleFunction<repeat each A>) {
        (self.forward, self.backward) = (forward, backward)
    }

    /// Traces both programs; that one of them is none, or that one changes what the other does not, is a programming error
    /// and traps.
    ///
    /// - Parameters:
    ///   - name: The name in error messages and printed calls.
    ///   - parameters: The parameters' names in messages and printed source.
    ///   - body: The program.
    ///   - inverse: The program that undoes it.
    public init(
        _ name: String, parameters: [String] = [], fileID: StaticString = #fileID, line: UInt = #line,
        @Reversible _ body: (repeat each A) -> Statement, @Reversible inverse: (repeat each A) -> Statement
    ) {
        do {
            try self.init(checking: name, parameters: parameters, body, inverse: inverse)
        } catch {
            stop(error, fileID, line)
        }
    }

    /// Traces both programs, and throws if one of them is none, or changes what the other does not.
    public init(
        checking name: String, parameters: [String] = [], @Reversible _ body: (repeat each A) -> Statement,
        @Reversible inverse: (repeat each A) -> Statement
    ) throws(ReversibilityError) {
        let there = try Definition.tracing(name, parameters, body)
        let back = try Definition.tracing("(~\(name))", parameters, inverse)
        for (position, parameter) in there.parameters.enumerated() {
            let (one, other) = (there.parameterModes[position], back.parameterModes[position])
            guard one.changes != other.changes else { continue }
            throw ReversibilityError(
                .invalidStatement,
                "`\(one.changes ? name : back.name)` changes `\(parameter.name)`, and "
                    + "`\(one.changes ? back.name : name)` does not: one could not undo the other",
                function: name)
        }
        forward = ReversibleFunction(callee: .function(there))
        backward = ReversibleFunction(callee: .function(back))
    }

    /// The instruction that undoes this one.
    public static prefix func ~ (pair: InstructionPair<repeat each A>) -> InstructionPair<repeat each A> {
        InstructionPair(forward: pair.backward, backward: pair.forward)
    }

    /// The instruction as a statement of a program.
    @_disfavoredOverload
    public func callAsFunction(_ arguments: repeat each A) -> Statement {
        forward.call(repeat each arguments, pair: backward.callee)
    }

    /// Runs the instruction and returns all arguments, changed as its program says.
    @discardableResult
    @_disfavoredOverload
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> (repeat (each A).Value) {
        try forward.run(on: (repeat each arguments))
    }
}
