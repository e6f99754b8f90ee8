/// A number that notes how it depends on the arguments: its value, and its derivative as a multiple of a noted one.
///
/// The interpreter runs a program on it as on any number, so that whatever the program does is linearized at the point. What
/// depends on one number only is a multiple of its derivative, and costs no note: a chain of functions is one slope.
///
/// It stands beside the interpreter, which is compiled for it.
package struct LinearNumber: ReversibleNumber {
    package let value: Double
    /// The derivative is this multiple of that of the number ``node``.
    private let slope: Double
    /// The number among those of the run; 0 for what depends on no argument.
    private let node: Int32
    // Who keeps the run, which outlives it; numbers are plain memory, and hold no references.
    private let run: Unmanaged<LinearRun>?

    package init(constant value: Double) { self.init(value, 0, 0, nil) }

    /// An argument that moves.
    package init(argument value: Double, of run: LinearRun) {
        self.init(value, 1, run.note(0, 0, 0, 0), .passUnretained(run))
    }

    private init(_ value: Double, _ slope: Double, _ node: Int32, _ run: Unmanaged<LinearRun>?) {
        (self.value, self.slope, self.node, self.run) = (value, slope, node, run)
    }

    package var primal: Double { value }
    package var isZero: Bool { value == 0 && node == 0 }

    /// The number of the run whose derivative is this one's; 0 if it depends on nothing.
    package var noted: Int32 {
        guard node != 0, slope != 1, let run else { return node }
        return run._withUnsafeGuaranteedRef { $0.note(node, slope, 0, 0) }
    }

    /// A number whose derivative is a multiple of this one's.
    @inline(__always)
    private func becoming(_ value: Double, by coefficient: @autoclosure () -> Double) -> LinearNumber {
        if node == 0 { return LinearNumber(constant: value) }
        return LinearNumber(value, LinearRun.product(coefficient(), slope), node, run)
    }

    /// A number whose derivative is a combination of two.
    @inline(__always)
    private static func combining(
        _ value: Double, _ a: LinearNumber, _ x: @autoclosure () -> Double, _ b: LinearNumber,
        _ y: @autoclosure () -> Double
    ) -> LinearNumber {
        if b.node == 0 { return a.becoming(value, by: x()) }
        if a.node == 0 { return b.becoming(value, by: y()) }
        let (first, second) = (LinearRun.product(x(), a.slope), LinearRun.product(y(), b.slope))
        if a.node == b.node { return LinearNumber(value, first + second, a.node, a.run) }
        guard let run = a.run else { return LinearNumber(constant: value) }
        let made = run._withUnsafeGuaranteedRef { $0.note(a.node, first, b.node, second) }
        return LinearNumber(value, 1, made, run)
    }
}

extension LinearNumber {
    package static func sum(_ a: LinearNumber, _ b: LinearNumber) -> LinearNumber {
        combining(a.value + b.value, a, 1, b, 1)
    }

    package static func difference(_ a: LinearNumber, _ b: LinearNumber) -> LinearNumber {
        combining(a.value - b.value, a, 1, b, -1)
    }

    package static func product(_ a: LinearNumber, _ b: LinearNumber) -> LinearNumber {
        combining(a.value * b.value, a, b.value, b, a.value)
    }

    package static func quotient(_ a: LinearNumber, _ b: LinearNumber) -> LinearNumber {
        let quotient = a.value / b.value
        return combining(quotient, a, 1 / b.value, b, -quotient / b.value)
    }

    package static func negative(_ a: LinearNumber) -> LinearNumber { a.becoming(-a.value, by: -1) }

    package static func evaluate(_ function: ElementaryFunction, _ x: LinearNumber) -> LinearNumber {
        let value = Double.evaluate(function, x.value)
        return x.becoming(value, by: function.derivative(at: x.value, value: value))
    }

    package static func evaluate(
        _ function: ElementaryFunction, _ x: LinearNumber, _ y: LinearNumber
    ) -> LinearNumber {
        switch function {
        case .add: return sum(x, y)
        case .subtract: return difference(x, y)
        case .multiply: return product(x, y)
        case .divide: return quotient(x, y)
        default: break
        }
        let value = Double.evaluate(function, x.value, y.value)
        return combining(
            value, x, function.partialX(at: x.value, y.value, value: value), y,
            function.partialY(at: x.value, y.value, value: value))
    }

    package static func select(
        _ a: LinearNumber, _ relation: Relation, _ b: LinearNumber, then chosen: LinearNumber,
        else other: LinearNumber
    ) -> LinearNumber {
        relation.holdsBetweenNumbers(a.value, b.value) ? chosen : other
    }

    package func scaled(by factor: LinearNumber) -> LinearNumber? {
        value.scaled(by: factor.value) == nil ? nil : .product(self, factor)
    }

    package func unscaled(by factor: LinearNumber) -> LinearNumber? {
        value.unscaled(by: factor.value) == nil ? nil : .quotient(self, factor)
    }

    package static func holds(_ a: LinearNumber, _ relation: Relation, _ b: LinearNumber) -> Bool? {
        Double.holds(a.value, relation, b.value)
    }
}

/// What a run on ``LinearNumber``s notes: of every number, the two numbers that its derivative is a combination of.
///
/// Only the run itself writes to it, one instruction after the other, and nobody else knows of it until the run has ended.
package final class LinearRun: @unchecked Sendable {
    /// A number of the run as `first · a + second · b`; a term that is not there has the number 0.
    package struct Note {
        package let first: Int32
        package let second: Int32
        package let a: Double
        package let b: Double

        package init(first: Int32, second: Int32, a: Double, b: Double) {
            (self.first, self.second, self.a, self.b) = (first, second, a, b)
        }
    }

    /// The numbers count from 1, arguments first.
    package private(set) var notes = [Note(first: 0, second: 0, a: 0, b: 0)]
    /// No more notes than this are kept.
    private let limit: Int
    package private(set) var isFull = false

    /// - Parameter limit: How many partial derivatives may be kept.
    package init(limit: Int) { self.limit = min(limit / 2, Int(Int32.max) - 2) }

    /// Notes a number more, and gives its number.
    fileprivate func note(_ first: Int32, _ a: Double, _ second: Int32, _ b: Double) -> Int32 {
        guard notes.count <= limit || first == 0 else {
            isFull = true
            return 0
        }
        notes.append(Note(first: first, second: second, a: a, b: b))
        return Int32(notes.count - 1)
    }

    /// A coefficient times a number, 0 if one of them is: as for duals, what does not move stays where a slope is
    /// infinite.
    @inline(__always)
    package static func product(_ coefficient: Double, _ number: Double) -> Double {
        coefficient == 0 || number == 0 ? 0 : coefficient * number
    }
}
