import ReversibleCore
import Strategies

/// A function of numbers, vectors and matrices, as a term: it is run, differentiated, rewritten, and made a reversible program.
///
/// ```swift
/// let dot = ArrayFunction("dot") { (u: VectorTerm, v: VectorTerm) in (u * v).sum() }
/// try dot([1, 2], [3, 4])                                        // 11.0
/// forwardGradient(dot, with: 0).optimized(by: .arrays)           // build(u.count) { i in v[i] }
/// let program: ReversibleFunction<Scalar, Vector, Vector> = try dot.program()
/// ```
///
/// The closure is traced once. A function that cannot be right, as its arrays do not go together, throws the reason
/// wherever it is used; ``init(checking:parameters:_:)`` throws it at once.
public struct ArrayFunction: Sendable {
    /// The name in messages.
    public let name: String
    /// The parameters, in order.
    public let parameters: [TermVariable]
    /// What the function is of its parameters.
    public let body: Term
    /// The sizes that must be equal when it runs.
    let equalities: [(Term, Term)]

    /// Traces a closure.
    ///
    /// - Parameters:
    ///   - name: The name in messages.
    ///   - parameters: The parameters' names in printed terms; without it vectors are `u`, `v`, …, matrices `a`, `b`, …,
    ///     numbers `x`, `y`, …, and indices `n`, `m`, …, since Swift does not tell a closure's.
    public init<each P: ArrayTerm, Result: ArrayTerm>(
        _ name: String = "f", parameters names: [String] = [], _ body: (repeat each P) -> Result
    ) {
        var maker = ParameterMaker(names: names)
        let notes = ShapeNotes()
        let result = ShapeNotes.$current.withValue(notes) { body(repeat maker.make((each P).self)).term }
        let (variables, problem) = (maker.variables, maker.problem)
        let sizes = EqualSizes(variables, notes.equalities(of: Set(variables.map(\.id))))
        self.init(
            name, sizes.parameters,
            problem == nil ? sizes.unified(result) : Term(result.kind, problem: problem), sizes.equalities)
    }

    /// Traces a closure, and throws if its arrays do not go together.
    public init<each P: ArrayTerm, Result: ArrayTerm>(
        checking name: String, parameters names: [String] = [], _ body: (repeat each P) -> Result
    ) throws(ReversibilityError) {
        self.init(name, parameters: names, body)
        try check()
    }

    /// A function of parameters whose sizes are known already as ``EqualSizes`` has them.
    package init(_ name: String, _ parameters: [TermVariable], _ body: Term, _ equalities: [(Term, Term)]) {
        self.name = name
        self.parameters = parameters
        self.body = body
        self.equalities = equalities
    }

    /// The same function with another term for its value.
    func with(_ body: Term, named name: String? = nil) -> ArrayFunction {
        ArrayFunction(name ?? self.name, parameters, body, equalities)
    }

    func check() throws(ReversibilityError) {
        guard let problem = body.problem else { return }
        throw ReversibilityError(.invalidArgument, problem, function: name)
    }
}

extension ArrayFunction {
    /// Evaluates the term for these arguments: numbers, rows of numbers, matrices.
    ///
    /// - Throws: A `ReversibilityError` if arguments do not fit, an index is outside its array, or a NaN is compared.
    public func callAsFunction<each Value: ArrayValueConvertible>(
        _ arguments: repeat each Value
    ) throws(ReversibilityError) -> ArrayValue {
        var values: [ArrayValue] = []
        for argument in repeat each arguments { values.append(argument.arrayValue) }
        return try evaluate(values)
    }

    /// Evaluates a term for a number.
    @_disfavoredOverload
    public func callAsFunction<each Value: ArrayValueConvertible>(
        _ arguments: repeat each Value
    ) throws(ReversibilityError) -> Double {
        let value: ArrayValue = try callAsFunction(repeat each arguments)
        return try expecting(value.number, "a number")
    }

    /// Evaluates a term for a vector.
    @_disfavoredOverload
    public func callAsFunction<each Value: ArrayValueConvertible>(
        _ arguments: repeat each Value
    ) throws(ReversibilityError) -> [Double] {
        let value: ArrayValue = try callAsFunction(repeat each arguments)
        return try expecting(value.vector, "a vector")
    }

