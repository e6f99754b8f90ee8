/// A program that runs both ways.
///
/// The closure is traced once, when the function is made; the program it describes runs for any values and
/// any array sizes, forward and backward, on any number of threads.
///
/// ```swift
/// let f = ReversibleFunction { (y: Scalar, x: Scalar) in
///     y += x * x + sin(x)
/// }
/// let (y, x) = try f(0.0, 3.0)        // y == 9.141120008059866, x == 3.0
/// let (y0, x0) = try (~f)(y, x)       // 0.0, 3.0
/// ```
///
/// A closure that describes no reversible program (`x += x * y`, say) stops the process with a message that
/// names the statement. ``init(checking:parameters:_:)`` throws the same message instead.
public struct ReversibleFunction<each A: Argument>: ValueFunction {
    /// The host values of all arguments.
    public typealias Values = (repeat (each A).Value)

    package let callee: Call.Callee
    package let isInverted: Bool
    /// Tolerances and limits of runs.
    public var options = RunOptions()
    /// 1 in every function that there is. A global of a main file can be used before it is made, by its own closure,
    /// for one; its memory is zeros then.
    private var isMade: UInt8 = 1

    package init(callee: Call.Callee, isInverted: Bool = false, options: RunOptions = RunOptions()) {
        self.callee = callee
        self.isInverted = isInverted
        self.options = options
    }

    /// Traces a closure; a closure that describes no reversible program is a programming error and traps.
    ///
    /// - Parameters:
    ///   - name: The name in error messages and printed calls.
    ///   - parameters: The parameters' names in messages and printed source; `$0`, `$1`, … without it, since
    ///     Swift does not tell a closure's.
    public init(
        _ name: String = "f", parameters: [String] = [], fileID: StaticString = #fileID, line: UInt = #line,
        @Reversible _ body: (repeat each A) -> Statement
    ) {
        do {
            try self.init(checking: name, parameters: parameters, body)
        } catch {
            stop(error, fileID, line)
        }
    }

    /// Traces a closure, and throws if it describes no reversible program.
    public init(
        checking name: String, parameters: [String] = [], @Reversible _ body: (repeat each A) -> Statement
    ) throws(ReversibilityError) {
        callee = .function(try Definition.tracing(name, parameters, body))
        isInverted = false
    }

    /// A function that calls itself; the closure's first parameter stands for it.
    ///
    /// ```swift
    /// let fibonacci = ReversibleFunction.recursive { (fib, out: Integer, n: Integer) in
    ///     If(n <= 2) { out += 1 } else: {
    ///         n -= 1
    ///         fib(out, n)
    ///         n -= 1
    ///         fib(out, n)
    ///         n += 2
    ///     }
    /// }
    /// ```
    public static func recursive(
        _ name: String = "f", parameters: [String] = [], fileID: StaticString = #fileID, line: UInt = #line,
        @Reversible _ body: (ReversibleFunction<repeat each A>, repeat each A) -> Statement
    ) -> ReversibleFunction<repeat each A> {
        do {
            return try recursive(checking: name, parameters: parameters, body)
        } catch {
            stop(error, fileID, line)
        }
    }

    /// A function that calls itself; throws if the closure describes no reversible program.
    public static func recursive(
        checking name: String, parameters: [String] = [],
        @Reversible _ body: (ReversibleFunction<repeat each A>, repeat each A) -> Statement
    ) throws(ReversibilityError) -> ReversibleFunction<repeat each A> {
        let tracer = Tracer()
        let itself = ReversibleFunction(callee: .itself(Call.Owner(tracer.token, name: name)))
        return ReversibleFunction(
            callee: .function(
                try Definition.tracing(name, parameters, by: tracer) { (places: repeat each A) in
                    body(itself, repeat each places)
                }))
    }

    /// The function that undoes this one.
    public var inverse: ReversibleFunction<repeat each A> {
        ReversibleFunction(callee: callee, isInverted: !isInverted, options: options)
    }

    /// The function that undoes `f`.
    public static prefix func ~ (f: ReversibleFunction<repeat each A>) -> ReversibleFunction<repeat each A> {
        f.inverse
    }

    /// A call as a statement of another program.
    ///
    /// Disfavoured for the sake of a function without parameters: `try f()` runs it, and in a program, where `Void` is
    /// the last that the builder takes, `f()` is a statement.
    @_disfavoredOverload
    public func callAsFunction(_ arguments: repeat each A) -> Statement {
        call(repeat each arguments, pair: nil)
    }

    /// - Parameter pair: What undoes the call, if not the function's own inverse.
    func call(_ arguments: repeat each A, pair: Call.Callee?) -> Statement {
        guard isMade == 1 else {
            return Statement(
                .misuse(
                    "a function is called before it is made; one that calls itself is made by "
                        + "`ReversibleFunction.recursive { (itself, …) in … }`, and calls `itself`"))
        }
        if case .function(let definition) = callee, definition.runsTurnsAgain {
            return Statement(
                .misuse(
                    "`\(definition.name).undoing(.checkpoints(c))` is for derivatives of `\(definition.name)` itself: a caller may "
                        + "change what its loops read. Call `\(definition.name)`, and say `undoing:` where the derivative is "
                        + "taken, or at the loop"))
        }
        var list = PlaceList()
        do {
            for argument in repeat each arguments { try argument.listPlaces(in: &list) }
        } catch {
            return Statement(.misuse("\(error)"))
        }
        return Call(callee, inverted: isInverted, arguments: list.places, pair: pair).withoutConstants
    }

