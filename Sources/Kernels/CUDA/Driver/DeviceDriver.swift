/// What this package needs from a driver of graphics processors: the few calls that everything else is built on.
///
/// ``LibraryDriver`` makes the calls of NVIDIA's driver library. Tests put an emulator in its place: the classes above
/// this protocol (``CUDADevice``, ``CUDABuffer``, ``CUDAKernel``, …) see no difference.
///
/// - Calls come from any thread, several at a time. An implementation synchronises itself.
/// - Work that is given a stream may be done later, but in the order of the stream, as if at once in the eyes of
///   `synchronize(_:in:)`. Doing it at once is a right implementation too.
/// - An address is a plain 64-bit word; kernels compute with it, and so may callers (`address + 8 * i`).
/// - Whoever makes a handle destroys it. Nothing is ever destroyed twice, and no handle of `.none` is destroyed.
/// - A failure is thrown as a ``CUDAError`` with the driver's number (``CUDAError/init(code:operation:detail:log:)``).
///   Numbers of ``CUDAError/isSticky`` leave the context unusable: the classes above call no more then but for
///   destroying.
///
/// An emulator must implement what has no default here: devices, memory, copies, modules and launches. The defaults
/// run everything at once on one thread, measure no time, and refuse memory pools and graphs with code 801.
package protocol DeviceDriver: Sendable {
    // MARK: Driver and devices

    /// What the driver is, for messages: the file of the library, or the emulator's name.
    var name: String { get }

    /// The newest version of CUDA the driver knows: 12040 for 12.4.
    var version: Int { get }

    /// The number of devices, numbered from 0.
    func deviceCount() throws(CUDAError) -> Int

    /// What a device is and can do.
    func properties(ofDevice ordinal: Int) throws(CUDAError) -> CUDADeviceProperties

    /// The device's primary context, which all users in the process share. To be released as often as retained.
    func retainContext(ofDevice ordinal: Int) throws(CUDAError) -> ContextHandle

    /// Gives one retained context back.
    func releaseContext(ofDevice ordinal: Int) throws(CUDAError)

    /// Waits for all work of the context, and throws what went wrong in it.
    func synchronize(_ context: ContextHandle) throws(CUDAError)

    // MARK: Memory

    /// Memory of the device that is free, and all of it, in bytes.
    func memoryInfo(in context: ContextHandle) throws(CUDAError) -> (free: Int, total: Int)

    /// New memory of the device, not initialised, aligned to 256 bytes. Never 0 bytes.
    ///
    /// - Throws: code 2 if there is not enough.
    func allocate(bytes: Int, in context: ContextHandle) throws(CUDAError) -> DeviceAddress

    /// Frees memory made by `allocate(bytes:in:)`, once everything that was started on the device has ended.
    func free(_ address: DeviceAddress, in context: ContextHandle) throws(CUDAError)

    /// New memory of the device's pool, there for work that follows on the stream. Only where
    /// ``CUDADeviceProperties/hasMemoryPools``.
    func allocate(
        bytes: Int, on stream: StreamHandle, in context: ContextHandle
    ) throws(CUDAError) -> DeviceAddress

    /// Gives memory back to the pool, once the work before it on the stream has ended.
    func free(_ address: DeviceAddress, on stream: StreamHandle, in context: ContextHandle) throws(CUDAError)

    /// Lets the device's pool keep memory that was given back, instead of returning it at every synchronisation.
    func keepPoolMemory(ofDevice ordinal: Int, in context: ContextHandle) throws(CUDAError)

    /// Returns the pool's free memory to the system.
    func trimPool(ofDevice ordinal: Int, in context: ContextHandle) throws(CUDAError)

    /// New memory of the host that the device can copy from and to without a detour. Never 0 bytes.
    func allocateHost(bytes: Int, in context: ContextHandle) throws(CUDAError) -> UnsafeMutableRawPointer

    /// Frees memory made by `allocateHost(bytes:in:)`.
    func freeHost(_ memory: UnsafeMutableRawPointer, in context: ContextHandle) throws(CUDAError)

    /// Copies from the host to the device. The source is read before the stream's next synchronisation ends.
    func copy(
        from source: UnsafeRawBufferPointer, to target: DeviceAddress, on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError)

    /// Copies from the device to the host. The target is written before the stream's next synchronisation ends.
    func copy(
        from source: DeviceAddress, to target: UnsafeMutableRawBufferPointer, on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError)

    /// Copies within the device, between places that do not overlap.
    func copy(
        from source: DeviceAddress, to target: DeviceAddress, bytes: Int, on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError)

    /// Sets every byte.
    func fill(
        _ target: DeviceAddress, with byte: UInt8, bytes: Int, on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError)

    // MARK: Programs

    /// Makes machine code of a module's PTX text.
    ///
    /// - Throws: code 218 or 222 (and others) with the compiler's log in ``CUDAError/log``.
    func loadModule(_ text: String, in context: ContextHandle) throws(CUDAError) -> LoadedModule

    /// Unloads a module; its functions are gone with it.
    func unload(_ module: ModuleHandle, in context: ContextHandle) throws(CUDAError)

    /// A kernel (`.entry`) of a module.
    ///
    /// - Throws: code 500 if there is none of that name.
    func function(
        _ name: String, of module: ModuleHandle, in context: ContextHandle
    ) throws(CUDAError) -> FunctionHandle

    /// What a kernel takes of a multiprocessor.
    func resources(
        of function: FunctionHandle, in context: ContextHandle
    ) throws(CUDAError) -> CUDAKernelResources

    /// Allows a kernel more shared memory per block, chosen at launch, than the usual 48 KiB.
    func setDynamicSharedLimit(
        _ bytes: Int, of function: FunctionHandle, in context: ContextHandle
    ) throws(CUDAError)

    /// How many blocks of the kernel a multiprocessor runs at a time.
    func residentBlocks(
        of function: FunctionHandle, threadsPerBlock: Int, dynamicSharedBytes: Int, in context: ContextHandle
    ) throws(CUDAError) -> Int

    /// Starts a kernel.
    ///
    /// There is one 64-bit word for each of the kernel's parameters, in their order. A parameter of fewer bytes is in
    /// the word's low ones: the bit pattern of a `.u32`, `.s32` or `.f32` in the lower half.
    func launch(
        _ function: FunctionHandle, shape: CUDALaunchShape, arguments: [UInt64], on stream: StreamHandle,
        in context: ContextHandle
    ) throws(CUDAError)

    // MARK: Streams and events

    /// A new stream, which does not wait for the default one.
    func makeStream(in context: ContextHandle) throws(CUDAError) -> StreamHandle

    /// Destroys a stream; its work still runs to the end.
    func destroy(_ stream: StreamHandle, in context: ContextHandle) throws(CUDAError)

    /// Waits for the stream's work, and throws what went wrong in it.
    func synchronize(_ stream: StreamHandle, in context: ContextHandle) throws(CUDAError)

    /// Whether all work of the stream is done.
    func isDone(_ stream: StreamHandle, in context: ContextHandle) throws(CUDAError) -> Bool

    /// A new event, with a time of its own or only for order.
    func makeEvent(timing: Bool, in context: ContextHandle) throws(CUDAError) -> EventHandle

    /// Destroys an event; what waits for it still does.
    func destroy(_ event: EventHandle, in context: ContextHandle) throws(CUDAError)

    /// Sets the event when the stream's work so far is done.
    func record(_ event: EventHandle, on stream: StreamHandle, in context: ContextHandle) throws(CUDAError)

    /// Lets the stream's further work wait for the event.
    func wait(for event: EventHandle, on stream: StreamHandle, in context: ContextHandle) throws(CUDAError)

    /// Waits for the event on this thread.
    func synchronize(_ event: EventHandle, in context: ContextHandle) throws(CUDAError)

    /// Whether what was recorded with the event is done.
    func isDone(_ event: EventHandle, in context: ContextHandle) throws(CUDAError) -> Bool

    /// Milliseconds between two events with times that are both done.
    func milliseconds(
        from start: EventHandle, to end: EventHandle, in context: ContextHandle
    ) throws(CUDAError) -> Float

    // MARK: Graphs

    /// From now on work given to the stream by this thread is written down instead of being done.
    func beginCapture(on stream: StreamHandle, in context: ContextHandle) throws(CUDAError)

    /// Ends the capture and makes the graph of it that can be started.
    func endCapture(on stream: StreamHandle, in context: ContextHandle) throws(CUDAError) -> GraphHandle

    /// Does all of a graph's work.
    func launch(_ graph: GraphHandle, on stream: StreamHandle, in context: ContextHandle) throws(CUDAError)

    /// Destroys a graph; work already started runs to the end.
    func destroy(_ graph: GraphHandle, in context: ContextHandle) throws(CUDAError)
}

