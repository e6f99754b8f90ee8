import AD

// Position x and velocity v with x″ = a(x). Every step is undone to rounding by its inverse and keeps areas in phase
// space (Hairer, Lubich & Wanner, Geometric Numerical Integration, §VI).
extension Integrators {
    /// Steps of the velocity Verlet method, the leapfrog, in place: v += h a(x) / 2, x += h v, v += h a(x) / 2.
    ///
    /// Arguments: x and v; the step size h; the number of steps, at least 0. Of order 2, with one evaluation of a for each
    /// step and one more. The energy stays within O(h²) of its value.
    ///
    /// - Parameter acceleration: `acceleration(a, x)` adds a(x) to a vector as long as x.
    public static func velocityVerlet(
        acceleration: ReversibleFunction<Vector, Vector>
    ) -> ReversibleFunction<Vector, Vector, Scalar, Integer> {
        ReversibleFunction("velocityVerlet", parameters: ["x", "v", "h", "steps"]) {
            (x: Vector, v: Vector, h: Scalar, steps: Integer) in
            leapfrog(x, v, h, steps) { a, x in acceleration(a, x) }
        }
        .requiring { x, v, h, steps in requirements(x, v, h, steps) }
    }

    /// Velocity Verlet for an acceleration with parameters.
    ///
    /// Arguments: x and v; the step size; the number of steps; the parameters.
    ///
    /// - Parameter acceleration: `acceleration(a, x, p)` adds a(x, p) to a vector as long as x.
    public static func velocityVerlet<P: Argument>(
        acceleration: ReversibleFunction<Vector, Vector, P>
    ) -> ReversibleFunction<Vector, Vector, Scalar, Integer, P> {
        ReversibleFunction("velocityVerlet", parameters: []) {
            (x: Vector, v: Vector, h: Scalar, steps: Integer, parameters: P) in
            leapfrog(x, v, h, steps) { a, x in acceleration(a, x, parameters) }
        }
        .requiring { x, v, h, steps, _ in requirements(x, v, h, steps) }
    }

    /// Velocity Verlet for bodies of mass 1 in a potential V: the acceleration is −∇V, by the adjoint of the program
    /// for V.
    ///
    /// Arguments: x and v; the step size; the number of steps.
    ///
    /// - Parameter potential: `potential(out, x)` adds V(x) to `out`.
    public static func velocityVerlet(
        potential: ReversibleFunction<Scalar, Vector>
    ) -> ReversibleFunction<Vector, Vector, Scalar, Integer> {
        velocityVerlet(acceleration: force(of: potential))
    }

    /// Steps of the symplectic Euler method in place: v += h a(x), x += h v.
    ///
    /// Arguments: x and v; the step size h; the number of steps. Of order 1, with one evaluation of a for each step.
    ///
    /// - Parameter acceleration: `acceleration(a, x)` adds a(x) to a vector as long as x.
    public static func symplecticEuler(
        acceleration: ReversibleFunction<Vector, Vector>
    ) -> ReversibleFunction<Vector, Vector, Scalar, Integer> {
        ReversibleFunction("symplecticEuler", parameters: ["x", "v", "h", "steps"]) {
            (x: Vector, v: Vector, h: Scalar, steps: Integer) in
            For(0..<steps) { _ in
                kick(v, x, h * 1) { a, x in acceleration(a, x) }
                x += h * v
            }
        }
        .requiring { x, v, h, steps in requirements(x, v, h, steps) }
    }

    /// Steps of the leapfrog for two halves of a state of which each changes by the other alone, in place:
    /// p += h f(q) / 2, q += h g(p), p += h f(q) / 2.
    ///
    /// This is the Störmer–Verlet scheme for q′ = g(p), p′ = f(q), as for a Hamiltonian T(p) + V(q) with g = ∇T and f = −∇V
    /// (Hairer, Lubich & Wanner, *Geometric Numerical Integration*, §I.1.4 and §VI.3). Of order 2; undone by stepping back, and
    /// areas in the space of q and p are kept. Velocity Verlet is the case g(p) = p.
    ///
    /// Arguments: q and p, vectors of n numbers each; the step size h, in units of time; the number of steps, at least 0.
    /// Errors of the run are of the type `ReversibilityError`: `lengthMismatch` for q and p of different lengths,
    /// `invalidArgument` for numbers that are not finite and for a negative number of steps.
    ///
    /// - Parameters:
    ///   - velocity: `velocity(rate, p)` adds g(p) to a vector as long as q.
    ///   - force: `force(rate, q)` adds f(q) to a vector as long as p.
    public static func leapfrog(
        velocity: ReversibleFunction<Vector, Vector>, force: ReversibleFunction<Vector, Vector>
    ) -> ReversibleFunction<Vector, Vector, Scalar, Integer> {
        ReversibleFunction("leapfrog", parameters: ["q", "p", "h", "steps"]) {
            (q: Vector, p: Vector, h: Scalar, steps: Integer) in
            kick(p, q, 0.5 * h) { rate, q in force(rate, q) }
            For(0..<steps) { _ in
                kick(q, p, h * 1) { rate, p in velocity(rate, p) }
                kick(p, q, h * 1) { rate, q in force(rate, q) }
            }
            kick(p, q, -0.5 * h) { rate, q in force(rate, q) }
        }
        .requiring { q, p, h, steps in requirements(q, p, h, steps) }
    }

    private static func requirements(
        _ x: Vector, _ v: Vector, _ h: Scalar, _ steps: Integer
    ) -> [ArgumentRequirement] {
        [
            .equal(.elements(x), .elements(v)), countRequirement(steps, of: x), .number(h, .finite),
            .elements(x, .finite), .elements(v, .finite),
            .outcome("positions and velocities do not stay finite; a smaller `h` may help"),
        ]
    }

    /// The force −∇V of a potential: a program that adds it to a vector as long as x.
    ///
    /// It calls the adjoint of the program for V as a statement; so it can be differentiated again.
    public static func force(of potential: ReversibleFunction<Scalar, Vector>) -> ReversibleFunction<
        Vector, Vector
    > {
        let backward = adjoint(potential)
        return ReversibleFunction("force", parameters: ["force", "x"]) { (force: Vector, x: Vector) in
            let energy = GVar(Scalar.ancilla("energy"), gradient: Scalar.ancilla("seed"))
            let slope = Vector.ancilla(count: x.count, "slope")
            Compute {
                energy.gradient += 1
                backward(energy, GVar(x, gradient: slope))
            } apply: {
                force -= slope
            }
        }
    }

    /// Half a kick, drifts and kicks in turn, half a kick back: neighbouring half kicks are one.
    @Reversible
    private static func leapfrog(
        _ x: Vector, _ v: Vector, _ h: Scalar, _ steps: Integer,
        _ acceleration: @escaping (_ a: Vector, _ x: Vector) -> Statement
    ) -> Statement {
        kick(v, x, 0.5 * h, acceleration)
        For(0..<steps) { _ in
            x += h * v
            kick(v, x, h * 1, acceleration)
        }
        kick(v, x, -0.5 * h, acceleration)
    }

    /// v += time · a(x).
    @Reversible
    private static func kick(
        _ v: Vector, _ x: Vector, _ time: Expr,
        _ acceleration: @escaping (_ a: Vector, _ x: Vector) -> Statement
    ) -> Statement {
        let a = Vector.ancilla(count: x.count, "a")
        Compute {
            acceleration(a, x)
        } apply: {
            v += time * a
        }
    }
}
