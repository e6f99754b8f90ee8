import Synchronization

/// A graphics processor: where memory, modules and streams of it come from.
///
/// ```swift
/// let device = try CUDADevice(0)
/// let x = try CUDABuffer([1, 2, 3], on: device)
/// let module = try device.module(text)
/// try module.kernel("twice").launch(CUDALaunchShape(threads: 3), [.buffer(x)])
/// print(try x.elements())
/// ```
///
/// The device's primary context is used, which all users of the device in the process share; each call makes it the
/// calling thread's current one. Devices, buffers,
/// modules, streams, events and graphs may be used from any task and thread. What a task has given to a stream is
/// done in its order; work on different streams has no order unless an event makes one.
///
/// After some errors of kernels (a wrong address, an illegal instruction) the driver does nothing more in the process.
/// Every later call then says that the device was lost, and by what (``CUDAError/Kind/deviceLost``).
public final class CUDADevice: Sendable {
    /// The stream of everything that names no other.
    public let stream: CUDAStream

    let context: DeviceContext
    let memory: DeviceMemory

    private let modules = Mutex<[String: CUDAModule]>([:])

    /// A device of this machine by its number.
    ///
    /// - Throws: why there is no driver, no device of that number, or why it cannot be used.
    public convenience init(_ ordinal: Int = 0) throws(CUDAError) {
        try self.init(ordinal, of: try CUDA.driver())
    }

    /// A device of a driver by its number.
    ///
    /// - Throws: `noDevice`; `notSupported` for a device that is too old; what the driver says.
    package init(_ ordinal: Int, of driver: any DeviceDriver) throws(CUDAError) {
        context = try DeviceContext(driver: driver, ordinal: ordinal)
        memory = DeviceMemory(context)
        stream = try CUDAStream(memory)
    }

    /// The device's number, from 0.
    public var ordinal: Int { context.ordinal }

    /// What the device is and can do.
    public var properties: CUDADeviceProperties { context.properties }

    /// Whether each launch is waited for, so that an error names the kernel that made it. Slow.
    public var debugging: Bool {
        get { context.isDebugging }
        set { context.isDebugging = newValue }
    }

    /// The error after which nothing works on the device in this process, if there was one.
    public var lost: CUDAError? { context.lost }

    /// Waits for all work on the device.
    ///
    /// - Throws: what went wrong in it.
    public func synchronize() throws(CUDAError) {
        try context.perform("waiting for the device") { driver, handle throws(CUDAError) in
            try driver.synchronize(handle)
        }
    }

    /// The device's memory in bytes: what is free for everybody, and all of it.
    public func freeMemory() throws(CUDAError) -> (free: Int, total: Int) {
        try context.perform("asking for free memory") { driver, handle throws(CUDAError) in
            try driver.memoryInfo(in: handle)
        }
    }

    /// Returns memory to the system that is kept for later buffers.
    public func releaseUnusedMemory() throws(CUDAError) {
        try memory.dropUnused()
    }

    /// The module of a PTX text, compiled by the driver at the first use of the text.
    ///
    /// - Throws: `compilationFailed` with the compiler's log.
    public func module(_ text: String) throws(CUDAError) -> CUDAModule {
        // Loading under the lock: who asks for the same text meanwhile waits, instead of compiling it again.
        let result = modules.withLock { modules -> Result<CUDAModule, CUDAError> in
            if let module = modules[text], context.lost == nil { return .success(module) }
            let made = Result { () throws(CUDAError) in
                try CUDAModule(text, context: context, stream: stream)
            }
            if case .success(let module) = made { modules[text] = module }
            return made
        }
        return try result.get()
    }

    /// Forgets the modules made so far; each is unloaded when nobody holds it any more.
    public func forgetModules() {
        // They are unloaded after the lock is open again.
        _ = modules.withLock { modules in
            defer { modules = [:] }
            return modules
        }
    }
}

extension CUDA {
    private static let devices = Mutex<[Int: CUDADevice]>([:])

    /// A device of this machine by its number, the same object at each call: so are its streams, its memory and its
    /// modules.
    ///
    /// - Throws: why there is no driver, no device of that number, or why it cannot be used.
    public static func device(_ ordinal: Int = 0) throws(CUDAError) -> CUDADevice {
        let result = devices.withLock { devices -> Result<CUDADevice, CUDAError> in
            if let device = devices[ordinal] { return .success(device) }
            let made = Result { () throws(CUDAError) in try CUDADevice(ordinal) }
            if case .success(let device) = made { devices[ordinal] = device }
            return made
        }
        return try result.get()
    }
}
