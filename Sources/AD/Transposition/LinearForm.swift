import ReversibleCore

/// Tells whether an expression is a combination of linear places, with factors that do not depend on them.
struct LinearForm {
    let linear: Set<Variable>
    let printer: Printer
    // Expressions are graphs: each node is asked once.
    private var reading: [ObjectIdentifier: Bool] = [:]
    private var asked: Set<ObjectIdentifier> = []

    init(linear: Set<Variable>, printer: Printer) { (self.linear, self.printer) = (linear, printer) }

    /// What is not linear in an expression; nil if nothing is.
    mutating func misfit(in node: Node) -> String? {
        guard depends(node) else {
            return node.isZero
                ? nil
                : "`\(printer.text(node))` does not depend on linear places: adding it is affine, and not linear"
        }
        guard asked.insert(ObjectIdentifier(node)).inserted else { return nil }
        switch node.kind {
        case .read(let place) where place.variable.kind == .stack:
            return "`\(printer.text(node))` is read on a stack of linear numbers; pop it into a place"
        case .read(let place):
            return place.indices.contains(where: { depends($0) })
                ? "an index of `\(printer.text(node))` depends on a linear place" : nil
        case .unary(.negate, let a), .sum(let a): return misfit(in: a)
        case .unary(let function, let a):
            return "`\(function.name)` is applied to `\(printer.text(a))`, which is linear"
        case .binary(.add, let a, let b), .binary(.subtract, let a, let b):
            return misfit(in: a) ?? misfit(in: b)
        case .binary(.multiply, let a, let b), .binary(.chain, let a, let b):
            guard depends(a), depends(b) else { return misfit(in: depends(a) ? a : b) }
            return "`\(printer.text(a))` and `\(printer.text(b))`, which are both linear, are multiplied"
        case .binary(.divide, let a, let b):
            return depends(b) ? "`\(printer.text(b))`, which is linear, is divided by" : misfit(in: a)
        case .binary(let function, _, _):
            return "`\(function.name)` is applied to linear places in `\(printer.text(node))`"
        case .select(let condition, let a, let b):
            return depends(condition)
                ? "`\(printer.text(condition))` depends on a linear place" : misfit(in: a) ?? misfit(in: b)
        default: return "`\(printer.text(node))` is not linear in what it reads"
        }
    }

    /// Whether an expression depends on linear places.
    private mutating func depends(_ node: Node) -> Bool {
        if let answer = reading[ObjectIdentifier(node)] { return answer }
        var answer = false
        if case .read(let place) = node.kind {
            answer = linear.contains(place.variable)
            for index in place.indices where depends(index) { answer = true }
        } else {
            for operand in node.kind.operands where depends(operand) { answer = true }
        }
        reading[ObjectIdentifier(node)] = answer
        return answer
    }
}
