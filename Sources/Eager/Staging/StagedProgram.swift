import ReversibleCore

/// The statements that a staged closure stands for, made while the program is traced.
struct StagedProgram {
    /// Expressions get scratch of their own when they have this many operations; much deeper ones could not be followed.
    private static let bindingSize = 64
    /// So many results get places of their own, which native code keeps in registers; more are elements of one vector, as the
    /// time it takes to check a program grows with its places.
    private static let placeLimit = 100

    private(set) var statements: [Statement] = []
    private(set) var result: Expr

    init(_ number: Staged.Content, of operations: [StagingRun.Operation], _ parameters: Vector) {
        guard case .node(let last, _) = number else {
            result = Self.constant(number)
            return
        }
        let uses = Self.uses(of: last, in: operations)
        let bound = Self.bound(of: last, in: operations, uses)
        var scratch = Self.scratch(bound.count)[...]
        var written: [Expr?] = Array(repeating: nil, count: last + 1)
        func expression(_ content: Staged.Content) -> Expr {
            if case .node(let operand, _) = content, let known = written[operand] { return known }
            return Self.constant(content)
        }
        var nextBound = bound[...]
        for node in 0...last where uses[node] > 0 {
            let value: Expr =
                switch operations[node] {
                case .parameter(let index): parameters[index].expression
                case .unary(let function, let x): .evaluate(function, expression(x))
                case .binary(let function, let x, let y): .evaluate(function, expression(x), expression(y))
                case .select(let a, let relation, let b, let c, let d):
                    .select(
                        expression(a), relation, expression(b), then: expression(c), else: expression(d))
                }
            written[node] = value
            if nextBound.first == node, let place = scratch.popFirst() {
                nextBound.removeFirst()
                statements.append(place += value)
                written[node] = place.expression
            }
        }
        result = written[last] ?? Expr(constant: 0)
    }

    private static func scratch(_ count: Int) -> [Scalar] {
        guard count > placeLimit else { return (0..<count).map { _ in Scalar.ancilla() } }
        let all = Vector.ancilla(count: count)
        return (0..<count).map { all[$0] }
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

    /// The operations whose results are bound to scratch: they are used again, or large.
    private static func bound(of last: Int, in operations: [StagingRun.Operation], _ uses: [Int]) -> [Int] {
        var sizes = Array(repeating: 0, count: last + 1)
        var bound: [Int] = []
        for node in 0..<last where uses[node] > 0 {
            let operands = operations[node].operands
            sizes[node] = 1
            for case .node(let operand, _) in operands { sizes[node] += sizes[operand] }
            if !operands.isEmpty, uses[node] > 1 || sizes[node] >= bindingSize {
                bound.append(node)
                sizes[node] = 1
            }
        }
        return bound
    }
}
