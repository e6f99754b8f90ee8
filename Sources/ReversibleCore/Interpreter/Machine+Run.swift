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
        var ip = Int(headers[0].entry)

        while true {
            let i = code + ip
            let (a, b, c, d) = (Int(i.pointee.a), Int(i.pointee.b), Int(i.pointee.c), Int(i.pointee.d))
            ip &+= 1
            switch i.pointee.opcode {
            case .jump: ip = a
            case .jumpIfZero: if k[a] == 0 { ip = b }
            case .call:
                guard depth < options.callDepthLimit else {
                    return Fault(cause: .callDepth(options.callDepthLimit), instruction: ip - 1)
                }
                enterCall(code, ip - 1, headers, constants)
                (r, k, v) = bases
                ip = Int(headers[a].entry)
            case .argumentReal, .argumentInteger, .argumentArray: break  // read by the call
            case .returnToCaller:
                let call = frame.call
                if call < 0 { return nil }
                leaveCall(code, call)
                (r, k, v) = bases
                ip = call + 1 + Int(code[call].b)
            case .openLoop:
                let turns = loopTurns(k[b], k[c], k[d], closed: i.pointee.function & 1 != 0)
                guard let turns else { return Fault(cause: .zeroStep, instruction: ip - 1) }
                k[a + 1] = turns
                if turns != 0 {
                    let backward = i.pointee.function & 2 != 0
                    k[a] = backward ? k[b] &+ (turns &- 1) &* k[d] : k[b]
                    k[a + 2] = backward ? 0 &- k[d] : k[d]
                    ip &+= 1
                }
            case .nextTurn:
                k[a + 1] &-= 1
                if k[a + 1] != 0 {
                    k[a] &+= k[a + 2]
                    ip = b
                }
            case .countTurn:
                k[a] &+= 1
                if k[a] > options.turnLimit {
                    return Fault(cause: .turnLimit(options.turnLimit), instruction: ip - 1)
                }
            case .countDown: k[a] &-= 1
            case .requireEqual:
                if k[a] != k[b] {
                    let requirement = Requirement(rawValue: i.pointee.function) ?? .postcondition
                    return Fault(cause: .requirement(requirement, expected: k[b] != 0), instruction: ip - 1)
                }
            case .requireValue:
                if k[a] != b {
                    let requirement = Requirement(rawValue: i.pointee.function) ?? .postcondition
                    return Fault(cause: .requirement(requirement, expected: b != 0), instruction: ip - 1)
                }

            case .integerMove: k[a] = k[b]
            case .integerAdd:
                let (value, overflow) = k[b].addingReportingOverflow(k[c])
                if overflow { return Fault(cause: .integerOverflow, instruction: ip - 1) }
                k[a] = value
            case .integerSubtract:
                let (value, overflow) = k[b].subtractingReportingOverflow(k[c])
                if overflow { return Fault(cause: .integerOverflow, instruction: ip - 1) }
                k[a] = value
            case .integerMultiply:
                let (value, overflow) = k[b].multipliedReportingOverflow(by: k[c])
                if overflow { return Fault(cause: .integerOverflow, instruction: ip - 1) }
                k[a] = value
            case .integerDivide, .integerRemainder:
                if k[c] == 0 { return Fault(cause: .divisionByZero, instruction: ip - 1) }
                if k[b] == .min && k[c] == -1 {
                    return Fault(cause: .integerOverflow, instruction: ip - 1)
                }
                k[a] = i.pointee.opcode == .integerDivide ? k[b] / k[c] : k[b] % k[c]
            case .integerMinimum: k[a] = min(k[b], k[c])
            case .integerMaximum: k[a] = max(k[b], k[c])
            case .integerNegate, .integerAbs:
                if k[b] == .min { return Fault(cause: .integerOverflow, instruction: ip - 1) }
                k[a] = i.pointee.opcode == .integerNegate ? -k[b] : abs(k[b])
            case .integerXor: k[a] = k[b] ^ k[c]
            case .integerCompare: k[a] = compare(k[b], i.pointee.function, k[c]) ? 1 : 0
            case .not: k[a] = 1 &- k[b]
            case .integerLoad:
                if UInt(bitPattern: k[c]) >= UInt(bitPattern: v[b].count) {
                    return indexFault(ip - 1, k[c], v[b], b)
                }
                k[a] = v[b].integers[k[c]]
            case .integerStore:
                if UInt(bitPattern: k[b]) >= UInt(bitPattern: v[a].count) {
                    return indexFault(ip - 1, k[b], v[a], a)
                }
                v[a].integers[k[b]] = k[c]
            case .integerLoadFlat: k[a] = v[b].integers[k[c]]
            case .integerStoreFlat: v[a].integers[k[b]] = k[c]
            case .size:
                switch i.pointee.function {
                case Axis.rows.rawValue: k[a] = v[b].rows
                case Axis.columns.rawValue: k[a] = v[b].columns
                default: k[a] = v[b].count
                }

            case .move: r[a] = r[b]
            case .add: r[a] = r[b] + r[c]
            case .subtract: r[a] = r[b] - r[c]
            case .multiply: r[a] = r[b] * r[c]
            case .divide: r[a] = r[b] / r[c]
            case .negate: r[a] = -r[b]
            case .convert: r[a] = Number(constant: Double(k[b]))
            case .unary:
                r[a] = Number.evaluate(ElementaryFunction(unchecked: i.pointee.function), r[b])
            case .binary:
                r[a] = Number.evaluate(ElementaryFunction(unchecked: i.pointee.function), r[b], r[c])
            case .addProduct: r[a] = r[a] + r[b] * r[c]
            case .subtractProduct: r[a] = r[a] - r[b] * r[c]
            case .compare:
                let (x, y) = (r[b].primal, r[c].primal)
                if x.isNaN || y.isNaN { return Fault(cause: .nan, instruction: ip - 1) }
                k[a] = compare(x, i.pointee.function, y) ? 1 : 0
            case .requireFactor:
                let factor = r[a].primal
                if !(factor.isFinite && factor != 0) {
                    return Fault(cause: .factor(factor), instruction: ip - 1)
                }
            case .load:
                if UInt(bitPattern: k[c]) >= UInt(bitPattern: v[b].count) {
                    return indexFault(ip - 1, k[c], v[b], b)
                }
                r[a] = v[b].reals(Number.self)[k[c]]
            case .load2:
                guard let offset = v[b].flat(k[c], k[d]) else {
                    return indexFault(ip - 1, k[c], k[d], v[b], b)
                }
                r[a] = v[b].reals(Number.self)[offset]
            case .loadFlat: r[a] = v[b].reals(Number.self)[k[c]]
            case .store:
                if UInt(bitPattern: k[b]) >= UInt(bitPattern: v[a].count) {
                    return indexFault(ip - 1, k[b], v[a], a)
                }
                v[a].reals(Number.self)[k[b]] = r[c]
            case .store2:
                guard let offset = v[a].flat(k[b], k[c]) else {
                    return indexFault(ip - 1, k[b], k[c], v[a], a)
                }
                v[a].reals(Number.self)[offset] = r[d]
            case .storeFlat: v[a].reals(Number.self)[k[b]] = r[c]
            case .addToElement, .subtractFromElement, .addProductToElement, .subtractProductFromElement:
                if UInt(bitPattern: k[b]) >= UInt(bitPattern: v[a].count) {
                    return indexFault(ip - 1, k[b], v[a], a)
                }
                let element = v[a].reals(Number.self) + k[b]
                switch i.pointee.opcode {
                case .addToElement: element.pointee = element.pointee + r[c]
                case .subtractFromElement: element.pointee = element.pointee - r[c]
                case .addProductToElement: element.pointee = element.pointee + r[c] * r[d]
                default: element.pointee = element.pointee - r[c] * r[d]
                }
            case .addToElement2, .subtractFromElement2:
                guard let offset = v[a].flat(k[b], k[c]) else {
                    return indexFault(ip - 1, k[b], k[c], v[a], a)
                }
                let element = v[a].reals(Number.self) + offset
                element.pointee =
                    i.pointee.opcode == .addToElement2 ? element.pointee + r[d] : element.pointee - r[d]
            case .addToFlat:
                let element = v[a].reals(Number.self) + k[b]
                element.pointee = element.pointee + r[c]
            case .subtractFromFlat:
                let element = v[a].reals(Number.self) + k[b]
                element.pointee = element.pointee - r[c]

            case .zeroReal: r[a] = Number(constant: 0)
            case .zeroInteger: k[a] = 0
            case .peak:
                // Magnitudes order as their bits do.
                let bits = Int(bitPattern: UInt(r[b].primal.magnitude.bitPattern))
                if bits > k[a] { k[a] = bits }
            default:
                if let cause = slow(i.pointee, r, k, v) { return Fault(cause: cause, instruction: ip - 1) }
            }
        }
    }

    private var bases:
        (UnsafeMutablePointer<Number>, UnsafeMutablePointer<Int>, UnsafeMutablePointer<ArrayDescriptor>)
    {
        let frame = frame
        return (reals.base + frame.reals, integers.base + frame.integers, arrays.base + frame.arrays)
    }
}

