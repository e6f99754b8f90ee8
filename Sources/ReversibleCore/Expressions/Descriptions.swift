// What `print` says of places and formulas. While a function is traced its places have names; elsewhere only a function
// knows them.

extension Printer {
    /// With the names of the function that is being traced.
    fileprivate static var current: Printer {
        guard let tracer = Tracer.current else { return Printer(names: [:]) }
        return Printer(names: tracer.names, owner: tracer.token)
    }
}

extension Place {
    /// The place as programs print it; outside of a function's closure, what kind of place it is.
    fileprivate var text: String {
        guard Tracer.current != nil else {
            let type = variable.kind.typeName
            let named = (type.hasPrefix("I") ? "an " : "a ") + type
            if let span {
                if indices.isEmpty { return "a part of \(named)" }
                return (span.position == 1 ? "a row of " : "a column of ") + named
            }
            return indices.isEmpty ? named : "an element of \(named)"
        }
        return Printer.current.text(self)
    }
}

extension Expr: CustomStringConvertible {
    /// The formula's source. Outside of the closure that made it, places are printed by their numbers.
    public var description: String { Printer.current.text(node) }
}

extension Condition: CustomStringConvertible {
    /// The condition's source. Outside of the closure that made it, places are printed by their numbers.
    public var description: String { Printer.current.text(node) }
}

extension Scalar: CustomStringConvertible {
    /// The place's name, while its function is traced: a program holds no values before it runs.
    public var description: String { place.text }
}

extension Integer: CustomStringConvertible {
    /// The place's name, while its function is traced: a program holds no values before it runs.
    public var description: String { place.text }
}

extension Vector: CustomStringConvertible {
    /// The place's name, while its function is traced: a program holds no values before it runs.
    public var description: String { place.text }
}

extension IntegerVector: CustomStringConvertible {
    /// The place's name, while its function is traced: a program holds no values before it runs.
    public var description: String { place.text }
}

extension Matrix: CustomStringConvertible {
    /// The place's name, while its function is traced: a program holds no values before it runs.
    public var description: String { Place(variable).text }
}

extension Stack: CustomStringConvertible {
    /// The stack's name, while its function is traced.
    public var description: String { Place(variable).text }
}
