extension Machine {
    /// Runs the unit's first function; nil means it came to its end.
    @inline(__always)
    mutating func run(_ unit: CodeUnit) -> Fault? {
        unit.instructions.withUnsafeBufferPointer { instructions in
            unit.headers.withUnsafeBufferPointer { headers in
                unit.constants.withUnsafeBufferPointer { constants in
                    guard let code = instructions.baseAddress, let headers = headers.baseAddress else {
                        return nil
                    }
                    return run(code, headers, constants.baseAddress)
                }
            }
        }
    }

    /// The interpreter loop. Register bases are kept in local variables; calls refresh them.
    @inline(__always)
    private mutating func run(
        _ code: UnsafePointer<Instruction>, _ headers: UnsafePointer<CodeUnit.Header>,
        _ constants: UnsafePointer<CodeUnit.Constant>?
    ) -> Fault? {
        var r = reals.base
        var k = integers.base
        var v = arrays.base
        load(headers[0], constants)
        // The next instruction; a pointer, so that it stays in a register.
        var next = code + Int(headers[0].entry)

        // Followed only for number types that can leave their range.
        var changed: UnsafePointer<Instruction>?

        while true {
            let i = next
            // What the instruction before has made of a place.
            if Number.hasLimitedRange, let place = changed, isOutOfRange(place.pointee, r, k, v) {
                return Fault(cause: .outOfRange("\(Number.self)"), instruction: place - code)
            }
            if Number.hasLimitedRange { changed = i }
            next = i + 1
            switch i.pointee.opcode {
            case .jump: next = code + i.a
            case .jumpUnlessIntegers:
                if !compare(k[i.b], i.pointee.function, k[i.c]) { next = code + i.a }
            case .jumpUnlessReals:
                let relation = i.pointee.function
                let holds = compare(r[i.b], Relation.plain(relation), r[i.c])
                if holds == nil, !Relation.isQuiet(relation) {
                    return Fault(cause: .nan, instruction: i - code)
                }
                if holds != true { next = code + i.a }
            case .jumpIfZero: if k[i.a] == 0 { next = code + i.b }
            case .call:
                guard depth < options.callDepthLimit else {
                    return Fault(cause: .callDepth(options.callDepthLimit), instruction: i - code)
                }
                enterCall(code, i - code, headers, constants)
                if headers[i.a].hasRequirements, let problem = sizeProblem(ofCall: Int(i.a)) {
                    return Fault(cause: .argument(problem), instruction: i - code)
                }
                (r, k, v) = bases
                next = code + Int(headers[i.a].entry)
            case .argumentReal, .argumentInteger, .argumentArray: break  // read by the call
            case .returnToCaller:
                let call = frame.call
                if call < 0 { return notes.leftOver }
                leaveCall(code, call)
                (r, k, v) = bases
                next = code + (call + 1 + Int(code[call].b))
            case .openLoop:
                let turns = loopTurns(k[i.b], k[i.c], k[i.d], closed: i.pointee.function & 1 != 0)
                guard let turns else { return Fault(cause: .zeroStep, instruction: i - code) }
                k[i.a + 1] = turns
                if turns != 0 {
                    let backward = i.pointee.function & 2 != 0
                    k[i.a] = backward ? k[i.b] &+ (turns &- 1) &* k[i.d] : k[i.b]
                    k[i.a + 2] = backward ? 0 &- k[i.d] : k[i.d]
                    next = i + 2
                }
            case .nextTurn:
                k[i.a + 1] &-= 1
                if k[i.a + 1] != 0 {
                    k[i.a] &+= k[i.a + 2]
                    next = code + i.b
                }
            case .countTurn:
                k[i.a] &+= 1
                if k[i.a] > options.turnLimit {
                    return Fault(cause: .turnLimit(options.turnLimit), instruction: i - code)
                }
                next = code + i.b
            case .countDown: k[i.a] &-= 1
            case .requireEqual:
                if k[i.a] != k[i.b] {
                    let requirement = Requirement(rawValue: i.pointee.function) ?? .postcondition
                    return Fault(
                        cause: .requirement(requirement, expected: k[i.b] != 0), instruction: i - code)
                }
            case .requireValue:
                if k[i.a] != i.b {
                    let requirement = Requirement(rawValue: i.pointee.function) ?? .postcondition
                    return Fault(cause: .requirement(requirement, expected: i.b != 0), instruction: i - code)
                }

            case .integerMove: k[i.a] = k[i.b]
            case .integerAdd:
                let (value, overflow) = k[i.b].addingReportingOverflow(k[i.c])
                if overflow { return Fault(cause: .integerOverflow, instruction: i - code) }
                k[i.a] = value
            case .integerSubtract:
                let (value, overflow) = k[i.b].subtractingReportingOverflow(k[i.c])
                if overflow { return Fault(cause: .integerOverflow, instruction: i - code) }
                k[i.a] = value
            case .integerMultiply:
                let (value, overflow) = k[i.b].multipliedReportingOverflow(by: k[i.c])
                if overflow { return Fault(cause: .integerOverflow, instruction: i - code) }
                k[i.a] = value
            case .integerDivide, .integerRemainder:
                if k[i.c] == 0 { return Fault(cause: .divisionByZero, instruction: i - code) }
                if k[i.b] == .min && k[i.c] == -1 {
                    return Fault(cause: .integerOverflow, instruction: i - code)
                }
                k[i.a] = i.pointee.opcode == .integerDivide ? k[i.b] / k[i.c] : k[i.b] % k[i.c]
            case .integerMinimum: k[i.a] = min(k[i.b], k[i.c])
            case .integerBelow:
                guard UInt(bitPattern: k[i.b]) < UInt(bitPattern: k[i.c]) else {
                    return Fault(cause: .viewIndex(k[i.b], count: k[i.c]), instruction: i - code)
                }
                k[i.a] = k[i.b]
            case .integerSplit: k[i.a] = BinomialSchedule.split(k[i.b], copies: k[i.c])
            case .integerMaximum: k[i.a] = max(k[i.b], k[i.c])
            case .integerNegate, .integerAbs:
                if k[i.b] == .min { return Fault(cause: .integerOverflow, instruction: i - code) }
                k[i.a] = i.pointee.opcode == .integerNegate ? -k[i.b] : abs(k[i.b])
            case .integerBits:
                let function = IntegerFunction(rawValue: i.pointee.function) ?? .xor
                k[i.a] = function.wrapped(k[i.b], k[i.c])
            case .integerPopcount: k[i.a] = k[i.b].nonzeroBitCount
            case .integerCompare: k[i.a] = compare(k[i.b], i.pointee.function, k[i.c]) ? 1 : 0
            case .not: k[i.a] = 1 &- k[i.b]
            case .integerLoad:
                if UInt(bitPattern: k[i.c]) >= UInt(bitPattern: v[i.b].count) {
                    return indexFault(i - code, k[i.c], v[i.b], i.b)
                }
                k[i.a] = v[i.b].integers[k[i.c]]
            case .integerStore:
                if UInt(bitPattern: k[i.b]) >= UInt(bitPattern: v[i.a].count) {
                    return indexFault(i - code, k[i.b], v[i.a], i.a)
                }
                v[i.a].integers[k[i.b]] = k[i.c]
            case .integerLoadFlat: k[i.a] = v[i.b].integers[k[i.c]]
            case .integerStoreFlat: v[i.a].integers[k[i.b]] = k[i.c]
            case .size:
                switch i.pointee.function {
                case Axis.rows.rawValue: k[i.a] = v[i.b].rows
                case Axis.columns.rawValue: k[i.a] = v[i.b].columns
                default: k[i.a] = v[i.b].count
                }

            case .move: r[i.a] = r[i.b]
            case .add: r[i.a] = r[i.b] + r[i.c]
            case .subtract: r[i.a] = r[i.b] - r[i.c]
            case .multiply: r[i.a] = r[i.b] * r[i.c]
            case .divide: r[i.a] = r[i.b] / r[i.c]
            case .negate: r[i.a] = -r[i.b]
            case .convert: r[i.a] = Number(constant: Double(k[i.b]))
            case .unary:
                r[i.a] = Number.evaluate(ElementaryFunction(unchecked: i.pointee.function), r[i.b])
            case .binary:
                r[i.a] = Number.evaluate(ElementaryFunction(unchecked: i.pointee.function), r[i.b], r[i.c])
            case .magnitudes:
                let limit = i.pointee.function == 1 ? Update.Witness.largestHeld : .infinity
                r[i.a] = Number.componentMagnitudes(r[i.b], atMost: limit)
            case .addProduct: r[i.a] = r[i.a] + r[i.b] * r[i.c]
            case .subtractProduct: r[i.a] = r[i.a] - r[i.b] * r[i.c]
            case .compare:
                let relation = i.pointee.function
                let holds = compare(r[i.b], Relation.plain(relation), r[i.c])
                if holds == nil, !Relation.isQuiet(relation) {
                    return Fault(cause: .nan, instruction: i - code)
                }
                k[i.a] = holds == true ? 1 : 0
            case .scale, .unscale:
                let (number, factor) = (r[i.b], r[i.c])
                let scaled =
                    i.pointee.opcode == .scale ? number.scaled(by: factor) : number.unscaled(by: factor)
                guard let scaled = scaled ?? vanished(i.pointee, number, factor) else {
                    return scaleFault(i - code, number, factor, divides: i.pointee.opcode == .unscale)
                }
                r[i.a] = scaled
            case .rotate:
                Number.rotate(
                    &r[i.a], &r[i.b], r[i.c], r[i.d], backward: i.pointee.function != 0)
            case .hadamard: Number.hadamard(&r[i.a], &r[i.b])
            case .addElementProduct, .subtractElementProduct:
                if UInt(bitPattern: k[i.c]) >= UInt(bitPattern: v[i.b].count) {
                    return indexFault(i - code, k[i.c], v[i.b], i.b)
                }
                if UInt(bitPattern: k[i.e]) >= UInt(bitPattern: v[i.d].count) {
                    return indexFault(i - code, k[i.e], v[i.d], i.d)
                }
                let product = v[i.b].reals(Number.self)[k[i.c]] * v[i.d].reals(Number.self)[k[i.e]]
                r[i.a] = i.pointee.opcode == .addElementProduct ? r[i.a] + product : r[i.a] - product
            case .addElementProduct2, .subtractElementProduct2:
                guard let first = v[i.b].flat(k[i.c], k[i.d]) else {
                    return indexFault(i - code, k[i.c], k[i.d], v[i.b], i.b)
                }
                let j = i + 1
                guard let second = v[j.b].flat(k[j.c], k[j.d]) else {
                    return indexFault(i - code, k[j.c], k[j.d], v[j.b], j.b)
                }
                let product = v[i.b].reals(Number.self)[first] * v[j.b].reals(Number.self)[second]
                r[i.a] = i.pointee.opcode == .addElementProduct2 ? r[i.a] + product : r[i.a] - product
                next = i + 2
            case .load:
                if UInt(bitPattern: k[i.c]) >= UInt(bitPattern: v[i.b].count) {
                    return indexFault(i - code, k[i.c], v[i.b], i.b)
                }
                r[i.a] = v[i.b].reals(Number.self)[k[i.c]]
            case .load2:
                guard let offset = v[i.b].flat(k[i.c], k[i.d]) else {
                    return indexFault(i - code, k[i.c], k[i.d], v[i.b], i.b)
                }
                r[i.a] = v[i.b].reals(Number.self)[offset]
            case .loadFlat: r[i.a] = v[i.b].reals(Number.self)[k[i.c]]
            case .store:
                if UInt(bitPattern: k[i.b]) >= UInt(bitPattern: v[i.a].count) {
                    return indexFault(i - code, k[i.b], v[i.a], i.a)
                }
                v[i.a].reals(Number.self)[k[i.b]] = r[i.c]
            case .store2:
                guard let offset = v[i.a].flat(k[i.b], k[i.c]) else {
                    return indexFault(i - code, k[i.b], k[i.c], v[i.a], i.a)
                }
                v[i.a].reals(Number.self)[offset] = r[i.d]
            case .storeFlat: v[i.a].reals(Number.self)[k[i.b]] = r[i.c]
            case .addToElement, .subtractFromElement, .addProductToElement, .subtractProductFromElement:
                if UInt(bitPattern: k[i.b]) >= UInt(bitPattern: v[i.a].count) {
                    return indexFault(i - code, k[i.b], v[i.a], i.a)
                }
                let element = v[i.a].reals(Number.self) + k[i.b]
                switch i.pointee.opcode {
                case .addToElement: element.pointee = element.pointee + r[i.c]
                case .subtractFromElement: element.pointee = element.pointee - r[i.c]
                case .addProductToElement: element.pointee = element.pointee + r[i.c] * r[i.d]
                default: element.pointee = element.pointee - r[i.c] * r[i.d]
                }
            case .addToElement2, .subtractFromElement2, .addProductToElement2, .subtractProductFromElement2:
                guard let offset = v[i.a].flat(k[i.b], k[i.c]) else {
                    return indexFault(i - code, k[i.b], k[i.c], v[i.a], i.a)
                }
                let element = v[i.a].reals(Number.self) + offset
                switch i.pointee.opcode {
                case .addToElement2: element.pointee = element.pointee + r[i.d]
                case .subtractFromElement2: element.pointee = element.pointee - r[i.d]
                case .addProductToElement2: element.pointee = element.pointee + r[i.d] * r[i.e]
                default: element.pointee = element.pointee - r[i.d] * r[i.e]
                }
            case .addToFlat:
                let element = v[i.a].reals(Number.self) + k[i.b]
                element.pointee = element.pointee + r[i.c]
            case .subtractFromFlat:
                let element = v[i.a].reals(Number.self) + k[i.b]
                element.pointee = element.pointee - r[i.c]

            case .zeroReal: r[i.a] = Number(constant: 0)
            case .zeroInteger: k[i.a] = 0
            case .peak:
                // Magnitudes order as their bits do.
                let bits = Int(bitPattern: UInt(r[i.b].primal.magnitude.bitPattern))
                if bits > k[i.a] { k[i.a] = bits }
            case .note:
                if let fault = note(i.pointee, r[i.a], k, i - code) { return fault }
            default:
                if let cause = slow(i.pointee, r, k, v) { return Fault(cause: cause, instruction: i - code) }
            }
        }
    }
}

