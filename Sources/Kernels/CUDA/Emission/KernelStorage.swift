import ReversibleCore

/// Where a thread finds the content of a variable.
enum KernelStorage {
    /// A number in a register.
    case register(String)
    /// A number in device memory, at the address in this register.
    case memory(String)
    case array(KernelArray)
}

/// An array as a thread sees it.
struct KernelArray {
    enum Space {
        /// Device memory that all threads share, one element after the other.
        case global
        /// An iteration's own elements in device memory, those of neighbouring threads side by side.
        case interleaved
        /// A thread's own elements, likewise, for all of its iterations.
        case summed
        /// An iteration's own small array.
        case local(bytes: Int)
        /// One register for every element; all indices are constants.
        case registers([String])
        /// A thread's copy of its rows in shared memory, by the number of ``StagedRows``.
        case staged(Int)
    }

    var space: Space
    /// The register of the first element's address.
    var base: String
    var isReal: Bool
    /// The count of a vector, or rows and columns.
    var sizes: [Size]

    enum Size {
        /// A register or a constant.
        case operand(String)
        /// A parameter of the kernel, made when first asked for, with the name it should have.
        case slot(HostInteger, String)
    }
}

/// A place for an instruction to load from or store to.
enum KernelAddress {
    case register(String)
    /// State space and operand: `global`, `[%rd1+8]`; where an iteration keeps something of its own, without the
    /// displacement.
    case memory(String, String, own: OwnMemory? = nil)
}

/// What the kernels of a program share: where variables live outside of loops that run side by side.
enum DeviceVariable {
    /// A number that no kernel changes, handed over by value.
    case value(HostInteger)
    case real(Int)
    /// A number in a buffer of one element.
    case number(Int)
    /// A sum of an account of undoing, of 64 bits in any precision: the buffer and the position in it.
    case sum(Int, Int)
    case array(Int, [HostInteger])
}
