import AD

/// Steps of ordinary differential equations, over user's programs for the right-hand side.
///
/// A step that writes the new state into a fresh place works for every right-hand side. For mechanical systems there
/// are steps in place: each of position and velocity changes by the other alone, so a step is undone by stepping back,
/// and the gradient of any number of steps takes no memory.
public enum Integrators {
    /// One step of the classical Runge–Kutta method of order 4 for y′ = f(y): end += start + h (k₁ + 2 k₂ + 2 k₃ + k₄) / 6.
    ///
    /// Arguments of the step: the state afterwards, which is 0 before; the state before; the step size h. Time, where f
    /// needs it, is one more element of the state, of rate 1. Takes four evaluations of f (Kutta 1901).
    ///
    /// - Parameter field: `field(rate, y)` adds f(y) to `rate`, a vector as long as y.
    public static func rungeKutta4(
        of field: ReversibleFunction<Vector, Vector>
    ) -> ReversibleFunction<Vector, Vector, Scalar> {
        ReversibleFunction("rungeKutta4", parameters: ["end", "start", "h"]) {
            (end: Vector, start: Vector, h: Scalar) in
            rungeKutta4(end, start, h) { rate, y in field(rate, y) }
        }
        .requiring { end, start, h in stepRequirements(end, start, h) }
    }

    /// One step of the classical Runge–Kutta method for y′ = f(y, p) with parameters p.
    ///
    /// Arguments of the step: the state afterwards, which is 0 before; the state before; the step size; the parameters.
    ///
    /// - Parameter field: `field(rate, y, p)` adds f(y, p) to `rate`.
    public static func rungeKutta4<P: Argument>(
        of field: ReversibleFunction<Vector, Vector, P>
    ) -> ReversibleFunction<Vector, Vector, Scalar, P> {
        ReversibleFunction("rungeKutta4", parameters: []) {
            (end: Vector, start: Vector, h: Scalar, parameters: P) in
            rungeKutta4(end, start, h) { rate, y in field(rate, y, parameters) }
        }
        .requiring { end, start, h, _ in stepRequirements(end, start, h) }
    }

    /// All states of steps of the classical Runge–Kutta method for y′ = f(y).
    ///
    /// Arguments: the states, a row for each point in time, of which only the first is not 0 before; the step size.
    ///
    /// - Parameter field: `field(rate, y)` adds f(y) to `rate`.
    public static func rungeKutta4Trajectory(
        of field: ReversibleFunction<Vector, Vector>
    ) -> ReversibleFunction<Matrix, Scalar> {
        ReversibleFunction("trajectory", parameters: ["states", "h"]) { (states: Matrix, h: Scalar) in
            trajectory(states, h) { rate, y in field(rate, y) }
        }
        .requiring { states, h in trajectoryRequirements(states, h) }
    }

    /// All states of steps of the classical Runge–Kutta method for y′ = f(y, p) with parameters p.
    ///
    /// Arguments: the states, a row for each point in time, of which only the first is not 0 before; the step size; the
    /// parameters.
    ///
    /// - Parameter field: `field(rate, y, p)` adds f(y, p) to `rate`.
    public static func rungeKutta4Trajectory<P: Argument>(
        of field: ReversibleFunction<Vector, Vector, P>
    ) -> ReversibleFunction<Matrix, Scalar, P> {
        ReversibleFunction("trajectory", parameters: []) { (states: Matrix, h: Scalar, parameters: P) in
            trajectory(states, h) { rate, y in field(rate, y, parameters) }
        }
        .requiring { states, h, _ in trajectoryRequirements(states, h) }
    }

    private static func stepRequirements(
        _ end: Vector, _ start: Vector, _ h: Scalar
    ) -> [ArgumentRequirement] {
        [
            .equal(.elements(end), .elements(start)), .number(h, .finite), .elements(start, .finite),
            .outcome("the state of the system is not finite after this step; a smaller `h` may help"),
        ]
    }

    private static func trajectoryRequirements(_ states: Matrix, _ h: Scalar) -> [ArgumentRequirement] {
        [
            .number(h, .finite), .elements(states, .finite),
            .outcome("the state of the system does not stay finite; a smaller `h` may help"),
        ]
    }

    @Reversible
    private static func rungeKutta4(
        _ end: Vector, _ start: Vector, _ h: Scalar,
        _ field: @escaping (_ rate: Vector, _ y: Vector) -> Statement
    ) -> Statement {
        let k = (1...4).map { Vector.ancilla(count: start.count, "k\($0)") }
        let y = (2...4).map { Vector.ancilla(count: start.count, "y\($0)") }
        Compute {
            field(k[0], start)
            y[0] += start + 0.5 * h * k[0]
            field(k[1], y[0])
            y[1] += start + 0.5 * h * k[1]
            field(k[2], y[1])
            y[2] += start + h * k[2]
            field(k[3], y[2])
        } apply: {
            end += start + h / 6 * (k[0] + 2 * k[1] + 2 * k[2] + k[3])
        }
    }

    @Reversible
    private static func trajectory(
        _ states: Matrix, _ h: Scalar, _ field: @escaping (_ rate: Vector, _ y: Vector) -> Statement
    ) -> Statement {
        For(1..<states.rows) { step in
            let before = Vector.ancilla(count: states.columns, "before")
            let after = Vector.ancilla(count: states.columns, "after")
            Compute {
                For(before.indices) { i in before[i] += states[step - 1, i] }
                rungeKutta4(after, before, h, field)
            } apply: {
                For(after.indices) { i in states[step, i] += after[i] }
            }
        }
    }
}
