import ReversibleCore

extension FunctionEmitter {
    /// Counts how often each part of a statement's expressions is used, so that shared parts get a name.
    func share(_ nodes: [Node]) {
        for node in nodes {
            uses[node, default: 0] += 1
            if uses[node] == 1 { share(node.kind.operands) }
        }
    }

    /// A value in terms of the element type asked for.
    func value(_ node: Node) -> CValue {
        switch node.type.element {
        case .real: real(node)
        case .integer: integer(node)
        case .boolean: condition(node)
        }
    }

    /// Names values that are used again, or that nest too deep for a compiler.
    func kept(_ node: Node, _ element: ValueType.Element, _ value: CValue) -> CValue {
        guard uses[node, default: 0] > 1 || value.depth > 24 else { return value }
        // An element need have no name of its own, unless its index is long. But evaluating it again would evaluate
        // and check its index again, and all that this is made of.
        if value.isAtom && value.depth <= 24 && value.text.utf8.count <= 256 {
            known[node] = value
            return value
        }
        let name = CValue(named("t", value, element), isVarying: value.isVarying)
        known[node] = name
        return name
    }

    // MARK: Reals

    func real(_ node: Node) -> CValue {
        if let value = known[node], node.type.element == .real { return value }
        if node.type.element != .real { return converted(node) }
        switch node.kind {
        case .real(let value): return literal(value)
        case .read(let place):
            return kept(node, .real, numbered(node, .real) { load(address(place)) })
        case .unary(let function, let a):
            return kept(node, .real, numbered(node, .real) { apply(function, [real(a)]) })
        case .binary(let function, let a, let b):
            return kept(
                node, .real,
                numbered(node, .real) {
                    let (x, y) = (real(a), real(b))
                    return apply(function, [x, y])
                })
        case .select(let c, let a, let b):
            return kept(node, .real, choice(c, a, b, .real) { self.real($0) })
        case .applied(let a): return kept(node, .real, real(a.value))
        case .sum(let terms): return sum(terms, .real)
        default: return literal(.nan)  // of another type; the check has refused these
        }
    }

    private func converted(_ node: Node) -> CValue {
        if case .integer(let value) = node.kind { return literal(Double(value)) }
        let k = integer(node)
        if k.isVarying { return CValue("lanes_real(\(k.text))", isVarying: true) }
        return CValue((real == "float" ? "(float)(double)" : "(double)") + k.within(.prefix), .prefix)
    }

    func literal(_ value: Double) -> CValue {
        if value.isNaN { return CValue("(\(real))NAN", .prefix) }
        // In single precision also what `Float` cannot hold.
        let isInfinite = unit.number == .double ? value.isInfinite : Float(value).isInfinite
        if isInfinite { return CValue("\(value < 0 ? "-" : "")(\(real))INFINITY", .prefix) }
        let text = unit.number == .double ? "\(value)" : "\(Float(value))f"
        return CValue(text, value.sign == .minus ? .prefix : .atom)
    }

    /// The same value in every lane, where a vector is asked for.
    func spread(_ value: CValue, _ element: ValueType.Element) -> String {
        if value.isVarying { return value.text }
        switch element {
        case .real: return "lanes_splat(\(value.text))"
        case .integer: return "lanes_splat_i(\(value.text))"
        case .boolean: return "lanes_splat_i(-(int64_t)(\(value.text)))"
        }
    }

    func apply(_ function: ElementaryFunction, _ operands: [CValue]) -> CValue {
        let isVarying = operands.contains(where: \.isVarying)
        let depth = (operands.map(\.depth).max() ?? 0) + 1
        func infix(_ symbol: String, _ own: CValue.Binding, _ right: CValue.Binding) -> CValue {
            CValue(
                "\(operands[0].within(own)) \(symbol) \(operands[1].within(right))", own,
                isVarying: isVarying, depth: depth)
        }
        switch function {
        case .add: return infix("+", .sum, .product)
        case .subtract: return infix("-", .sum, .product)
        case .multiply: return infix("*", .product, .prefix)
        case .divide: return infix("/", .product, .prefix)
        case .negate:
            return CValue("-" + operands[0].within(.atom), .prefix, isVarying: isVarying, depth: depth)
        default: break
        }
        if isVarying, function == .pow, let power = smallPower(operands) { return power }
        if isVarying {
            unit.vectorFunctions.insert(function)
            let list = operands.map { spread($0, .real) }.joined(separator: ", ")
            return CValue("lanes_\(function.name)(\(list))", isVarying: true, depth: depth)
        }
        unit.scalarFunctions.insert(function)
        let name = VectorMath.scalarName(function, number: unit.number)
        return CValue("\(name)(\(operands.map(\.text).joined(separator: ", ")))", depth: depth)
    }

