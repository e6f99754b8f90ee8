import AD

extension Integrators {
    /// Steps of any one-step method over a given time, coupled as those of `coupled`, of sizes that follow an estimate of
    /// the error.
    ///
    /// A size is the duration halved a number of times. A step is halved until the estimate of its error, the
    /// difference between one step and two of half the size divided by 2ᵖ − 1 (Hairer, Nørsett & Wanner, *Solving
    /// Ordinary Differential Equations I*, §II.4), is at most the tolerance; the next one begins with twice the size, if
    /// that leads to a multiple of it. Sizes and estimates are kept on two stacks, where the inverse finds them, so
    /// that undoing decides nothing anew. Sizes are integers, so that derivatives are those of the steps that were
    /// made, at fixed sizes.
    ///
    /// Arguments of the result:
    /// - y: the state, a vector of n numbers; the solution at the end afterwards.
    /// - z: n numbers, equal to y before; a second solution afterwards.
    /// - duration: the time to go, in units of time; less than 0 goes back. It must be finite and not 0.
    /// - sizes: a stack, empty before, that gets one number for each step: its size in units of
    ///   duration / 2^`halvings.upperBound`. They add up to 2^`halvings.upperBound`.
    /// - estimates: a stack, empty before, that gets the estimate of every step that was tried, as a Euclidean norm in
    ///   the units of the state. The step was taken if it is at most the tolerance.
    ///
    /// A step that is tried takes three steps of the method, one that is made two more. Memory is that of the stacks.
    ///
    /// Errors of the run are of the type `ReversibilityError`: `lengthMismatch` for y and z of different lengths,
    /// `zeroFactor` for a duration of 0, `assertion` where the smallest step is too large for the tolerance (code
    /// without checks takes the smallest step then), `invalidArgument` for numbers that are not finite. An order, a
    /// tolerance, a coupling or halvings out of range stop the process with a sentence, like any program that is made wrong.
    ///
    /// - Parameters:
    ///   - step: `step(end, start, h)` adds the state after one step of size h from `start` to `end`, whatever
    ///     that holds.
    ///   - order: The order p of the method, from 1 to 30.
    ///   - tolerance: The largest error of one step, above 0, in the units of the state.
    ///   - halvings: How often the duration is halved at least, for the largest step, and at most, for the smallest; from
    ///     0 to 40.
    ///   - coupling: λ, above 0 and at most 1.
    public static func adaptive(
        _ step: ReversibleFunction<Vector, Vector, Scalar>, order: Int, tolerance: Double,
        halvings: ClosedRange<Int> = 3...24, coupling: Double = 0.999
    ) -> ReversibleFunction<Vector, Vector, Scalar, Stack, Stack> {
        ReversibleFunction("adaptive", parameters: ["y", "z", "duration", "sizes", "estimates"]) {
            (y: Vector, z: Vector, duration: Scalar, sizes: Stack, estimates: Stack) in
            let control = StepControl(order: order, tolerance: tolerance, halvings: halvings)
            requireCoupling(coupling)
            control.problem.map { Statement(.misuse($0)) } ?? .empty
            adaptiveSteps(y, z, duration, sizes, estimates, control, coupling) { end, start, h in
                step(end, start, h)
            } undone: { end, start, h in
                (~step)(end, start, h)
            }
        }
        .requiring { y, z, duration, _, _ in adaptiveRequirements(y, z, duration) }
    }

    /// Steps of any one-step method with parameters over a given time, coupled, of sizes that follow an estimate of the
    /// error.
    ///
    /// Arguments of the result: y, z, the duration, the two stacks, and the parameters. All else is as without
    /// parameters.
    ///
    /// - Parameters:
    ///   - step: `step(end, start, h, p)` adds the state after one step of size h from `start` to `end`.
    ///   - order: The order of the method.
    ///   - tolerance: The largest error of one step.
    ///   - halvings: How often the duration is halved at least and at most.
    ///   - coupling: λ, above 0 and at most 1.
    public static func adaptive<P: Argument>(
        _ step: ReversibleFunction<Vector, Vector, Scalar, P>, order: Int, tolerance: Double,
        halvings: ClosedRange<Int> = 3...24, coupling: Double = 0.999
    ) -> ReversibleFunction<Vector, Vector, Scalar, Stack, Stack, P> {
        ReversibleFunction(
            "adaptive", parameters: ["y", "z", "duration", "sizes", "estimates", "p"]
        ) {
            (y: Vector, z: Vector, duration: Scalar, sizes: Stack, estimates: Stack, parameters: P) in
            let control = StepControl(order: order, tolerance: tolerance, halvings: halvings)
            requireCoupling(coupling)
            control.problem.map { Statement(.misuse($0)) } ?? .empty
            adaptiveSteps(y, z, duration, sizes, estimates, control, coupling) { end, start, h in
                step(end, start, h, parameters)
            } undone: { end, start, h in
                (~step)(end, start, h, parameters)
            }
        }
        .requiring { y, z, duration, _, _, _ in adaptiveRequirements(y, z, duration) }
    }

