import Synchronization

/// One device's primary context: through it goes every call on the device.
///
/// It remembers that the device was lost, and what went wrong where nobody could be told. All objects of the device
/// hold it, so that the context is given back last.
final class DeviceContext: Sendable {
    let driver: any DeviceDriver
    let ordinal: Int
    let properties: CUDADeviceProperties
    let handle: ContextHandle

    private struct State: Sendable {
        var lost: CUDAError?
        var unreported: CUDAError?
    }

    private let state = Mutex(State())
    private let debug = Atomic(false)

    init(driver: any DeviceDriver, ordinal: Int) throws(CUDAError) {
        let operation = "opening device \(ordinal)"
        let count = try driver.deviceCount()
        guard ordinal >= 0, ordinal < count else {
            let there = count == 0 ? "there is none" : "there are \(count), numbered from 0"
            throw CUDAError(.noDevice, "there is no device of that number: \(there)", operation: operation)
        }
        var properties = try driver.properties(ofDevice: ordinal)
        guard properties.computeCapability >= Self.oldestArchitecture else {
            throw CUDAError(
                .notSupported,
                "\(properties.name) has compute capability \(properties.computeCapability), and "
                    + "\(Self.oldestArchitecture) is needed",
                operation: operation)
        }
        handle = try driver.retainContext(ofDevice: ordinal)
        if properties.hasMemoryPools {
            // A pool that gives everything back at each synchronisation is slower than the cache of this package.
            do {
                try driver.keepPoolMemory(ofDevice: ordinal, in: handle)
            } catch {
                properties.hasMemoryPools = false
            }
        }
        self.driver = driver
        self.ordinal = ordinal
        self.properties = properties
    }

    deinit {
        // After this there is nobody left to tell.
        try? driver.releaseContext(ofDevice: ordinal)
    }

    /// Atomic addition of doubles came with it, and every driver of today still compiles for it.
    static let oldestArchitecture = CUDAComputeCapability(major: 6, minor: 0)

    /// Whether each launch is waited for.
    var isDebugging: Bool {
        get { debug.load(ordering: .relaxed) }
        set { debug.store(newValue, ordering: .relaxed) }
    }

    /// The error that lost the device.
    var lost: CUDAError? { state.withLock { $0.lost } }

    /// Calls the driver, unless the device is lost or there is an error to report first.
    func perform<Result>(
        _ operation: @autoclosure () -> String,
        _ body: (any DeviceDriver, ContextHandle) throws(CUDAError) -> Result
    ) throws(CUDAError) -> Result {
        try report(operation())
        do {
            return try body(driver, handle)
        } catch {
            let error = error.during(operation())
            note(error)
            throw error
        }
    }

    /// Calls the driver from a deinitialiser, which must not throw. An error is reported by the next call.
    func dispose(_ body: (any DeviceDriver, ContextHandle) throws(CUDAError) -> Void) {
        do {
            try body(driver, handle)
        } catch {
            // On a lost device every call fails; that is known.
            state.withLock { state in
                if error.isSticky, state.lost == nil {
                    state.lost = error
                } else if state.lost == nil, state.unreported == nil {
                    state.unreported = error
                }
            }
        }
    }

    /// Remembers an error after which the device does nothing any more.
    func note(_ error: CUDAError) {
        guard error.isSticky else { return }
        state.withLock { state in
            if state.lost == nil { state.lost = error }
        }
    }

    private func report(_ operation: @autoclosure () -> String) throws(CUDAError) {
        let known = state.withLock { state in
            let known = state
            state.unreported = nil
            return known
        }
        if let lost = known.lost { throw lost.lost(operation: operation()) }
        if let unreported = known.unreported {
            throw unreported.during("\(unreported.operation), when an object was dropped before,")
        }
    }

    /// Whether the other is the same context of the same driver.
    func isSame(as other: DeviceContext) -> Bool {
        self === other
            || (ordinal == other.ordinal && handle == other.handle && driver.name == other.driver.name)
    }
}
