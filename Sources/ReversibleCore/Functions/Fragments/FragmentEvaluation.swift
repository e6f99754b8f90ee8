extension MathFragment {
    /// The value of a fragment of one argument.
    package func evaluate(_ x: Double) -> Double {
        run([x.bitPattern]).first.map(Double.init(bitPattern:)) ?? x
    }

    /// The value of a fragment of two arguments.
    package func evaluate(_ x: Double, _ y: Double) -> Double {
        run([x.bitPattern, y.bitPattern]).first.map(Double.init(bitPattern:)) ?? x
    }

    /// The results' bits; masks are 0 or 1.
    private func run(_ arguments: [UInt64]) -> [UInt64] {
        var values = [UInt64](repeating: 0, count: instructions.count)
        var branchResults: [Int: [UInt64]] = [:]
        for (place, instruction) in instructions.enumerated() {
            let operands = instruction.operands
            switch instruction.operation {
            case .argument(let number): values[place] = arguments[number]
            case .rarely(let number):
                if values[operands[0]] != 0 {
                    branchResults[place] = branches[number].body.run(operands.dropFirst().map { values[$0] })
                }
            case .branchResult(let number):
                values[place] = branchResults[operands[0]]?[number] ?? values[operands[1]]
            case .table(let number): values[place] = tables[number][Int(values[operands[0]])]
            default: values[place] = instruction.operation.value { values[operands[$0]] }
            }
        }
        return results.map { values[$0] }
    }
}

extension MathFragment.Operation {
    /// The bits of the result on operands given as bits.
    fileprivate func value(_ operand: (Int) -> UInt64) -> UInt64 {
        func real(_ number: Int) -> Double { Double(bitPattern: operand(number)) }
        func signed(_ number: Int) -> Int64 { Int64(bitPattern: operand(number)) }
        switch self {
        case .argument, .rarely, .branchResult, .table: return 0
        case .real(let bits), .integer(let bits): return bits
        case .add: return (real(0) + real(1)).bitPattern
        case .subtract: return (real(0) - real(1)).bitPattern
        case .multiply: return (real(0) * real(1)).bitPattern
        case .divide: return (real(0) / real(1)).bitPattern
        case .fusedMultiplyAdd: return real(2).addingProduct(real(0), real(1)).bitPattern
        case .squareRoot: return real(0).squareRoot().bitPattern
        case .floor: return real(0).rounded(.down).bitPattern
        case .compare(let relation): return relation.holds(real(0), real(1)) ? 1 : 0
        case .bits, .realFromBits: return operand(0)
        case .integerAdd: return operand(0) &+ operand(1)
        case .integerSubtract: return operand(0) &- operand(1)
        case .and, .maskAnd: return operand(0) & operand(1)
        case .or, .maskOr: return operand(0) | operand(1)
        case .xor: return operand(0) ^ operand(1)
        case .maskNot: return operand(0) ^ 1
        case .shiftLeft: return operand(0) &<< operand(1)
        case .shiftRight: return operand(0) &>> operand(1)
        case .shiftRightArithmetic: return UInt64(bitPattern: signed(0) &>> signed(1))
        case .multiplyLow: return operand(0) &* operand(1)
        case .multiplyHigh: return operand(0).multipliedFullWidth(by: operand(1)).high
        case .compareIntegers(let relation): return relation.holds(signed(0), signed(1)) ? 1 : 0
        case .select: return operand(0) != 0 ? operand(1) : operand(2)
        }
    }
}
