/// The body of a loop whose iterations are independent, for several of them at a time in one thread.
///
/// What is the same for all iterations (counting inner loops, addresses and values of shared arrays, adding a warp's
/// sums to memory) is then done once for the whole pack; what differs is done for one after the other, which gives the
/// processor independent work while it waits.
struct IterationPack {
    /// How many iterations are taken at a time.
    let size: Int
    private let source: [KernelLine]
    private let body: [Part]
    /// The registers whose values differ between iterations.
    private(set) var varying: Set<Substring>
    /// Registers that each iteration has instead of a varying one; the first has the register itself.
    private var copies: [Substring: [String]] = [:]

    private indirect enum Part {
        case comment(String)
        case label(String)
        case instruction(KernelInstruction)
        case sums([WarpSum])
        case region(isLoop: Bool, [Part])
    }

    /// - Parameter index: The register that tells an iteration from others.
    init(of size: Int, _ lines: [KernelLine], index: String) {
        self.size = size
        source = lines
        var rest = lines[...]
        body = IterationPack.parts(&rest)
        varying = [Substring(index)]
        var count = 0
        // Loops carry values back: what differs at their end may differ at their start.
        while count != varying.count {
            count = varying.count
            spread(body, divergent: false)
        }
    }

    private static func parts(_ lines: inout ArraySlice<KernelLine>) -> [Part] {
        var result: [Part] = []
        while let line = lines.popFirst() {
            switch line {
            case .comment(let text): result.append(.comment(text))
            case .label(let name): result.append(.label(name))
            case .instruction(let instruction): result.append(.instruction(instruction))
            case .sums(let sums, _): result.append(.sums(sums))
            case .open(let isLoop): result.append(.region(isLoop: isLoop, parts(&lines)))
            case .close: return result
            }
        }
        return result
    }

    // MARK: What differs between iterations

    private mutating func spread(_ parts: [Part], divergent: Bool) {
        for part in parts {
            switch part {
            case .comment, .label, .sums: break
            case .instruction(let instruction):
                switch instruction.role {
                case .addToSum: break
                case .packSum, .once:
                    if divergent { varying.formUnion(instruction.results) }
                case .plain:
                    if divergent || instruction.own != nil
                        || instruction.arguments.contains(where: varying.contains)
                    {
                        varying.formUnion(instruction.results)
                    }
                }
            case .region(_, let inner):
                spread(inner, divergent: divergent || isDivergent(inner))
            }
        }
    }

    /// Whether iterations may go different ways here.
    private func isDivergent(_ parts: [Part]) -> Bool {
        parts.contains { part in
            guard case .instruction(let instruction) = part, let predicate = instruction.predicate else {
                return false
            }
            return instruction.family == "bra" && varying.contains(predicate[...])
        }
    }

    private func differs(_ instruction: KernelInstruction) -> Bool {
        instruction.own != nil || instruction.family == "red"
            || (instruction.results + instruction.arguments).contains(where: varying.contains)
    }

    // MARK: Whether it pays

    /// How many instructions a pack takes, roughly, relative to its iterations one after the other.
    var cost: Double {
        let single = weight(body, depth: 0, isPacked: false)
        return single == 0 ? 1 : weight(body, depth: 0, isPacked: true) / (single * Double(size))
    }

    /// How many registers of 32 bits a pack needs at once.
    ///
    /// - Parameter width: Those that a register of one iteration takes.
    func registers(width: (Substring) -> Int) -> Int {
        RegisterPressure(source) { width($0) * (varying.contains($0) ? size : 1) }.maximum
    }

    /// Instructions, those in loops counted several times.
    private func weight(_ parts: [Part], depth: Int, isPacked: Bool) -> Double {
        parts.reduce(0) { sum, part in
            switch part {
            case .comment, .label: return sum
            case .instruction(let instruction):
                let isRepeated: Bool
                switch instruction.role {
                case .plain: isRepeated = differs(instruction)
                case .packSum, .addToSum: isRepeated = true
                case .once: isRepeated = false
                }
                return sum + (isPacked && isRepeated ? Double(size) : 1)
            case .sums(let sums):
                // Two exchanges of 32 bits and an addition; in parts of a warp, for each of five distances.
                return sum + Double(isPacked && sums.count > 1 ? 8 : 17) * Double(sums.count)
            case .region(let isLoop, let inner):
                let factor = isLoop && depth < 4 ? 8.0 : 1
                if isPacked, isDivergent(inner) {
                    return sum + factor * Double(size) * weight(inner, depth: depth + 1, isPacked: false)
                }
                return sum + factor * weight(inner, depth: depth + 1, isPacked: isPacked)
            }
        }
    }

