import AD
import NativeEngine
import ReversibleCore

/// A compiled program as one operation of a program of callbacks.
///
/// A call changes the values of its variables in place, runs the rest of the program, and then runs the compiled adjoint,
/// which restores the values while it adds to the gradients. Nothing is recorded or copied: what a tape would hold is what
/// undoing brings back.
///
/// ```swift
/// let cell = try kernel(step)
/// func walk(_ n: Int, _ s: State, _ rest: () throws -> Void) throws {
///     if n == 0 { try rest() } else { try cell(s, weights) { try walk(n - 1, s, rest) } }
/// }
/// ```
public struct Kernel<each A: Argument>: Sendable {
    /// The program.
    public let function: ReversibleFunction<repeat each A>
    private let forward: NativeFunction<repeat each A>
    private let inverse: NativeFunction<repeat each A>
    private let adjoint: NativeFunction<repeat GVar<each A>>
    private let name: String
    /// The places that the program changes, by number and by name; none if the program is trusted.
    private let changed: [(position: Int, name: String)]

    init(
        _ f: ReversibleFunction<repeat each A>, checks: Checks, threads: Int, _ options: CompileOptions
    ) throws(NativeError) {
        function = f
        forward = try compile(f, checks: checks, threads: threads, options: options)
        inverse = try compile(~f, checks: checks, threads: threads, options: options)
        let backward = AD.adjoint(f)
        adjoint = try compile(backward, checks: checks, threads: threads, options: options)
        let definition = try f.program()
        name = definition.name
        changed =
            checks == .none
            ? [] : forward.executable.written.map { ($0, definition.parameters[$0].name) }
    }

    /// Runs the program on the variables, then the rest, then the adjoint.
    ///
    /// - Parameter rest: What is to run between. What it throws leaves when the values have been put back; gradients are
    ///   not specified then.
    /// - Throws: What the rest throws; `.drift` if undoing has lost digits of what the program changes; with `checks: .all`,
    ///   what the interpreter would throw; `.callDepth` if the stack of the `reset` around is exhausted.
    public func callAsFunction(
        _ variables: repeat Variable<each A>, then rest: () throws -> Void
    ) throws {
        try requireStack()
        var values: [NativeBuffer<Double>] = []
        var both: [NativeBuffer<Double>] = []
        for variable in repeat each variables {
            values += variable.values
            both += variable.values + variable.gradients
        }
        let before = changed.map { RestoredSum(of: values[$0.position]) }
        try forward.run(inPlace: values)
        do {
            try rest()
        } catch {
            // What the rest has thrown says more than that its values cannot be put back.
            try? inverse.run(inPlace: values)
            throw error
        }
        let between = changed.map { RestoredSum(of: values[$0.position]) }
        try adjoint.run(inPlace: both)
        for (number, place) in changed.enumerated() {
            let gap = before[number].gap(to: RestoredSum(of: values[place.position]), between[number])
            if gap > function.options.driftTolerance { throw drift(of: place.name, gap) }
        }
    }

    private func drift(of place: String, _ gap: Double) -> ReversibilityError {
        ReversibilityError(
            .drift,
            "undoing did not bring back `\(place)`: a sum of it is off by \(gap) of its size, so that what kernels before this one "
                + "read is not what they had. Keep what a step forgets in a place of its own, or take many steps within one "
                + "function, and its gradient with `undoing: .recorded`",
            function: name)
    }

    private func requireStack() throws {
        guard let here = Delimiter.current else { return }
        var probe: UInt8 = 0
        let address = withUnsafeMutablePointer(to: &probe) { UInt(bitPattern: $0) }
        if address <= here.delimiter.pointee.limit { throw here.delimiter.pointee.exhaustion }
    }
}

/// Compiles a program, its inverse and its adjoint for programs of callbacks.
///
/// - Parameters:
///   - checks: What compiled code checks. With `.all`, calls copy their memory, so as to put it back after an error; with
///     `.none` the program is trusted. With others, sums of what it changes are compared when it has been undone.
///   - threads: On how many threads the iterations of a `ParallelFor` run; 0 for all cores.
/// - Throws: A `NativeError`, for example if the machine has no C compiler.
public func kernel<each A: Argument>(
    _ f: ReversibleFunction<repeat each A>, checks: Checks = .all, threads: Int = 1,
    options: CompileOptions = CompileOptions()
) throws(NativeError) -> Kernel<repeat each A> {
    try Kernel(f, checks: checks, threads: threads, options)
}
