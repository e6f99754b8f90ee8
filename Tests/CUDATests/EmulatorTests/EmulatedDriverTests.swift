import CUDAEngine
import Testing

/// The emulator in the place of the driver.
@Suite("PTX emulator: driver")
struct EmulatedDriverTests {
    private static let text = """
        .version 6.0
        .target sm_60
        .address_size 64
        .global .align 8 .f64 offset[1] = { 0d3FF0000000000000 };
        .visible .entry shift(.param .u64 x)
        {
          .reg .b32 %r<2>; .reg .b64 %rd<2>; .reg .f64 %d<3>;
          ld.param.u64 %rd0, [x];
          mov.u32 %r0, %tid.x;
          mad.wide.u32 %rd0, %r0, 8, %rd0;
          ld.global.f64 %d0, [%rd0];
          ld.global.f64 %d1, [offset];
          add.rn.f64 %d2, %d0, %d1;
          st.global.f64 [%rd0], %d2;
          ret;
        }
        """

    private func code(_ work: () throws -> Void) -> Int? {
        do {
            try work()
            return nil
        } catch let error as CUDAError {
            return error.code
        } catch {
            return nil
        }
    }

    @Test("a round trip leaves nothing behind")
    func roundTrip() throws {
        let driver: any DeviceDriver = EmulatedDriver()
        let context = try driver.retainContext(ofDevice: 0)
        let module = try driver.loadModule(Self.text, in: context).handle
        let function = try driver.function("shift", of: module, in: context)
        let address = try driver.allocate(bytes: 32, in: context)
        let values: [Double] = [1, 2, 3, 4]
        try values.withUnsafeBytes { try driver.copy(from: $0, to: address, on: .none, in: context) }
        try driver.launch(
            function, shape: CUDALaunchShape(grid: 1, block: 4), arguments: [address], on: .none, in: context)
        var results = [Double](repeating: 0, count: 4)
        try results.withUnsafeMutableBytes { try driver.copy(from: address, to: $0, on: .none, in: context) }
        #expect(results == [2, 3, 4, 5])
        try driver.fill(address, with: 0, bytes: 8, on: .none, in: context)
        try driver.copy(from: address + 24, to: address + 8, bytes: 8, on: .none, in: context)
        try results.withUnsafeMutableBytes { try driver.copy(from: address, to: $0, on: .none, in: context) }
        #expect(results == [0, 5, 4, 5])
        try driver.free(address, in: context)
        try driver.unload(module, in: context)
        try driver.releaseContext(ofDevice: 0)
        let emulated = try #require(driver as? EmulatedDriver)
        #expect(emulated.leftovers == (0, 0, 0))
        #expect(emulated.launches == ["shift"])
        #expect(emulated.texts == [Self.text])
    }

    @Test("errors have the driver's numbers")
    func errors() throws {
        let driver = EmulatedDriver(totalMemory: 1000)
        let context = try driver.retainContext(ofDevice: 0)
        #expect(code { _ = try driver.retainContext(ofDevice: 1) } == 101)
        #expect(code { _ = try driver.allocate(bytes: 1001, in: context) } == 2)
        #expect(code { try driver.free(1, in: context) } == 1)
        #expect(throws: CUDAError.self) { try driver.loadModule("nonsense", in: context) }
        #expect(code { _ = try driver.loadModule(Self.text + "x", in: context) } == 218)
        let module = try driver.loadModule(Self.text, in: context).handle
        #expect(code { _ = try driver.function("other", of: module, in: context) } == 500)
        let function = try driver.function("shift", of: module, in: context)
        let address = try driver.allocate(bytes: 64, in: context)
        func launch(_ arguments: [UInt64], threads: Int = 1, blocks: Int = 1) -> Int? {
            code {
                try driver.launch(
                    function, shape: CUDALaunchShape(grid: CUDAExtent(blocks), block: CUDAExtent(threads)),
                    arguments: arguments, on: .none, in: context)
            }
        }
        #expect(launch([address]) == nil)
        #expect(launch([]) == 1)
        #expect(launch([address], threads: 2000) == 1)
        #expect(launch([address], threads: 9) == 700)
        #expect(launch([address + 4]) == 716)
        #expect(launch([address], blocks: 2) == 719)
        try driver.unload(module, in: context)
        #expect(launch([address]) == 719)
    }
}
