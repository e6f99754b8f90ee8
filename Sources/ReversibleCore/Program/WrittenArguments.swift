/// How an argument of a call is printed: functions that are made for constants and views take other arguments than the
/// program's text has.
package indirect enum WrittenArgument: Sendable {
    /// An argument of the call that is made.
    case argument(Int)
    case constant(Variable)
    /// A row, a column or a part of an array.
    case view(
        WrittenArgument, position: Int, fixed: WrittenArgument?,
        part: (start: WrittenArgument, count: WrittenArgument)?)

    /// The same where arguments have become something else.
    func replacing(_ change: (Int) -> WrittenArgument) -> WrittenArgument {
        switch self {
        case .argument(let position): change(position)
        case .constant: self
        case .view(let array, let position, let fixed, let part):
            .view(
                array.replacing(change), position: position, fixed: fixed?.replacing(change),
                part: part.map { ($0.start.replacing(change), $0.count.replacing(change)) })
        }
    }

    /// The constants in it.
    var constants: [Variable] {
        switch self {
        case .argument: []
        case .constant(let variable): [variable]
        case .view(let array, _, let fixed, let part):
            array.constants + (fixed?.constants ?? [])
                + (part.map { $0.start.constants + $0.count.constants } ?? [])
        }
    }

    /// The source, in a call with these arguments.
    func text(_ arguments: [Place], _ printer: Printer) -> String {
        switch self {
        case .argument(let position):
            return arguments.indices.contains(position) ? printer.text(arguments[position]) : "?"
        case .constant(let variable): return printer.name(variable)
        case .view(let array, let position, let fixed, let part):
            var text = array.text(arguments, printer)
            if let fixed {
                text += "[\(position == 1 ? "row" : "column"): \(fixed.text(arguments, printer))]"
            }
            if let part {
                let start = part.start.text(arguments, printer)
                text += "[\(start)..<\(start) + \(part.count.text(arguments, printer))]"
            }
            return text
        }
    }
}

extension ViewForm {
    /// What stands for the argument that there was at a position.
    func written(_ position: Int) -> WrittenArgument {
        switch parameters[position] {
        case .plain(let number): .argument(number)
        case .view(let view):
            .view(
                view.constant.map { .constant($0) } ?? .argument(view.array ?? 0), position: view.position,
                fixed: view.fixed.map { .argument($0) },
                part: view.part.map { (.argument($0.start), .argument($0.count)) })
        }
    }
}

extension Definition {
    /// How calls are printed when arguments have become something else.
    func written(replacing change: (Int) -> WrittenArgument) -> [WrittenArgument] {
        (written ?? parameters.indices.map { .argument($0) }).map { $0.replacing(change) }
    }
}
