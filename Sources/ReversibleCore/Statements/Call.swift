/// `g(a, b)` and `(~g)(a, b)`: another function runs on these places, forward or backward.
package struct Call: Hashable, Sendable {
    package enum Callee: Hashable, Sendable {
        case function(Definition)
        /// The function whose body the call stands in.
        case itself
        /// A function that could not be made; using it fails with this error.
        case unavailable(ReversibilityError)
    }

    package var callee: Callee
    package var inverted: Bool
    package var arguments: [Place]

    package init(_ callee: Callee, inverted: Bool, arguments: [Place]) {
        self.callee = callee
        self.inverted = inverted
        self.arguments = arguments
    }

    package var inverse: Call { Call(callee, inverted: !inverted, arguments: arguments) }
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
        let modes = modes(ownModes: checker.ownModes)
        for (position, place) in arguments.enumerated() {
            let mode = position < modes.count ? modes[position] : []
            try checker.checkVisible(place)
            if mode.contains(.write) { try checker.checkWritable(place) }
            for earlier in 0..<position where !mode.toleratesAlias(modes[earlier]) {
                try checker.checkDistinct(arguments[earlier], place)
            }
            for other in arguments.indices
            where other != position && !mode.isDisjoint(with: [.write, .accumulate]) {
                for place in arguments[other].indices.flatMap(\.reads) {
                    try checker.checkDistinct(arguments[position], place)
                }
            }
        }
    }

    package func print(to printer: inout Printer) {
        let name =
            switch callee {
            case .function(let definition): definition.name
            case .itself: printer.functionName
            case .unavailable: "unavailable"
            }
        let list = arguments.map { printer.text($0) }.joined(separator: ", ")
        printer.line("\(inverted ? "(~\(name))" : name)(\(list))")
    }

    package func emit(to emitter: inout Emitter) {
        let modes = modes(ownModes: emitter.ownModes)
        for (position, place) in arguments.enumerated() {
            for earlier in 0..<position where !modes[position].toleratesAlias(modes[earlier]) {
                emitter.guardDistinct(arguments[earlier], place)
            }
        }
        emitter.call(self, modes: modes)
    }

    package func renamed(by renaming: Renaming) -> Statement.Kind {
        .call(Call(callee, inverted: inverted, arguments: arguments.map { renaming($0) }))
    }
}
