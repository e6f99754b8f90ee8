import NativeEngine
import ReversibleCore

/// What a program makes of its places, computed on the processor.
struct Reference: Sendable {
    /// Whether native code computes it. Without a compiler the interpreter does, with the functions of kernels.
    let usesCompiler: Bool

    /// What native code is compiled for; kept for further sizes.
    struct Prepared {
        fileprivate let program: DerivedProgram
        fileprivate let precision: Precision
        fileprivate let native: Executable?
    }

    func prepare(_ program: DerivedProgram, _ precision: Precision) throws(NativeError) -> Prepared {
        guard usesCompiler else { return Prepared(program: program, precision: precision, native: nil) }
        var options = CompileOptions()
        options.precision = precision
        return Prepared(
            program: program, precision: precision,
            native: try Executable(
                program.definition, inverted: program.isInverted, wanted: program.wanted, checks: .none,
                options)
        )
    }
}

extension Reference.Prepared {
    /// The final values, to the bit those of kernels that do not sum over threads.
    func results(_ places: [Leaf<Double>]) throws(ReversibilityError) -> [Leaf<Double>] {
        if let native { return try native.runDoubles(places, options: RunOptions(), threads: 1) }
        switch precision {
        case .double:
            return try interpreted(places) {
                FragmentNumber<Double>($0)
            } back: {
                $0.primal
            }
        case .single:
            return try interpreted(places) {
                FragmentNumber<Float>(Float($0))
            } back: {
                $0.primal
            }
        }
    }

    /// How far each number of the results may be off, in whatever order sums are taken.
    func tolerances(_ places: [Leaf<Double>]) throws(ReversibilityError) -> [Leaf<Double>] {
        switch precision {
        case .double:
            return try interpreted(places) {
                BoundedNumber<DoubleRoundoff>($0)
            } back: {
                $0.tolerance
            }
        case .single:
            return try interpreted(places) {
                BoundedNumber<SingleRoundoff>($0)
            } back: {
                $0.tolerance
            }
        }
    }

    private func interpreted<Number: ReversibleNumber>(
        _ places: [Leaf<Double>], there: (Double) -> Number, back: (Number) -> Double
    ) throws(ReversibilityError) -> [Leaf<Double>] {
        var options = RunOptions()
        // Ancillas end with what rounding leaves, which is no mistake of the device.
        options.tolerance = 1e-3
        return try program.definition.run(
            places.map { $0.map(there) }, inverted: program.isInverted, options: options
        ).map { $0.map(back) }
    }
}
