extension CUDAError {
    /// What is known of an error without asking the driver.
    struct Known: Sendable {
        var kind: Kind
        var name: String
        var text: String
        /// What to do about it, if that is not the kind's.
        var advice: String?
    }

    /// The errors this package tells apart or is likely to meet. The driver's own words go first where it has any:
    /// some libraries cannot even name their errors.
    static let known: [Int: Known] = [
        1: Known(
            kind: .invalidArgument, name: "CUDA_ERROR_INVALID_VALUE", text: "the driver refuses an argument"),
        2: Known(
            kind: .outOfMemory, name: "CUDA_ERROR_OUT_OF_MEMORY", text: "there is not enough memory"),
        3: Known(
            kind: .driver, name: "CUDA_ERROR_NOT_INITIALIZED", text: "the driver is not initialised"),
        4: Known(
            kind: .driver, name: "CUDA_ERROR_DEINITIALIZED", text: "the driver is shutting down"),
        34: Known(
            kind: .unsuitableLibrary, name: "CUDA_ERROR_STUB_LIBRARY",
            text: "the library is the toolkit's stub, which only helps to link"),
        46: Known(
            kind: .noDevice, name: "CUDA_ERROR_DEVICE_UNAVAILABLE", text: "the device is busy or unavailable"),
        100: Known(kind: .noDevice, name: "CUDA_ERROR_NO_DEVICE", text: "there is no device"),
        101: Known(
            kind: .noDevice, name: "CUDA_ERROR_INVALID_DEVICE", text: "there is no device of that number"),
        201: Known(
            kind: .driver, name: "CUDA_ERROR_INVALID_CONTEXT", text: "the context is not valid"),
        209: Known(
            kind: .compilationFailed, name: "CUDA_ERROR_NO_BINARY_FOR_GPU",
            text: "the module has no code for this device"),
        214: Known(
            kind: .kernelFailed, name: "CUDA_ERROR_ECC_UNCORRECTABLE",
            text: "the device's memory has an error"),
        218: Known(
            kind: .compilationFailed, name: "CUDA_ERROR_INVALID_PTX", text: "the module's text is wrong"),
        221: Known(
            kind: .compilationFailed, name: "CUDA_ERROR_JIT_COMPILER_NOT_FOUND",
            text: "the driver's compiler library is missing",
            advice: "install the driver's libnvidia-ptxjitcompiler"),
        222: Known(
            kind: .compilationFailed, name: "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
            text: "the driver is too old for the module's version of PTX", advice: "install a newer driver"),
        223: Known(
            kind: .compilationFailed, name: "CUDA_ERROR_JIT_COMPILATION_DISABLED",
            text: "the driver is told not to compile modules"),
        220: Known(
            kind: .kernelFailed, name: "CUDA_ERROR_NVLINK_UNCORRECTABLE",
            text: "the link between devices has an error"),
        400: Known(kind: .driver, name: "CUDA_ERROR_INVALID_HANDLE", text: "a handle is not valid"),
        500: Known(
            kind: .functionNotFound, name: "CUDA_ERROR_NOT_FOUND", text: "the module has nothing of that name"
        ),
        600: Known(kind: .driver, name: "CUDA_ERROR_NOT_READY", text: "the work is not done yet"),
        700: Known(
            kind: .kernelFailed, name: "CUDA_ERROR_ILLEGAL_ADDRESS",
            text: "a kernel read or wrote memory that is not its own"),
        701: Known(
            kind: .invalidArgument, name: "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
            text: "the blocks need more registers or memory than there are",
            advice: "start with fewer threads per block"),
        702: Known(
            kind: .kernelFailed, name: "CUDA_ERROR_LAUNCH_TIMEOUT", text: "a kernel ran too long"),
        709: Known(
            kind: .driver, name: "CUDA_ERROR_CONTEXT_IS_DESTROYED", text: "the context was destroyed"),
        710: Known(kind: .kernelFailed, name: "CUDA_ERROR_ASSERT", text: "an assertion of a kernel failed"),
        714: Known(
            kind: .kernelFailed, name: "CUDA_ERROR_HARDWARE_STACK_ERROR", text: "a kernel's stack is broken"),
        715: Known(
            kind: .kernelFailed, name: "CUDA_ERROR_ILLEGAL_INSTRUCTION",
            text: "a kernel came upon an instruction that is none"),
        716: Known(
            kind: .kernelFailed, name: "CUDA_ERROR_MISALIGNED_ADDRESS",
            text: "a kernel read or wrote at an address that is not aligned"),
        717: Known(
            kind: .kernelFailed, name: "CUDA_ERROR_INVALID_ADDRESS_SPACE",
            text: "a kernel used an address in the wrong kind of memory"),
        718: Known(
            kind: .kernelFailed, name: "CUDA_ERROR_INVALID_PC", text: "a kernel jumped out of its code"),
        719: Known(kind: .kernelFailed, name: "CUDA_ERROR_LAUNCH_FAILED", text: "a kernel failed"),
        801: Known(
            kind: .notSupported, name: "CUDA_ERROR_NOT_SUPPORTED",
            text: "this driver or device does not have the feature"),
        802: Known(
            kind: .noDevice, name: "CUDA_ERROR_SYSTEM_NOT_READY", text: "the system is not ready for use"),
        803: Known(
            kind: .driverTooOld, name: "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
            text: "the driver's library and its kernel module are of different versions",
            advice: "load the driver's module anew or start the machine anew"),
        804: Known(
            kind: .driverTooOld, name: "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE",
            text: "the compatibility library does not support this device"),
        900: Known(
            kind: .invalidArgument, name: "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
            text: "this cannot be done while a graph is recorded"),
        901: Known(
            kind: .invalidArgument, name: "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
            text: "the recording of the graph was broken off by an error"),
        999: Known(kind: .driver, name: "CUDA_ERROR_UNKNOWN", text: "the driver gives no reason"),
    ]

    /// After these the driver refuses everything in the process.
    static let stickyCodes: Set<Int> = [214, 220, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719]
}
