import CUDAEngine
import Testing

/// Gives a device that is the emulator to some work, and checks that nothing is left on it.
func withEmulatedDevice<Result>(
    totalMemory: Int = 1 << 30, _ work: (CUDADevice, EmulatedDriver) throws -> Result
) throws -> Result {
    var options = Emulator.Options()
    options.allowsDivisionByZero = true
    let driver = EmulatedDriver(options: options, totalMemory: totalMemory)
    func useDevice() throws -> Result { try work(CUDADevice(0, of: driver), driver) }
    let result = try useDevice()
    #expect(driver.leftovers == (0, 0, 0))
    return result
}

/// Numbers between -1 and 1, the same in every run.
func testNumbers(_ count: Int, seed: Int = 1) -> [Double] {
    var state = UInt64(seed) &* 2_862_933_555_777_941_757 &+ 3_037_000_493
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return 2 * Double(state >> 11) * 0x1p-53 - 1
    }
}

/// Small blocks, and so few that threads take several iterations.
var smallBlocks: PTXOptions {
    var options = PTXOptions()
    options.threadsPerBlock = 32
    options.maximumBlocks = 2
    return options
}