extension ArrayDescriptor {
    @inline(__always)
    var integers: UnsafeMutablePointer<Int> { base.assumingMemoryBound(to: Int.self) }

    @inline(__always)
    func reals<Number>(_ type: Number.Type) -> UnsafeMutablePointer<Number> {
        base.assumingMemoryBound(to: Number.self)
    }

    /// The position of [row, column], or nil if it is outside.
    @inline(__always)
    func flat(_ row: Int, _ column: Int) -> Int? {
        UInt(bitPattern: row) < UInt(bitPattern: rows) && UInt(bitPattern: column) < UInt(bitPattern: columns)
            ? row &* columns &+ column : nil
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

extension Machine {
    @inline(never)
    private func indexFault(_ ip: Int, _ index: Int, _ array: ArrayDescriptor, _ register: Int) -> Fault {
        Fault(cause: .index(index, .count, count: array.count, array: Int32(register)), instruction: ip)
    }

    @inline(never)
    private func indexFault(
        _ ip: Int, _ row: Int, _ column: Int, _ array: ArrayDescriptor, _ register: Int
    ) -> Fault {
        let rowIsOutside = row < 0 || row >= array.rows
        return Fault(
            cause: .index(
                rowIsOutside ? row : column, rowIsOutside ? .rows : .columns,
                count: rowIsOutside ? array.rows : array.columns, array: Int32(register)), instruction: ip)
    }

    /// Puts a function's constants into the current frame.
    @inline(__always)
    private func load(_ header: CodeUnit.Header, _ constants: UnsafePointer<CodeUnit.Constant>?) {
        guard let constants else { return }
        let (r, k, _) = bases
        for index in Int(header.firstConstant)..<Int(header.firstConstant + header.constantCount) {
            let constant = constants[index]
            if constant.isReal {
                r[Int(constant.register)] = Number(constant: constant.real)
            } else {
                k[Int(constant.register)] = constant.integer
            }
        }
    }

    private mutating func enterCall(
        _ code: UnsafePointer<Instruction>, _ call: Int, _ headers: UnsafePointer<CodeUnit.Header>,
        _ constants: UnsafePointer<CodeUnit.Constant>?
    ) {
        let caller = frame
        let function = Int(code[call].a)
        enter(headers[function], function: function, call: call, above: headers[caller.function])
        let (r, k, v) = (
            reals.base + caller.reals, integers.base + caller.integers, arrays.base + caller.arrays
        )
        let (r2, k2, v2) = bases
        for offset in 1..<(1 + Int(code[call].b)) {
            let move = code[call + offset]
            let (a, b) = (Int(move.a), Int(move.b))
            switch move.opcode {
            case .argumentReal: r2[b] = r[a]
            case .argumentInteger: k2[b] = k[a]
            default: v2[b] = v[a]
            }
        }
        load(headers[function], constants)
    }

    private mutating func leaveCall(_ code: UnsafePointer<Instruction>, _ call: Int) {
        let (r2, k2, _) = bases
        depth -= 1
        let (r, k, _) = bases
        for offset in 1..<(1 + Int(code[call].b)) {
            let move = code[call + offset]
            guard move.function != 0 else { continue }
            if move.opcode == .argumentReal {
                r[Int(move.a)] = r2[Int(move.b)]
            } else {
                k[Int(move.a)] = k2[Int(move.b)]
            }
        }
    }
}