extension ElementaryFunction {
    /// The function with a number that an emitter took from a function.
    @inline(__always)
    init(unchecked rawValue: UInt8) { self = ElementaryFunction(rawValue: rawValue) ?? .negate }
}

@inline(__always)
private func compare<T: Comparable>(_ a: T, _ relation: UInt8, _ b: T) -> Bool {
    switch relation {
    case Relation.less.rawValue: a < b
    case Relation.lessOrEqual.rawValue: a <= b
    case Relation.equal.rawValue: a == b
    case Relation.notEqual.rawValue: a != b
    case Relation.greaterOrEqual.rawValue: a >= b
    default: a > b
    }
}

/// The same between numbers; nil if one is a NaN.
@inline(__always)
private func compare<Number: ReversibleNumber>(_ a: Number, _ relation: UInt8, _ b: Number) -> Bool? {
    Number.holds(a, Relation(rawValue: relation) ?? .equal, b)
}

/// The number of turns of a loop, or nil for a step of 0.
@inline(__always)
private func loopTurns(_ start: Int, _ end: Int, _ step: Int, closed: Bool) -> Int? {
    if step == 0 { return nil }
    let forward = step > 0
    if start == end { return closed ? 1 : 0 }
    if forward != (start < end) { return 0 }
    let distance = forward ? UInt(bitPattern: end &- start) : UInt(bitPattern: start &- end)
    let turns = (distance &- (closed ? 0 : 1)) / step.magnitude &+ 1
    return Int(clamping: turns)
}
