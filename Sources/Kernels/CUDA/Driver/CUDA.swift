import CCUDA

/// NVIDIA's graphics processors on this machine.
///
/// The driver library is opened at the first use, once: `libcuda.so.1`, or what the environment variable
/// `CUDA_DRIVER_LIBRARY` names. Programs built without any part of the toolkit run where there is a driver, and say
/// what is missing where there is none.
public enum CUDA {
    private static let opened = Result { () throws(CUDAError) in try LibraryDriver() }

    /// The driver of this machine.
    ///
    /// - Throws: why there is none.
    package static func driver() throws(CUDAError) -> any DeviceDriver {
        try opened.get()
    }

    /// Why no device can be used here, or nil if one can.
    ///
    /// ```swift
    /// if let reason = CUDA.unavailability() { print(reason) }
    /// ```
    public static func unavailability() -> CUDAError? {
        do {
            return unavailability(of: try driver())
        } catch {
            return error
        }
    }

    /// Why a driver has no device to use, or nil if it has one.
    package static func unavailability(of driver: any DeviceDriver) -> CUDAError? {
        do {
            if try driver.deviceCount() > 0 { return nil }
            return CUDAError(
                .noDevice, "the driver \(driver.name) finds no device", operation: "counting devices")
        } catch {
            return error
        }
    }

    /// The number of devices: 0 where there is no driver.
    public static var deviceCount: Int { (try? driver().deviceCount()) ?? 0 }

    /// The newest version of CUDA that the driver knows, as it is written: "12.4"; nil where there is no driver.
    public static var driverVersion: String? {
        guard let driver = try? driver() else { return nil }
        return text(ofVersion: driver.version)
    }

    /// The version of the toolkit with whose header the package's declarations were compared when it was built: "12.9";
    /// nil if there was none.
    public static var checkedHeaderVersion: String? {
        let version = Int(ccuda_checked_version())
        return version > 0 ? text(ofVersion: version) : nil
    }

    static func text(ofVersion version: Int) -> String { "\(version / 1000).\(version % 1000 / 10)" }
}
