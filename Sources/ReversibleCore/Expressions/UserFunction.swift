/// A function of one real number that brings its own derivative.
///
/// Value and derivative are expressions, traced once. So every engine computes the function, and derivatives of any
/// order are made from the one that is given. It is taken as it is: `checkGrads` of the module AD compares it with
/// differences of the value.
///
/// ```swift
/// let logistic = UserFunction("logistic") { x in
///     1 / (1 + exp(-x))
/// } derivative: { x in
///     exp(-abs(x)) / ((1 + exp(-abs(x))) * (1 + exp(-abs(x))))
/// }
/// let f = ReversibleFunction { (y: Scalar, x: Scalar) in y += 2 * logistic(x) }
/// ```
///
/// Both may use their parameter, Swift's numbers and constants of programs; places of a program are a programming error and
/// trap, as reading them would have a derivative that is not given. Of an array the function is taken for every element.
public struct UserFunction: Hashable, Sendable {
    private let rule: UserRule

    /// Traces value and derivative.
    ///
    /// - Parameters:
    ///   - name: How programs print it.
    ///   - value: The value at x.
    ///   - derivative: The derivative at x.
    public init(
        _ name: String, fileID: StaticString = #fileID, line: UInt = #line, _ value: (Expr) -> some Operand,
        derivative: (Expr) -> some Operand
    ) {
        let x = UserRule.parameter(0)
        do {
            rule = try UserRule(name: name, value: value(x).node, partials: [derivative(x).node])
        } catch {
            stop(error, fileID, line)
        }
    }

    /// The function of a place, an expression or a number.
    public func callAsFunction(_ x: some Operand) -> Expr { rule.applied(to: [x.node]) }
}

/// A function of two real numbers that brings its own partial derivatives. See ``UserFunction``.
///
/// ```swift
/// let logarithmOfSum = UserBinaryFunction("logarithmOfSum") { x, y in
///     max(x, y) + log1p(exp(-abs(x - y)))
/// } derivatives: { x, y in
///     (1 / (1 + exp(y - x)), 1 / (1 + exp(x - y)))
/// }
/// ```
public struct UserBinaryFunction: Hashable, Sendable {
    private let rule: UserRule

    /// Traces value and derivatives.
    ///
    /// - Parameters:
    ///   - name: How programs print it.
    ///   - value: The value at (x, y).
    ///   - derivatives: The partial derivatives in x and in y, at (x, y).
    public init(
        _ name: String, fileID: StaticString = #fileID, line: UInt = #line,
        _ value: (Expr, Expr) -> some Operand, derivatives: (Expr, Expr) -> (some Operand, some Operand)
    ) {
        let (x, y) = (UserRule.parameter(0), UserRule.parameter(1))
        let slopes = derivatives(x, y)
        do {
            rule = try UserRule(
                name: name, value: value(x, y).node, partials: [slopes.0.node, slopes.1.node])
        } catch {
            stop(error, fileID, line)
        }
    }

    /// The function of places, expressions or numbers.
    public func callAsFunction(_ x: some Operand, _ y: some Operand) -> Expr {
        rule.applied(to: [x.node, y.node])
    }
}

