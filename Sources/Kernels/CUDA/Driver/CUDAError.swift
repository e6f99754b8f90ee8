/// Why something could not be done on a graphics processor.
///
/// The driver's own words are kept whole: number, name, text, and the log of its compiler. Work on a device fails
/// late: the error of a kernel is often thrown by the next call that waits. ``CUDADevice/debugging`` finds the
/// kernel.
public struct CUDAError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: String, Sendable, CaseIterable {
        /// There is no driver library on this machine.
        case driverNotFound
        /// The library is not a driver, or lacks a function that is needed.
        case unsuitableLibrary
        /// The driver is older than this package needs.
        case driverTooOld
        /// There is a driver but no device it could use, or none of that number.
        case noDevice
        /// The device's memory, or that of the host, does not suffice.
        case outOfMemory
        /// The driver's compiler refused the text of a module.
        case compilationFailed
        /// A module has no function of that name.
        case functionNotFound
        /// A kernel failed while it ran: it wrote where it must not, or took too long.
        case kernelFailed
        /// The device failed before; nothing works on it in this process any more.
        case deviceLost
        /// This driver or device does not have the feature.
        case notSupported
        /// An argument that makes no sense: a count, an index, a shape.
        case invalidArgument
        /// Any other error of the driver.
        case driver
    }

    /// What kind of failure this is.
    public let kind: Kind
    /// The driver's number; 0 if the error is not the driver's, -1 and -2 if there is no usable library.
    public let code: Int
    /// The driver's name of the error: `CUDA_ERROR_OUT_OF_MEMORY`. Empty if the error is not the driver's.
    public let name: String
    /// What was wrong, in the driver's words or in this package's.
    public let text: String
    /// What was being done: "allocating 800 bytes".
    public let operation: String
    /// What the driver's compiler said about a module, line by line; mostly empty.
    public let log: String
    /// What can be done about it; may be empty.
    public let advice: String

    /// An error of this package.
    package init(_ kind: Kind, _ text: String, operation: String, code: Int = 0, advice: String? = nil) {
        self.kind = kind
        self.code = code
        self.name = ""
        self.text = text
        self.operation = operation
        self.log = ""
        self.advice = advice ?? kind.advice
    }

    /// An error of the driver by its number.
    ///
    /// - Parameter detail: name and text as the driver gives them; without them, from this package's own table.
    package init(
        code: Int, operation: String, detail: (name: String, text: String)? = nil, log: String = ""
    ) {
        let own = Self.known[code]
        self.code = code
        self.operation = operation
        self.log = log
        kind = own?.kind ?? .driver
        name = detail?.name ?? own?.name ?? "CUDA_ERROR \(code)"
        text = detail?.text ?? own?.text ?? "an error this package does not know"
        advice = own?.advice ?? kind.advice
    }

    private init(
        _ other: CUDAError, kind: Kind? = nil, text: String? = nil, operation: String, advice: String? = nil
    ) {
        self.kind = kind ?? other.kind
        self.code = other.code
        self.name = other.name
        self.text = text ?? other.text
        self.operation = operation
        self.log = other.log
        self.advice = advice ?? self.kind.advice
    }

    /// This error as what every later call on the device reports.
    package func lost(operation: String) -> CUDAError {
        CUDAError(
            self, kind: .deviceLost,
            text: "the device was lost to this process when \(self.operation) failed: \(text)",
            operation: operation)
    }

    /// This error as that of what the caller of the driver was doing.
    package func during(_ operation: String, advice: String? = nil) -> CUDAError {
        CUDAError(self, operation: operation, advice: advice ?? self.advice)
    }

    /// Whether nothing works on the device in this process any more.
    public var isSticky: Bool { Self.stickyCodes.contains(code) }

    /// What was being done, what was wrong, the driver's name and number, what to do, and the log.
    public var description: String {
        var line = "\(operation.prefix(1).uppercased())\(operation.dropFirst()) failed: \(text)"
        if !name.isEmpty { line += " (\(name), \(code))" }
        line += advice.isEmpty ? "." : "; \(advice)."
        return log.isEmpty ? line : line + "\n" + log
    }
}

extension CUDAError.Kind {
    /// What can be done about most errors of the kind.
    var advice: String {
        switch self {
        case .driverNotFound:
            "install NVIDIA's driver; CUDA_DRIVER_LIBRARY, if it is set, must name the driver's library"
        case .unsuitableLibrary:
            "install NVIDIA's driver, and see that CUDA_DRIVER_LIBRARY names nothing else"
        case .driverTooOld: "install a newer driver"
        case .noDevice: "see that nvidia-smi lists a device, and that CUDA_VISIBLE_DEVICES does not hide it"
        case .outOfMemory: "drop buffers that are no longer needed, or do the work in smaller pieces"
        case .kernelFailed:
            "set the device's `debugging` to find the kernel; the device is lost to this process"
        case .deviceLost: "start a new process to use it again"
        case .compilationFailed, .functionNotFound, .notSupported, .invalidArgument, .driver: ""
        }
    }
}
