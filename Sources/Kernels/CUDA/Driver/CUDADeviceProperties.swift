/// What a device is and can do, as its driver says.
public struct CUDADeviceProperties: Hashable, Sendable {
    /// The product's name: "NVIDIA H100 80GB HBM3".
    public var name: String
    /// The architecture: 9.0 for Hopper.
    public var computeCapability: CUDAComputeCapability
    /// All memory of the device, in bytes.
    public var totalMemory: Int
    /// The number of multiprocessors.
    public var multiprocessors: Int
    /// The clock of the multiprocessors at its highest, in kHz.
    public var clockRate: Int
    /// The clock of the memory at its highest, in kHz; 0 if the driver does not say.
    public var memoryClockRate: Int
    /// The width of the memory's bus, in bits; 0 if the driver does not say.
    public var memoryBusWidth: Int
    /// The size of the second-level cache, in bytes.
    public var level2CacheBytes: Int
    /// Threads that run in step: 32.
    public var warpSize: Int
    /// The most threads of a block.
    public var maximumThreadsPerBlock: Int
    /// The most threads of a multiprocessor.
    public var maximumThreadsPerMultiprocessor: Int
    /// The most blocks of a grid in its first direction.
    public var maximumBlocks: Int
    /// Shared memory that a block can have without asking, in bytes.
    public var sharedBytesPerBlock: Int
    /// Shared memory that a block can have if the kernel asks for it, in bytes.
    public var maximumSharedBytesPerBlock: Int
    /// Registers of 32 bits of a multiprocessor.
    public var registersPerMultiprocessor: Int
    /// Whether memory can be had from a pool in the order of a stream.
    public var hasMemoryPools: Bool

    /// Properties of an ordinary device, for emulators; set what differs.
    public init(
        name: String, computeCapability: CUDAComputeCapability, totalMemory: Int, hasMemoryPools: Bool = false
    ) {
        self.name = name
        self.computeCapability = computeCapability
        self.totalMemory = totalMemory
        self.hasMemoryPools = hasMemoryPools
        multiprocessors = 1
        clockRate = 0
        memoryClockRate = 0
        memoryBusWidth = 0
        level2CacheBytes = 0
        warpSize = 32
        maximumThreadsPerBlock = 1024
        maximumThreadsPerMultiprocessor = 2048
        maximumBlocks = 2_147_483_647
        sharedBytesPerBlock = 49_152
        maximumSharedBytesPerBlock = 49_152
        registersPerMultiprocessor = 65_536
    }

    /// Bytes per second between the device and its memory at most, both directions together: two transfers per
    /// clock; 0 if the driver does not say.
    public var peakMemoryBandwidth: Double {
        2 * Double(memoryClockRate) * 1000 * Double(memoryBusWidth) / 8
    }
}

/// The architecture of a device: major and minor number.
public struct CUDAComputeCapability: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The generation: 6 Pascal, 7 Volta and Turing, 8 Ampere and Ada, 9 Hopper, 10 and 12 Blackwell.
    public var major: Int
    /// The variant of it.
    public var minor: Int

    /// An architecture by its numbers.
    public init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Older generations come first.
    public static func < (a: Self, b: Self) -> Bool {
        (a.major, a.minor) < (b.major, b.minor)
    }

    /// The name as a target of PTX text: "sm_90".
    public var target: String { "sm_\(major)\(minor)" }

    /// Major and minor number: "9.0".
    public var description: String { "\(major).\(minor)" }
}

/// What a kernel takes of a multiprocessor.
public struct CUDAKernelResources: Hashable, Sendable {
    /// The most threads of a block with which the kernel can be started.
    public var maximumThreadsPerBlock: Int
    /// Registers of 32 bits for each thread.
    public var registers: Int
    /// Shared memory of a block that is written in the text, in bytes.
    public var sharedBytes: Int
    /// Memory of each thread for what has no room in registers, in bytes.
    public var localBytes: Int

    /// Resources by their numbers.
    public init(
        maximumThreadsPerBlock: Int = 1024, registers: Int = 0, sharedBytes: Int = 0, localBytes: Int = 0
    ) {
        self.maximumThreadsPerBlock = maximumThreadsPerBlock
        self.registers = registers
        self.sharedBytes = sharedBytes
        self.localBytes = localBytes
    }
}

/// How many threads a kernel is started with.
public struct CUDALaunchShape: Hashable, Sendable, CustomStringConvertible {
    /// The number of blocks in each direction.
    public var grid: CUDAExtent
    /// The number of threads of a block in each direction.
    public var block: CUDAExtent
    /// Shared memory of each block beyond what the kernel's text has, in bytes.
    public var dynamicSharedBytes: Int

    /// A shape of so many blocks of so many threads.
    public init(grid: CUDAExtent, block: CUDAExtent, dynamicSharedBytes: Int = 0) {
        self.grid = grid
        self.block = block
        self.dynamicSharedBytes = dynamicSharedBytes
    }

    /// Enough blocks for at least so many threads in one direction; one block if there are none.
    public init(threads: Int, threadsPerBlock: Int = 256) {
        let size = max(1, threadsPerBlock)
        self.init(grid: CUDAExtent(max(1, (max(0, threads) - 1) / size + 1)), block: CUDAExtent(size))
    }

    /// Blocks and threads of each.
    public var description: String {
        "\(grid) blocks of \(block) threads"
            + (dynamicSharedBytes == 0 ? "" : " with \(dynamicSharedBytes) bytes of shared memory")
    }
}

/// A size in up to three directions.
public struct CUDAExtent: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// The size in the first direction.
    public var x: Int
    /// The size in the second direction.
    public var y: Int
    /// The size in the third direction.
    public var z: Int

    /// A size by its numbers.
    public init(_ x: Int, _ y: Int = 1, _ z: Int = 1) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// A size in the first direction only.
    public init(integerLiteral x: Int) {
        self.init(x)
    }

    /// The sizes, joined by ×; only the first if the others are 1.
    public var description: String { y == 1 && z == 1 ? "\(x)" : "\(x)×\(y)×\(z)" }
}