/// What is known of a user's function: expressions over its parameters.
package struct UserRule: Hashable, Sendable {
    package let name: String
    private let value: Node
    private let partials: [Node]

    /// The parameters of all user functions; programs never see them.
    private static let owner = TraceToken()

    private static func place(_ number: Int) -> Place {
        Place(Variable(id: number, kind: .scalar, owner: owner))
    }

    static func parameter(_ number: Int) -> Expr { Expr(place(number).read) }

    init(name: String, value: Node, partials: [Node]) throws(ReversibilityError) {
        (self.name, self.value, self.partials) = (name, value, partials)
        try check(value, "the value")
        for partial in partials { try check(partial, "the derivative") }
    }

    private func check(_ node: Node, _ what: String) throws(ReversibilityError) {
        let printer = Printer(names: [0: "x", 1: "y"], functionName: name, owner: UserRule.owner)
        func refuse(_ reason: String) -> ReversibilityError {
            ReversibilityError(
                .invalidStatement, "\(what) of `\(name)`, `\(printer.text(node))`, \(reason)", function: name)
        }
        if let problem = node.problem { throw refuse("is no expression: \(problem.sentence(printer))") }
        if node.type.element == .boolean { throw refuse("is a condition; it must be a number") }
        if !node.type.isSingle { throw refuse("is \(node.type.description); it must be one number") }
        let isOwn = node.reads.allSatisfy { place in
            place.variable.owner === UserRule.owner || place.variable.constant != nil
        }
        guard isOwn, !node.asksStacks, node.sizedVariables.allSatisfy({ $0.constant != nil }) else {
            throw refuse(
                "reads a place of a program; a function with a derivative of its own is made of its parameters and of "
                    + "constants. Make the place a parameter")
        }
    }

    func applied(to operands: [Node]) -> Expr {
        let application = UserApplication(rule: self, operands: operands)
        let value = application.value
        return Expr(Node(.applied(application), ValueType(.real, value.type.shape)))
    }

    fileprivate func value(of operands: [Node]) -> Node { real(value, of: operands) }

    fileprivate func partial(_ number: Int, of operands: [Node]) -> Node {
        real(partials[number], of: operands)
    }

    /// An expression with operands in the places of parameters.
    private func real(_ node: Node, of operands: [Node]) -> Node {
        var substitution = Substitution(operands: operands)
        let result = substitution(node)
        return result.type.element == .integer ? .binary(.multiply, .real(1), result) : result
    }

    /// Builds an expression anew, so that types and shapes are those of the operands.
    private struct Substitution {
        let operands: [Node]
        private var known: [ObjectIdentifier: Node] = [:]

        init(operands: [Node]) { self.operands = operands }

        mutating func callAsFunction(_ node: Node) -> Node {
            if let done = known[ObjectIdentifier(node)] { return done }
            let result = make(node)
            known[ObjectIdentifier(node)] = result
            return result
        }

        private mutating func make(_ node: Node) -> Node {
            switch node.kind {
            case .read(let place) where place.variable.owner === UserRule.owner:
                operands[place.variable.id]
            case .unary(let function, let a): .unary(function, self(a))
            case .binary(let function, let a, let b): .binary(function, self(a), self(b))
            case .compare(let relation, let a, let b): .compare(relation, self(a), self(b))
            case .holds(let relation, let a, let b): .holds(relation, self(a), self(b))
            case .select(let c, let a, let b): .select(self(c), self(a), self(b))
            case .applied(let inner): inner.rule.applied(to: inner.operands.map { self($0) }).node
            // Conditions of conditions, and what is known without the parameters.
            default: Node(node.kind.mapOperands { self($0) }, node.type)
            }
        }
    }
}

/// A user's function of operands: as a value, and by its derivatives.
package struct UserApplication: Hashable, Sendable {
    let rule: UserRule
    package let operands: [Node]
    /// What engines compute.
    package let value: Node

    init(rule: UserRule, operands: [Node]) {
        (self.rule, self.operands) = (rule, operands)
        value = rule.value(of: operands)
    }

    private init(rule: UserRule, operands: [Node], value: Node) {
        (self.rule, self.operands, self.value) = (rule, operands, value)
    }

    package var name: String { rule.name }

    /// The partial derivative in an operand, by its position.
    package func partial(_ position: Int) -> Node { rule.partial(position, of: operands) }

    /// The same of other operands, which have been put into the value too.
    func mapOperands<Failure: Error>(
        _ change: (Node) throws(Failure) -> Node
    ) throws(Failure) -> UserApplication {
        var changed: [Node] = []
        for operand in operands { changed.append(try change(operand)) }
        return UserApplication(rule: rule, operands: changed, value: try change(value))
    }
}
