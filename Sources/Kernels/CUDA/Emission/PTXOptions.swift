import NativeEngine

/// How kernels are emitted.
public struct PTXOptions: Hashable, Sendable {
    /// How the contributions of many threads to one number are added up.
    public enum Reductions: Hashable, Sendable {
        /// In registers and over the threads of a block or a warp first, then by one atomic addition to memory
        /// from each. The order of atomic additions varies, and with it the last bits of gradients.
        case atomic
        /// Over the threads of each block, and in a second kernel over the blocks: the same bits in every run. Takes
        /// memory for a sum per thread of every element that all iterations add to. Contributions to elements that
        /// the iterations choose themselves cannot be ordered like this; they are refused.
        case deterministic
    }

    /// The number type of the kernels. Integers have 64 bits in both.
    public var precision = Precision.double
    /// How gradients of shared places are added up. `sum(…)` at the top of a program is deterministic in any case.
    public var reductions = Reductions.atomic
    /// How many threads form a block: a power of two from 32 to 1024.
    public var threadsPerBlock = 128
    /// The most blocks that a kernel with memory of its own for every thread, or with sums, is launched with.
    public var maximumBlocks = 512

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

    func check() throws(PTXError) {
        guard (32...1024).contains(threadsPerBlock), threadsPerBlock & (threadsPerBlock - 1) == 0 else {
            throw PTXError(
                .invalidOption,
                "`threadsPerBlock` is \(threadsPerBlock); it must be a power of two from 32 to 1024")
        }
        guard (1...65_535).contains(maximumBlocks) else {
            throw PTXError(
                .invalidOption, "`maximumBlocks` is \(maximumBlocks); it must be from 1 to 65535")
        }
    }
}
