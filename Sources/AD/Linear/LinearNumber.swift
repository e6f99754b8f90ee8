import ReversibleCore

/// A number that notes how it depends on the arguments: its value, and which combination of others its derivative is.
///
/// The interpreter runs a program on it as on any number, so that whatever the program does is linearized at the point.
struct LinearNumber: ReversibleNumber {
    let value: Double
    /// Its number among those of the run; 0 for what depends on no argument.
    let node: Int32
    // Who keeps the run, which outlives it; numbers are plain memory, and hold no references.
    private let run: Unmanaged<LinearRun>?

    init(constant value: Double) { (self.value, node, run) = (value, 0, nil) }

    init(_ value: Double, node: Int32, of run: LinearRun) {
        (self.value, self.node, self.run) = (value, node, Unmanaged.passUnretained(run))
    }

    private init(_ value: Double, _ node: Int32, _ run: Unmanaged<LinearRun>?) {
        (self.value, self.node, self.run) = (value, node, run)
    }

    var primal: Double { value }
    var isZero: Bool { value == 0 && node == 0 }

    /// A number whose derivative is a multiple of this one's.
    private func becoming(_ value: Double, by coefficient: @autoclosure () -> Double) -> LinearNumber {
        guard node != 0, let run else { return LinearNumber(constant: value) }
        let made = run._withUnsafeGuaranteedRef { $0.note(node, coefficient()) }
        return LinearNumber(value, made, run)
    }

    /// A number whose derivative is a combination of two.
    private static func combining(
        _ value: Double, _ a: LinearNumber, _ x: @autoclosure () -> Double, _ b: LinearNumber,
        _ y: @autoclosure () -> Double
    ) -> LinearNumber {
        if b.node == 0 { return a.becoming(value, by: x()) }
        if a.node == 0 { return b.becoming(value, by: y()) }
        guard let run = a.run else { return LinearNumber(constant: value) }
        let made = run._withUnsafeGuaranteedRef { run in
            a.node == b.node
                ? run.note(a.node, x() + y()) : run.note(a.node, x(), b.node, y())
        }
        return LinearNumber(value, made, run)
    }
}

extension LinearNumber {
    static func sum(_ a: LinearNumber, _ b: LinearNumber) -> LinearNumber {
        combining(a.value + b.value, a, 1, b, 1)
    }

    static func difference(_ a: LinearNumber, _ b: LinearNumber) -> LinearNumber {
        combining(a.value - b.value, a, 1, b, -1)
    }

    static func product(_ a: LinearNumber, _ b: LinearNumber) -> LinearNumber {
        combining(a.value * b.value, a, b.value, b, a.value)
    }

    static func quotient(_ a: LinearNumber, _ b: LinearNumber) -> LinearNumber {
        let quotient = a.value / b.value
        return combining(quotient, a, 1 / b.value, b, -quotient / b.value)
    }

    static func negative(_ a: LinearNumber) -> LinearNumber { a.becoming(-a.value, by: -1) }

    static func evaluate(_ function: ElementaryFunction, _ x: LinearNumber) -> LinearNumber {
        let value = Double.evaluate(function, x.value)
        return x.becoming(value, by: function.derivative(at: x.value, value: value))
    }

    static func evaluate(_ function: ElementaryFunction, _ x: LinearNumber, _ y: LinearNumber) -> LinearNumber
    {
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

    static func select(
        _ a: LinearNumber, _ relation: Relation, _ b: LinearNumber, then chosen: LinearNumber,
        else other: LinearNumber
    ) -> LinearNumber {
        relation.holdsBetweenNumbers(a.value, b.value) ? chosen : other
    }

    func scaled(by factor: LinearNumber) -> LinearNumber? {
        value.scaled(by: factor.value) == nil ? nil : .product(self, factor)
    }

    func unscaled(by factor: LinearNumber) -> LinearNumber? {
        value.unscaled(by: factor.value) == nil ? nil : .quotient(self, factor)
    }

    static func holds(_ a: LinearNumber, _ relation: Relation, _ b: LinearNumber) -> Bool? {
        Double.holds(a.value, relation, b.value)
    }
}

/// What a run on ``LinearNumber``s notes: of every number, the numbers that its derivative is a combination of.
///
/// Only the run itself writes to it, one instruction after the other, and nobody else knows of it until the run has ended.
final class LinearRun: @unchecked Sendable {
    /// Where the terms of each number begin; numbers count from 1, arguments first.
    private(set) var starts: [Int32] = [0, 0]
    private(set) var sources: [Int32] = []
    private(set) var coefficients: [Double] = []
    /// No more terms than this are kept.
    private let limit: Int
    private(set) var isFull = false

    init(limit: Int) { self.limit = min(limit, Int(Int32.max) - 2) }

    /// The number of numbers so far.
    var count: Int { starts.count - 2 }

    /// A number more, which depends on nothing that was before: an argument.
    func argument() -> Int32 { finish() }

    /// A number whose derivative is a multiple of another's.
    func note(_ source: Int32, _ coefficient: Double) -> Int32 {
        guard hasRoom(for: 1) else { return 0 }
        sources.append(source)
        coefficients.append(coefficient)
        return finish()
    }

    /// A number whose derivative is a combination of two others'. Every operation notes one: no list is made for it.
    func note(_ first: Int32, _ a: Double, _ second: Int32, _ b: Double) -> Int32 {
        guard hasRoom(for: 2) else { return 0 }
        sources.append(first)
        sources.append(second)
        coefficients.append(a)
        coefficients.append(b)
        return finish()
    }

    private func hasRoom(for terms: Int) -> Bool {
        if sources.count + terms > limit { isFull = true }
        return !isFull
    }

    /// The number whose terms were noted last.
    private func finish() -> Int32 {
        starts.append(Int32(sources.count))
        return Int32(starts.count - 2)
    }
}
