import ReversibleCore

extension FunctionEmitter {
    /// A condition: a C condition, or the mask of the lanes in which it holds.
    func condition(_ node: Node) -> CValue {
        if let value = known[node] { return value }
        switch node.kind {
        case .boolean(let value): return CValue(value ? "true" : "false")
        case .compare(let relation, let a, let b):
            return numbered(node, .boolean) { comparison(relation, a, b) }
        case .holds(let relation, let a, let b):
            return numbered(node, .boolean) { comparison(relation, a, b, isQuiet: true) }
        case .not(let a):
            let value = condition(a)
            return CValue(
                (value.isVarying ? "~" : "!") + value.within(.atom), .prefix, isVarying: value.isVarying)
        case .and(let a, let b): return kept(node, .boolean, junction(a, b, isAnd: true))
        case .or(let a, let b): return kept(node, .boolean, junction(a, b, isAnd: false))
        default: return CValue("false")  // no condition; the check has refused these
        }
    }

    private func comparison(
        _ relation: Relation, _ a: Node, _ b: Node, isQuiet: Bool = false
    ) -> CValue {
        let areIntegers = a.type.element == .integer && b.type.element == .integer
        var (x, y) = areIntegers ? (integer(a), integer(b)) : (real(a), real(b))
        let isVarying = x.isVarying || y.isVarying
        if isChecked, !areIntegers, !isQuiet {
            x = CValue(named("x", x, .real))
            y = CValue(named("x", y, .real))
            require("!isunordered(\(x.text), \(y.text))", "the condition compares a NaN")
        }
        let text = "\(x.within(.sum)) \(relation.symbol) \(y.within(.sum))"
        guard isVarying else { return CValue(text, .comparison, depth: max(x.depth, y.depth) + 1) }
        return CValue(
            "\(areIntegers ? "INTEGER_MASK" : "MASK")(\(text))", isVarying: true,
            depth: max(x.depth, y.depth) + 1)
    }

    /// `a && b`, `a || b`. What `b` needs is evaluated only where `a` leaves the question open.
    private func junction(_ a: Node, _ b: Node, isAnd: Bool) -> CValue {
        let first = condition(a)
        if first.isVarying {
            let name = named("m", first, .boolean)
            let second = under(isAnd ? name : "~\(name)", ifReading: b, .boolean) { condition(b) }
            return CValue(
                "\(name) \(isAnd ? "&" : "|") \(spread(CValue(second.within(.atom), isVarying: second.isVarying), .boolean))",
                .or, isVarying: true)
        }
        let (second, lines) = captured { condition(b) }
        if lines.isEmpty, !second.isVarying {
            return CValue(
                "\(first.within(.comparison)) \(isAnd ? "&&" : "||") \(second.within(.comparison))",
                isAnd ? .and : .or, depth: max(first.depth, second.depth) + 1)
        }
        let name = names.declare("m")
        let isVarying = second.isVarying
        out.line(
            "\(type(.boolean, isVarying: isVarying)) \(name) = \(isVarying ? spread(first, .boolean) : first.text);"
        )
        // A uniform first condition: its vector form is all lanes or none.
        out.open(isVarying ? "if (\(isAnd ? "" : "!")\(name)[0])" : "if (\(isAnd ? "" : "!")\(name))")
        out.paste(lines)
        out.line("\(name) = \(second.text);")
        out.close()
        return CValue(name, isVarying: isVarying)
    }

    /// `select(c, a, b)`: only the chosen branch is evaluated, where that makes a difference.
    func choice(
        _ c: Node, _ a: Node, _ b: Node, _ element: ValueType.Element, _ evaluate: (Node) -> CValue
    ) -> CValue {
        let test = condition(c)
        if test.isVarying {
            let m = named("m", test, .boolean)
            let x = under(m, ifReading: a, element) { evaluate(a) }
            let y = under("~\(m)", ifReading: b, element) { evaluate(b) }
            let word = element == .real ? "lanes_select" : "lanes_select_i"
            return CValue("\(word)(\(m), \(spread(x, element)), \(spread(y, element)))", isVarying: true)
        }
        let (x, linesOfX) = captured { evaluate(a) }
        let (y, linesOfY) = captured { evaluate(b) }
        let isVarying = x.isVarying || y.isVarying
        func text(_ value: CValue) -> String { isVarying ? spread(value, element) : value.within(.or) }
        if linesOfX.isEmpty, linesOfY.isEmpty {
            return CValue(
                "\(test.within(.or)) ? \(text(x)) : \(text(y))", .choice, isVarying: isVarying,
                depth: max(test.depth, x.depth, y.depth) + 1)
        }
        let name = names.declare("t")
        out.line("\(type(element, isVarying: isVarying)) \(name);")
        out.open("if (\(test.text))")
        out.paste(linesOfX)
        out.line("\(name) = \(text(x));")
        out.otherwise()
        out.paste(linesOfY)
        out.line("\(name) = \(text(y));")
        out.close()
        return CValue(name, isVarying: isVarying)
    }

    /// Evaluates something whose lines will stand in a block of their own.
    private func captured(_ evaluate: () -> CValue) -> (CValue, [String]) {
        let (start, outer) = (out.lines.count, (known, values.available))
        out.indent()
        let value = evaluate()
        out.outdent()
        // What was computed in the block is not at hand outside of it.
        (known, values.available) = outer
        return (value, out.cut(from: start))
    }

    /// Evaluates under a narrower mask, if the expression reads memory or divides integers.
    func under(
        _ condition: String, ifReading node: Node, _ element: ValueType.Element, _ evaluate: () -> CValue
    ) -> CValue {
        guard node.canTrap else { return evaluate() }
        let (outer, outerKnown) = (mask, (known, values.available))
        mask = named(
            "m", CValue(outer.map { "\($0) & \(condition)" } ?? condition, .or, isVarying: true), .boolean)
        defer {
            mask = outer
            // What was computed for some lanes only is not at hand for the others.
            (known, values.available) = outerKnown
        }
        guard let own = mask, trapsInAllLanes(node) else { return evaluate() }
        // What is the same in all lanes takes no mask: it is evaluated if there is a lane that asks for it.
        let (value, lines) = captured(evaluate)
        let name = names.declare("t")
        out.line(
            "\(type(element, isVarying: value.isVarying)) \(name) = \(value.isVarying ? "{0}" : "0");")
        out.open("if (lanes_any(\(own)))")
        out.paste(lines)
        out.line("\(name) = \(value.text);")
        out.close()
        return CValue(name, isVarying: value.isVarying)
    }
}

extension FunctionEmitter {
    /// Whether a part that is the same in all lanes reads memory or divides integers.
    private func trapsInAllLanes(_ node: Node) -> Bool {
        var seen: Set<ObjectIdentifier> = []
        func ask(_ node: Node) -> Bool {
            guard seen.insert(ObjectIdentifier(node)).inserted else { return false }
            return node.canTrapItself && !isVarying(node) || node.kind.operands.contains(where: ask)
        }
        return ask(node)
    }
}

extension Node {
    /// Whether evaluating this for a lane out of play could touch memory that is not there.
    fileprivate var canTrap: Bool {
        if size > 10_000 { return true }
        return canTrapItself || kind.operands.contains(where: \.canTrap)
    }

    fileprivate var canTrapItself: Bool {
        switch kind {
        case .read(let place): place.variable.kind.isArray
        case .integerBinary(.divide, _, _), .integerBinary(.remainder, _, _), .sum, .extremum: true
        default: false
        }
    }
}
