import ReversibleCore

// What the planner knows of the program: names for people, and integers before a launch.
extension Planner {
    func name(_ variable: Variable) -> String { names[variable.id] ?? "t" }

    private var printer: Printer { Printer(names: names, functionName: definition.name) }
    func text(_ place: Place) -> String { printer.text(place) }
    func text(_ node: Node) -> String { "`\(printer.text(node))`" }
    func headline(_ statement: Statement) -> String { printer.headline(statement) }

    /// A kernel's parameters as PTX comments.
    func slotComments(_ slots: [KernelPlan.Slot], _ slotNames: [String]) -> [String] {
        func name(_ position: Int) -> String { parameters[position].name }
        return zip(slotNames, slots).map { slotName, slot in
            let meaning =
                switch slot {
                case .address(let number):
                    "address of `\(buffers[number].name)`, \(buffers[number].count.text(name)) "
                        + (number == accounts ? "doubles" : buffers[number].isReal ? "reals" : "integers")
                case .integer(let value): "integer, \(value.text(name))"
                case .real(let position): "real, \(name(position))"
                }
            return "//   \(slotName): \(meaning)".onOneLine
        }
    }

    func firstLocation(_ block: Block) -> SourceLocation? {
        block.firstStatement(\.location)
    }

    func unsupported(_ statement: Statement, at location: SourceLocation?) -> PTXError {
        let usesStack = "uses a stack, which has no bound that is known before a launch"
        let reason =
            switch statement.kind {
            case .call: "calls a function that calls itself, and GPU threads here have no call stack"
            case .move: usesStack
            case _ where statement.asksStacks: usesStack
            default: "has no form on a GPU"
            }
        return PTXError(
            .unsupportedStatement,
            "`\(headline(statement))` \(reason); run the function with `compile`, or write this part without it",
            at: statement.location ?? location)
    }

    func recordsDecisions(_ statement: Statement, at location: SourceLocation?) -> PTXError {
        let (what, condition) =
            if case .branch = statement.kind {
                ("keeps its decision", "a `post:` condition that tells afterwards which way it went")
            } else {
                ("counts its turns", "a `post:` condition that is false on entry and true after every turn")
            }
        return PTXError(
            .unsupportedStatement,
            "`\(headline(statement))` \(what) on a stack, which has no form on a GPU; give it \(condition)",
            at: location)
    }

    // MARK: What is known before a launch

    /// The condition on the host; nil if only the device knows it.
    func hostCondition(_ node: Node) -> HostCondition? {
        switch node.kind {
        case .compare(let relation, let a, let b), .holds(let relation, let a, let b):
            guard a.type.element == .integer, b.type.element == .integer, let x = host(a), let y = host(b)
            else { return nil }
            return .compare(relation, x, y)
        case .not(let a): return hostCondition(a).map { .not($0) }
        case .and(let a, let b):
            guard let x = hostCondition(a), let y = hostCondition(b) else { return nil }
            return .and(x, y)
        case .or(let a, let b):
            guard let x = hostCondition(a), let y = hostCondition(b) else { return nil }
            return .or(x, y)
        default: return nil
        }
    }

    /// An integer that is needed under conditions only: where one that the host knows does not hold, it is another.
    func guarded(_ value: HostInteger, by conditions: [Node], else other: Int = 0) -> HostInteger {
        conditions.reversed().compactMap(hostCondition).reduce(value) { .chosen($1, $0, else: other) }
    }

    /// The integer on the host; nil if only the device knows it.
    func host(_ node: Node) -> HostInteger? {
        switch node.kind {
        case .integer(let value): return .constant(value)
        case .read(let place):
            guard place.indices.isEmpty else { return nil }
            if let index = hostIndices[place.variable.id] { return index }
            if case .value(let value)? = devices[place.variable.id] { return value }
            return nil
        case .size(let variable, let axis):
            let sizes: [HostInteger]
            if case .array(_, let known)? = devices[variable.id] {
                sizes = known
            } else if let known = hostSizes[variable.id] {
                sizes = known
            } else {
                return nil
            }
            switch axis {
            case .count: return sizes.reduce(.constant(1), *)
            case .rows: return sizes.first
            case .columns: return sizes.last
            }
        case .integerUnary(let function, let a): return host(a).map { .unary(function, $0) }
        case .integerBinary(let function, let a, let b):
            guard let x = host(a), let y = host(b) else { return nil }
            return .fold(function, x, y)
        default: return nil
        }
    }
}
