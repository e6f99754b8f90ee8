import Foundation
import Testing

@testable import CUDAEngine

@Suite("Opening a driver")
struct LoadingTests {
    private func failure(_ path: String) throws -> CUDAError {
        try #require(throws: CUDAError.self) { try LibraryDriver(path: path) }
    }

    @Test func aPathThatIsNotThere() throws {
        let error = try failure("/nowhere/libcuda.so.1")
        #expect(error.kind == .driverNotFound && error.code == -1 && error.name.isEmpty)
        #expect(error.description.hasPrefix("Opening the driver failed: no NVIDIA driver library: "))
        #expect(error.description.contains("/nowhere/libcuda.so.1"))
        #expect(
            error.description.hasSuffix(
                "; install NVIDIA's driver; CUDA_DRIVER_LIBRARY, if it is set, must name the driver's library."
            ))
    }

    @Test func aFileThatIsNoLibrary() throws {
        let error = try failure(#filePath)
        #expect(error.kind == .driverNotFound)
        #expect(error.text.contains(#filePath))
    }

    #if os(Linux)
        @Test func aLibraryThatIsNoDriver() throws {
            let error = try failure("libm.so.6")
            #expect(error.kind == .unsuitableLibrary && error.code == -2)
            #expect(
                error.text
                    == "the library libm.so.6 is no NVIDIA driver: it lacks cuInit"
            )
        }
    #endif

    @Test func everyKindOfErrorIsOneSentence() {
        for kind in CUDAError.Kind.allCases {
            let text = CUDAError(kind, "it is so", operation: "trying").description
            #expect(text.hasPrefix("Trying failed: it is so") && text.hasSuffix(".") && !text.contains(".."))
        }
    }

    // In processes of their own, as the driver is opened once in each.

    @Test func theEnvironmentNamesNothing() async {
        await #expect(processExitsWith: .success) {
            setenv("CUDA_DRIVER_LIBRARY", "/nowhere/driver.so", 1)
            let error = try #require(CUDA.unavailability())
            #expect(error.kind == .driverNotFound)
            #expect(error.text.contains("named by the environment variable CUDA_DRIVER_LIBRARY"))
            #expect(error.text.contains("/nowhere/driver.so"))
            #expect(CUDA.deviceCount == 0 && CUDA.driverVersion == nil)
            #expect(throws: error) { try CUDA.device() }
            #expect(throws: error) { try CUDADevice(0) }
        }
    }

    @Test func theMachineAsItIs() async {
        await #expect(processExitsWith: .success) {
            unsetenv("CUDA_DRIVER_LIBRARY")
            if let error = CUDA.unavailability() {
                #expect([.driverNotFound, .driverTooOld, .noDevice].contains(error.kind), "\(error)")
                #expect(throws: CUDAError.self) { try CUDA.device() }
            } else {
                #expect(CUDA.deviceCount > 0)
                let device = try CUDA.device()
                #expect(try CUDA.device() === device)
            }
        }
    }
}

@Suite(
    "Opening the stub driver",
    .enabled(if: StubDriver.isAvailable, "there is no C compiler for the stub driver"))
struct StubLoadingTests {
    private func failure(_ stub: StubDriver) throws -> CUDAError {
        try #require(throws: CUDAError.self) { try stub.device() }
    }

    @Test func aDriverThatWorks() throws {
        let stub = try StubDriver()
        let driver = try LibraryDriver(path: stub.path)
        #expect(driver.name == stub.path && driver.version == 12040)
        #expect(CUDA.unavailability(of: driver) == nil)
        let properties = try CUDADevice(0, of: driver).properties
        #expect(properties.name == "Stub 0" && properties.computeCapability.target == "sm_90")
        #expect(properties.totalMemory == 1 << 30 && properties.multiprocessors == 132)
        #expect(properties.hasMemoryPools && properties.maximumSharedBytesPerBlock == 232_448)
        // 2 × 2619 MHz × 5120 bits.
        #expect(abs(properties.peakMemoryBandwidth - 3.352e12) < 1e9)
        #expect(stub.living == [:])
    }

    @Test func aFunctionIsMissing() throws {
        let error = try failure(try StubDriver(.incomplete))
        #expect(error.kind == .unsuitableLibrary && error.text.hasSuffix("it lacks cuMemFree_v2"))
    }

    @Test func theDriverIsTooOld() throws {
        let stub = try StubDriver(.current, ["version": 8000])
        let error = try failure(stub)
        #expect(error.kind == .driverTooOld)
        #expect(error.text == "the driver \(stub.path) knows CUDA 8.0 and not yet 9.0, which is needed")
    }

    @Test func initialisationFails() throws {
        let error = try failure(try StubDriver(.current, ["init error": 100]))
        #expect(error.kind == .noDevice && error.code == 100)
        #expect(error.name == "STUB_ERROR" && error.text == "an error of the stub")
        // The toolkit's stub cannot name its own error.
        let silent = try failure(try StubDriver(.current, ["init error": 34, "unnamed errors": 1]))
        #expect(silent.kind == .unsuitableLibrary && silent.name == "CUDA_ERROR_STUB_LIBRARY")
        // Nor does this package know every number.
        let unknown = try failure(try StubDriver(.current, ["init error": 12345, "unnamed errors": 1]))
        #expect(unknown.kind == .driver && unknown.code == 12345 && !unknown.text.isEmpty)
    }

    @Test func thereIsNoDevice() throws {
        let stub = try StubDriver(.current, ["devices": 0])
        let driver = try LibraryDriver(path: stub.path)
        #expect(CUDA.unavailability(of: driver)?.kind == .noDevice)
        let error = try failure(stub)
        #expect(error.kind == .noDevice && error.text == "there is no device of that number: there is none")
        #expect(stub.living == [:])
    }

    @Test(arguments: [-1, 1, 2, Int.max]) func thereIsNoDeviceOfThatNumber(_ ordinal: Int) throws {
        let stub = try StubDriver()
        let driver = try LibraryDriver(path: stub.path)
        let error = try #require(throws: CUDAError.self) { try CUDADevice(ordinal, of: driver) }
        #expect(error.kind == .noDevice && error.operation == "opening device \(ordinal)")
        #expect(error.text == "there is no device of that number: there are 1, numbered from 0")
    }

    @Test func theDeviceIsTooOld() throws {
        let stub = try StubDriver(.current, ["major": 5])
        let error = try failure(stub)
        #expect(
            error.kind == .notSupported && error.text.contains("compute capability 5.0, and 6.0 is needed"))
        #expect(stub.living == [:])
    }

    @Test func theFirstStreamCannotBeMade() throws {
        let stub = try StubDriver(.current, ["stream error": 2])
        #expect(try failure(stub).kind == .outOfMemory)
        #expect(stub.living == [:])
    }

    @Test func theEnvironmentNamesTheStub() async {
        await #expect(processExitsWith: .success) {
            let stub = try StubDriver()
            setenv("CUDA_DRIVER_LIBRARY", stub.path, 1)
            #expect(CUDA.unavailability() == nil)
            #expect(CUDA.deviceCount == 1 && CUDA.driverVersion == "12.4")
            let device = try CUDA.device()
            #expect(try CUDA.device() === device)
            #expect(try CUDABuffer([1.0, 2.0], on: device).elements() == [1, 2])
        }
    }
}
