extension Emitter {
    // MARK: Real values

    /// A register that holds the expression's value.
    mutating func real(_ node: Node) -> Register {
        if node.type.element != .real { return converted(node) }
        if case .real(let value) = node.kind { return constantReal(value) }
        if case .read(let place) = node.kind, place.variable.kind == .scalar {
            return register(place.variable)
        }
        if let value = known[node] { return value.register }
        let result = computeReal(node)
        known[node] = Known(register: result, reads: node.dependencies)
        return result
    }

    private mutating func converted(_ node: Node) -> Register {
        if case .integer(let value) = node.kind { return constantReal(Double(value)) }
        if let value = knownAsReal[node] { return value.register }
        let whole = integer(node)
        let result = freshReal()
        append(.convert, result, whole)
        knownAsReal[node] = Known(register: result, reads: node.dependencies)
        return result
    }

    private mutating func computeReal(_ node: Node) -> Register {
        switch node.kind {
        case .read(let place): return load(place)
        case .unary(let function, let a): return self.function(function, real(a))
        case .binary(let function, let a, let b):
            let (x, y) = (real(a), real(b))
            return arithmetic(function, x, y)
        case .select(let condition, let a, let b):
            let result = freshReal()
            choose(condition, a, b) { emitter, node in emitter.append(.move, result, emitter.real(node)) }
            return result
        case .sum(let terms): return summed(terms)
        case .applied(let a): return real(a.value)
        case .real, .integer, .boolean, .size, .integerUnary, .integerBinary, .compare, .holds, .not,
            .and, .or,
            .extremum:
            return constantReal(.nan)  // of another type; the check has refused these
        }
    }

    mutating func function(_ function: ElementaryFunction, _ x: Register) -> Register {
        let result = freshReal()
        if function == .negate {
            append(.negate, result, x)
        } else {
            append(.unary, function: function.rawValue, result, x)
        }
        return result
    }

    mutating func arithmetic(_ function: ElementaryFunction, _ x: Register, _ y: Register) -> Register {
        let result = freshReal()
        switch function {
        case .add: append(.add, result, x, y)
        case .subtract: append(.subtract, result, x, y)
        case .multiply: append(.multiply, result, x, y)
        case .divide: append(.divide, result, x, y)
        default: append(.binary, function: function.rawValue, result, x, y)
        }
        return result
    }

    /// The sum of an array expression: an elementwise loop into one register.
    private mutating func summed(_ terms: Node) -> Register {
        let result = freshReal()
        append(.zeroReal, result)
        overElements(of: terms) { emitter in
            if case .binary(.multiply, let a, let b) = terms.kind {
                emitter.append(.addProduct, result, emitter.real(a), emitter.real(b))
            } else {
                emitter.append(.add, result, result, emitter.real(terms))
            }
        }
        return result
    }

    private mutating func choose(
        _ condition: Node, _ a: Node, _ b: Node, _ emit: (inout Emitter, Node) -> Void
    ) {
        let toElse = jumpUnless(condition)
        branch { emit(&$0, a) }
        let toEnd = jump()
        land(toElse)
        branch { emit(&$0, b) }
        land(toEnd)
    }

    // MARK: Integer values

    /// A register that holds the integer expression's value.
    mutating func integer(_ node: Node) -> Register {
        if node.type.element == .boolean { return boolean(node) }
        if case .integer(let value) = node.kind { return constantInteger(value) }
        if case .read(let place) = node.kind, !place.isInMemory { return register(place.variable) }
        if let value = known[node] { return value.register }
        let result = computeInteger(node)
        known[node] = Known(register: result, reads: node.dependencies)
        return result
    }

    private mutating func computeInteger(_ node: Node) -> Register {
        let result: Register
        switch node.kind {
        case .read(let place): return load(place)
        case .size(let variable, let axis):
            result = freshInteger()
            append(.size, function: axis.rawValue, result, register(variable))
        case .integerUnary(let function, let a):
            let x = integer(a)
            result = freshInteger()
            append(function.opcode, function: function.rawValue, result, x)
        case .integerBinary(let function, let a, let b):
            let (x, y) = (integer(a), integer(b))
            result = freshInteger()
            append(function.opcode, function: function.rawValue, result, x, y)
        case .select(let condition, let a, let b):
            result = freshInteger()
            choose(condition, a, b) { emitter, node in
                emitter.append(.integerMove, result, emitter.integer(node))
            }
        case .sum(let terms):
            result = freshInteger()
            append(.zeroInteger, result)
            overElements(of: terms) { emitter in
                emitter.append(.integerAdd, result, result, emitter.integer(terms))
            }
        case .extremum(let which, let elements): return index(of: which, in: elements)
        case .real, .integer, .boolean, .unary, .binary, .compare, .holds, .not, .and, .or, .applied:
            return constantInteger(0)  // of another type; the check has refused these
        }
        return result
    }

