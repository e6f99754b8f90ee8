import Testing

@testable import CUDAEngine

private let reason: Comment = "there is no C compiler for the stub driver"

@Suite("Kernels on the stub driver", .enabled(if: StubDriver.isAvailable, reason))
struct KernelTests {
    @Test func whatADriverDoesNotKnowIsRefused() throws {
        let living = try StubDriver.living(.minimal) { device, stub in
            let kernel = try device.module(stubModule).kernel("twice")
            let calls: [() throws -> Void] = [
                { _ = try device.freeMemory() }, { _ = try kernel.resources() },
                { _ = try kernel.residentBlocks(threadsPerBlock: 32) }, { _ = try device.stream.record() },
                { _ = try CUDAGraph(on: device) { _ in } },
            ]
            for call in calls {
                let error = try #require(throws: CUDAError.self) { try call() }
                #expect(error.kind == .notSupported && error.name == "CUDA_ERROR_NOT_SUPPORTED")
            }
            #expect(try device.stream.isDone())
        }
        #expect(living == [:])
    }

    @Test func kernelsGetTheirArguments() throws {
        let living = try StubDriver.living { device, stub in
            let module = try device.module(stubModule)
            #expect(module.log == "ptxas info    : 12 registers")
            let x = try CUDABuffer([1.0, 2, 3], on: device)
            let twice = try module.kernel("twice")
            #expect(try twice.resources().registers == 12)
            #expect(try twice.residentBlocks(threadsPerBlock: 256) == 8)
            try twice.launch(CUDALaunchShape(threads: 3), [.buffer(x), .int(3)])
            #expect(try x.elements() == [2, 4, 6])
            try module.kernel("store").launch(
                CUDALaunchShape(grid: 1, block: 1), [.buffer(x), .double(-0.1), .float(-0.5), .int32(-7)])
            #expect(try x.elements() == [-0.1, -0.5, -7])
            // The same text is compiled once.
            #expect(try device.module(stubModule) === module)
            #expect(stub["loads"] == 1)
            device.forgetModules()
            #expect(try device.module(stubModule) !== module)
        }
        #expect(living == [:])
    }

    @Test func wrongArgumentsAreRefused() throws {
        let living = try StubDriver.living { device, stub in
            let module = try device.module(stubModule)
            let x = try CUDABuffer([1.0], on: device)
            let twice = try module.kernel("twice")
            func text(_ shape: CUDALaunchShape, _ arguments: [CUDAArgument]) throws -> String {
                try #require(throws: CUDAError.self) { try twice.launch(shape, arguments) }.text
            }
            let one = CUDALaunchShape(grid: 1, block: 1)
            #expect(try text(one, [.buffer(x)]) == "it has 2 parameters, and 1 arguments were given")
            #expect(
                try text(one, [.buffer(x), .float(1)]) == "parameter 1 has 8 bytes, and the argument 4")
            let good: [CUDAArgument] = [.buffer(x), .int(1)]
            for shape in [
                CUDALaunchShape(grid: 0, block: 1), CUDALaunchShape(grid: 1, block: 0),
                CUDALaunchShape(grid: -1, block: 1), CUDALaunchShape(grid: 1, block: 1025),
                CUDALaunchShape(grid: CUDAExtent(1, 65536), block: 1),
                CUDALaunchShape(grid: CUDAExtent(1 << 31), block: 1),
                CUDALaunchShape(grid: 1, block: CUDAExtent(1, 1, 65)),
                CUDALaunchShape(grid: 1, block: CUDAExtent(.max, .max)),
                CUDALaunchShape(grid: 1, block: 1, dynamicSharedBytes: 232_449),
                CUDALaunchShape(grid: 1, block: 1, dynamicSharedBytes: -1),
            ] {
                let error = try #require(throws: CUDAError.self) { try twice.launch(shape, good) }
                #expect(error.kind == .invalidArgument, "\(shape)")
                #expect(error.operation == "running the kernel twice with \(shape)")
            }
            for (threads, bytes) in [(0, 0), (-1, 0), (1025, 0), (.min, 0), (.max, 0), (32, -1), (32, .max)] {
                let error = try #require(throws: CUDAError.self) {
                    try twice.residentBlocks(threadsPerBlock: threads, dynamicSharedBytes: bytes)
                }
                #expect(error.kind == .invalidArgument, "\(threads) \(bytes)")
            }
            #expect(try twice.residentBlocks(threadsPerBlock: 32) == 64)
            #expect(stub["launches"] == 0)
            try twice.launch(CUDALaunchShape(grid: 1, block: 1, dynamicSharedBytes: 100_000), good)
            #expect(stub["shared limit"] == 100_000 && stub["launches"] == 1)
            let missing = try #require(throws: CUDAError.self) { try module.kernel("thrice") }
            #expect(missing.kind == .functionNotFound && missing.operation == "looking up the kernel thrice")
            #expect(throws: CUDAError.self) { try device.module("a\0b") }
        }
        #expect(living == [:])
    }

    @Test func objectsOfTwoDriversDoNotMix() throws {
        let first = try StubDriver()
        let second = try StubDriver()
        do {
            let (a, b) = (try first.device(), try second.device())
            let x = try CUDABuffer([1.0], on: a)
            let y = try CUDABuffer([1.0], on: b)
            #expect(throws: CUDAError.self) { try x.copy(from: y) }
            #expect(throws: CUDAError.self) { try x.clear(on: b.stream) }
            #expect(throws: CUDAError.self) { try CUDABuffer<Double>(count: 1, on: a, stream: b.stream) }
            let kernel = try a.module(stubModule).kernel("twice")
            for (buffer, stream) in [(y, a.stream), (x, b.stream)] {
                let error = #expect(throws: CUDAError.self) {
                    try kernel.launch(CUDALaunchShape(threads: 1), [.buffer(buffer), .int(1)], on: stream)
                }
                #expect(error?.kind == .invalidArgument)
            }
        }
        #expect(first.living == [:] && second.living == [:])
    }

    @Test(arguments: [218, 222, 999]) func theCompilerRefusesAModule(_ code: Int) throws {
        let living = try StubDriver.living(.current, ["load error": code, "unnamed errors": 1]) {
            device, stub in
            let error = try #require(throws: CUDAError.self) { try device.module(stubModule) }
            #expect(error.kind == (code == 999 ? .driver : .compilationFailed) && error.code == code)
            #expect(
                error.log.hasPrefix(
                    "ptxas application ptx input, line 7; error   : Not a name of any known instruction: 'frob'\n"
                ))
            #expect(error.description.contains(".\nptxas application"))
            // The log had no end of its own.
            #expect(error.log.utf8.count == 16_383)
            // The next try is a new one.
            stub.set("load error", 0)
            _ = try device.module(stubModule)
        }
        #expect(living == [:])
    }
}
