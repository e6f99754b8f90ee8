/// Writes programs as Swift source.
package struct Printer {
    let names: [Int: String]
    package let functionName: String
    package private(set) var lines: [String] = []
    private var depth = 0
    /// The names of constants, where several wish for one, or a place has it.
    private var constantNames: [Variable: String] = [:]

    /// The function whose places have these names; places of others are printed as `?`.
    private let owner: TraceToken?

    package init(names: [Int: String], functionName: String = "f", owner: TraceToken? = nil) {
        self.names = names
        self.functionName = functionName
        self.owner = owner
    }

    /// Whether the function that is printed was traced by the owner of a token.
    func isOf(_ token: TraceToken) -> Bool { owner.map { $0 === token } ?? true }

    package func name(_ variable: Variable) -> String {
        if let constant = variable.constant {
            return constantNames[variable] ?? constant.name ?? constant.source
        }
        if !isOf(variable.owner) { return "?" }
        return names[variable.id] ?? "#\(variable.id)"
    }

    package mutating func line(_ text: String) {
        lines.append(String(repeating: "    ", count: depth) + text)
    }

    package mutating func indented(_ block: Block) {
        depth += 1
        for ancilla in block.ancillas {
            line(declaration(ancilla) + (ancilla.rule.isDropped ? "  // dropped at the end" : ""))
        }
        for statement in block.statements { statement.rule.print(to: &self) }
        depth -= 1
    }

    /// Declares the constants that have names, as the program's text uses them.
    mutating func declareConstants(of block: Block) {
        var (shown, taken): (Set<Variable>, Set<String>) = ([], Set(names.values))
        var constants = block.constants
        block.forEachStatement { statement in
            guard case .call(let call) = statement.kind, case .function(let callee) = call.callee else {
                return
            }
            constants += (callee.written ?? []).flatMap(\.constants)
        }
        for variable in constants {
            guard let constant = variable.constant, let wish = constant.name, shown.insert(variable).inserted
            else { continue }
            var (name, number) = (wish, 1)
            while !taken.insert(name).inserted {
                number += 1
                name = "\(wish)\(number)"
            }
            constantNames[variable] = name
            lines.append("    let \(name) = \(constant.source)")
        }
    }

    /// The source of an ancilla's declaration.
    package func declaration(_ ancilla: Ancilla) -> String {
        let sizes = ancilla.sizes.map { text($0) }
        let list =
            switch ancilla.variable.kind {
            case .matrix: "rows: \(sizes[0]), columns: \(sizes[1])"
            case .vector, .integerVector: "count: \(sizes[0])"
            default: ""
            }
        return "let \(name(ancilla.variable)) = \(ancilla.variable.kind.typeName).ancilla(\(list))"
    }

    /// A statement's source; of a block statement, its first line.
    package func headline(_ statement: Statement) -> String {
        var printer = Printer(names: names, functionName: functionName, owner: owner)
        statement.rule.print(to: &printer)
        let first = printer.lines.first ?? ""
        let line = printer.lines.count > 1 ? first + " … }" : first
        return line.count > 240 ? line.prefix(200) + " … " + line.suffix(20) : line
    }

    package func text(_ place: Place) -> String { text(place) { text($0) } }

    private func text(_ place: Place, _ index: (Node) -> String) -> String {
        if let span = place.span { return text(place, along: span, index) }
        guard !place.indices.isEmpty else { return name(place.variable) }
        if place.variable.kind == .stack, place == place.variable.top { return "\(name(place.variable)).top" }
        return "\(name(place.variable))[\(place.indices.map(index).joined(separator: ", "))]"
    }

    /// A view's source.
    private func text(_ place: Place, along span: Span, _ index: (Node) -> String) -> String {
        var text = name(place.variable)
        if let fixed = place.indices.first {
            text += "[\(span.position == 1 ? "row" : "column"): \(index(fixed))]"
        }
        if span.isWhole { return text }
        return "\(text)[\(index(span.start))..<\(index(span.end))]"
    }

    package enum Precedence: Int {
        case or, and, comparison, sum, product, prefix, call
    }

    /// An expression's source. A graph whose tree would fill pages is cut off a few levels down.
    package func text(_ node: Node, _ context: Precedence = .or) -> String {
        text(node, context, levels: node.size > 500 ? 6 : .max)
    }

    private func text(_ node: Node, _ context: Precedence = .or, levels: Int) -> String {
        if levels == 0 { return "…" }
        let (text, precedence) = source(node, levels - 1)
        return precedence.rawValue < context.rawValue ? "(\(text))" : text
    }

    private func source(_ node: Node, _ levels: Int) -> (String, Precedence) {
        switch node.kind {
        case .real(let value): return ("\(value)", value < 0 ? .prefix : .call)
        case .integer(let value): return ("\(value)", value < 0 ? .prefix : .call)
        case .boolean(let value): return ("\(value)", .call)
        case .read(let place) where place.variable.kind == .stack && place.indices.isEmpty:
            return ("\(name(place.variable)).count", .call)
        case .read(let place): return (text(place) { text($0, levels: levels) }, .call)
        case .size(let variable, let axis): return ("\(name(variable)).\(axis)", .call)
        case .unary(.negate, let a), .integerUnary(.negate, let a):
            return ("-" + text(a, .call, levels: levels), .prefix)
        case .unary(let f, let a): return ("\(f.name)(\(text(a, levels: levels)))", .call)
        case .integerUnary(let f, let a): return ("\(f.name)(\(text(a, levels: levels)))", .call)
        case .binary(.polygamma, let n, let a) where n.constant == 0:
            return ("digamma(\(text(a, levels: levels)))", .call)
        case .binary(let f, let a, let b): return infix(f.name, a, b, levels)
        case .integerBinary(.split, let a, let b):
            return ("split(\(text(a, levels: levels)), copies: \(text(b, levels: levels)))", .call)
        case .integerBinary(.below, let a, _): return source(a, levels)
        case .integerBinary(.xor, let a, let b) where b.constant == -1:
            return ("~" + text(a, .call, levels: levels), .prefix)
        case .integerBinary(let f, let a, let b) where f.isOfBits:
            return ("\(text(a, .prefix, levels: levels)) \(f.name) \(text(b, .prefix, levels: levels))", .or)
        case .integerBinary(let f, let a, let b): return infix(f.name, a, b, levels)
        case .compare(let relation, let a, let b), .holds(let relation, let a, let b):
            return (
                "\(text(a, .sum, levels: levels)) \(relation.symbol) \(text(b, .sum, levels: levels))",
                .comparison
            )
        case .not(let a): return ("!" + text(a, .call, levels: levels), .prefix)
        case .and(let a, let b):
            return ("\(text(a, .and, levels: levels)) && \(text(b, .comparison, levels: levels))", .and)
        case .or(let a, let b):
            return ("\(text(a, .or, levels: levels)) || \(text(b, .and, levels: levels))", .or)
        case .select(let c, let a, let b):
            return (
                "select(\(text(c, levels: levels)), \(text(a, levels: levels)), \(text(b, levels: levels)))",
                .call
            )
        case .sum(let a): return ("sum(\(text(a, levels: levels)))", .call)
        case .applied(let a):
            let operands = a.operands.map { text($0, levels: levels) }
            return ("\(a.name)(\(operands.joined(separator: ", ")))", .call)
        case .extremum(let which, let a): return ("\(which.name)(\(text(a, levels: levels)))", .call)
        }
    }

    private func infix(_ name: String, _ a: Node, _ b: Node, _ levels: Int) -> (String, Precedence) {
        switch name {
        case "+": ("\(text(a, .sum, levels: levels)) + \(text(b, .product, levels: levels))", .sum)
        case "-": ("\(text(a, .sum, levels: levels)) - \(text(b, .product, levels: levels))", .sum)
        case "*", "/", "%":
            ("\(text(a, .product, levels: levels)) \(name) \(text(b, .prefix, levels: levels))", .product)
        default: ("\(name)(\(text(a, levels: levels)), \(text(b, levels: levels)))", .call)
        }
    }
}
