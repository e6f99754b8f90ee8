import ReversibleCore

extension FunctionEmitter {
    /// Declares an ancilla, which begins at 0.
    func begin(_ ancilla: Ancilla) {
        let variable = ancilla.variable
        let isVarying = lanes.map { $0.varying.contains(variable) } ?? false
        let element: ValueType.Element = variable.kind.isReal ? .real : .integer
        let type = type(element, isVarying: isVarying)
        let sizes = ancilla.sizes.map { named("size", integer($0), .integer) }
        if !isChecked, program.lost.sizes.contains(variable) {
            for size in sizes { requireInside("\(size) >= 0", "the size of an ancilla is negative") }
        }
        var made = declare(variable, isVarying: isVarying)
        switch variable.kind {
        case .scalar, .integer, .index:
            out.line("\(type) \(made.name) = \(isVarying ? "{0}" : "0");")
        case .stack: out.line("const int64_t \(made.name) = open_stack(run);")
        case .vector, .integerVector, .matrix:
            if variable.kind == .matrix {
                (made.rows, made.columns) = (sizes[0], sizes[1])
                made.count = CValue("\(sizes[0]) * \(sizes[1])", .product).text
            } else {
                made.count = sizes[0]
            }
            if ancilla.isSmallArray {
                let count = ancilla.sizes.reduce(1) { $0 * Int($1.constant ?? 1) }
                out.line("\(type) \(made.name)[\(count)] = {\(isVarying ? "{0}" : "0")};")
            } else {
                let taken =
                    variable.kind == .matrix
                    ? "take_matrix(run, \(made.rows), \(made.columns)" : "take(run, \(made.count)"
                out.line("\(type) *const \(made.name) = \(taken), sizeof(\(type)));")
            }
            storage[variable.id] = made
        }
    }

    /// The checks at the end of an ancilla's life.
    func end(_ ancilla: Ancilla) {
        guard !ancilla.rule.isDropped else { return }
        let s = store(of: ancilla.variable)
        let isRestored = ancilla.rule == .restored
        func condition(_ value: String) -> String? {
            if !s.kind.isReal { return isRestored ? "\(value) == 0" : nil }
            return isRestored
                ? "fabs((double)\(value)) <= run->options->tolerance" : "isfinite(\(value))"
        }
        let message = "an ancilla is not 0 at the end of its block"
        switch s.kind {
        case .scalar, .integer, .index: if let test = condition(s.name) { require(test, message) }
        case .stack: break
        case .vector, .integerVector, .matrix:
            guard let test = condition("\(s.name)[at]") else { return }
            out.line("for (int64_t at = 0; at < \(s.count); ++at)")
            require(test, message)
        }
    }

    /// The value as a C name or literal: what it is now, whatever happens later.
    func held(_ wish: String, _ value: CValue, _ element: ValueType.Element) -> String {
        let name = names.declare(wish)
        out.line("const \(type(element, isVarying: value.isVarying)) \(name) = \(value.text);")
        return name
    }

    /// The same; a literal stands for itself.
    func named(_ wish: String, _ value: CValue, _ element: ValueType.Element) -> String {
        Int(value.text) != nil ? value.text : held(wish, value, element)
    }
}
