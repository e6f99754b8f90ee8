import ReversibleCore

/// The tables of rendered fragments, each once.
struct FragmentTables {
    private var tables: [[UInt64]] = []

    /// The C name of a table.
    mutating func name(_ words: [UInt64]) -> String {
        if let known = tables.firstIndex(of: words) { return "math_table\(known)" }
        tables.append(words)
        return "math_table\(tables.count - 1)"
    }

    /// The definitions.
    var source: String {
        tables.enumerated().map { number, words in
            let lines = stride(from: 0, to: words.count, by: 4).map { start in
                "    "
                    + words[start..<min(start + 4, words.count)].map { CLiteral.word($0) + "," }
                    .joined(separator: " ")
            }
            return "static const uint64_t math_table\(number)[\(words.count)] = {\n"
                + lines.joined(separator: "\n") + "\n};\n"
        }.joined(separator: "\n")
    }
}

/// Renders a ``MathFragment`` as a C function over vectors.
///
/// Unnamed values that are used once are written where they are used, so the text reads like formulas.
struct FragmentRenderer {
    private var usedNames: Set<String> = []
    private var lines: [String] = []
    private var tables: FragmentTables

    /// The C function that evaluates `fragment`.
    static func function(_ name: String, _ fragment: MathFragment, tables: inout FragmentTables) -> String {
        var renderer = FragmentRenderer(tables: tables)
        let parameters = (0..<fragment.arity).map { $0 == 0 ? "x" : "y" }
        renderer.usedNames = ["x", "y"]
        let results = renderer.render(fragment, arguments: parameters, indent: "    ")
        tables = renderer.tables
        let list = parameters.map { "math_real \($0)" }.joined(separator: ", ")
        return "static inline math_real \(name)(\(list)) {\n" + renderer.lines.joined(separator: "\n")
            + "\n    return \(Self.unparenthesized(results[0]));\n}\n"
    }

    private init(tables: FragmentTables) { self.tables = tables }

    /// Writes the fragment's statements and gives the texts of its results.
    private mutating func render(_ fragment: MathFragment, arguments: [String], indent: String) -> [String] {
        var useCounts = [Int](repeating: 0, count: fragment.instructions.count)
        for instruction in fragment.instructions {
            for operand in instruction.operands { useCounts[operand] += 1 }
        }
        for result in fragment.results { useCounts[result] += 1 }
        var texts: [String] = []
        var branches: [Int: [String]] = [:]
        for (place, instruction) in fragment.instructions.enumerated() {
            switch instruction.operation {
            case .argument(let number): texts.append(arguments[number])
            case .rarely(let number):
                texts.append("")
                let uses = fragment.instructions.filter { $0.operands.first == place }
                branches[place] = renderBranch(
                    fragment.branches[number], instruction.operands.map { texts[$0] },
                    uses: uses.map { ($0, texts[$0.operands[1]]) }, indent: indent)
            case .branchResult(let number):
                texts.append(branches[instruction.operands[0]]?[number] ?? "")
            default:
                let text = expression(instruction, fragment, instruction.operands.map { texts[$0] })
                let name = fragment.names[place]
                let isShort = text.count <= 56 && name == nil && useCounts[place] == 1
                if instruction.operation.isConstant || isShort {
                    texts.append(text)
                } else {
                    texts.append(declare(instruction.kind, name, text, indent))
                }
            }
        }
        return fragment.results.map { texts[$0] }
    }

    /// Declares a variable with this value.
    private mutating func declare(
        _ kind: MathFragment.Kind,
        _ name: String?,
        _ text: String,
        _ indent: String
    ) -> String {
        let variable = freshName(name)
        lines.append("\(indent)\(Self.type(kind)) \(variable) = \(Self.unparenthesized(text));")
        return variable
    }

