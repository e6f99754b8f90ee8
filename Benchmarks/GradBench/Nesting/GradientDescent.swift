import AD
import BenchmarkSupport

/// The suite's gradient descent.
///
/// The rate is doubled after ten steps that went down, and halved after one that did not. It ends where the
/// gradient, or a step, is no longer than 10⁻⁵.
enum GradientDescent {
    static let tolerance = 1e-5
    static let rate = 1e-5
    static let patience = 10
    /// A descent that is not done after so many values of the function is given up.
    static let limit = 10_000

    /// The point at which the descent from `start` ends.
    static func argmin(
        from start: [Double], _ value: ([Double]) throws -> Double, gradient: ([Double]) throws -> [Double]
    ) throws -> [Double] {
        var (x, rate, steps, values) = (start, rate, 0, 0)
        var (height, slope) = (try value(x), try gradient(x))
        while norm(slope) > tolerance {
            if steps == patience {
                rate *= 2
                steps = 0
                continue
            }
            let next = zip(x, slope).map { $0 - rate * $1 }
            if norm(zip(x, next).map { $0 - $1 }) <= tolerance { return x }
            values += 1
            try require(values <= limit, "the descent from \(start) is not done after \(limit) steps")
            let nextHeight = try value(next)
            if nextHeight < height {
                (x, height, slope) = (next, nextHeight, try gradient(next))
                steps += 1
            } else {
                rate /= 2
                steps = 0
            }
        }
        return x
    }

    private static func norm(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    /// The value at the end of the descent, as a program that can itself be differentiated: out += min f.
    ///
    /// What a step overwrites goes on a stack: the old value and gradient, and what the step did.
    ///
    /// - Parameters:
    ///   - f: Adds f(x) to its first argument; the last argument is a parameter.
    ///   - inner: The mode that finds the gradient of f.
    static func minimum(
        of f: ReversibleFunction<Scalar, Point, Point>, _ inner: Nesting.Mode
    ) -> ReversibleFunction<Scalar, Point, Point> {
        let gradient = inner.gradient(of: f)
        return ReversibleFunction("minimum", parameters: ["out", "start", "p"]) {
            (out: Scalar, start: Point, p: Point) in
            let x = Point.ancilla("x")
            let value = Scalar.ancilla("value")
            let slope = Point.ancilla("slope")
            let rate = Scalar.ancilla("rate")
            let (steps, running) = (Integer.ancilla("steps"), Integer.ancilla("running"))
            let past = Stack.ancilla("past")
            Compute {
                x.x += start.x
                x.y += start.y
                rate += GradientDescent.rate
                f(value, x, p)
                gradient(slope, x, p)
                If(isLong(slope)) { running += 1 }
                While(running > 0) {
                    let action = Integer.ancilla("action")
                    choose(action, f, x, value, slope, rate, steps, p)
                    If(action == double) {
                        rate *= 2
                        steps -= patience
                    }
                    If(action == accept) {
                        x.x -= rate * slope.x
                        x.y -= rate * slope.y
                        PUSH(value, on: past)
                        PUSH(slope.x, on: past)
                        PUSH(slope.y, on: past)
                        f(value, x, p)
                        gradient(slope, x, p)
                        steps += 1
                        If(!isLong(slope)) { running -= 1 }
                    }
                    If(action == halve) {
                        rate /= 2
                        PUSH(steps, on: past)
                    }
                    If(action == stop) { running -= 1 }
                    PUSH(action, on: past)
                }
            } apply: {
                out += value
            }
        }
    }

    // What a turn does.
    private static let (double, accept, halve, stop) = (1, 2, 3, 4)

    private static func isLong(_ v: Point) -> Condition { v.x * v.x + v.y * v.y > tolerance * tolerance }

    /// Decides what the turn does, by the value one step further.
    @Reversible
    private static func choose(
        _ action: Integer, _ f: ReversibleFunction<Scalar, Point, Point>, _ x: Point, _ value: Scalar,
        _ slope: Point, _ rate: Scalar, _ steps: Integer, _ p: Point
    ) -> Statement {
        let (step, next) = (Point.ancilla("step"), Point.ancilla("next"))
        let nextValue = Scalar.ancilla("nextValue")
        Compute {
            step.x += rate * slope.x
            step.y += rate * slope.y
            next.x += x.x - step.x
            next.y += x.y - step.y
            f(nextValue, next, p)
        } apply: {
            action += select(
                steps == patience, double,
                select(isLong(step), select(nextValue < value, accept, halve), stop))
        }
    }
}
