/// Where a program is compiled for: a graphics processor.
///
/// ```swift
/// let fast = try compile(f, on: .cuda)
/// ```
public struct CUDATarget: Sendable {
    private let chosen: CUDADevice?

    /// The machine's first device, `CUDA.device(0)`.
    public static var cuda: CUDATarget { CUDATarget(chosen: nil) }

    /// A device of the caller's.
    public static func cuda(_ device: CUDADevice) -> CUDATarget { CUDATarget(chosen: device) }

    /// The device.
    ///
    /// - Throws: why there is no driver, or no device.
    func device() throws(CUDAError) -> CUDADevice {
        if let chosen { return chosen }
        if let reason = CUDA.unavailability() { throw reason }
        return try CUDA.device(0)
    }
}
