/// Products and sums made one instruction, which rounds once.
struct Contraction {
    private struct Product {
        var line: Int
        var factors: [String]
    }

    private var lines: [KernelLine?]
    /// How often a register is read.
    private var uses: [Substring: Int] = [:]
    /// Products since the last label or branch whose factors have not changed, by their registers.
    private var products: [Substring: Product] = [:]
    /// Makes registers like a given one.
    private let copy: (Substring) -> String

    /// The lines with products that are only added to something, or taken off, made part of that.
    static func applied(to lines: [KernelLine], copy: @escaping (Substring) -> String) -> [KernelLine] {
        var contraction = Contraction(lines: lines, copy: copy)
        contraction.run()
        return contraction.lines.compactMap { $0 }
    }

    private init(lines: [KernelLine], copy: @escaping (Substring) -> String) {
        self.lines = lines
        self.copy = copy
        for line in lines {
            switch line {
            case .instruction(let instruction):
                for name in instruction.arguments { uses[name, default: 0] += 1 }
            case .sums(let sums, _):
                for name in sums.flatMap({ [$0.amount, $0.place] }).flatMap(KernelInstruction.registers) {
                    uses[name, default: 0] += 1
                }
            case .comment, .label, .open, .close: break
            }
        }
    }

    private mutating func run() {
        var result: [KernelLine?] = []
        for line in lines {
            guard case .instruction(let instruction) = line else {
                if case .comment = line {} else { products = [:] }
                result.append(line)
                continue
            }
            if instruction.family == "bra" { products = [:] }
            if let (product, made) = fused(instruction) {
                result[product.line] = nil
                result += made.map { .instruction($0) }
            } else {
                result.append(line)
            }
            forget(instruction.results)
            if instruction.isPlain, instruction.opcode.hasPrefix("mul.rn."),
                let name = instruction.results.first,
                !instruction.arguments.contains(name)
            {
                let factors = Array(instruction.operands.dropFirst())
                products[name] = Product(line: result.count - 1, factors: factors)
            }
        }
        lines = result
    }

    private mutating func forget(_ changed: [Substring]) {
        guard !changed.isEmpty else { return }
        products = products.filter { name, product in
            !changed.contains(name) && !product.factors.contains { changed.contains($0[...]) }
        }
    }

    private func fused(_ sum: KernelInstruction) -> (Product, [KernelInstruction])? {
        let isDifference = sum.opcode.hasPrefix("sub.rn.")
        guard sum.isPlain, isDifference || sum.opcode.hasPrefix("add.rn.") else { return nil }
        // The second operand first: sums grow at their left.
        for position in [2, 1] {
            let name = sum.operands[position][...]
            guard let product = products[name], uses[name] == 1 else { continue }
            var (factors, term) = (product.factors, sum.operands[3 - position])
            var made: [KernelInstruction] = []
            if isDifference {
                let type = sum.opcode.split(separator: ".").last ?? ""
                let negated = position == 2 ? factors[0] : term
                let register = copy(name)
                made.append(KernelInstruction(opcode: "neg.\(type)", operands: [register, negated]))
                if position == 2 { factors[0] = register } else { term = register }
            }
            let opcode = "fma" + sum.opcode.dropFirst(3)
            made.append(
                KernelInstruction(opcode: opcode, operands: [sum.operands[0]] + factors + [term]))
            return (product, made)
        }
        return nil
    }
}

extension KernelInstruction {
    /// Whether this is an operation of the program's own, which may be rounded together with another.
    fileprivate var isPlain: Bool { role == .plain && predicate == nil && own == nil && !isExact }
}
