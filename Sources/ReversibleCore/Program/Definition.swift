import Synchronization

/// The functions that can be derived from a function.
package enum Derivation: Hashable, Sendable {
    case adjoint
    /// The function, or its inverse, followed by its adjoint.
    case pullback(inverted: Bool)
    /// A pullback that begins with a gradient of 1 in the loss.
    case seeded(loss: Int)
    /// The function over values with tangents, for the arguments that move.
    case tangent(moving: [Int])
    /// The function itself, for calls with arguments that may hold an infinity or a NaN.
    case careful
}

/// A traced and checked function: its parameters and its body, as data.
package final class Definition: Sendable {
    package let name: String
    /// The leaves of each argument.
    package let arguments: [[Parameter]]
    /// The leaves of all arguments.
    package let parameters: [Parameter]
    /// Where runs keep the leaves.
    package let slots: [ParameterRegister]
    package let argumentTypes: [String]
    package let body: Block
    package let names: [Int: String]
    package let owner: TraceToken
    /// Whether the program was derived by a transformation, and is simplified before it runs.
    package let isDerived: Bool
    /// How calls use each leaf.
    package let parameterModes: [AccessMode]
    /// Whether what the function is given may be infinite or NaN; otherwise it is taken to be numbers.
    package let isCareful: Bool
    /// The variables that may come to hold an infinity or a NaN.
    package let steepVariables: Set<Variable>
    /// The lowered program and its inverse, made when first run.
    private let programs = Mutex(Programs())
    private let code = Mutex(Code())
    /// Derived functions, made when first asked for.
    private let cache = Mutex<[Derivation: Definition]>([:])

    /// Checks the program and keeps it.
    package init(
        name: String, arguments: [[Parameter]], argumentTypes: [String], body: Block, names: [Int: String],
        owner: TraceToken, isDerived: Bool = false, isCareful: Bool = false
    ) throws(ReversibilityError) {
        self.isDerived = isDerived
        self.isCareful = isCareful
        self.name = name
        self.arguments = arguments
        self.argumentTypes = argumentTypes
        self.body = body
        self.names = names
        self.owner = owner
        parameters = arguments.flatMap { $0 }
        let variables = parameters.map(\.variable)
        parameterModes = Definition.modes(of: body, variables)
        steepVariables = body.steepVariables(
            ownModes: parameterModes, parameters: variables, isCareful: isCareful)
        slots = ParameterRegister.assign(parameters, parameterModes)
        var checker = Checker(
            functionName: name, names: names, owner: owner, ownModes: parameterModes, parameters: variables)
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

    /// The statements that run in one direction.
    ///
    /// A derived program keeps its whole text, for the inverse and the adjoint to be made from. What the
    /// simplified text leaves out does nothing in this direction, but may do something in the other.
    package func program(inverted: Bool) -> Block {
        if let known = programs.withLock({ inverted ? $0.inverse : $0.forward }) { return known }
        let block = inverted ? body.inverse : body
        let made = isDerived ? block.simplified() : block
        programs.withLock { if inverted { $0.inverse = made } else { $0.forward = made } }
        return made
    }

    private struct Programs {
        var forward: Block?
        var inverse: Block?
    }

    private struct Code {
        var forward: CodeUnit?
        var inverse: CodeUnit?
    }

    /// The program, or its inverse, lowered for the interpreter.
    func lowered(inverted: Bool) -> CodeUnit {
        if let known = code.withLock({ inverted ? $0.inverse : $0.forward }) { return known }
        return relower(inverted: inverted, tracksPeaks: false)
    }

    /// Lowers again, for this and all later runs.
    func relower(inverted: Bool, tracksPeaks: Bool) -> CodeUnit {
        let made = CodeUnit(lowering: self, inverted: inverted, tracksPeaks: tracksPeaks)
        code.withLock { if inverted { $0.inverse = made } else { $0.forward = made } }
        return made
    }

    /// A function derived from this one, made at the first request.
    package func derived(
        _ derivation: Derivation, _ make: () throws(ReversibilityError) -> Definition
    ) throws(ReversibilityError) -> Definition {
        if let known = cache.withLock({ $0[derivation] }) { return known }
        // Made outside the lock: making may ask this or another definition. Two threads may both make it; the
        // first to finish is kept, so that everybody shares its lowered code.
        let made = try make()
        return cache.withLock { cache in
            if let known = cache[derivation] { return known }
            cache[derivation] = made
            return made
        }
    }

    /// The same function, whose derivatives take care of what it is given.
    package var careful: Definition {
        get throws(ReversibilityError) {
            if isCareful { return self }
            return try derived(.careful) { () throws(ReversibilityError) in
                try Definition(
                    name: name, arguments: arguments, argumentTypes: argumentTypes, body: body, names: names,
                    owner: owner, isDerived: isDerived, isCareful: true)
            }
        }
    }

    /// The function's source, or that of its inverse.
    package func source(inverted: Bool) -> String {
        var printer = Printer(names: names, functionName: name)
        let list = zip(arguments, argumentTypes).map { leaves, type in
            "\(leaves.first?.name.split(separator: ".").first ?? "_"): \(type)"
        }
        let title = name == "f" ? "" : "(\"\(name)\")"
        printer.line("ReversibleFunction\(title) { (\(list.joined(separator: ", "))) in")
        printer.indented(program(inverted: inverted))
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
