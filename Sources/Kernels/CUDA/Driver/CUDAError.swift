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
    /// The driver's name of the error: "CUDA\_ERROR\_OUT\_OF\_MEMORY". Empty if the error is not the driver's.
    public let name: String
    /// What was wrong, in the driver's words or in this package's.
    public let text: String
    /// What was being done: "allocating 800 bytes".
    public let operation: String
    /// What the driver's compiler said about a module, line by line; mostly empty.
    public let log: String

    /// An error of this package.
    package init(_ kind: Kind, _ text: String, operation: String, code: Int = 0) {
        self.kind = kind
        self.code = code
        self.name = ""
        self.text = text
        self.operation = operation
        self.log = ""
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
    }

    private init(
        kind: Kind, code: Int, name: String, text: String, operation: String, log: String
    ) {
        self.kind = kind
        self.code = code
        self.name = name
        self.text = text
        self.operation = operation
        self.log = log
    }

    /// This error as what every later call on the device reports.
    package func lost(operation: String) -> CUDAError {
        CUDAError(
            kind: .deviceLost, code: code, name: name,
            text: "the device was lost to this process when \(self.operation) failed: \(text); "
                + "start a new process to use it again",
            operation: operation, log: log)
    }

    /// Whether nothing works on the device in this process any more.
    public var isSticky: Bool { Self.stickyCodes.contains(code) }

    /// What was being done, what was wrong, the driver's name and number, and the log.
    public var description: String {
        var line = "\(operation.prefix(1).uppercased())\(operation.dropFirst()) failed: \(text)"
        if !name.isEmpty { line += " (\(name), \(code))" }
        line += "."
        return log.isEmpty ? line : line + "\n" + log
    }
}
