// Updates by a cotangent that is still zero vanish.

extension Block {
    /// The program without the updates that a zero makes void, where `zeros` are zero when it begins.
    package func withoutZeroUpdates(startingFrom zeros: Set<Variable>) -> Block {
        var (walk, zeros) = (ZeroUpdates(), zeros)
        return walk.rewritten(self, &zeros)
    }
}

/// A walk through a program that knows which places are zero.
private struct ZeroUpdates {
    /// What was zero whenever a loop's body began, when the loop was last looked at; by the loop's number.
    ///
    /// A loop in a loop is looked at again with every attempt at the outer one, each with fewer zeros than the
    /// one before. So what remained of them is where the next search begins: searching from all of them again
    /// would take 2ᵈ attempts at the innermost of d loops.
    private var remaining: [Int: Set<Variable>] = [:]
    /// How many loops and branches begin before the place that the walk has reached.
    private var number = 0

    /// Drops updates by places known to be zero. `zeros` holds them, before and after.
    mutating func rewritten(_ block: Block, _ zeros: inout Set<Variable>) -> Block {
        let own = Set(
            block.ancillas.filter { $0.rule == .cotangent && $0.variable.kind.isReal }.map(\.variable))
        zeros.formUnion(own)
        var result = Block(ancillas: block.ancillas)
        for statement in block.statements {
            guard let kept = rewritten(statement, &zeros) else { continue }
            result.statements.append(kept)
        }
        zeros.subtract(own)
        return result
    }

    /// This statement under the knowledge that some places are zero; nil if it does nothing.
    private mutating func rewritten(_ statement: Statement, _ zeros: inout Set<Variable>) -> Statement? {
        switch statement.kind {
        case .update(let s):
            if s.place.type.element == .real, s.change.isZero(zeros),
                s.operation == .add || s.operation == .subtract
            {
                return nil
            }
            if zeros.contains(s.place.variable), s.operation == .multiply || s.operation == .divide {
                return nil
            }
        case .swap(let s): if zeros.isSuperset(of: [s.a.variable, s.b.variable]) { return nil }
        case .hadamard(let s): if zeros.isSuperset(of: [s.a.variable, s.b.variable]) { return nil }
        case .rotate(let s): if zeros.isSuperset(of: [s.a.variable, s.b.variable]) { return nil }
        case .negate(let s): if zeros.contains(s.place.variable) { return nil }
        case .branch, .whileLoop, .forLoop: return repeated(statement, &zeros)
        case .block(let block):
            return Statement(.block(rewritten(block, &zeros)), at: statement.location)
        case .move(let s) where s.pushes && zeros.contains(s.place.variable):
            return statement  // a push leaves 0 behind
        default: break
        }
        zeros.subtract(Accesses(of: statement).written)
        return statement
    }

    /// A loop may start its body again with what the body wrote: only what no turn changes stays zero.
    private mutating func repeated(_ statement: Statement, _ zeros: inout Set<Variable>) -> Statement {
        let own = number
        if let known = remaining[own] { zeros.formIntersection(known) }
        while true {
            number = own + 1
            var after = zeros
            let result = statement.mappingBlocks { block in
                var inside = zeros
                let body = rewritten(block, &inside)
                after.formIntersection(inside)
                return body
            }
            if after == zeros {
                remaining[own] = zeros
                return result
            }
            zeros = after
        }
    }
}

extension Node {
    /// Whether this is zero whatever the other places hold. A zero cotangent wins over an infinite factor.
    fileprivate func isZero(_ zeros: Set<Variable>) -> Bool {
        // Expressions are graphs: each node is asked once.
        var known: [ObjectIdentifier: Bool] = [:]
        func ask(_ node: Node) -> Bool {
            if let answer = known[ObjectIdentifier(node)] { return answer }
            let answer =
                switch node.kind {
                case .real(let value): node.problem == nil && value == 0
                case .read(let place): zeros.contains(place.variable)
                case .unary(.negate, let a), .sum(let a): ask(a)
                case .binary(.multiply, let a, let b), .binary(.chain, let a, let b): ask(a) || ask(b)
                case .binary(.divide, let a, _): ask(a)
                case .binary(.add, let a, let b), .binary(.subtract, let a, let b), .select(_, let a, let b):
                    ask(a) && ask(b)
                default: false
                }
            known[ObjectIdentifier(node)] = answer
            return answer
        }
        return ask(self)
    }
}
