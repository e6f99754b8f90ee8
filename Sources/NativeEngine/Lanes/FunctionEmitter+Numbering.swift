import ReversibleCore

extension FunctionEmitter {
    /// A varying value that is at hand, or is now put into a constant.
    func numbered(_ node: Node, _ element: ValueType.Element, _ compute: () -> CValue) -> CValue {
        if let first = lanes?.readFirst, !first.isEmpty, case .read(let place) = node.kind,
            let value = first[place]
        {
            return value
        }
        guard lanes != nil, node.isCostlyInLanes, elementIndex == nil else { return compute() }
        let number = values.number(of: node)
        if let value = values.available[number] { return value }
        let value = compute()
        guard value.isVarying else { return value }
        let name = CValue(held(node.wish, value, element), isVarying: true)
        values.available[number] = name
        return name
    }

    /// Keeps the numbers in step with a statement.
    func numbering(_ statement: Statement, _ emit: () -> Void) {
        guard lanes != nil else { return emit() }
        if case .update(let s) = statement.kind, s.place.variable.kind == .scalar, mask == nil {
            let amount = values.number(of: s.change)
            emit()
            values.update(s.place.variable, s.operation, by: amount)
        } else {
            emit()
            values.change(Accesses(of: statement).written)
        }
    }
}

extension Node {
    /// Whether lanes should compute this once: loads and elementary functions.
    fileprivate var isCostlyInLanes: Bool {
        switch kind {
        case .read(let place): place.variable.kind.isArray && !place.indices.isEmpty
        case .unary(let f, _): f != .negate
        case .binary(let f, _, _): !f.isInfix
        case .compare, .holds: true
        default: false
        }
    }

    fileprivate var wish: String {
        switch kind {
        case .unary(let f, _), .binary(let f, _, _): "\(f.name)_t"
        case .compare, .holds: "m"
        default: "t"
        }
    }
}