    /// A power with the exponent 2 or 3 as products, which are within an ulp.
    private func smallPower(_ operands: [CValue]) -> CValue? {
        let (two, three) = (literal(2).text, literal(3).text)
        guard operands[1].text == two || operands[1].text == three else { return nil }
        let x = CValue(named("base", operands[0], .real), isVarying: true)
        let square = apply(.multiply, [x, x])
        return operands[1].text == two ? square : apply(.multiply, [square, x])
    }

    // MARK: Integers

    func integer(_ node: Node) -> CValue {
        if node.type.element == .boolean { return condition(node) }
        if let value = known[node] { return value }
        switch node.kind {
        case .integer(let value):
            if value == .min { return CValue("INT64_MIN") }
            return CValue("\(value)", value < 0 ? .prefix : .atom)
        case .read(let place):
            return kept(node, .integer, numbered(node, .integer) { load(address(place)) })
        case .size(let variable, let axis):
            let text = store(of: variable).size(axis)
            return CValue(text, text.contains(" ") ? .product : .atom)
        case .integerUnary(let function, let a):
            return kept(node, .integer, integerFunction(function, [integer(a)]))
        case .integerBinary(let function, let a, let b):
            let (x, y) = (integer(a), integer(b))
            return kept(node, .integer, integerFunction(function, [x, y]))
        case .select(let c, let a, let b):
            return kept(node, .integer, choice(c, a, b, .integer) { self.integer($0) })
        case .sum(let terms): return sum(terms, .integer)
        case .extremum(let which, let elements):
            return kept(node, .integer, index(of: which, in: elements))
        default: return CValue("0")  // of another type; the check has refused these
        }
    }

    func integerFunction(_ function: IntegerFunction, _ operands: [CValue]) -> CValue {
        if operands.contains(where: \.isVarying) { return integerLanes(function, operands) }
        let depth = (operands.map(\.depth).max() ?? 0) + 1
        let a = operands[0]
        let b = operands.count > 1 ? operands[1] : a
        if let bits = bits(function, a, b, depth: depth) { return bits }
        if isChecked { return checkedInteger(function, a, b) }
        switch function {
        case .add: return CValue("\(a.within(.sum)) + \(b.within(.product))", .sum, depth: depth)
        case .subtract: return CValue("\(a.within(.sum)) - \(b.within(.product))", .sum, depth: depth)
        case .multiply: return CValue("\(a.within(.product)) * \(b.within(.prefix))", .product, depth: depth)
        case .divide, .remainder: return division(function, a, b, depth: depth)
        case .split: return CValue("split_of(\(a.text), \(b.text))", depth: depth)
        case .below: return a  // checked code only asks
        case .negate: return CValue("-" + a.within(.atom), .prefix, depth: depth)
        case .min, .max, .abs:
            let x = CValue(named("k", a, .integer))
            if function == .abs {
                return CValue("\(x.text) < 0 ? \(negative(x.text)) : \(x.text)", .choice, depth: depth)
            }
            let y = CValue(named("k", b, .integer))
            let order = function == .min ? "<" : ">"
            return CValue("\(y.text) \(order) \(x.text) ? \(y.text) : \(x.text)", .choice, depth: depth)
        default: return CValue("0")  // of all bits
        }
    }

    /// What needs no check: functions of all bits.
    private func bits(_ function: IntegerFunction, _ a: CValue, _ b: CValue, depth: Int) -> CValue? {
        let isVarying = a.isVarying || b.isVarying
        let operands = function == .popcount ? [a] : [a, b]
        switch function {
        case .and, .or, .xor:
            return CValue(
                "\(a.within(.prefix)) \(function.name) \(b.within(.prefix))", .or, isVarying: isVarying,
                depth: depth)
        default:
            guard let name = BitSource.name(of: function) else { return nil }
            let list = operands.map { isVarying ? spread($0, .integer) : $0.text }
            return CValue(
                "\(isVarying ? "lanes_" : "")\(name)(\(list.joined(separator: ", ")))", isVarying: isVarying,
                depth: depth)
        }
    }

