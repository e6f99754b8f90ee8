import Synchronization

/// A traced and checked function: its parameters and its body, as data.
package final class Definition: Sendable {
    package let name: String
    /// The leaves of each argument.
    package let arguments: [[Parameter]]
    package let argumentTypes: [String]
    package let body: Block
    package let names: [Int: String]
    package let owner: TraceToken
    /// How calls use each leaf.
    package let parameterModes: [AccessMode]
    /// Compiled forms and derived functions, made once.
    private let cache = Mutex<[String: any Sendable]>([:])

    package var parameters: [Parameter] { arguments.flatMap { $0 } }

    /// Checks the program and keeps it.
    package init(
        name: String, arguments: [[Parameter]], argumentTypes: [String], body: Block, names: [Int: String],
        owner: TraceToken
    ) throws(ReversibilityError) {
        self.name = name
        self.arguments = arguments
        self.argumentTypes = argumentTypes
        self.body = body
        self.names = names
        self.owner = owner
        let parameters = arguments.flatMap { $0.map(\.variable) }
        parameterModes = Definition.modes(of: body, parameters)
        var checker = Checker(
            functionName: name, names: names, owner: owner, ownModes: parameterModes, parameters: parameters)
        try body.check(&checker)
    }

    /// The least fixed point: a function that calls itself uses its parameters at least as its body does.
    private static func modes(of body: Block, _ parameters: [Variable]) -> [AccessMode] {
        var modes = [AccessMode](repeating: [], count: parameters.count)
        while true {
            var accesses = Accesses(ownModes: modes)
            body.visit(&accesses)
            let found = accesses.modes
            let next = parameters.map { found[$0] ?? [] }
            if next == modes { return modes }
            modes = next
        }
    }

    /// A value derived from this definition, made at the first request.
    package func derived<Result: Sendable>(
        _ key: String, _ make: () throws(ReversibilityError) -> Result
    ) throws(ReversibilityError) -> Result {
        if let known = cache.withLock({ $0[key] }) as? Result { return known }
        // Made outside the lock: making may ask this or another definition. Two threads may both make it;
        // both results are the same.
        let made = try make()
        cache.withLock { $0[key] = made }
        return made
    }

    /// The function's source, or that of its inverse.
    package func source(inverted: Bool) -> String {
        var printer = Printer(names: names, functionName: name)
        let list = zip(arguments, argumentTypes).map { leaves, type in
            "\(leaves.first?.name.split(separator: ".").first ?? "_"): \(type)"
        }
        let title = name == "f" ? "" : "(\"\(name)\")"
        printer.line("ReversibleFunction\(title) { (\(list.joined(separator: ", "))) in")
        printer.indented(inverted ? body.inverse : body)
        printer.line("}")
        return printer.lines.joined(separator: "\n")
    }
}

extension Definition: Hashable {
    package static func == (a: Definition, b: Definition) -> Bool {
        a === b || (a.arguments == b.arguments && a.body == b.body)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(parameterModes.count) }
}
