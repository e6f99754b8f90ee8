import AD
import BenchmarkSupport
import NativeEngine
import ReversibleCore

/// What runs the programs of the evals.
public struct Engine: Sendable {
    /// The engines of the package.
    public enum Kind: String, CaseIterable, Sendable { case native, interpreter }

    /// Which engine.
    public var kind: Kind
    /// On how many threads native code runs a `ParallelFor`; 0 for all cores.
    public var threads: Int

    /// What compiled derivatives check.
    public var checks: Checks

    /// An engine, by default native code on one thread, with derivatives that verify what they read after undoing.
    public init(_ kind: Kind = .native, threads: Int = 1, checks: Checks = .undoing) {
        self.kind = kind
        self.threads = threads
        self.checks = checks
    }

    /// How many iterations native code runs side by side; nil for what the machine's vectors hold.
    var lanes: Int?

    /// Products and sums may be fused, as C++ compilers do unless told otherwise.
    private var options: CompileOptions {
        var options = CompileOptions()
        options.fusesProducts = true
        options.lanes = lanes
        return options
    }

    /// A function, ready to run.
    func function<each A: Argument>(_ f: ReversibleFunction<repeat each A>) throws -> Runnable {
        switch kind {
        case .native:
            let compiled = try compile(f, checks: .none, threads: threads, options: options)
            return Runnable { memory in try compiled.run(inPlace: memory.places) }
        case .interpreter: return Runnable(interpreting: try f.definition, f.options)
        }
    }

    /// The gradient of argument 0 in the arguments that are wanted, ready to run.
    func gradient<each A: Argument>(
        of f: ReversibleFunction<repeat each A>, in wanted: Set<Int>
    ) throws -> Runnable {
        switch kind {
        case .native:
            let compiled = try compile(
                grad(f), with: wanted, checks: checks, threads: threads, options: options)
            return Runnable { memory in try compiled.run(inPlace: memory.places) }
        case .interpreter:
            return Runnable(interpreting: try f.definition.pullback(inverted: false), f.options)
        }
    }

    /// The product of the Jacobian with a direction, in which the arguments at `moving` move.
    func tangent<each A: Argument>(
        of f: ReversibleFunction<repeat each A>, along moving: Set<Int>
    ) throws -> Runnable {
        switch kind {
        case .native:
            let compiled = try compile(jvp(f), with: moving, threads: threads, options: options)
            return Runnable { memory in try compiled.run(inPlace: memory.places) }
        case .interpreter:
            let everything = Set(try f.definition.arguments.indices)
            return Runnable(interpreting: try f.definition.tangent(moving: everything), f.options)
        }
    }

    /// The product of the Hessian of argument 0 with a direction, of which the arguments at `wanted` are wanted.
    func hessianProduct<each A: Argument>(
        of f: ReversibleFunction<repeat each A>, in wanted: Set<Int>
    ) throws -> Runnable {
        switch kind {
        case .native:
            let compiled = try compile(
                hvp(f), with: wanted, checks: checks, threads: threads, options: options)
            return Runnable { memory in try compiled.run(inPlace: memory.places) }
        case .interpreter:
            let second = try f.definition.pullback(inverted: false).pullback(inverted: false)
            return Runnable(interpreting: second, f.options)
        }
    }
}

/// A program that works on arguments in memory, in place.
struct Runnable: Sendable {
    let run: @Sendable (Memory) throws -> Void

    init(_ run: @escaping @Sendable (Memory) throws -> Void) { self.run = run }

    init(interpreting program: Definition, _ options: RunOptions) {
        run = { memory in
            memory.assign(try program.run(memory.leaves, inverted: false, options: options))
        }
    }
}
