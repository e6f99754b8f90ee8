/// Writes programs as Swift source.
package struct Printer {
    let names: [Int: String]
    package let functionName: String
    package private(set) var lines: [String] = []
    private var depth = 0

    /// The function whose places have these names; places of others are printed as `?`.
    private let owner: TraceToken?

    package init(names: [Int: String], functionName: String = "f", owner: TraceToken? = nil) {
        self.names = names
        self.functionName = functionName
        self.owner = owner
    }

    package func name(_ variable: Variable) -> String {
        if let owner, owner !== variable.owner { return "?" }
        return names[variable.id] ?? "#\(variable.id)"
    }

    package mutating func line(_ text: String) {
        lines.append(String(repeating: "    ", count: depth) + text)
    }

    package mutating func indented(_ block: Block) {
        depth += 1
        for ancilla in block.ancillas {
            let sizes = ancilla.sizes.map { text($0) }
            let list =
                switch ancilla.variable.kind {
                case .matrix: "rows: \(sizes[0]), columns: \(sizes[1])"
                case .vector, .integerVector: "count: \(sizes[0])"
                default: ""
                }
            let note = ancilla.rule == .cotangent ? "  // dropped at the end" : ""
            line("let \(name(ancilla.variable)) = \(ancilla.variable.kind.typeName).ancilla(\(list))\(note)")
        }
        for statement in block.statements { statement.rule.print(to: &self) }
        depth -= 1
    }

    /// A statement's source; of a block statement, its first line.
    package func headline(_ statement: Statement) -> String {
        var printer = Printer(names: names, functionName: functionName, owner: owner)
        statement.rule.print(to: &printer)
        let first = printer.lines.first ?? ""
        let line = printer.lines.count > 1 ? first + " … }" : first
        return line.count > 240 ? line.prefix(200) + " … " + line.suffix(20) : line
    }

    package func text(_ place: Place) -> String {
        guard !place.indices.isEmpty else { return name(place.variable) }
        return "\(name(place.variable))[\(place.indices.map { text($0) }.joined(separator: ", "))]"
    }

    package enum Precedence: Int {
        case or, and, comparison, sum, product, prefix, call
    }

    package func text(_ node: Node, _ context: Precedence = .or) -> String {
        let (text, precedence) = source(node)
        return precedence.rawValue < context.rawValue ? "(\(text))" : text
    }

    private func source(_ node: Node) -> (String, Precedence) {
        switch node.kind {
        case .real(let value): return ("\(value)", value < 0 ? .prefix : .call)
        case .integer(let value): return ("\(value)", value < 0 ? .prefix : .call)
        case .boolean(let value): return ("\(value)", .call)
        case .read(let place): return (text(place), .call)
        case .size(let variable, let axis): return ("\(name(variable)).\(axis)", .call)
        case .unary(.negate, let a), .integerUnary(.negate, let a): return ("-" + text(a, .call), .prefix)
        case .unary(let f, let a): return ("\(f.name)(\(text(a)))", .call)
        case .integerUnary(let f, let a): return ("\(f.name)(\(text(a)))", .call)
        case .binary(.polygamma, let n, let a) where n.constant == 0: return ("digamma(\(text(a)))", .call)
        case .binary(let f, let a, let b): return infix(f.name, a, b)
        case .integerBinary(let f, let a, let b): return infix(f.name, a, b)
        case .compare(let relation, let a, let b):
            return ("\(text(a, .sum)) \(relation.symbol) \(text(b, .sum))", .comparison)
        case .not(let a): return ("!" + text(a, .call), .prefix)
        case .and(let a, let b): return ("\(text(a, .and)) && \(text(b, .comparison))", .and)
        case .or(let a, let b): return ("\(text(a, .or)) || \(text(b, .and))", .or)
        case .select(let c, let a, let b): return ("select(\(text(c)), \(text(a)), \(text(b)))", .call)
        case .sum(let a): return ("sum(\(text(a)))", .call)
        }
    }

    private func infix(_ name: String, _ a: Node, _ b: Node) -> (String, Precedence) {
        switch name {
        case "+": ("\(text(a, .sum)) + \(text(b, .product))", .sum)
        case "-": ("\(text(a, .sum)) - \(text(b, .product))", .sum)
        case "*", "/", "%": ("\(text(a, .product)) \(name) \(text(b, .prefix))", .product)
        default: ("\(name)(\(text(a)), \(text(b)))", .call)
        }
    }
}
