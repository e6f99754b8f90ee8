import AD

/// Which modes of differentiation are nested: the outer one differentiates a program that contains the inner one.
struct Nesting: Sendable {
    enum Mode: String, CaseIterable, Sendable {
        case forward = "f"
        case reverse = "r"
    }

    let outer: Mode
    let inner: Mode

    /// The suite's name: ff, fr, rf or rr.
    var name: String { outer.rawValue + inner.rawValue }

    static let all = Mode.allCases.flatMap { outer in
        Mode.allCases.map { Nesting(outer: outer, inner: $0) }
    }
}

/// A point in the plane.
struct Point: Argument {
    var x: Scalar
    var y: Scalar

    struct Value: ArgumentValue {
        var x: Double
        var y: Double
    }
}

extension Nesting.Mode {
    /// The gradient of a function of a point, as a program: slope += ∇f(x).
    ///
    /// - Parameter f: Adds f(x) to its first argument; the last argument is a parameter.
    func gradient(
        of f: ReversibleFunction<Scalar, Point, Point>
    ) -> ReversibleFunction<Point, Point, Point> {
        switch self {
        case .forward:
            let push = tangent(f)
            return ReversibleFunction("slope", parameters: ["slope", "x", "p"]) {
                (slope: Point, x: Point, p: Point) in
                for axis in [\Point.x, \Point.y] {
                    derivative(push, along: axis, slope, x, p)
                }
            }
        case .reverse:
            let pull = adjoint(f)
            return ReversibleFunction("slope", parameters: ["slope", "x", "p"]) {
                (slope: Point, x: Point, p: Point) in
                let value = GVar(Scalar.ancilla("value"), gradient: Scalar.ancilla("seed"))
                let (inX, inP) = (Point.ancilla("inX"), Point.ancilla("inP"))
                Compute {
                    value.gradient += 1
                    // The adjoint undoes a value from 0 on: no derivative depends on it.
                    pull(value, GVar(x, gradient: inX), GVar(p, gradient: inP))
                } apply: {
                    slope.x += inX.x
                    slope.y += inX.y
                }
            }
        }
    }

    /// The derivative along one axis.
    @Reversible
    private func derivative(
        _ push: ReversibleFunction<DualVar<Scalar>, DualVar<Point>, DualVar<Point>>,
        along axis: KeyPath<Point, Scalar>, _ slope: Point, _ x: Point, _ p: Point
    ) -> Statement {
        let value = DualVar(Scalar.ancilla("value"), tangent: Scalar.ancilla("change"))
        let (direction, rest) = (Point.ancilla("direction"), Point.ancilla("rest"))
        Compute {
            direction[keyPath: axis] += 1
            push(value, DualVar(x, tangent: direction), DualVar(p, tangent: rest))
        } apply: {
            slope[keyPath: axis] += value.tangent
        }
    }
}
