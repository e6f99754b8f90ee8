import ReversibleCore

// Elementary functions are expanded where they are used: the assembler does not inline functions.
extension KernelEmitter {
    /// The register of a function's value.
    func fragment(_ fragment: MathFragment, _ arguments: [String], _ name: String) -> String {
        out.comment("\(name)(\(arguments.joined(separator: ", ")))")
        let registers = arguments.map { $0.hasPrefix("%") ? $0 : out.value(.f64, "mov.f64", $0) }
        let result = render(fragment, registers)[0]
        out.comment("end of \(name): \(result)")
        return result
    }

    /// Emits the fragment's instructions and gives the operands of its results.
    private func render(_ fragment: MathFragment, _ arguments: [String]) -> [String] {
        var texts: [String] = []
        var branches: [Int: [String]] = [:]
        for (place, instruction) in fragment.instructions.enumerated() {
            let operands = instruction.operands.map { texts[$0] }
            switch instruction.operation {
            case .argument(let number): texts.append(arguments[number])
            case .rarely(let number):
                texts.append("")
                let uses = fragment.instructions.filter { $0.operands.first == place }
                branches[place] = renderBranch(
                    fragment.branches[number], operands, uses: uses.map { ($0, texts[$0.operands[1]]) })
            case .branchResult(let number):
                texts.append(branches[instruction.operands[0]]?[number] ?? "")
            case .table(let number):
                texts.append(lookUp(fragment.tables[number], operands[0]))
            default: texts.append(render(instruction, operands))
            }
        }
        return fragment.results.map { texts[$0] }
    }

    private func renderBranch(
        _ branch: MathFragment.Branch, _ operands: [String],
        uses: [(instruction: MathFragment.Instruction, otherwise: String)]
    ) -> [String] {
        var results = [String](repeating: "", count: branch.body.results.count)
        for (instruction, otherwise) in uses {
            guard case .branchResult(let number) = instruction.operation else { continue }
            results[number] = out.value(.f64, "mov.f64", otherwise)
        }
        let label = "usual_\(out.labelNumber())"
        out.open()
        out.branch(label, unless: operands[0])
        let arguments = operands.dropFirst().map {
            $0.hasPrefix("%") ? $0 : out.value(.f64, "mov.f64", $0)
        }
        for (result, value) in zip(results, render(branch.body, arguments)) where !result.isEmpty {
            out.instruction("mov.f64", result, value)
        }
        out.label(label)
        out.close()
        return results
    }

    private func lookUp(_ table: [UInt64], _ index: String) -> String {
        let base = out.value(.integer, "mov.u64", planner.table(table))
        let offset = out.value(.integer, "shl.b64", index, "3")
        let address = out.value(.integer, "add.s64", base, offset)
        return out.value(.integer, "ld.global.u64", "[\(address)]")
    }

    private func render(_ instruction: MathFragment.Instruction, _ o: [String]) -> String {
        func real(_ opcode: String) -> String {
            let result = out.temporary(.f64)
            out.add(KernelInstruction(opcode: opcode, operands: [result] + o))
            return result
        }
        func integer(_ opcode: String) -> String { out.value(.integer, opcode, o[0], o[1]) }
        func shift(_ opcode: String) -> String {
            let count = o[1].hasPrefix("%") ? out.value(.word, "cvt.u32.u64", o[1]) : o[1]
            return out.value(.integer, opcode, o[0], count)
        }
        switch instruction.operation {
        case .argument, .rarely, .branchResult, .table: return ""
        case .real(let bits): return PTXLiteral.double(Double(bitPattern: bits))
        case .integer(let word): return "\(Int64(bitPattern: word))"
        case .add: return real("add.rn.f64")
        case .subtract: return real("sub.rn.f64")
        case .multiply: return real("mul.rn.f64")
        case .divide: return real("div.rn.f64")
        case .fusedMultiplyAdd: return real("fma.rn.f64")
        case .squareRoot: return real("sqrt.rn.f64")
        case .floor: return real("cvt.rmi.f64.f64")
        case .compare(let relation):
            return out.value(.predicate, "setp.\(relation.comparison(ofReals: true)).f64", o[0], o[1])
        case .compareIntegers(let relation):
            return out.value(.predicate, "setp.\(relation.comparison(ofReals: false)).s64", o[0], o[1])
        case .bits: return out.value(.integer, "mov.b64", o[0])
        case .realFromBits: return out.value(.f64, "mov.b64", o[0])
        case .integerAdd: return integer("add.s64")
        case .integerSubtract: return integer("sub.s64")
        case .multiplyLow: return integer("mul.lo.s64")
        case .multiplyHigh: return integer("mul.hi.u64")
        case .and: return integer("and.b64")
        case .or: return integer("or.b64")
        case .xor: return integer("xor.b64")
        case .shiftLeft: return shift("shl.b64")
        case .shiftRight: return shift("shr.u64")
        case .shiftRightArithmetic: return shift("shr.s64")
        case .maskAnd: return out.value(.predicate, "and.pred", o[0], o[1])
        case .maskOr: return out.value(.predicate, "or.pred", o[0], o[1])
        case .maskNot: return out.value(.predicate, "not.pred", o[0])
        case .select:
            let isReal = instruction.kind == .real
            return out.value(
                isReal ? .f64 : .integer, isReal ? "selp.f64" : "selp.b64", o[1], o[2], o[0])
        }
    }
}
