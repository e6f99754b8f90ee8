import ReversibleCore

/// How kernels are emitted.
public struct PTXOptions: Hashable, Sendable {
    /// How the contributions of many threads to one number are added up.
    public enum Reductions: Hashable, Sendable {
        /// In registers and over the threads of a block or a warp first, then by one atomic addition to memory
        /// from each. The order of atomic additions varies, and with it the last bits of gradients
        /// and of sums over iterations.
        case atomic
        /// The same bits in every run. Sums over all iterations are formed over the threads of each block, and in a
        /// second kernel over the blocks; that takes memory for a sum per thread of every element that all
        /// iterations add to. Where iterations choose the elements they add to, a first kernel finds the largest
        /// contribution to every element, and a second one adds up all contributions as integers: that takes the
        /// time of the loop twice, 24 bytes an element, and memory for a copy of all arrays that the loop changes
        /// otherwise. Of each contribution at most 2⁻⁶³ of the largest one to the element is lost, and infinities and
        /// NaN come out as in any sum; an element has room for 2³¹ contributions.
        case deterministic
    }

    /// The number type of the kernels, of `NativeEngine`. Integers have 64 bits in both.
    public var precision = Precision.double
    /// How sums over iterations, and gradients of shared places, are added up. `sum(…)` at the top of a program is deterministic in any case.
    public var reductions = Reductions.atomic
    /// How many threads form a block: a power of two from 32 to 1024.
    public var threadsPerBlock = 128
    /// The most blocks of a kernel whose threads keep sums; a quarter of it, where they have memory of their own. Fewer
    /// are launched if the device runs no more at a time, and where the bits do not depend on it.
    public var maximumBlocks = 2048
    /// How many iterations of a `ParallelFor` a thread takes at a time, from 1 to 8, where they have enough work in
    /// common: counting inner loops, reading arrays that all share, adding to sums. Scratch memory grows with it.
    public var iterationsPerThread = 4
    /// Whether a product and the sum it is part of may be one operation, which rounds once. This is up to twice as fast
    /// where arithmetic is what takes the time, and mostly more accurate, but not what native code computes, bit for
    /// bit. Elementary functions do not change.
    public var fusesMultiplyAdd = false
    /// The sizes of arrays that the kernels are for: a vector's `[count]`, a matrix's `[rows, columns]`, nil where any
    /// size will do. The keys are the numbers of the function's places: of its arguments, the fields of structs one by
    /// one. Gradients and tangents have the sizes of their values.
    ///
    /// Kernels for known sizes are faster: short loops are written out, and small arrays are registers. Arguments of
    /// other sizes are then refused. Let the number of iterations vary, and give the sizes of what an iteration does:
    ///
    /// ```swift
    /// options.knownSizes = [0: [nil, 3], 1: [3]]    // a matrix of three columns, a vector of three elements
    /// ```
    public var knownSizes: [Int: [Int?]] = [:]
    /// Whether a thread takes several iterations also where that does not pay: for tests.
    package var alwaysPacks = false

    /// The numbers of arguments whose initial values are zeros, whatever is given for them.
    ///
    /// What their memory holds before a run is of no interest: the kernels need not read it, and nobody need clear
    /// it. A result that starts at 0 costs half the traffic so. Of a gradient and of Jacobian–vector products this
    /// is about the arguments' values, not about gradients and tangents. The arguments have no integers in them, and
    /// a number among them is handed over in a buffer, since it changes.
    public var startingAtZero: Set<Int> = []

    /// The defaults.
    public init() {}

    /// The number type, as the emitter names it.
    var number: PTXPrecision { precision == .double ? .double : .single }

    /// Refuses checks that kernels do not make.
    func check(_ checks: Checks) throws(PTXError) {
        guard checks == .all else { return }
        throw PTXError(
            .invalidOption,
            "kernels verify undoing and make no other checks; use `checks: .undoing` or `.none`, and test the program "
                + "with the interpreter")
    }

    /// - Parameters:
    ///   - kinds: Those of the program's parameters.
    ///   - places: The function's place that each belongs to.
    func check(kinds: [Variable.Kind], places: [Int]) throws(PTXError) {
        for (place, sizes) in knownSizes.sorted(by: { $0.key < $1.key }) {
            guard let position = places.firstIndex(of: place) else {
                throw PTXError(
                    .invalidOption,
                    "`knownSizes` names place \(place); the function has \((places.max() ?? -1) + 1) places, counted from 0"
                )
            }
            let kind = kinds[position]
            guard kind.isArray, sizes.count == (kind == .matrix ? 2 : 1), sizes.allSatisfy({ $0 ?? 0 >= 0 })
            else {
                throw PTXError(
                    .invalidOption,
                    "`knownSizes` gives place \(place), of type \(kind.typeName), the sizes "
                        + "[\(sizes.map { $0.map { "\($0)" } ?? "nil" }.joined(separator: ", "))]; a vector has one, a "
                        + "matrix has two, a number has none and is left out, and no size is negative")
            }
        }
        let problem =
            OptionRange.demand(
                (32...1024).contains(threadsPerBlock) && threadsPerBlock & (threadsPerBlock - 1) == 0,
                "`threadsPerBlock` is \(threadsPerBlock); it must be a power of two from 32 to 1024")
            ?? OptionRange.within(1...8, iterationsPerThread, "iterationsPerThread")
            ?? OptionRange.within(1...65_535, maximumBlocks, "maximumBlocks")
        if let problem { throw PTXError(.invalidOption, problem) }
    }
}