/// A loaded module, and what the compiler had to say about it.
package struct LoadedModule: Hashable, Sendable {
    /// The module.
    package var handle: ModuleHandle
    /// Registers, spills and warnings, as the driver words them; often empty.
    package var log: String

    package init(handle: ModuleHandle, log: String = "") {
        self.handle = handle
        self.log = log
    }
}

/// An address in the device's memory.
package typealias DeviceAddress = UInt64

/// Something the driver made: an opaque word. Its kind keeps a stream from being passed as an event.
package struct DriverHandle<Kind>: Hashable, Sendable {
    /// The driver's pointer, or the emulator's number.
    package let word: UInt

    package init(_ word: UInt) {
        self.word = word
    }

    /// No object. As a stream, the default one.
    package static var none: Self { Self(0) }
}

/// The kinds of a ``DriverHandle``.
package enum HandleKind {
    package enum Context {}
    package enum Stream {}
    package enum Event {}
    package enum Module {}
    package enum Function {}
    package enum Graph {}
}

package typealias ContextHandle = DriverHandle<HandleKind.Context>
package typealias StreamHandle = DriverHandle<HandleKind.Stream>
package typealias EventHandle = DriverHandle<HandleKind.Event>
package typealias ModuleHandle = DriverHandle<HandleKind.Module>
package typealias FunctionHandle = DriverHandle<HandleKind.Function>
package typealias GraphHandle = DriverHandle<HandleKind.Graph>