    /// The index of an extremal element: a loop that keeps the best element and where it was.
    private mutating func index(of which: Extremum, in elements: Node) -> Register {
        let areReals = elements.type.element == .real
        if let (array, _) = elements.elementArrays { append(.requireElements, register(array)) }
        let (result, best) = (freshInteger(), areReals ? freshReal() : freshInteger())
        append(.zeroInteger, result)
        // Worse than all elements, or equal to all of them.
        if areReals {
            append(.move, best, constantReal(which == .largest ? -.infinity : .infinity))
        } else {
            append(.integerMove, best, constantInteger(which == .largest ? .min : .max))
        }
        overElements(of: elements) { emitter in
            let element = areReals ? emitter.real(elements) : emitter.integer(elements)
            let toNext = emitter.append(
                areReals ? .jumpUnlessReals : .jumpUnlessIntegers, function: which.relation.rawValue, 0,
                element, best)
            emitter.append(areReals ? .move : .integerMove, best, element)
            if let index = emitter.elementIndex { emitter.append(.integerMove, result, index) }
            emitter.land(toNext)
        }
        return result
    }

    // MARK: Conditions

    /// A register that holds 1 if the condition holds, else 0.
    mutating func boolean(_ node: Node) -> Register {
        if case .boolean(let value) = node.kind { return constantInteger(value ? 1 : 0) }
        if let value = known[node] { return value.register }
        let result = computeBoolean(node)
        known[node] = Known(register: result, reads: node.dependencies)
        return result
    }

    private mutating func computeBoolean(_ node: Node) -> Register {
        switch node.kind {
        case .compare(let relation, let a, let b):
            let result = freshInteger()
            if a.type.element == .integer, b.type.element == .integer {
                let (x, y) = (integer(a), integer(b))
                append(.integerCompare, function: relation.rawValue, result, x, y)
            } else {
                let (x, y) = (real(a), real(b))
                append(.compare, function: relation.rawValue, result, x, y)
            }
            return result
        case .holds(let relation, let a, let b):
            let result = freshInteger()
            let (x, y) = (real(a), real(b))
            append(.compare, function: relation.rawValue | Relation.quiet, result, x, y)
            return result
        case .not(let a):
            let value = boolean(a)
            let result = freshInteger()
            append(.not, result, value)
            return result
        case .and(let a, let b):
            // The second condition may be guarded by the first: `i < n && v[i] > 0`.
            let result = freshInteger()
            append(.integerMove, result, boolean(a))
            let done = jumpIfZero(result)
            branch { $0.append(.integerMove, result, $0.boolean(b)) }
            land(done)
            return result
        case .or(let a, let b):
            let result = freshInteger()
            append(.integerMove, result, boolean(a))
            let negation = freshInteger()
            append(.not, negation, result)
            let done = jumpIfZero(negation)
            branch { $0.append(.integerMove, result, $0.boolean(b)) }
            land(done)
            return result
        case .boolean, .select, .real, .integer, .read, .size, .unary, .binary, .integerUnary, .integerBinary,
            .sum, .extremum, .applied:
            return constantInteger(0)  // no condition; the check has refused these
        }
    }
}

extension IntegerFunction {
    /// The instruction, which has the function's number beside it.
    var opcode: Opcode {
        switch self {
        case .add: .integerAdd
        case .subtract: .integerSubtract
        case .multiply: .integerMultiply
        case .divide: .integerDivide
        case .remainder: .integerRemainder
        case .min: .integerMinimum
        case .max: .integerMaximum
        case .negate: .integerNegate
        case .abs: .integerAbs
        case .split: .integerSplit
        case .below: .integerBelow
        case .popcount: .integerPopcount
        case .and, .or, .xor, .shiftLeft, .shiftRight, .logicalShiftRight, .wrappingAdd, .wrappingSubtract,
            .wrappingMultiply, .rotateLeft, .rotateRight:
            .integerBits
        }
    }
}
