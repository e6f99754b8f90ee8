import ReversibleCore

/// An integer that is known before a kernel is launched: made of the sizes of the arguments' arrays, of integer
/// arguments that the program only reads, and of the turns of loops on the host.
package indirect enum HostInteger: Hashable, Sendable {
    case constant(Int)
    /// The `Integer` parameter at this position.
    case argument(Int)
    /// A size of the array parameter at this position.
    case size(Int, Axis)
    /// The index of the loop of this number, among the loops on the host.
    case index(Int)
    case unary(IntegerFunction, HostInteger)
    case binary(IntegerFunction, HostInteger, HostInteger)
    /// How many indices a `For` over these bounds visits.
    case turns(start: HostInteger, end: HostInteger, step: HostInteger, closed: Bool)
    /// The integer if the condition holds: elsewhere it may make no sense, and another stands for it.
    case chosen(HostCondition, HostInteger, else: Int)

    /// What an integer is made of, when a program runs.
    package struct Values {
        package var argument: (Int) -> Int
        package var size: (Int, Axis) -> Int
        package var index: (Int) -> Int

        package init(
            argument: @escaping (Int) -> Int, size: @escaping (Int, Axis) -> Int,
            index: @escaping (Int) -> Int = { _ in 0 }
        ) {
            self.argument = argument
            self.size = size
            self.index = index
        }
    }

    /// The integer; nil if it is outside the range of `Int`, or a division by 0.
    package func value(_ values: Values) -> Int? {
        switch self {
        case .constant(let value): return value
        case .argument(let position): return values.argument(position)
        case .size(let position, let axis): return values.size(position, axis)
        case .index(let number): return values.index(number)
        case .unary(let function, let a):
            return a.value(values).flatMap { function.value($0) }
        case .binary(let function, let a, let b):
            guard let x = a.value(values), let y = b.value(values) else { return nil }
            return function.value(x, y)
        case .turns(let start, let end, let step, let closed):
            guard let from = start.value(values), let to = end.value(values), let by = step.value(values),
                by != 0
            else { return nil }
            return HostInteger.turns(from, to, by, closed)
        case .chosen(let condition, let a, let other):
            return condition.holds(values).flatMap { $0 ? a.value(values) : other }
        }
    }

    static func turns(_ from: Int, _ to: Int, _ step: Int, _ closed: Bool) -> Int? {
        let isEmpty = step > 0 ? (closed ? from > to : from >= to) : (closed ? from < to : from <= to)
        if isEmpty { return 0 }
        let (distance, overflow) =
            step > 0 ? to.subtractingReportingOverflow(from) : from.subtractingReportingOverflow(to)
        guard !overflow, step != .min else { return nil }
        let length = closed ? distance : distance - 1
        return length / abs(step) + 1
    }
}

extension HostInteger {
    package static func + (a: HostInteger, b: HostInteger) -> HostInteger { fold(.add, a, b) }
    package static func - (a: HostInteger, b: HostInteger) -> HostInteger { fold(.subtract, a, b) }
    package static func * (a: HostInteger, b: HostInteger) -> HostInteger { fold(.multiply, a, b) }
    package static func / (a: HostInteger, b: HostInteger) -> HostInteger { fold(.divide, a, b) }

    /// The smaller of two.
    package static func min(_ a: HostInteger, _ b: HostInteger) -> HostInteger { fold(.min, a, b) }

    /// The operation, done at once on constants.
    package static func fold(
        _ function: IntegerFunction, _ a: HostInteger, _ b: HostInteger
    ) -> HostInteger {
        if case .constant(let x) = a, case .constant(let y) = b, let value = function.value(x, y) {
            return .constant(value)
        }
        if b == .constant(0), function == .add || function == .subtract { return a }
        if b == .constant(1), function == .multiply || function == .divide { return a }
        if a == .constant(1), function == .multiply { return b }
        return .binary(function, a, b)
    }

