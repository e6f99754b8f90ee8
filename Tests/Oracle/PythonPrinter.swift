/// Writes a random program as Python, over the functions of `oracle.py`.
///
/// A computation that is undone is written as a copy put back, so nothing here depends on how undoing rounds.
struct PythonPrinter {
    private var kinds: [String: PlaceKind] = [:]
    private var formulas: [String: Term] = [:]
    private var saved = 0
    private var lines: [String] = []
    private var depth = 0

    /// The Python source; `main(F, y, a, …)` returns what the places hold afterwards.
    static func source(of program: RandomProgram) -> String {
        var printer = PythonPrinter()
        for routine in program.routines {
            printer.function(routine.name, Routine.parameters, routine.body)
            printer.function("un" + routine.name, Routine.parameters, routine.body.inverse)
        }
        printer.function("main", RandomProgram.parameters, program.body)
        printer.function("unmain", RandomProgram.parameters, program.body.inverse)
        return printer.lines.joined(separator: "\n") + "\n"
    }

    private mutating func function(
        _ name: String, _ parameters: [(name: String, kind: PlaceKind)], _ body: Body
    ) {
        kinds = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.kind) })
        formulas = [:]
        let list = parameters.map(\.name).joined(separator: ", ")
        line("def \(name)(F, \(list)):")
        indented { printer in
            printer.block(body)
            printer.end(body)
            printer.line("return \(list)")
        }
    }

    private mutating func line(_ text: String) {
        lines.append(String(repeating: "    ", count: depth) + text)
    }

    private mutating func indented(_ body: (inout PythonPrinter) -> Void) {
        depth += 1
        body(&self)
        depth -= 1
    }

    private mutating func block(_ body: Body) {
        body.declarations.forEach { declare($0) }
        body.steps.forEach { statement($0) }
    }

    /// Scratch is 0 again at the end of its block.
    private mutating func end(_ body: Body) {
        for case .ancilla(let name, let kind, _) in body.declarations {
            line("F.\(kind == .stack ? "emptied" : "zero")(\(name))")
        }
    }

    private mutating func declare(_ declaration: Declaration) {
        switch declaration {
        case .ancilla(let name, let kind, let sizes):
            kinds[name] = kind
            let sizes = sizes.map { term($0) }.joined(separator: ", ")
            switch kind {
            case .scalar: line("\(name) = F.real(0.0)")
            case .integer: line("\(name) = 0")
            case .vector: line("\(name) = F.vector(\(sizes))")
            case .integerVector: line("\(name) = F.integers(\(sizes))")
            case .matrix: line("\(name) = F.matrix(\(sizes))")
            case .stack: line("\(name) = []")
            }
        case .runStack(let name):
            kinds[name] = .stack
            line("\(name) = []")
        case .formula(let name, let formula):
            formulas[name] = formula
            line("\(name) = lambda: \(term(formula))")
        }
    }

    private func place(_ place: PlaceTerm) -> String {
        place.indices.isEmpty
            ? place.name : "\(place.name)[\(place.indices.map { term($0) }.joined(separator: ", "))]"
    }

    private func isInteger(_ place: PlaceTerm) -> Bool { kinds[place.name].map { !$0.isReal } ?? false }

    private mutating func statement(_ step: Step) {
        switch step {
        case .update(let word, let target, let change):
            let (place, change) = (self.place(target), term(change))
            let value =
                switch word {
                case "*=": "F.scaled(\(place), \(place) * F.factor(\(change)))"
                case "/=": "F.scaled(\(place), F.div(\(place), F.factor(\(change))))"
                default: "\(place) \(word.dropLast()) \(change)"
                }
            line("\(place) = \(isInteger(target) ? "F.int(" : "F.moved(\"\(target.name)\", ")\(value))")
        case .swap(let a, let b): line("\(place(a)), \(place(b)) = \(place(b)), \(place(a))")
        case .negate(let a): line("\(place(a)) = -\(place(a))")
        case .hadamard(let a, let b):
            line("\(place(a)), \(place(b)) = F.hadamard(\(place(a)), \(place(b)))")
            for p in [a, b] { line("\(place(p)) = F.moved(\"\(p.name)\", \(place(p)))") }
        case .rotate(let a, let b, let angle, let backward):
            let angle = backward ? "-(\(term(angle)))" : term(angle)
            line("\(place(a)), \(place(b)) = F.rot(\(place(a)), \(place(b)), \(angle))")
            for p in [a, b] { line("\(place(p)) = F.moved(\"\(p.name)\", \(place(p)))") }
        case .branch(let pre, let post, let then, let otherwise):
            saved += 1
            let taken = "taken\(saved)"
            line("\(taken) = \(test(pre))")
            line("if \(taken):")
            inner(then)
            line("else:")
            inner(otherwise)
            line("F.post(\(taken) == (\(test(post ?? pre))))")
        case .loop(let loop):
            let (start, end, step) = (term(loop.start), term(loop.end), term(loop.step))
            let flags = "\(loop.isClosed ? "True" : "False"), \(loop.isBackward ? "True" : "False")"
            kinds[loop.index] = .integer
            line("for \(loop.index) in F.range(\(start), \(end), \(step), \(flags)):")
            inner(loop.body)
        case .whileLoop(let pre, _, let body):
            saved += 1
            let turns = "turns\(saved)"
            line("\(turns) = 0")
            line("while \(test(pre)):")
            indented { printer in
                printer.line("\(turns) = F.turn(\(turns))")
                printer.block(body)
                printer.end(body)
            }
        case .compute(let compute, let apply):
            saved += 1
            let own = Set(compute.declarations.map(\.name))
            let kept = compute.written.union(compute.moved).subtracting(own).sorted()
                .filter { kinds[$0] != nil }
            let number = saved
            if !apply.written.isDisjoint(with: kept) {
                // What undoes it is not what it did.
                block(compute)
                block(apply)
                end(apply)
                block(Body([], compute.inverse.steps))
                break
            }
            for name in kept { line("kept\(number)_\(name) = \(copy(name))") }
            block(compute)
            block(apply)
            end(apply)
            for name in kept { line("\(name) = kept\(number)_\(name)") }
        case .call(let name, let inverted, let places):
            let list = places.map { place($0) }.joined(separator: ", ")
            line("\(list) = \(inverted ? "un" : "")\(name)(F, \(list))")
            for p in places.prefix(2) { line("\(place(p)) = F.moved(\"\(p.name)\", \(place(p)))") }
        case .push(let target, let stack):
            line("\(stack).append(\(isInteger(target) ? "F.kept(\(place(target)))" : place(target)))")
            line("\(place(target)) = \(isInteger(target) ? "0" : "F.real(0.0)")")
        case .pop(let target, let stack): line("\(place(target)) = F.pop(\(stack))")
        }
    }

    private func copy(_ name: String) -> String {
        switch kinds[name] {
        case .stack: "list(\(name))"
        case .scalar, .integer: name
        default: "\(name).copy()"
        }
    }

    private mutating func inner(_ body: Body) {
        let (outer, formulas) = (kinds, formulas)
        indented { printer in
            printer.block(body)
            printer.end(body)
            printer.line("pass")
        }
        (kinds, self.formulas) = (outer, formulas)
    }

    // MARK: Formulas

    private func isInteger(_ term: Term) -> Bool {
        switch term {
        case .real: false
        case .integer, .size: true
        case .place(let place): isInteger(place)
        case .unary(let name, let x): ["-", "abs", "floor"].contains(name) && isInteger(x)
        case .binary(let name, let x, let y):
            ["+", "-", "*", "/", "%", "min", "max"].contains(name) && isInteger(x) && isInteger(y)
        case .select(_, let x, let y): isInteger(x) && isInteger(y)
        case .reduce(let name, let x): name != "sum" || isInteger(x)
        case .named(let name): formulas[name].map { isInteger($0) } ?? false
        }
    }

    private func term(_ term: Term) -> String {
        switch term {
        case .real(let value): return "F.real(float(\"\(value)\"))"
        case .integer(let value): return "(\(value))"
        case .place(let place): return self.place(place)
        case .size(let name, let size): return size == .count ? "len(\(name))" : "\(name).\(size.rawValue)"
        case .unary("-", let x): return isInteger(x) ? "F.int(-\(self.term(x)))" : "(-\(self.term(x)))"
        case .unary(let name, let x): return "F.call(\"\(name)\", \(self.term(x)))"
        case .binary(let name, let x, let y):
            let (a, b) = (self.term(x), self.term(y))
            switch name {
            case "+", "-", "*": return isInteger(term) ? "F.int(\(a) \(name) \(b))" : "(\(a) \(name) \(b))"
            case "/": return "F.div(\(a), \(b))"
            case "%": return "F.rem(\(a), \(b))"
            default: return "F.call(\"\(name)\", \(a), \(b))"
            }
        case .select(let condition, let x, let y):
            let (a, b) = (self.term(x), self.term(y))
            return isInteger(x) == isInteger(y)
                ? "(\(a) if \(test(condition)) else \(b))"
                : "F.ints(\(a) if \(test(condition)) else \(b))"
        case .reduce("sum", let x): return "F.\(isInteger(x) ? "isum" : "sum")(\(self.term(x)))"
        case .reduce(let name, let x): return "F.arg(\"\(name)\", \(self.term(x)))"
        case .named(let name): return "\(name)()"
        }
    }

    private func test(_ test: Test) -> String {
        switch test {
        case .compare(let relation, let x, let y): "bool(\(term(x)) \(relation) \(term(y)))"
        case .and(let a, let b): "(\(self.test(a)) and \(self.test(b)))"
        case .or(let a, let b): "(\(self.test(a)) or \(self.test(b)))"
        case .not(let a): "(not \(self.test(a)))"
        }
    }
}

extension Body {
    /// The stacks that are pushed to or popped from inside.
    fileprivate var moved: Set<String> {
        steps.reduce(into: []) { result, step in
            switch step {
            case .push(_, let stack), .pop(_, let stack): result.insert(stack)
            default: for body in step.bodies { result.formUnion(body.moved) }
            }
        }
    }
}
