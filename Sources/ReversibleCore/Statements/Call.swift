/// `g(a, b)` and `(~g)(a, b)`: another function runs on these places, forward or backward.
package struct Call: Hashable, Sendable {
    package enum Callee: Hashable, Sendable {
        case function(Definition)
        /// The function whose body the call stands in.
        case itself(Owner)
        /// A function that could not be made; using it fails with this error.
        case unavailable(ReversibilityError)
    }

    /// Which function `itself` is; it does not take part in comparisons.
    package struct Owner: Hashable, Sendable {
        package let token: TraceToken
        /// What other functions call it; nil if they never see it.
        let name: String?
        package init(_ token: TraceToken, name: String? = nil) { (self.token, self.name) = (token, name) }
        package static func == (a: Owner, b: Owner) -> Bool { true }
        package func hash(into hasher: inout Hasher) {}
    }

    /// What is made of a callee has another inverse: that of its statements.
    package var callee: Callee { didSet { pair = nil } }
    /// Of a pair of functions given together: the other one, which runs where the call is undone.
    package private(set) var pair: Callee?
    package var inverted: Bool
    package var arguments: [Place]
    /// For an engine that drops dead values: which arguments' final values somebody looks at; nil for all.
    package var wanted: [Bool]?

    package init(_ callee: Callee, inverted: Bool, arguments: [Place], pair: Callee? = nil) {
        self.callee = callee
        self.pair = pair
        self.inverted = inverted
        self.arguments = arguments
    }

    package var inverse: Call {
        guard let pair else { return Call(callee, inverted: !inverted, arguments: arguments) }
        return Call(pair, inverted: inverted, arguments: arguments, pair: callee)
    }

    /// The same call with a note of what is wanted of it.
    package func wanting(_ wanted: [Bool]) -> Call {
        var call = self
        call.wanted = wanted
        return call
    }
}

extension Call: StatementRule {
    /// How the callee uses each argument.
    package func modes(ownModes: [AccessMode]?) -> [AccessMode] {
        switch callee {
        case .function(let definition): definition.parameterModes
        case .itself: ownModes ?? Array(repeating: [.read, .write], count: arguments.count)
        case .unavailable: []
        }
    }

    package func visit(_ accesses: inout Accesses) {
        let modes = modes(ownModes: accesses.ownModes)
        for (position, place) in arguments.enumerated() {
            accesses.note(place, position < modes.count ? modes[position] : [])
        }
    }

    package func check(_ checker: inout Checker) throws(ReversibilityError) {
        if case .unavailable(let error) = callee { throw checker.error(error.kind, error.message) }
        if case .itself(let owner) = callee, owner.token !== checker.owner {
            throw checker.error(
                .outOfScope,
                "the parameter that stands for a recursive function can be called in its own closure only; call the "
                    + "function that `recursive` returns")
        }
        if case .function(let definition) = callee, definition.calls.depth >= checker.chainLimit {
            throw checker.error(
                .callDepth,
                "`\(definition.name)` begins a chain of \(definition.calls.depth) functions, each of which calls the "
                    + "next; at most \(checker.chainLimit) can call one another. Let one function call several, "
                    + "write a loop, or use `ReversibleFunction.recursive`")
        }
        if inverted, case .function(let definition) = callee, definition.calls.isOneWay {
            throw checker.error(.invalidStatement, Rerun.noWayBack)
        }
        let modes = modes(ownModes: checker.ownModes)
        if case .itself = callee, let place = arguments.first(where: { $0.variable.constant != nil }) {
            throw checker.error(
                .invalidStatement,
                "a function that calls itself cannot give itself the constant `\(checker.printer.text(place))`; keep it in a "
                    + "place: `Compute { t += … } apply: { … }`")
        }
        let callee = name(inside: checker.printer)
        for (position, place) in arguments.enumerated() {
            let mode = position < modes.count ? modes[position] : []
            try checker.checkVisible(place)
            if mode.changes, place.variable.constant != nil {
                throw checker.error(
                    .readOnly,
                    "`\(callee)` changes `\(checker.printer.text(place))`, which is a constant; give it a place that may "
                        + "change: an argument, or an ancilla that the constant has been added to")
            }
            if mode.contains(.write) { try checker.checkWritable(place) }
            for earlier in 0..<position where !mode.toleratesAlias(modes[earlier]) {
                try checker.checkDistinct(arguments[earlier], place) { a, b in
                    a == b
                        ? "`\(callee)` is given `\(a)` twice and changes it; pass a copy, kept in an ancilla"
                        : "`\(callee)` is given `\(a)` and `\(b)`, which share memory, and changes one of them; "
                            + "pass a copy, kept in an ancilla"
                }
            }
            if mode.changes {
                for index in indexReads { try checker.checkDistinct(place, index) }
            }
        }
    }

    /// Arguments, and what their indices read, that must not be one element where one of them changes.
    package func pairsToTellApart(_ modes: [AccessMode]) -> [(Place, Place)] {
        arguments.enumerated().flatMap { position, place -> [(Place, Place)] in
            let mode = modes[position]
            let others = arguments[..<position].enumerated().filter { !mode.toleratesAlias(modes[$0.offset]) }
            let changes = mode.changes
            return others.map { ($0.element, place) } + (changes ? indexReads.map { (place, $0) } : [])
        }
    }

    /// What the arguments' indices read: a callee that changed one would change which element is meant.
    private var indexReads: [Place] { arguments.flatMap(\.indices).flatMap(\.reads) }

    private func name(inside printer: Printer) -> String {
        switch callee {
        case .function(let definition): definition.name
        case .itself(let owner):
            printer.isOf(owner.token) ? printer.functionName : owner.name ?? printer.functionName
        case .unavailable(let error): error.function
        }
    }

    package func print(to printer: inout Printer) {
        let name = name(inside: printer)
        var texts = arguments.map { printer.text($0) }
        if case .function(let definition) = callee, let written = definition.written {
            texts = written.map { $0.text(arguments, printer) }
        }
        let list = texts.joined(separator: ", ")
        printer.line("\(inverted ? "(~\(name))" : name)(\(list))")
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind {
        .call(Call(callee, inverted: inverted, arguments: arguments.map { renaming($0) }, pair: pair))
    }
}
