/// How many registers the lines of a kernel need at once, roughly: the assembler may move instructions.
struct RegisterPressure {
    /// The most registers of 32 bits whose contents are needed at one place.
    let maximum: Int

    private struct Instruction {
        var results: [Int]
        var arguments: [Int]
        /// Whether the old contents of the results may stay.
        var isConditional: Bool
        /// Where the thread may go on, besides the next instruction.
        var target: String?
        var goesOn: Bool
    }

    /// - Parameter width: The registers of 32 bits that a register takes.
    init(_ lines: [KernelLine], width: (Substring) -> Int) {
        var instructions: [Instruction] = []
        var labels: [String: Int] = [:]
        var numbers: [Substring: Int] = [:]
        var widths: [Int] = []
        func number(_ name: Substring) -> Int {
            if let known = numbers[name] { return known }
            numbers[name] = widths.count
            widths.append(width(name))
            return widths.count - 1
        }
        for line in lines {
            switch line {
            case .label(let name): labels[name] = instructions.count
            case .instruction(let instruction):
                let isBranch = instruction.family == "bra"
                instructions.append(
                    Instruction(
                        results: instruction.results.map(number),
                        arguments: instruction.arguments.map(number),
                        isConditional: instruction.predicate != nil,
                        target: isBranch ? instruction.operands.first : nil,
                        goesOn: !isBranch || instruction.predicate != nil))
            case .sums(let sums, _):
                let read = sums.flatMap { [$0.amount, $0.place] }
                    .flatMap(KernelInstruction.registers).map(number)
                instructions.append(
                    Instruction(
                        results: [], arguments: read, isConditional: false, target: nil, goesOn: true))
            case .comment, .open, .close: break
            }
        }
        maximum = RegisterPressure.maximum(instructions, labels, widths)
    }

    private static func maximum(
        _ instructions: [Instruction], _ labels: [String: Int], _ widths: [Int]
    ) -> Int {
        var atLabels: [Int: Set<Int>] = [:]
        var most = 0
        var isSettled = false
        let targets = Set(labels.values)
        // Backwards, again and again until what is needed at the labels does not change.
        while !isSettled {
            isSettled = true
            var needed: Set<Int> = []
            var width = 0
            most = 0
            for position in instructions.indices.reversed() {
                let instruction = instructions[position]
                if !instruction.goesOn {
                    needed = []
                    width = 0
                }
                if !instruction.isConditional {
                    for result in instruction.results where needed.remove(result) != nil {
                        width -= widths[result]
                    }
                }
                for register in instruction.arguments where needed.insert(register).inserted {
                    width += widths[register]
                }
                if let target = instruction.target.flatMap({ labels[$0] }) {
                    for register in atLabels[target] ?? [] where needed.insert(register).inserted {
                        width += widths[register]
                    }
                }
                most = max(most, width)
                if targets.contains(position), atLabels[position] != needed {
                    atLabels[position] = needed
                    isSettled = false
                }
            }
        }
        return most
    }
}
