import ReversibleCore

/// The statements that a staged closure stands for, made while the program is traced.
struct StagedProgram {
    /// Expressions get scratch of their own when they have this many operations; much deeper ones could not be followed.
    private static let bindingSize = 64

    private(set) var statements: [Statement] = []
    private(set) var result: Expr

    /// An operation's expression, and of how many operations it is made.
    private typealias Written = (expression: Expr, size: Int)

    init(_ number: Staged.Content, of operations: [StagingRun.Operation], _ parameters: Vector) {
        guard case .node(let last, _) = number else {
            result = Self.constant(number)
            return
        }
        let uses = Self.uses(of: last, in: operations)
        var written: [Written?] = Array(repeating: nil, count: last + 1)
        result = Expr(constant: 0)
        for node in 0...last where uses[node] > 0 {
            func expression(_ content: Staged.Content) -> Expr {
                if case .node(let operand, _) = content, let known = written[operand] {
                    return known.expression
                }
                return Self.constant(content)
            }
            let operation = operations[node]
            var size = 1
            for case .node(let operand, _) in operation.operands { size += written[operand]?.size ?? 0 }
            let value: Expr =
                switch operation {
                case .parameter(let index): parameters[index].expression
                case .unary(let function, let x): .evaluate(function, expression(x))
                case .binary(let function, let x, let y): .evaluate(function, expression(x), expression(y))
                case .select(let a, let relation, let b, let c, let d):
                    .select(
                        expression(a), relation, expression(b), then: expression(c), else: expression(d))
                }
            if operation.operands.isEmpty {
                written[node] = (value, 1)
            } else if node != last, uses[node] > 1 || size >= Self.bindingSize {
                let scratch = Scalar.ancilla()
                statements.append(scratch += value)
                written[node] = (scratch.expression, 1)
            } else {
                written[node] = (value, size)
            }
        }
        if let whole = written[last] { result = whole.expression }
    }

    private static func constant(_ content: Staged.Content) -> Expr {
        if case .constant(let value) = content { Expr(constant: value) } else { Expr(constant: .nan) }
    }

    /// How many operations use each; those that the result does not depend on are used by none.
    private static func uses(of last: Int, in operations: [StagingRun.Operation]) -> [Int] {
        var uses = Array(repeating: 0, count: operations.count)
        uses[last] = 1
        for node in (0...last).reversed() where uses[node] > 0 {
            for case .node(let operand, _) in operations[node].operands { uses[operand] += 1 }
        }
        return uses
    }
}