    // MARK: The lines

    /// The lines for a pack; `copy` makes registers like the given ones.
    mutating func lines(copy: (Substring) -> String) -> [KernelLine] {
        for register in varying.sorted() {
            copies[register] = (1..<size).map { _ in copy(register) }
        }
        var result: [KernelLine] = []
        write(body, to: &result, iteration: nil)
        return result
    }

    /// The register that an iteration has for one of the body's.
    func register(_ name: String, of iteration: Int) -> String {
        guard iteration > 0, let own = copies[name[...]] else { return name }
        return own[iteration - 1]
    }

    private func renamed(_ instruction: KernelInstruction, for iteration: Int) -> KernelInstruction {
        var result = instruction
        result.predicate = instruction.predicate.map { register($0, of: iteration) }
        result.operands = instruction.operands.map { renamed($0, for: iteration) }
        return result
    }

    private func renamed(_ operand: String, for iteration: Int) -> String {
        guard iteration > 0, operand.contains("%") else { return operand }
        var text = ""
        var rest = operand[...]
        for name in KernelInstruction.registers(in: operand) {
            text += rest[..<name.startIndex] + register(String(name), of: iteration)
            rest = rest[name.endIndex...]
        }
        return text + rest
    }

    private func label(_ name: String, of iteration: Int?) -> String {
        "\(name)_of_\(iteration.map { "\($0 + 1)" } ?? "pack")"
    }

    /// - Parameter iteration: The one that the lines are for, where iterations go their own ways.
    private func write(_ parts: [Part], to lines: inout [KernelLine], iteration: Int?) {
        for part in parts {
            switch part {
            case .comment(let text): if (iteration ?? 0) == 0 { lines.append(.comment(text)) }
            case .label(let name): lines.append(.label(label(name, of: iteration)))
            case .instruction(let instruction): write(instruction, to: &lines, iteration: iteration)
            case .sums(let sums):
                let own = sums.map {
                    WarpSum(
                        amount: renamed($0.amount, for: iteration ?? 0),
                        place: renamed($0.place, for: iteration ?? 0))
                }
                lines.append(.sums(own, stayTogether: iteration == nil))
            case .region(_, let inner):
                if iteration == nil, isDivergent(inner) {
                    for each in 0..<size { write(inner, to: &lines, iteration: each) }
                } else {
                    write(inner, to: &lines, iteration: iteration)
                }
            }
        }
    }

    private func write(
        _ instruction: KernelInstruction, to lines: inout [KernelLine], iteration: Int?
    ) {
        func add(_ iteration: Int) {
            lines.append(
                .instruction(renamed(instruction, for: iteration).resolved(iteration, ofPack: size)))
        }
        if instruction.family == "bra" {
            var branch = renamed(instruction, for: iteration ?? 0)
            branch.operands = branch.operands.map { label($0, of: iteration) }
            lines.append(.instruction(branch))
        } else if let iteration {
            add(iteration)
        } else {
            switch instruction.role {
            case .packSum: addSum(instruction, to: &lines)
            case .once: add(0)
            case .plain where !differs(instruction): add(0)
            case .plain, .addToSum: for each in 0..<size { add(each) }
            }
        }
    }

    private func addSum(_ instruction: KernelInstruction, to lines: inout [KernelLine]) {
        let (total, amount) = (instruction.operands[0], instruction.operands[1])
        var sum = amount
        for each in 1..<size {
            lines.append(
                .instruction(
                    KernelInstruction(
                        opcode: instruction.opcode, operands: [total, sum, register(amount, of: each)])))
            sum = total
        }
    }
}
