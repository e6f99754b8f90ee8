/// The requirements of one function, with what their messages need to know of it.
package struct Requirements: Sendable {
    let function: String
    let parameters: [Parameter]
    /// Where a run of the interpreter keeps the parameters.
    let slots: [ParameterRegister]
    /// For every parameter, whether the function changes it.
    let isWritten: [Bool]
    package let list: [ArgumentRequirement]

    /// Why an argument does not fit.
    struct Problem {
        var kind: ReversibilityError.Kind
        var sentence: String
    }

    /// The sentence about arguments that lead to numbers which are not finite.
    package var outcome: (sentence: String, property: ArgumentRequirement.Property)? {
        for requirement in list {
            if case .outcome(let sentence, let property) = requirement.condition {
                return (sentence, property)
            }
        }
        return nil
    }

    /// The requirements as they hold for a function derived from this one, whose values have other names.
    package func sizes(renamed renaming: Renaming) -> [ArgumentRequirement] {
        list.compactMap { $0.sizes(renamed: renaming) }
    }

    /// The first size that does not fit.
    func sizeProblem(in source: some ArgumentSource) -> Problem? {
        for requirement in list where requirement.isAboutSizes {
            if let problem = problem(requirement, in: source) { return problem }
        }
        return nil
    }

    /// The first number that does not fit.
    ///
    /// - Parameters:
    ///   - inverted: Whether the inverse runs; what the function changes is then what it has made of it.
    ///   - isRunning: Whether the function has already changed something, and failed.
    func contentProblem(
        in source: some ArgumentSource, inverted: Bool, isRunning: Bool = false
    ) -> Problem? {
        for requirement in list where !requirement.isAboutSizes && (isRunning || !requirement.onlyExplains) {
            if inverted || isRunning, requirement.concerns(where: { isWritten[$0] }, parameters) { continue }
            if let problem = problem(requirement, in: source) { return problem }
        }
        return nil
    }

    private func problem(
        _ requirement: ArgumentRequirement, in source: some ArgumentSource
    ) -> Problem? {
        switch requirement.condition {
        case .outcome: return nil
        case .equal(let a, let b):
            guard let x = value(a.node, in: source), let y = value(b.node, in: source), x != y else {
                return nil
            }
            let (first, second) = (name(a.variable), name(b.variable))
            let isSquare = a.variable == b.variable && a.noun == "row" && b.noun == "column"
            return Problem(
                kind: .lengthMismatch,
                sentence: "`\(first)` has \(counted(x, a)) and "
                    + (first == second ? "" : "`\(second)` has ") + counted(y, b)
                    + (isSquare ? "; it must be square" : "; they must agree"))
        case .atLeast(let least, let a):
            guard let x = value(a.node, in: source), x < least else { return nil }
            return Problem(
                kind: .invalidArgument,
                sentence: "`\(name(a.variable))` has \(counted(x, a)); it needs at least \(least)")
        case .exactly(let count, let a):
            guard let x = value(a.node, in: source), x != count else { return nil }
            return Problem(
                kind: .lengthMismatch,
                sentence: "`\(name(a.variable))` has \(counted(x, a)); it must have \(count)")
        case .elements(let variable, let part, let property):
            guard let position = position(variable),
                let found = source.firstFailure(of: property, in: part, at: position)
            else { return nil }
            return Problem(
                kind: property == .nonzero && found.value == "0.0" ? .zeroFactor : .invalidArgument,
                sentence:
                    "`\(label(position, found.element, source))` is \(found.value); it \(property.sentence)"
            )
        case .indices(let variable, let size):
            guard let position = position(variable), let limit = value(size.node, in: source) else {
                return nil
            }
            for element in 0..<source.sizes(at: position).count {
                guard let index = source.integer(at: position, element), index < 0 || index >= limit else {
                    continue
                }
                return Problem(
                    kind: .indexOutOfRange,
                    sentence:
                        "`\(label(position, element, source))` is \(index), and `\(name(size.variable))` has "
                        + counted(limit, size) + "; indices are counted from 0")
            }
            return nil
        }
    }

    /// The requirements on sizes as statements, each of which fails where its requirement does not hold: the difference
    /// of two sizes is in an ancilla that nothing undoes. For engines that check calls inside a program so.
    ///
    /// - Parameters:
    ///   - renaming: What the parameters are called where the statements will stand.
    ///   - declare: Makes a variable for an ancilla.
    package func sizeGuards(renamed renaming: Renaming, _ declare: () -> Variable) -> [Statement] {
        list.compactMap { requirement in
            let difference: Node
            switch requirement.condition {
            case .equal(let a, let b): difference = (Expr(a.node) - Expr(b.node)).node
            case .exactly(let count, let a): difference = (Expr(a.node) - count).node
            case .atLeast(let least, let a): difference = select(Expr(a.node) < least, 1, 0).node
            case .elements, .indices, .outcome: return nil
            }
            let variable = declare()
            return Statement(
                .block(
                    Block(
                        ancillas: [Ancilla(variable: variable, sizes: [])],
                        statements: [.update(.add, Place(variable), renaming(difference))])))
        }
    }

    private func position(_ variable: Variable) -> Int? { parameters.firstIndex { $0.variable == variable } }

    /// The name of the whole argument, of which the parameter may be a field.
    private func name(_ variable: Variable) -> String {
        if let constant = variable.constant { return constant.name ?? constant.source }
        let name = position(variable).map { parameters[$0].name } ?? ""
        return name.split(separator: ".").first.map(String.init) ?? name
    }

    private func label(
        _ position: Int, _ element: Int, _ source: some ArgumentSource
    ) -> String {
        let (name, columns) = (parameters[position].name, source.sizes(at: position).columns)
        switch parameters[position].variable.kind {
        case .matrix: return "\(name)[\(element / max(columns, 1)), \(element % max(columns, 1))]"
        case .vector, .integerVector, .stack: return "\(name)[\(element)]"
        case .scalar, .integer, .index: return name
        }
    }

    private func counted(_ count: Int, _ extent: ArgumentRequirement.Extent) -> String {
        "\(count == 0 ? "no" : "\(count)") \(count == 1 ? extent.noun : extent.nouns)"
    }

    /// An integer that follows from sizes and integer arguments; nil if it follows from anything else.
    private func value(_ node: Node, in source: some ArgumentSource) -> Int? {
        switch node.kind {
        case .integer(let value): return value
        case .size(let variable, let axis):
            guard let position = position(variable) else { return nil }
            let sizes = source.sizes(at: position)
            switch axis {
            case .count: return sizes.count
            case .rows: return sizes.rows
            case .columns: return sizes.columns
            }
        case .read(let place) where place.indices.isEmpty:
            return position(place.variable).flatMap { source.integer(at: $0, 0) }
        case .integerBinary(let function, let a, let b):
            guard let x = value(a, in: source), let y = value(b, in: source) else { return nil }
            switch function {
            case .add: return x &+ y
            case .subtract: return x &- y
            case .multiply: return x &* y
            case .divide: return y == 0 ? nil : x.dividedReportingOverflow(by: y).partialValue
            default: return nil
            }
        default: return nil
        }
    }
}

extension ArgumentRequirement {
    /// Whether the requirement is about the content of a parameter of some sort.
    fileprivate func concerns(where isConcerned: (Int) -> Bool, _ parameters: [Parameter]) -> Bool {
        switch condition {
        case .elements(let variable, _, _), .indices(let variable, _):
            parameters.firstIndex { $0.variable == variable }.map(isConcerned) ?? false
        case .equal, .atLeast, .exactly, .outcome: false
        }
    }
}
