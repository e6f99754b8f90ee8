import NativeEngine

/// How kernels are emitted.
public struct PTXOptions: Hashable, Sendable {
    /// How the contributions of many threads to one number are added up.
    public enum Reductions: Hashable, Sendable {
        /// In registers and over the threads of a block or a warp first, then by one atomic addition to memory
        /// from each. The order of atomic additions varies, and with it the last bits of gradients.
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

    /// The number type of the kernels. Integers have 64 bits in both.
    public var precision = Precision.double
    /// How gradients of shared places are added up. `sum(…)` at the top of a program is deterministic in any case.
    public var reductions = Reductions.atomic
    /// How many threads form a block: a power of two from 32 to 1024.
    public var threadsPerBlock = 128
    /// The most blocks that a kernel with memory of its own for every thread, or with sums, is launched with.
    public var maximumBlocks = 512

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