    /// Runs the function and returns all arguments, changed as the program says.
    ///
    /// - Throws: A ``ReversibilityError`` that names the statement, its place in the source and the values.
    @discardableResult
    @_disfavoredOverload
    public func callAsFunction(
        _ arguments: repeat (each A).Value
    ) throws(ReversibilityError) -> (repeat (each A).Value) {
        try run(on: (repeat each arguments))
    }

    /// The same, of the arguments as one tuple.
    public func run(
        on values: (repeat (each A).Value)
    ) throws(ReversibilityError) -> (repeat (each A).Value) {
        let definition = try self.definition
        var writer = ValueWriter()
        do {
            repeat try (each A).pack(each values, into: &writer)
        } catch {
            throw ReversibilityError(.invalidArgument, "\(error)", function: definition.name)
        }
        var reader = ValueReader(
            try definition.run(writer.leaves, inverted: isInverted, options: options))
        do {
            return (repeat try (each A).unpack(from: &reader))
        } catch {
            throw ReversibilityError(.invalidArgument, "\(error)", function: definition.name)
        }
    }

    /// The program; a recursive function has one only when its closure has been traced.
    package var definition: Definition {
        get throws(ReversibilityError) { try callee.definition }
    }
}

extension Call.Callee {
    /// The program that is called.
    package var definition: Definition {
        get throws(ReversibilityError) {
            switch self {
            case .function(let definition): return definition
            case .unavailable(let error): throw error
            case .itself(let owner):
                throw ReversibilityError(
                    .invalidArgument,
                    "inside its own closure a recursive function can be called on places, not run on values",
                    function: owner.name ?? "f")
            }
        }
    }
}

extension Definition {
    /// Traces a closure over fresh places.
    static func tracing<each A: Argument>(
        _ name: String, _ parameterNames: [String], by tracer: Tracer = Tracer(),
        _ body: (repeat each A) -> Statement
    ) throws(ReversibilityError) -> Definition {
        var parameters = ParameterMaker(tracer: tracer, names: parameterNames)
        let block: Block
        do {
            block = try Tracer.$current.withValue(tracer) {
                tracer.open()
                return tracer.close(body(repeat try parameters.make((each A).self)))
            }
        } catch {
            throw ReversibilityError(.invalidArgument, "\(error)", function: name)
        }
        guard parameterNames.isEmpty || Set(parameterNames).count == parameters.arguments.count,
            parameterNames.count <= parameters.arguments.count
        else {
            throw ReversibilityError(
                .invalidArgument,
                "`parameters:` must give each of the \(parameters.arguments.count) parameters a name of its own, and "
                    + "gives \(parameterNames)", function: name)
        }
        let (body, names) = try expandingSelfCalls(
            name, parameters.arguments, block, tracer.names, tracer.token)
        return try Definition(
            name: name, arguments: parameters.arguments, argumentTypes: parameters.types, body: body,
            names: names, owner: tracer.token)
    }

    /// Turns what goes wrong with arguments into the library's error.
    package func reportingArguments<Result>(
        _ body: () throws -> Result
    ) throws(ReversibilityError) -> Result {
        do {
            return try body()
        } catch {
            throw reported(error)
        }
    }

    /// What goes wrong with arguments, as the library's error.
    package func reported(_ error: any Error) -> ReversibilityError {
        error as? ReversibilityError ?? ReversibilityError(.invalidArgument, "\(error)", function: name)
    }
}

/// Makes the parameters of a function one by one.
private struct ParameterMaker {
    let tracer: Tracer
    let names: [String]
    var arguments: [[Parameter]] = []
    var types: [String] = []

    mutating func make<P: Argument>(_ type: P.Type) throws -> P {
        let position = arguments.count
        let name = position < names.count ? names[position] : "$\(position)"
        var source = PlaceSource(.parameter, tracer: tracer, name: name)
        let places = try P.makePlaces(from: &source)
        arguments.append(source.leaves)
        types.append("\(P.self)")
        return places
    }
}

extension ReversibleFunction: Equatable {
    /// Whether two functions are the same program, wherever they were written.
    public static func == (
        a: ReversibleFunction<repeat each A>, b: ReversibleFunction<repeat each A>
    ) -> Bool {
        if a.isInverted == b.isInverted { return a.callee == b.callee }
        guard case .function(let f) = a.callee, case .function(let g) = b.callee else { return false }
        return f.arguments == g.arguments && f.body == g.body.inverse
    }
}

extension ReversibleFunction: CustomStringConvertible {
    /// The program's source.
    public var description: String {
        switch callee {
        case .function(let definition): definition.source(inverted: isInverted)
        case .itself: "the function itself"
        case .unavailable(let error): "\(error)"
        }
    }
}