    private static func adaptiveRequirements(
        _ y: Vector, _ z: Vector, _ duration: Scalar
    ) -> [ArgumentRequirement] {
        [
            .equal(.elements(y), .elements(z)), .number(duration, .nonzero), .elements(y, .finite),
            .elements(z, .finite),
            .outcome("the state does not stay finite; more `halvings` at least, for smaller steps, may help"),
        ]
    }

    /// How step sizes are chosen; sizes are integers, in units of the smallest one.
    private struct StepControl {
        var order: Int
        var tolerance: Double
        var halvings: ClosedRange<Int>

        /// The whole time.
        var total: Int { 1 << halvings.upperBound }
        /// 2ᵖ − 1.
        var gain: Double { Double(1 << order) - 1 }
        var largest: Int { 1 << (halvings.upperBound - halvings.lowerBound) }

        var problem: String? {
            if !(1...30).contains(order) {
                return "the order of the method is \(order); it must lie within 1...30"
            }
            if !(tolerance > 0 && tolerance.isFinite) {
                return "the tolerance is \(tolerance); it must be above 0 and finite"
            }
            if halvings.lowerBound < 0 || halvings.upperBound > 40 {
                return "the halvings are \(halvings); they must lie within 0...40"
            }
            return nil
        }
    }

    @Reversible
    private static func adaptiveSteps(
        _ y: Vector, _ z: Vector, _ duration: Scalar, _ sizes: Stack, _ estimates: Stack,
        _ control: StepControl, _ coupling: Double,
        _ step: @escaping (_ end: Vector, _ start: Vector, _ h: Scalar) -> Statement,
        undone undoneStep: @escaping (_ end: Vector, _ start: Vector, _ h: Scalar) -> Statement
    ) -> Statement {
        let clock = Integer.ancilla("clock")
        While(clock < control.total, post: clock != 0) {
            let first = Integer.ancilla("first")
            let size = Integer.ancilla("size")
            let estimate = Scalar.ancilla("estimate")
            Compute {
                firstSize(first, clock, sizes, control)
            } apply: {
                // An estimate that is too large before there is one: the body then makes the first, as it makes the others.
                size += 2 * first
                estimate += 2 * control.tolerance
                // What decides here is moved to the stack, so that undoing reads the very same numbers.
                While(estimate > control.tolerance && size > 1, post: size != 2 * first) {
                    let half = Integer.ancilla("half")
                    If(size == 2 * first) {
                        estimate -= 2 * control.tolerance
                    } else: {
                        PUSH(estimate, on: estimates)
                    }
                    half += size / 2
                    size -= half
                    half -= size
                    addEstimate(estimate, z, duration, size, control, step)
                }
            }
            Assert(
                estimate <= control.tolerance, "the smallest step is small enough for the tolerance")
            PUSH(estimate, on: estimates)
            timed(duration, size, control) { h in coupledStep(y, z, h, coupling, step, undone: undoneStep) }
            clock += size
            PUSH(size, on: sizes)
        }
        clock -= control.total
    }

    /// The size to begin with: twice the last one, where that keeps the clock at multiples of the size.
    @Reversible
    private static func firstSize(
        _ first: Integer, _ clock: Integer, _ sizes: Stack, _ control: StepControl
    ) -> Statement {
        If(clock == 0) {
            first += control.largest
        } else: {
            let last = Integer.ancilla("last")
            POP(last, from: sizes)
            first += select(2 * last <= control.largest && clock % (2 * last) == 0, 2 * last, last)
            PUSH(last, on: sizes)
        }
    }

    /// Calls `body` with the time that a size stands for.
    @Reversible
    private static func timed(
        _ duration: Scalar, _ size: Integer, _ control: StepControl, _ body: @escaping (Scalar) -> Statement
    ) -> Statement {
        let h = Scalar.ancilla("h")
        Compute {
            h += duration * size / Double(control.total)
        } apply: {
            body(h)
        }
    }

    /// The error of a step by Richardson's extrapolation: one step against two of half the size.
    @Reversible
    private static func addEstimate(
        _ estimate: Scalar, _ start: Vector, _ duration: Scalar, _ size: Integer, _ control: StepControl,
        _ step: @escaping (_ end: Vector, _ start: Vector, _ h: Scalar) -> Statement
    ) -> Statement {
        let h = Scalar.ancilla("h")
        let half = Scalar.ancilla("half")
        let whole = Vector.ancilla(count: start.count, "whole")
        let middle = Vector.ancilla(count: start.count, "middle")
        let end = Vector.ancilla(count: start.count, "end")
        Compute {
            h += duration * size / Double(control.total)
            half += h / 2
            step(whole, start, h)
            step(middle, start, half)
            step(end, middle, half)
        } apply: {
            estimate += sqrt(sum((whole - end) * (whole - end))) / control.gain
        }
    }
}