    /// A division that nothing traps in, unless the divisor is known to be harmless.
    private func division(_ function: IntegerFunction, _ a: CValue, _ b: CValue, depth: Int) -> CValue {
        if let divisor = Int(b.text), divisor != 0, divisor != -1 {
            let symbol = function == .divide ? "/" : "%"
            return CValue("\(a.within(.product)) \(symbol) \(b.within(.prefix))", .product, depth: depth)
        }
        return CValue(
            "\(function == .divide ? "quotient_of" : "remainder_of")(\(a.text), \(b.text))", depth: depth)
    }

    /// The negative of a name or of a literal, which may have a sign of its own.
    private func negative(_ text: String) -> String { text.hasPrefix("-") ? "-(\(text))" : "-" + text }

    private func checkedInteger(_ function: IntegerFunction, _ a: CValue, _ b: CValue) -> CValue {
        let name = names.declare("k")
        let overflow = "the integer result is outside the range of Int"
        func builtin(_ operation: String, _ x: String, _ y: String) {
            out.line("int64_t \(name);")
            require("!__builtin_\(operation)_overflow((int64_t)(\(x)), (int64_t)(\(y)), &\(name))", overflow)
        }
        switch function {
        case .add: builtin("add", a.text, b.text)
        case .subtract: builtin("sub", a.text, b.text)
        case .multiply: builtin("mul", a.text, b.text)
        case .negate: builtin("sub", "0", a.text)
        case .divide, .remainder:
            let (x, y) = (named("k", a, .integer), named("k", b, .integer))
            require("\(y) != 0", "an integer is divided by 0")
            // Through a variable: with constants compilers see the overflow that the check rules out.
            require("\(x) != INT64_MIN || \(y) != -1", overflow)
            out.line("const int64_t \(name) = \(x) \(function == .divide ? "/" : "%") \(y);")
        case .min, .max:
            let (x, y) = (named("k", a, .integer), named("k", b, .integer))
            out.line("const int64_t \(name) = \(y) \(function == .min ? "<" : ">") \(x) ? \(y) : \(x);")
        case .split: out.line("const int64_t \(name) = split_of(\(a.text), \(b.text));")
        case .below:
            out.line("const int64_t \(name) = \(a.text);")
            require("(uint64_t)\(name) < (uint64_t)(\(b.text))", "an index is outside a part of a vector")
        case .abs:
            let x = named("k", a, .integer)
            require("\(x) != INT64_MIN", overflow)
            out.line("const int64_t \(name) = \(x) < 0 ? \(negative(x)) : \(x);")
        default: break  // of all bits
        }
        return CValue(name)
    }

    private func integerLanes(_ function: IntegerFunction, _ operands: [CValue]) -> CValue {
        let depth = (operands.map(\.depth).max() ?? 0) + 1
        let a = operands[0]
        let b = operands.count > 1 ? operands[1] : a
        func infix(_ symbol: String, _ own: CValue.Binding, _ right: CValue.Binding) -> CValue {
            CValue("\(a.within(own)) \(symbol) \(b.within(right))", own, isVarying: true, depth: depth)
        }
        func call(_ text: String) -> CValue { CValue(text, isVarying: true, depth: depth) }
        if let bits = bits(function, a, b, depth: depth) { return bits }
        switch function {
        case .add: return infix("+", .sum, .product)
        case .subtract: return infix("-", .sum, .product)
        case .multiply: return infix("*", .product, .prefix)
        case .negate: return CValue("-" + a.within(.atom), .prefix, isVarying: true, depth: depth)
        case .divide, .remainder:
            let m = mask ?? "lanes_splat_i(-1)"
            let word = function == .divide ? "lanes_divide" : "lanes_remainder"
            return call("\(word)(\(m), \(spread(a, .integer)), \(spread(b, .integer)))")
        // A loop whose iterations run in lanes has no stack for copies: the plan runs them one by one.
        case .split: return CValue("split_of(0, 0)", depth: depth)
        case .below: return a
        case .min, .max, .abs:
            let x = named("k", a, .integer)
            if function == .abs {
                return call("lanes_select_i(INTEGER_MASK(\(x) < 0), \(negative(x)), \(x))")
            }
            let y = named("k", b, .integer)
            let (wideX, wideY) = (
                spread(CValue(x, isVarying: a.isVarying), .integer),
                spread(CValue(y, isVarying: b.isVarying), .integer)
            )
            let order = function == .min ? "<" : ">"
            return call("lanes_select_i(INTEGER_MASK(\(y) \(order) \(x)), \(wideY), \(wideX))")
        default: return CValue("0")  // of all bits
        }
    }
}
