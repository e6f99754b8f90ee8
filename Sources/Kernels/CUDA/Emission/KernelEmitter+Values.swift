import ReversibleCore

extension KernelEmitter {
    /// The operand of a node's value, computed unless it is at hand.
    func value(_ node: Node) throws(PTXError) -> String {
        switch node.type.element {
        case .real: try real(node)
        case .integer: try integer(node)
        case .boolean: try condition(node)
        }
    }

    /// The value at hand for a number, or computed and kept.
    func numbered(_ number: Int, _ compute: () throws(PTXError) -> String) throws(PTXError) -> String {
        if let known = values.available[number] { return known }
        let value = try compute()
        values.available[number] = value
        return value
    }

    // MARK: Reals

    func real(_ node: Node) throws(PTXError) -> String {
        if node.type.element != .real { return try converted(node) }
        switch node.kind {
        case .real(let value): return literal(value)
        case .read(let place): return try read(place, node)
        default: break
        }
        return try numbered(values.number(of: node)) { () throws(PTXError) in
            switch node.kind {
            case .unary(let function, let a): return try apply(function, [try real(a)])
            case .binary(let function, let a, let b): return try binary(function, a, b)
            case .select(let c, let a, let b):
                return try choice(c, a, b, realClass) { (node) throws(PTXError) in try self.real(node) }
            case .applied(let a): return try real(a.value)
            case .sum(let terms): return try sum(terms)
            default: return literal(.nan)  // of another type; the check has refused these
            }
        }
    }

    private func binary(_ function: ElementaryFunction, _ a: Node, _ b: Node) throws(PTXError) -> String {
        switch function {
        case .pow where b.constant == 2 || b.constant == 3:
            // As lanes do: products, which are within an ulp.
            let x = try real(a)
            let square = out.value(realClass, "mul.rn.\(realType)", x, x)
            return b.constant == 2 ? square : out.value(realClass, "mul.rn.\(realType)", square, x)
        case .divide where b.constant.map(isExactlyInvertible) ?? false:
            // The same to the bit, and without the call that a division may take.
            return try apply(.multiply, [try real(a), literal(1 / (b.constant ?? 1))])
        case .polygamma:
            guard a.constant == 0 else {
                throw error(
                    .unsupportedExpression,
                    "`polygamma` of an order other than 0 has no form on a GPU; it comes from a second derivative of "
                        + "`lgamma`, which the native engine computes")
            }
            return try inDouble([b]) { self.fragment(.digamma, $0, "digamma") }
        default: return try apply(function, [try real(a), try real(b)])
        }
    }

    /// Whether dividing by a number is multiplying by its reciprocal: powers of two, far from the limits of numbers.
    private func isExactlyInvertible(_ value: Double) -> Bool {
        value.significand == 1 && abs(value.exponent) < 120
    }

    /// An integer or a condition as a real number.
    private func converted(_ node: Node) throws(PTXError) -> String {
        if case .integer(let value) = node.kind { return literal(Double(value)) }
        let number = values.number(of: [values.number(of: node)], in: "real")
        return try numbered(number) { () throws(PTXError) in
            let k = try integer(node)
            let wide = out.value(.f64, "cvt.rn.f64.s64", k)
            return precision == .double ? wide : out.value(.f32, "cvt.rn.f32.f64", wide)
        }
    }

    func literal(_ value: Double) -> String {
        precision == .double ? PTXLiteral.double(value) : PTXLiteral.float(Float(value))
    }

    func apply(_ function: ElementaryFunction, _ x: [String]) throws(PTXError) -> String {
        let (kind, type) = (realClass, realType)
        func choose(_ condition: String, _ a: String, _ b: String) -> String {
            out.value(kind, "selp.\(type)", a, b, condition)
        }
        switch function {
        case .add: return out.value(kind, "add.rn.\(type)", x[0], x[1])
        case .subtract: return out.value(kind, "sub.rn.\(type)", x[0], x[1])
        case .multiply: return out.value(kind, "mul.rn.\(type)", x[0], x[1])
        case .divide: return out.value(kind, "div.rn.\(type)", x[0], x[1])
        case .negate: return out.value(kind, "neg.\(type)", x[0])
        case .abs: return out.value(kind, "abs.\(type)", x[0])
        case .sqrt: return out.value(kind, "sqrt.rn.\(type)", x[0])
        case .floor: return out.value(kind, "cvt.rmi.\(type).\(type)", x[0])
        case .sign:
            let negative = out.value(.predicate, "setp.lt.\(type)", x[0], literal(0))
            let positive = out.value(.predicate, "setp.gt.\(type)", x[0], literal(0))
            return choose(positive, literal(1), choose(negative, literal(-1), x[0]))
        case .chain:
            let zeros = x.map { operand in
                let register = operand.hasPrefix("%") ? operand : out.value(kind, "mov.\(type)", operand)
                return out.value(.predicate, "setp.eq.\(type)", register, literal(0))
            }
            let product = out.value(kind, "mul.rn.\(type)", x[0], x[1])
            return choose(out.value(.predicate, "or.pred", zeros[0], zeros[1]), literal(0), product)
        case .min, .max:
            let order = function == .min ? "le" : "ge"
            let first = out.value(.predicate, "setp.\(order).\(type)", x[0], x[1])
            let isNaN = out.value(.predicate, "setp.neu.\(type)", x[0], x[0])
            return choose(out.value(.predicate, "or.pred", first, isNaN), x[0], x[1])
        default:
            guard let fragment = function.fragment else {
                throw error(.unsupportedExpression, "`\(function.name)` has no form on a GPU")
            }
            return inDouble(operands: x) { self.fragment(fragment, $0, function.name) }
        }
    }