    /// Evaluates a term for a matrix.
    @_disfavoredOverload
    public func callAsFunction<each Value: ArrayValueConvertible>(
        _ arguments: repeat each Value
    ) throws(ReversibilityError) -> DenseMatrix {
        let value: ArrayValue = try callAsFunction(repeat each arguments)
        return try expecting(value.matrix, "a matrix")
    }

    private func expecting<Result>(_ result: Result?, _ wanted: String) throws(ReversibilityError) -> Result {
        if let result { return result }
        throw ReversibilityError(
            .invalidArgument, "the result is asked for as \(wanted), and is \(body.type)", function: name)
    }

    /// The same, of the arguments in a row.
    public func evaluate(_ arguments: [ArrayValue]) throws(ReversibilityError) -> ArrayValue {
        try check()
        guard arguments.count == parameters.count else {
            throw ReversibilityError(
                .invalidArgument,
                "\(parameters.count) arguments are needed, and \(arguments.count) are given",
                function: name)
        }
        var evaluator = Evaluator(function: name)
        for (parameter, argument) in zip(parameters, arguments) {
            guard let value = TermValue(argument, as: parameter.type) else {
                throw ReversibilityError(
                    .invalidArgument,
                    "`\(parameter.name ?? "_")` is \(parameter.type); the argument is \(argument)",
                    function: name)
            }
            evaluator.bind(parameter, to: value)
        }
        for (m, n) in equalities {
            let (x, y) = (try evaluator.value(m), try evaluator.value(n))
            guard x.number == y.number else {
                throw ReversibilityError(
                    .lengthMismatch, "`\(m)` must be `\(n)`", function: name,
                    values: [
                        .init(name: "\(m)", value: x.text), .init(name: "\(n)", value: y.text),
                    ])
            }
        }
        return try evaluator.value(body).arrayValue
    }
}

extension ArrayFunction: CustomStringConvertible {
    /// The term.
    public var description: String { body.problem ?? body.description }
}

extension Strategy where Term == Arrays.Term {
    /// The function rewritten, and every step on the way.
    ///
    /// - Throws: `RewriteError`, also if the strategy fails.
    public func traced(
        _ f: ArrayFunction, limit: Int = defaultLimit
    ) throws(RewriteError) -> (result: ArrayFunction, trace: [RewriteStep<Term>]) {
        let (body, trace) = try traced(f.body, limit: limit)
        return (f.with(body), trace)
    }

    /// The function rewritten; nil if the strategy fails.
    public func callAsFunction(
        _ f: ArrayFunction, limit: Int = defaultLimit
    ) throws(RewriteError) -> ArrayFunction? {
        try callAsFunction(f.body, limit: limit).map { f.with($0) }
    }
}

/// Makes the parameters of a function one by one, with the names that they have in printed terms.
private struct ParameterMaker {
    let names: [String]
    private(set) var variables: [TermVariable] = []
    private var used: [TermType: Int] = [:]

    init(names: [String]) { self.names = names }

    mutating func make<Parameter: ArrayTerm>(_ type: Parameter.Type) -> Parameter {
        let variable = TermVariable(type.parameterType, name: name(for: type.parameterType))
        variables.append(variable)
        return Parameter(variable.term)
    }

    private mutating func name(for type: TermType) -> String {
        if variables.count < names.count { return names[variables.count] }
        let letters =
            switch type {
            case .array(.array): ["a", "b", "c", "d"]
            case .array: ["u", "v", "w", "r", "s"]
            case .integer: ["n", "m", "p", "q"]
            default: ["x", "y", "z", "t"]
            }
        let number = used[type, default: 0]
        used[type] = number + 1
        return letters[number % letters.count] + (number < letters.count ? "" : "\(number / letters.count)")
    }

    /// What is wrong with the names that were given.
    var problem: String? {
        let count = variables.count
        if names.isEmpty || names.count == count && Set(names).count == count { return nil }
        return "`parameters:` must give each of the \(count) parameters a name of its own, and gives \(names)"
    }
}
