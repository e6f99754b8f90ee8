import AD

// The reversible solver of McCallum & Foster, Efficient, Accurate and Stable Gradients for Neural ODEs (2024).
extension Integrators {
    /// Steps of any one-step method, made reversible by a second state that is coupled to the first.
    ///
    /// A step of the method, x ← x + Ψ_h(x), has no inverse that could be written down. Two copies y and z of the state
    /// have one, since each changes by what the other says (McCallum & Foster, *Efficient, Accurate and Stable
    /// Gradients for Neural ODEs*, arXiv:2410.11648):
    ///
    ///     y ← λ y + (1 − λ) z + Ψ_h(z)
    ///     z ← z − Ψ_{−h}(y)
    ///
    /// Both are of the order of the method. No state is kept, however many steps there are. A step takes two of the
    /// method's, and so does undoing it.
    ///
    /// Arguments of the result:
    /// - y: the state, a vector of n numbers, in the units of the system; the solution afterwards.
    /// - z: n numbers, equal to y before the first step; a second solution afterwards. To go on from there, or back, hand
    ///   over both.
    /// - h: the step size, in units of time; less than 0 goes back in time. It must be finite and not 0.
    /// - steps: how many steps; at least 0.
    ///
    /// Where a mode of the system dies out with the rate k, y and z stay together only while h k < 1 − λ; otherwise their
    /// difference grows by about h k − (1 − λ) of its size a step. Undoing n steps multiplies rounding errors in the
    /// difference by up to λ⁻ⁿ. <doc:ReversibleIntegrators> shows both.
    ///
    /// Errors of the run are of the type `ReversibilityError`: `lengthMismatch` for y and z of different lengths,
    /// `invalidArgument` for numbers that are not finite and a negative number of steps, `zeroFactor` for h = 0. A coupling
    /// out of range stops the process with a sentence, like any program that is made wrong.
    ///
    /// - Parameters:
    ///   - step: `step(end, start, h)` adds the state after one step of size h from `start` to `end`, whatever that
    ///     holds; `rungeKutta4(of:)` gives such a step. It must be right for h < 0 too.
    ///   - coupling: λ, above 0 and at most 1. Near 1 undoing loses least; smaller values allow damping.
    public static func coupled(
        _ step: ReversibleFunction<Vector, Vector, Scalar>, coupling: Double = 0.999
    ) -> ReversibleFunction<Vector, Vector, Scalar, Integer> {
        ReversibleFunction("coupled", parameters: ["y", "z", "h", "steps"]) {
            (y: Vector, z: Vector, h: Scalar, steps: Integer) in
            requireCoupling(coupling)
            For(0..<steps) { _ in
                coupledStep(y, z, h, coupling) { end, start, h in
                    step(end, start, h)
                } undone: { end, start, h in
                    (~step)(end, start, h)
                }
            }
        }
        .requiring { y, z, h, steps in coupledRequirements(y, z, h, steps) }
    }

    /// Steps of any one-step method with parameters, made reversible by a second state that is coupled to the first.
    ///
    /// Arguments of the result: y, z, h, the number of steps, as without parameters, and the parameters. Errors are
    /// the same.
    ///
    /// - Parameters:
    ///   - step: `step(end, start, h, p)` adds the state after one step of size h from `start` to `end`.
    ///   - coupling: λ, above 0 and at most 1.
    public static func coupled<P: Argument>(
        _ step: ReversibleFunction<Vector, Vector, Scalar, P>, coupling: Double = 0.999
    ) -> ReversibleFunction<Vector, Vector, Scalar, Integer, P> {
        ReversibleFunction("coupled", parameters: ["y", "z", "h", "steps", "p"]) {
            (y: Vector, z: Vector, h: Scalar, steps: Integer, parameters: P) in
            requireCoupling(coupling)
            For(0..<steps) { _ in
                coupledStep(y, z, h, coupling) { end, start, h in
                    step(end, start, h, parameters)
                } undone: { end, start, h in
                    (~step)(end, start, h, parameters)
                }
            }
        }
        .requiring { y, z, h, steps, _ in coupledRequirements(y, z, h, steps) }
    }

    private static func coupledRequirements(
        _ y: Vector, _ z: Vector, _ h: Scalar, _ steps: Integer
    ) -> [ArgumentRequirement] {
        [
            .equal(.elements(y), .elements(z)), countRequirement(steps, of: y), .number(h, .nonzero),
            .elements(y, .finite), .elements(z, .finite),
            .outcome(
                "the two coupled states do not stay finite; a smaller `h`, or a smaller coupling, may help"),
        ]
    }

    /// A loop over a negative number of turns does nothing, which nobody means.
    static func countRequirement(_ steps: Integer, of x: Vector) -> ArgumentRequirement {
        .atLeast(0, .count(steps, of: x, "step to take", "steps to take"))
    }

    /// Says what is wrong with a coupling; no statement for one that can be undone.
    static func requireCoupling(_ coupling: Double) -> Statement {
        coupling > 0 && coupling <= 1
            ? .empty
            : Statement(.misuse("the coupling is \(coupling); it must be above 0 and at most 1"))
    }

    /// One step of both states: y by the method from z, z by the method from y, backward in time.
    @Reversible
    static func coupledStep(
        _ y: Vector, _ z: Vector, _ h: Scalar, _ coupling: Double,
        _ step: (_ end: Vector, _ start: Vector, _ h: Scalar) -> Statement,
        undone undoneStep: @escaping (_ end: Vector, _ start: Vector, _ h: Scalar) -> Statement
    ) -> Statement {
        let back = Scalar.ancilla("back")
        if coupling < 1 {
            y *= coupling
            y += (1 - coupling) * z
        }
        // The step adds the state after it; less the state before, that is Ψ, and nothing is computed only to be undone.
        step(y, z, h)
        y -= z
        Compute {
            back -= h
        } apply: {
            undoneStep(z, y, back)
            z += y
        }
    }
}