    private func inDouble(_ nodes: [Node], _ compute: ([String]) -> String) throws(PTXError) -> String {
        var operands: [String] = []
        for node in nodes { operands.append(try real(node)) }
        return inDouble(operands: operands, compute)
    }

    /// Single precision computes elementary functions in double, as lanes do.
    private func inDouble(operands: [String], _ compute: ([String]) -> String) -> String {
        if precision == .double { return compute(operands) }
        let wide = operands.map { out.value(.f64, "cvt.f64.f32", $0) }
        return out.value(.f32, "cvt.rn.f32.f64", compute(wide))
    }

    // MARK: Integers

    func integer(_ node: Node) throws(PTXError) -> String {
        if node.type.element == .boolean {
            return out.value(.integer, "selp.b64", "1", "0", try condition(node))
        }
        switch node.kind {
        case .integer(let value): return "\(value)"
        case .size(let variable, let axis): return try size(variable, axis)
        case .read(let place): return try read(place, node)
        default: break
        }
        return try numbered(values.number(of: node)) { () throws(PTXError) in
            switch node.kind {
            case .integerUnary(let function, let a):
                let x = try integer(a)
                guard function == .popcount else {
                    return out.value(.integer, "\(function == .abs ? "abs" : "neg").s64", x)
                }
                return out.value(.integer, "cvt.u64.u32", out.value(.word, "popc.b64", x))
            case .integerBinary(let function, let a, let b):
                let (x, y) = (try integer(a), try integer(b))
                return integerFunction(function, x, y)
            case .select(let c, let a, let b):
                return try choice(c, a, b, .integer) { (node) throws(PTXError) in try self.integer(node) }
            case .sum(let terms): return try sum(terms)
            case .extremum(let which, let elements): return try index(of: which, in: elements)
            default: return "0"  // of another type; the check has refused these
            }
        }
    }

    func integerFunction(_ function: IntegerFunction, _ x: String, _ y: String) -> String {
        if function == .below { return x }  // only checked code asks
        if function == .divide || function == .remainder, let divisor = Int(y), Int(x) == nil, divisor > 1,
            divisor & (divisor - 1) == 0
        {
            return dividedByPower(of: divisor.trailingZeroBitCount, x, isRemainder: function == .remainder)
        }
        if let result = bits(function, x, y) { return result }
        let opcode =
            switch function {
            case .add: "add.s64"
            case .subtract, .negate, .abs: "sub.s64"
            case .multiply: "mul.lo.s64"
            case .divide: "div.s64"
            case .remainder: "rem.s64"
            case .min: "min.s64"
            case .max: "max.s64"
            // Copies are kept on a stack, which kernels do not have: the plan has refused the program.
            case .split, .below: "trap"
            default: ""  // of all bits
            }
        // The first operand of a division must be no constant if the second is one.
        let first = Int(x) != nil && Int(y) != nil ? out.value(.integer, "mov.u64", x) : x
        return out.value(.integer, opcode, first, y)
    }

    /// x divided by 2 to the power `shift`, truncated toward 0. A division of 64 bits would be a call.
    private func dividedByPower(of shift: Int, _ x: String, isRemainder: Bool) -> String {
        let sign = out.value(.integer, "shr.s64", x, "63")
        let correction = out.value(.integer, "shr.u64", sign, "\(64 - shift)")
        let corrected = out.value(.integer, "add.s64", x, correction)
        let quotient = out.value(.integer, "shr.s64", corrected, "\(shift)")
        guard isRemainder else { return quotient }
        let multiple = out.value(.integer, "shl.b64", quotient, "\(shift)")
        return out.value(.integer, "sub.s64", x, multiple)
    }

    func size(_ variable: Variable, _ axis: Axis) throws(PTXError) -> String {
        let array = try array(variable)
        switch axis {
        case .count where array.sizes.count == 2:
            let number = values.number(of: [variable.id], in: "count")
            return try numbered(number) { () throws(PTXError) in count(array) }
        case .count, .rows: return operand(array.sizes[0])
        case .columns: return operand(array.sizes[array.sizes.count - 1])
        }
    }
}

/// Numbers as PTX writes them.
enum PTXLiteral {
    /// The bits of a double.
    static func double(_ value: Double) -> String { "0d" + hexadecimal(value.bitPattern, digits: 16) }
    /// The bits of a float.
    static func float(_ value: Float) -> String { "0f" + hexadecimal(UInt64(value.bitPattern), digits: 8) }

    private static func hexadecimal(_ bits: UInt64, digits: Int) -> String {
        let text = String(bits, radix: 16, uppercase: true)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