    /// Whether the value changes from turn to turn of a loop on the host.
    var dependsOnTurns: Bool {
        switch self {
        case .constant, .argument, .size: false
        case .index: true
        case .unary(_, let a): a.dependsOnTurns
        case .binary(_, let a, let b): a.dependsOnTurns || b.dependsOnTurns
        case .turns(let start, let end, let step, _): [start, end, step].contains(where: \.dependsOnTurns)
        case .chosen(let condition, let a, _):
            a.dependsOnTurns || condition.integers.contains(where: \.dependsOnTurns)
        }
    }

    /// Whether this may make no sense, as the number of something, for some arguments.
    var mayFail: Bool {
        switch self {
        case .constant, .argument, .size, .index, .chosen: false
        case .unary(_, let a): a.mayFail
        case .binary(.divide, let a, .constant(let b)), .binary(.remainder, let a, .constant(let b)):
            b == 0 || a.mayFail
        case .binary(.divide, _, _), .binary(.remainder, _, _): true
        case .binary(_, let a, let b): a.mayFail || b.mayFail
        case .turns(let start, let end, let step, _):
            start.mayFail || end.mayFail || step.mayFail || (step.constant ?? 0) == 0
        }
    }

    private var constant: Int? { if case .constant(let value) = self { value } else { nil } }

    /// The formula; `name` gives the names of parameters.
    func text(_ name: (Int) -> String) -> String {
        switch self {
        case .constant(let value): return "\(value)"
        case .argument(let position): return name(position)
        case .size(let position, let axis): return "\(name(position)).\(axis)"
        case .index(let number): return "turn\(number)"
        case .unary(let function, let a): return "\(function.name)(\(a.text(name)))"
        case .binary(let function, let a, let b):
            let (x, y) = (a.text(name), b.text(name))
            return function.name.first?.isLetter == true
                ? "\(function.name)(\(x), \(y))" : "(\(x) \(function.name) \(y))"
        case .turns(.constant(0), let end, .constant(1), let closed):
            return closed ? "(\(end.text(name)) + 1)" : end.text(name)
        case .turns(let start, let end, let step, let closed):
            let by = step == .constant(1) ? "" : ", by: \(step.text(name))"
            return "count(\(start.text(name))\(closed ? "..." : "..<")\(end.text(name))\(by))"
        case .chosen(let condition, let a, let other):
            return "(\(condition.text(name)) ? \(a.text(name)) : \(other))"
        }
    }
}

/// A condition that is known before a kernel is launched.
package indirect enum HostCondition: Hashable, Sendable {
    case compare(Relation, HostInteger, HostInteger)
    case not(HostCondition)
    case and(HostCondition, HostCondition)
    case or(HostCondition, HostCondition)

    /// Whether it holds; nil if an integer in it makes no sense.
    func holds(_ values: HostInteger.Values) -> Bool? {
        switch self {
        case .compare(let relation, let a, let b):
            guard let x = a.value(values), let y = b.value(values) else { return nil }
            return relation.holds(x, y)
        case .not(let a): return a.holds(values).map { !$0 }
        case .and(let a, let b): return a.holds(values).flatMap { $0 ? b.holds(values) : false }
        case .or(let a, let b): return a.holds(values).flatMap { $0 ? true : b.holds(values) }
        }
    }

    fileprivate var integers: [HostInteger] {
        switch self {
        case .compare(_, let a, let b): [a, b]
        case .not(let a): a.integers
        case .and(let a, let b), .or(let a, let b): a.integers + b.integers
        }
    }

    fileprivate func text(_ name: (Int) -> String) -> String {
        switch self {
        case .compare(let relation, let a, let b):
            "\(a.text(name)) \(relation.symbol) \(b.text(name))"
        case .not(let a): "!(\(a.text(name)))"
        case .and(let a, let b): "(\(a.text(name)) && \(b.text(name)))"
        case .or(let a, let b): "(\(a.text(name)) || \(b.text(name)))"
        }
    }
}
