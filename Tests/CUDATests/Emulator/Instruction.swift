/// The register file of one thread: a 64-bit word per register, constant and special register. Values narrower than
/// 64 bits are kept zero-extended.
typealias RegisterFile = UnsafeMutablePointer<UInt64>

/// What an instruction computes from registers alone.
typealias Computation = (RegisterFile) -> Void

/// What an instruction does that touches memory or may fail.
typealias Effect = (EmulatorMachine, RegisterFile) throws(EmulatorError) -> Void

/// An instruction with its operands resolved to slots of the register file. All numbers are `Int`, because conversions
/// between integer types are slow in debug builds.
struct DecodedInstruction {
    enum Kind: UInt8 {
        case compute
        case effect
        case branch
        case barrier
        case warp
        case exit
        case trap
        case nothing
    }

    var kind: Kind
    var guardNegated = false
    /// Slot of the guard; -1: none.
    var guardSlot = -1
    var line: Int
    /// Range of ``DecodedKernel/slots`` that must hold values.
    var firstSource = 0
    var endSource = 0
    /// Range of ``DecodedKernel/slots`` that hold values afterwards; it begins at `endSource`.
    var endDestination = 0
    /// A branch: the next instruction. Barriers and warp operations: the position of their description.
    var target = 0
    var compute: Computation = { _ in }
    var effect: Effect?
}

/// `shfl.sync`, `vote.sync` and `bar.warp.sync`, which several threads of a warp do together.
struct WarpOperation {
    enum Kind {
        case shuffleUp, shuffleDown, shuffleButterfly, shuffleIndex
        case voteAll, voteAny, voteUniform, voteBallot
        case synchronise
    }

    var kind: Kind
    var mask = 0
    var destination = 0
    /// The predicate of `d|p`; slot 0 where there is none.
    var predicate = 0
    var value = 0
    var valueNegated = false
    var lane = 0
    var clamp = 0
}

/// `bar.sync a{, b}`.
struct BarrierOperation {
    var barrier: Int
    /// Slot of the number of threads; -1: all.
    var threadCount: Int
    /// Whether all threads of a warp must wait at this very instruction.
    var isAligned: Bool
}

/// A kernel ready to run.
struct DecodedKernel {
    struct Parameter {
        var name: String
        var offset: Int
        var byteCount: Int
    }

    var name = ""
    var parameters: [Parameter] = []
    var parameterBytes = 0
    var requiredThreads: [Int]?
    var maximumThreads: [Int]?
    /// Size of the register file: slot 0 takes results nobody wants, then registers, then constants.
    var slotCount = 1
    var slotNames: [String] = ["_"]
    var constants: [(slot: Int, value: UInt64)] = []
    var specials: [(slot: Int, special: SpecialRegister)] = []
    var instructions: [DecodedInstruction] = []
    var slots: [Int] = []
    var warpOperations: [WarpOperation] = []
    var barriers: [BarrierOperation] = []
    var sharedBytes = 0
    var localBytes = 0
    /// log2 of the smallest access to memory, at most 2: the grain of race detection.
    var shadowShift = 2
}

/// A special register that `mov` and `cvt` may read.
enum SpecialRegister: Equatable {
    case threadIndex(Int)
    case blockSize(Int)
    case blockIndex(Int)
    case gridSize(Int)
    case lane
    case warp
    case warpCount
    case lanemaskEqual, lanemaskLess, lanemaskLessOrEqual, lanemaskGreater, lanemaskGreaterOrEqual
    case zero
    case one
    case dynamicSharedSize
    /// `%clock`, `%clock64` and `%globaltimer`: the thread's own count of instructions.
    case clock
    case warpSize

    /// The register of that name and its type.
    static func named(_ name: String) -> (SpecialRegister, EmulatorType)? {
        if let dot = name.firstIndex(of: "."),
            let axis = ["x", "y", "z"].firstIndex(of: name[name.index(after: dot)...])
        {
            switch name[..<dot] {
            case "%tid": return (.threadIndex(axis), .u32)
            case "%ntid": return (.blockSize(axis), .u32)
            case "%ctaid": return (.blockIndex(axis), .u32)
            case "%nctaid": return (.gridSize(axis), .u32)
            default: return nil
            }
        }
        switch name {
        case "%laneid": return (.lane, .u32)
        case "%warpid": return (.warp, .u32)
        case "%nwarpid": return (.warpCount, .u32)
        case "%lanemask_eq": return (.lanemaskEqual, .u32)
        case "%lanemask_lt": return (.lanemaskLess, .u32)
        case "%lanemask_le": return (.lanemaskLessOrEqual, .u32)
        case "%lanemask_gt": return (.lanemaskGreater, .u32)
        case "%lanemask_ge": return (.lanemaskGreaterOrEqual, .u32)
        case "%smid", "%gridid": return (.zero, .u32)
        case "%nsmid": return (.one, .u32)
        case "%dynamic_smem_size": return (.dynamicSharedSize, .u32)
        case "%clock": return (.clock, .u32)
        case "%clock64", "%globaltimer": return (.clock, .u64)
        case "WARP_SZ": return (.warpSize, .u32)
        default: return nil
        }
    }
}
