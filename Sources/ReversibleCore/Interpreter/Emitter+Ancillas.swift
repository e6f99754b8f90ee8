extension Emitter {
    mutating func begin(_ ancilla: Ancilla, of block: Block) {
        let variable = ancilla.variable
        let register = register(variable)
        let outer = statementIndex
        if !ancilla.sizes.isEmpty {
            unit.statements.append(info(declaring: ancilla, of: block))
            statementIndex = Int32(unit.statements.count - 1)
        }
        defer { statementIndex = outer }
        let sizes = ancilla.sizes.map { integer($0) }
        if unit.tracksPeaks, variable.kind.isReal, ancilla.rule == .restored {
            let peak = peaks[variable.id] ?? freshInteger()
            peaks[variable.id] = peak
            append(.zeroInteger, peak)
        }
        switch variable.kind {
        case .scalar: append(.zeroReal, register)
        case .integer, .index: append(.zeroInteger, register)
        case .vector: append(.makeReals, register, sizes[0])
        case .matrix: append(.makeReals, function: 1, register, sizes[0], sizes[1])
        case .integerVector: append(.makeIntegers, register, sizes[0])
        case .stack: append(.makeStack, register)
        }
        forget([variable])
    }

    /// Ends an ancilla's life, with the check that it is zero again.
    mutating func end(_ ancilla: Ancilla, of block: Block) {
        guard ancilla.rule == .restored else { return end(ancilla, checked: false) }
        let outer = statementIndex
        unit.statements.append(info(ending: ancilla, of: block))
        statementIndex = Int32(unit.statements.count - 1)
        end(ancilla, checked: true)
        statementIndex = outer
    }

    mutating func end(_ ancilla: Ancilla, checked: Bool) {
        let variable = ancilla.variable
        let register = register(variable)
        let peak = peaks[variable.id] ?? -1
        let unchecked: UInt8 = checked ? 0 : 1
        switch variable.kind {
        case .scalar: if checked { append(.requireZeroReal, register, peak) }
        case .integer, .index: if checked { append(.requireZeroInteger, register) }
        case .vector, .matrix: append(.dropReals, function: unchecked, register, peak)
        case .integerVector: append(.dropIntegers, function: unchecked, register)
        case .stack: append(.requireEmptyStack, function: unchecked, register)
        }
    }

    /// Makes variables zero.
    mutating func clear(_ variables: Set<Variable>) {
        for variable in variables.sorted(by: { $0.id < $1.id }) {
            let register = register(variable)
            switch variable.kind {
            case .scalar: append(.clearReal, register)
            case .integer, .index, .stack: append(.zeroInteger, register)
            case .vector, .matrix: append(.clearReals, register)
            case .integerVector: append(.clearIntegers, register)
            }
        }
    }

    /// What an error about a statement will say.
    func info(_ statement: Statement) -> CodeUnit.StatementInfo {
        let printer = Printer(names: variant.definition.names, functionName: variant.definition.name)
        if case .update(let s) = statement.kind, let witness = s.witness {
            return CodeUnit.StatementInfo(
                text: witness.statement, location: statement.location, function: witness.function,
                watches: unit.notesReads ? watches([], printer) : [], arrayNames: [:], hint: witness.place)
        }
        let places: [Place] =
            switch statement.kind {
            case .forLoop(let s): statement.ownNodes.flatMap(\.reads) + [Place(s.index)]
            case .call(let s): s.arguments.flatMap { [$0] + $0.indices.flatMap(\.reads) }
            default:
                statement.ownBlocks.isEmpty
                    ? Accesses(of: statement).all.map(\.place) : statement.ownNodes.flatMap(\.reads)
            }
        return CodeUnit.StatementInfo(
            text: printer.headline(statement), location: statement.location,
            function: variant.definition.name,
            watches: sizeWatches(statement, printer) + watches(places, printer),
            arrayNames: arrayNames(places), hint: nil)
    }

    private func info(declaring ancilla: Ancilla, of block: Block) -> CodeUnit.StatementInfo {
        let printer = Printer(names: variant.definition.names, functionName: variant.definition.name)
        let places = ancilla.sizes.flatMap(\.reads)
        return CodeUnit.StatementInfo(
            text: printer.declaration(ancilla),
            location: ancilla.location ?? block.statements.first?.location,
            function: variant.definition.name, watches: watches(places, printer),
            arrayNames: arrayNames(places), hint: nil, ancilla: printer.name(ancilla.variable))
    }

    private func info(ending ancilla: Ancilla, of block: Block) -> CodeUnit.StatementInfo {
        let printer = Printer(names: variant.definition.names, functionName: variant.definition.name)
        let last = block.statements.last { Accesses(of: $0).written.contains(ancilla.variable) }
        let disturbed = block.statements.compactMap { statement -> Set<Variable>? in
            if case .compute(let compute) = statement.kind { compute.disturbed } else { nil }
        }.reduce(Set()) { $0.union($1) }
        let copied = block.popsCopy.map {
            "`COPYPOP` needs the top of the stack `\(printer.name($0.stack))` to be what "
                + "`\(printer.text($0.place))` holds, and that is how far they are apart"
        }
        let hint =
            disturbed.isEmpty
            ? copied
            : disturbed.map { "`\(printer.name($0))`" }.sorted().joined(separator: " and ")
                + " is used by the computation and changed by `apply`"
        return CodeUnit.StatementInfo(
            text: last.map { printer.headline($0) } ?? "let \(printer.name(ancilla.variable)) = …",
            location: last?.location ?? block.statements.last?.location, function: variant.definition.name,
            watches: watches([Place(ancilla.variable)], printer),
            arrayNames: arrayNames([Place(ancilla.variable)]), hint: hint,
            ancilla: printer.name(ancilla.variable))
    }

    private func arrayNames(_ places: [Place]) -> [Int32: String] {
        var names: [Int32: String] = [:]
        for place in places where place.variable.kind.isArray {
            if let register = registers[place.variable.id] {
                names[register] = variant.definition.names[place.variable.id]
            }
        }
        return names
    }

    /// The sizes that a condition asks for.
    private func sizeWatches(_ statement: Statement, _ printer: Printer) -> [CodeUnit.Watch] {
        guard case .assertion(let assertion) = statement.kind else { return [] }
        var (watches, seen): ([CodeUnit.Watch], Set<Node>) = ([], [])
        assertion.condition.walk { node in
            if case .size(let variable, let axis) = node.kind, seen.insert(node).inserted,
                let register = registers[variable.id]
            {
                watches.append(CodeUnit.Watch(name: printer.text(node), content: .size(register, axis)))
            }
            return true
        }
        return watches
    }

    private func watches(_ places: [Place], _ printer: Printer) -> [CodeUnit.Watch] {
        var seen: Set<Place> = []
        // Which turn of the loops around it an error arose in is said last.
        return (places + openIndices.map { Place($0) }).compactMap { place in
            guard seen.insert(place).inserted, let register = registers[place.variable.id] else { return nil }
            let content: CodeUnit.Watch.Content
            switch place.variable.kind {
            case .scalar: content = .real(register)
            case .integer, .index: content = .integer(register)
            case .stack: return nil
            case .vector, .integerVector, .matrix:
                let isReal = place.variable.kind != .integerVector
                let indices = place.indices.compactMap(watchedIndex)
                guard indices.count == place.indices.count else { return nil }
                content =
                    indices.isEmpty
                    ? .array(register, isReal: isReal)
                    : .element(array: register, isReal: isReal, indices: indices)
            }
            return CodeUnit.Watch(name: printer.text(place), content: content)
        }
    }

    /// An index that is a constant, a variable, or a variable plus a constant.
    private func watchedIndex(_ node: Node) -> CodeUnit.Watch.Index? {
        switch node.kind {
        case .integer(let value): return .init(register: nil, offset: value)
        case .read(let place) where place.indices.isEmpty:
            return registers[place.variable.id].map { .init(register: $0, offset: 0) }
        case .integerBinary(.add, let a, let b):
            guard case .integer(let value) = b.kind, let base = watchedIndex(a) else { return nil }
            return .init(register: base.register, offset: base.offset &+ value)
        case .integerBinary(.subtract, let a, let b):
            guard case .integer(let value) = b.kind, let base = watchedIndex(a) else { return nil }
            return .init(register: base.register, offset: base.offset &- value)
        default: return nil
        }
    }
}
