/// Writes a random program as the Swift a user would write, with the parameters it uses.
package struct SwiftPrinter {
    private var lines: [String] = []
    private var depth = 0
    private let itself: String?

    private init(itself: String? = nil) { self.itself = itself }

    /// The parameters that the program uses; the loss always.
    package static func parameters(of program: RandomProgram) -> [String] {
        let used = program.body.names.union(["y"])
        return RandomProgram.parameters.map(\.name).filter { used.contains($0) }
    }

    /// The Swift source.
    package static func source(of program: RandomProgram) -> String {
        var printer = SwiftPrinter()
        for routine in program.routines {
            var inner = SwiftPrinter(itself: routine.isRecursive ? routine.name : nil)
            let list = Routine.parameters.map { "\($0.name): \($0.kind.swiftName)" }.joined(separator: ", ")
            inner.line(
                routine.isRecursive
                    ? "let \(routine.name) = ReversibleFunction.recursive { (\(routine.name), \(list)) in"
                    : "let \(routine.name) = ReversibleFunction { (\(list)) in")
            inner.inner(routine.body)
            inner.line("}")
            printer.lines += inner.lines
        }
        let used = Set(parameters(of: program))
        let list = RandomProgram.parameters.filter { used.contains($0.name) }
            .map { "\($0.name): \($0.kind.swiftName)" }.joined(separator: ", ")
        printer.line("let f = ReversibleFunction { (\(list)) in")
        printer.inner(program.body)
        printer.line("}")
        return printer.lines.joined(separator: "\n")
    }

    /// The arguments of a call, for the parameters that the program uses.
    package static func arguments(of program: RandomProgram, _ input: ProgramInput) -> String {
        let rows = (0..<input.rows).map { row in
            "["
                + input.m[(row * input.columns)..<((row + 1) * input.columns)].map { number($0) }
                .joined(separator: ", ") + "]"
        }
        func list(_ numbers: [Double]) -> String {
            "[" + numbers.map { number($0) }.joined(separator: ", ") + "]"
        }
        let all = [
            "y": number(input.y), "a": number(input.a), "b": number(input.b), "n": "\(input.n)",
            "v": list(input.v), "w": list(input.w), "m": "[" + rows.joined(separator: ", ") + "]",
            "p": "\(input.p)",
        ]
        return parameters(of: program).compactMap { all[$0] }.joined(separator: ", ")
    }

    private mutating func line(_ text: String) {
        lines.append(String(repeating: "    ", count: depth) + text)
    }

    private mutating func inner(_ body: Body) {
        depth += 1
        block(body)
        depth -= 1
    }

    private mutating func block(_ body: Body) {
        for declaration in body.declarations {
            switch declaration {
            case .ancilla(let name, let kind, let sizes):
                let sizes = sizes.map { term($0) }
                let list =
                    kind == .matrix
                    ? "rows: \(sizes[0]), columns: \(sizes[1])" : sizes.first.map { "count: \($0)" } ?? ""
                line("let \(name) = \(kind.swiftName).ancilla(\(list))")
            case .runStack(let name): line("let \(name) = Stack()")
            case .formula(let name, let formula): line("let \(name) = \(expression(formula))")
            }
        }
        body.steps.forEach { statement($0) }
    }

    private mutating func statement(_ step: Step) {
        switch step {
        case .update(let word, let place, let change): line("\(self.place(place)) \(word) \(term(change))")
        case .swap(let a, let b): line("SWAP(\(place(a)), \(place(b)))")
        case .negate(let a): line("NEG(\(place(a)))")
        case .hadamard(let a, let b): line("HADAMARD(\(place(a)), \(place(b)))")
        case .rotate(let a, let b, let angle, let backward):
            line("\(backward ? "IROT" : "ROT")(\(place(a)), \(place(b)), \(term(angle)))")
        case .branch(let pre, let post, let then, let otherwise):
            line("If(\(test(pre))\(post.map { ", post: \(test($0))" } ?? "")) {")
            inner(then)
            if !otherwise.steps.isEmpty {
                line("} else: {")
                inner(otherwise)
            }
            line("}")
        case .loop(let loop):
            let word = loop.isParallel ? "ParallelFor" : "For"
            let range =
                "\(term(loop.start, nested: true))\(loop.isClosed ? "..." : "..<")\(term(loop.end, nested: true))"
            let step = loop.step == .integer(1) ? "" : ", by: \(term(loop.step))"
            line("\(word)(\(range)\(step)) { \(loop.index) in")
            inner(loop.body)
            line("}")
        case .whileLoop(let pre, let post, let body):
            line("While(\(test(pre))\(post.map { ", post: \(test($0))" } ?? "")) {")
            inner(body)
            line("}")
        case .compute(let compute, let apply):
            // What the computation declares is there for both closures.
            line("Compute {")
            inner(Body([], compute.steps))
            line("} apply: {")
            inner(apply)
            line("}")
            if !compute.declarations.isEmpty {
                let before = lines.lastIndex { $0 == String(repeating: "    ", count: depth) + "Compute {" }
                var declared = SwiftPrinter(itself: nil)
                declared.depth = depth
                declared.block(Body(compute.declarations))
                if let before { lines.insert(contentsOf: declared.lines, at: before) }
            }
        case .call(let name, let inverted, let places):
            let list = places.map { place($0) }.joined(separator: ", ")
            line(inverted ? "(~\(name))(\(list))" : "\(name)(\(list))")
        case .push(let target, let stack): line("PUSH(\(place(target)), on: \(stack))")
        case .pop(let target, let stack): line("POP(\(place(target)), from: \(stack))")
        }
    }

    private func place(_ place: PlaceTerm) -> String {
        place.indices.isEmpty
            ? place.name : "\(place.name)[\(place.indices.map { term($0) }.joined(separator: ", "))]"
    }

    private static func number(_ value: Double) -> String {
        value.isNaN ? ".nan" : value.isInfinite ? (value < 0 ? "-.infinity" : ".infinity") : "\(value)"
    }

    /// A constant where Swift's own operators would otherwise be chosen.
    private func expression(_ term: Term) -> String {
        switch term {
        case .real(let value) where !value.isFinite: "Double(\(Self.number(value))).expression"
        case .real(let value): value < 0 ? "(\(value)).expression" : "\(value).expression"
        case .integer(let value): value < 0 ? "(\(value)).expression" : "\(value).expression"
        default: self.term(term, nested: true)
        }
    }

    private func isConstant(_ term: Term) -> Bool {
        switch term {
        case .real, .integer: true
        default: false
        }
    }

    private func pair(_ x: Term, _ y: Term) -> (String, String) {
        isConstant(x) && isConstant(y)
            ? (expression(x), expression(y)) : (term(x, nested: true), term(y, nested: true))
    }

    private func term(_ term: Term, nested: Bool = false) -> String {
        switch term {
        case .real(let value): return value.isFinite ? "\(value)" : "Double(\(Self.number(value)))"
        case .integer(let value): return "\(value)"
        case .place(let place): return self.place(place)
        case .size(let name, let size): return "\(name).\(size.rawValue)"
        case .unary("-", let x): return "-\(expression(x))"
        case .unary(let name, let x): return "\(name)(\(isConstant(x) ? expression(x) : self.term(x)))"
        case .binary(let name, let x, let y):
            let (a, b) = pair(x, y)
            if ["+", "-", "*", "/", "%"].contains(name) {
                let right = b.hasPrefix("-") ? "(\(b))" : b
                return nested ? "(\(a) \(name) \(right))" : "\(a) \(name) \(right)"
            }
            return "\(name)(\(a), \(b))"
        case .select(let condition, let x, let y):
            return "select(\(test(condition)), \(self.term(x)), \(self.term(y)))"
        case .reduce(let name, let x): return "\(name)(\(self.term(x)))"
        case .named(let name): return name
        }
    }

    private func test(_ test: Test) -> String {
        switch test {
        case .compare(let relation, let x, let y):
            let (a, b) = pair(x, y)
            return "\(a) \(relation) \(b)"
        case .and(let a, let b): return "(\(self.test(a)) && \(self.test(b)))"
        case .or(let a, let b): return "(\(self.test(a)) || \(self.test(b)))"
        case .not(let a): return "!(\(self.test(a)))"
        }
    }
}

extension PlaceKind {
    var swiftName: String {
        switch self {
        case .scalar: "Scalar"
        case .integer: "Integer"
        case .vector: "Vector"
        case .integerVector: "IntegerVector"
        case .matrix: "Matrix"
        case .stack: "Stack"
        }
    }
}
