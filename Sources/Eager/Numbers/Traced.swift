import ReversibleCore

/// A number that notes how it depends on the numbers that a derivative is taken in.
///
/// ``valueAndGrad(at:fileID:line:column:_:)-(Double,_,_,_,_)`` and its like give them to a closure, which computes with them as with
/// any number. Every operation adds one note to a flat record: its two operands and the partial derivatives in them, by the
/// language's own rules. Operations on constants add none.
///
/// Derivatives nest: a number of an outer derivative is a constant of an inner one, and what the inner one finds goes on to
/// depend on it. A number that is used after the closure it was made for has returned is an error.
public struct Traced: EagerReal {
    /// The value alone.
    public let primal: Double
    /// The number of the note in ``run``; 0 for what depends on nothing there.
    let node: Int32
    /// The innermost derivative that the number takes part in.
    let run: TraceRun?
    /// What the number is to the derivatives around ``run``; nil if it is a constant there.
    let outer: OuterNumber?

    /// The constant `value`.
    public init(_ value: Double) { self.init(value, 0, of: nil, outer: nil) }

    init(_ value: Double, _ node: Int32, of run: TraceRun?, outer: OuterNumber?) {
        (primal, self.node, self.run, self.outer) = (value, node, run, outer)
    }

    /// The number as derivatives around a run see it, which may be its own run.
    func lowered(below run: TraceRun) -> Traced {
        guard self.run === run else { return self }
        return outer?.number ?? Traced(primal)
    }

    /// Whether it depends on nothing, as far as anybody knows.
    var isConstant: Bool { run == nil }
}

/// A number of outer derivatives, for one of an inner derivative to refer to.
final class OuterNumber: Sendable {
    let number: Traced

    /// Nil for a constant, which needs no memory.
    init?(_ number: Traced) {
        if number.isConstant { return nil }
        self.number = number
    }
}

extension Traced {
    /// `function(x)`, with its derivative noted.
    public static func evaluate(_ function: ElementaryFunction, _ x: Traced) -> Traced {
        guard let run = x.run else { return Traced(Double.evaluate(function, x.primal)) }
        guard x.outer != nil else {
            let value = Double.evaluate(function, x.primal)
            return run.noting(value, x.node, function.derivative(at: x.primal, value: value), 0, 0)
        }
        let lower = x.lowered(below: run)
        let value = evaluate(function, lower)
        return run.noting(value, x.node, function.derivative(at: lower, value: value), 0, 0)
    }

    /// `function(x, y)`, with its partial derivatives noted.
    public static func evaluate(_ function: ElementaryFunction, _ x: Traced, _ y: Traced) -> Traced {
        guard let run = innermost(x, y) else { return Traced(Double.evaluate(function, x.primal, y.primal)) }
        let (lowerX, lowerY) = (x.lowered(below: run), y.lowered(below: run))
        guard lowerX.isConstant, lowerY.isConstant else {
            let value = evaluate(function, lowerX, lowerY)
            let (p, q) = slopes(
                function, lowerX, lowerY, value, first: x.run === run, second: y.run === run)
            return run.noting(value, x.node(in: run), p, y.node(in: run), q)
        }
        let value = Double.evaluate(function, x.primal, y.primal)
        let (p, q) = slopes(
            function, x.primal, y.primal, value, first: x.run === run, second: y.run === run)
        return run.noting(value, x.node(in: run), p, y.node(in: run), q)
    }

    /// `chosen` where `a relation b` holds between the values, otherwise `other`; a NaN chooses `other`.
    public static func select(
        _ a: Traced, _ relation: Relation, _ b: Traced, then chosen: Traced, else other: Traced
    ) -> Traced {
        relation.holdsBetweenNumbers(a.primal, b.primal) ? chosen : other
    }

    /// Whether `a relation b` holds between the values.
    public static func decide(_ a: Traced, _ relation: Relation, _ b: Traced) -> Bool {
        relation.holds(a.primal, b.primal)
    }

    /// The partial derivatives that are needed; 0 for the others.
    private static func slopes<T: RealAlgebra>(
        _ function: ElementaryFunction, _ x: T, _ y: T, _ value: T, first: Bool, second: Bool
    ) -> (T, T) {
        (
            first ? function.partialX(at: x, y, value: value) : T(constant: 0),
            second ? function.partialY(at: x, y, value: value) : T(constant: 0)
        )
    }

    private func node(in run: TraceRun) -> Int32 { self.run === run ? node : 0 }

    /// The innermost of the derivatives that two numbers take part in.
    private static func innermost(_ x: Traced, _ y: Traced) -> TraceRun? {
        guard let first = x.run else { return y.run }
        guard let second = y.run, second !== first else { return first }
        // Of one level are two only if one is over, or belongs to another thread.
        if first.isOver || second.isOver || first.level == second.level {
            let here = TraceRun.current
            here?.refuse(first.isOver ? first : second.isOver || first === here ? second : first)
        }
        return first.level > second.level ? first : second
    }
}

extension Traced: CustomStringConvertible {
    /// The value.
    public var description: String { "\(primal)" }
}