    private mutating func freshName(_ wish: String?) -> String {
        let base = wish ?? "t"
        var number = wish == nil ? 1 : 2
        var name = wish ?? "t1"
        while !usedNames.insert(name).inserted {
            name = "\(base)\(number)"
            number += 1
        }
        return name
    }

    /// Writes a branch and gives the names of its results.
    private mutating func renderBranch(
        _ branch: MathFragment.Branch,
        _ operands: [String],
        uses: [(instruction: MathFragment.Instruction, otherwise: String)],
        indent: String
    ) -> [String] {
        // A result nobody reads has no variable.
        var names = [String](repeating: "", count: branch.body.results.count)
        for (instruction, otherwise) in uses {
            guard case .branchResult(let number) = instruction.operation else { continue }
            names[number] = declare(.real, nil, otherwise, indent)
        }
        let mask = declare(.mask, nil, operands[0], indent)
        lines.append("\(indent)if (lanes_any(\(mask))) {")
        let inner = indent + "    "
        let arguments = operands.dropFirst().map { operand in
            operand.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
                ? operand : declare(.real, nil, operand, inner)
        }
        let results = render(branch.body, arguments: Array(arguments), indent: inner)
        for (name, result) in zip(names, results) where !name.isEmpty {
            lines.append("\(inner)\(name) = math_select(\(mask), \(Self.unparenthesized(result)), \(name));")
        }
        lines.append("\(indent)}")
        return names
    }

    private mutating func expression(
        _ instruction: MathFragment.Instruction,
        _ fragment: MathFragment,
        _ o: [String]
    ) -> String {
        func infix(_ sign: String) -> String { "(\(o[0]) \(sign) \(o[1]))" }
        func call(_ name: String) -> String {
            "\(name)(\(o.map(Self.unparenthesized).joined(separator: ", ")))"
        }
        switch instruction.operation {
        case .argument, .rarely, .branchResult: return ""
        case .real(let bits): return "math_number(\(CLiteral.double(Double(bitPattern: bits))))"
        case .integer(let word): return "math_word(\(CLiteral.word(word)))"
        case .add, .integerAdd: return infix("+")
        case .subtract, .integerSubtract: return infix("-")
        case .multiply, .multiplyLow: return infix("*")
        case .divide: return infix("/")
        case .fusedMultiplyAdd: return call("math_fma")
        case .squareRoot: return call("math_sqrt")
        case .floor: return call("math_floor")
        case .compare(let relation): return "(math_mask)" + infix(relation.symbol)
        case .compareIntegers(let relation):
            return "(math_mask)((math_mask)\(o[0]) \(relation.symbol) (math_mask)\(o[1]))"
        case .bits: return "(math_bits)\(o[0])"
        case .realFromBits: return "(math_real)\(o[0])"
        case .and, .maskAnd: return infix("&")
        case .or, .maskOr: return infix("|")
        case .xor: return infix("^")
        case .maskNot: return "~\(o[0])"
        case .shiftLeft: return infix("<<")
        case .shiftRight: return infix(">>")
        case .shiftRightArithmetic: return "(math_bits)((math_mask)\(o[0]) >> (math_mask)\(o[1]))"
        case .multiplyHigh: return call("math_multiply_high")
        case .select: return call(instruction.kind == .real ? "math_select" : "math_select_bits")
        case .table(let number):
            return "math_look_up(\(tables.name(fragment.tables[number])), \(Self.unparenthesized(o[0])))"
        }
    }

    private static func type(_ kind: MathFragment.Kind) -> String {
        switch kind {
        case .real, .branch: "math_real"
        case .integer: "math_bits"
        case .mask: "math_mask"
        }
    }

    /// The text without parentheses around the whole.
    private static func unparenthesized(_ text: String) -> String {
        guard text.first == "(", text.last == ")" else { return text }
        var depth = 0
        for (offset, character) in text.enumerated() {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if depth == 0, offset < text.count - 1 { return text }
        }
        return String(text.dropFirst().dropLast())
    }
}
