import Testing

@testable import CUDAEngine

private let reason: Comment = "there is no C compiler for the stub driver"

@Suite("Failures and graphs on the stub driver", .enabled(if: StubDriver.isAvailable, reason))
struct FailureTests {
    private let shape = CUDALaunchShape(threads: 1)

    // MARK: Lost devices

    @Test(arguments: [StubDriver.Variant.current, .old])
    func aKernelThatFailsLosesTheDevice(_ variant: StubDriver.Variant) throws {
        let living = try StubDriver.living(variant) { device, stub in
            let x = try CUDABuffer([1.0], on: device)
            do { _ = try CUDABuffer<Double>(count: 5000, on: device) }
            let host = try CUDAHostBuffer([1.0], on: device)
            let module = try device.module(stubModule)
            try module.kernel("fail").launch(shape, [])
            #expect(device.lost == nil)
            // The next call that waits brings it to light.
            let error = try #require(throws: CUDAError.self) { try x.elements() }
            #expect(error.kind == .kernelFailed && error.isSticky && device.lost == error)
            #expect(
                error.description
                    == "Copying 1 elements from the device failed: unspecified launch failure "
                    + "(CUDA_ERROR_LAUNCH_FAILED, 719); set the device's `debugging` to find the kernel; "
                    + "the device is lost to this process.")
            let calls: [() throws -> Void] = [
                { try device.synchronize() },
                { try x.clear() },
                { try x.copy(from: [1]) },
                { try x.copy(from: host) },
                { _ = try x.elements() },
                { _ = try CUDABuffer([1.0], on: device) },
                { _ = try CUDAStream(on: device) },
                { _ = try CUDAHostBuffer([1.0], on: device) },
                { _ = try device.module(stubModule) },
                { try module.kernel("twice").launch(self.shape, [.buffer(x), .int(1)]) },
                { _ = try device.stream.record() },
                { _ = try device.stream.isDone() },
                { _ = try CUDAGraph(on: device) { _ in } },
            ]
            for call in calls {
                let later = try #require(throws: CUDAError.self) { try call() }
                #expect(later.kind == .deviceLost && later.code == 719)
                #expect(later.text.hasPrefix("the device was lost to this process when copying 1 elements"))
                #expect(later.text.hasSuffix("failed: unspecified launch failure"))
                #expect(later.advice == "start a new process to use it again")
            }
        }
        // The stub lets go of objects of a lost device, though it reports the error.
        #expect(living == [:])
    }

    @Test func debuggingFindsTheKernel() throws {
        let living = try StubDriver.living { device, stub in
            device.debugging = true
            #expect(device.debugging)
            let x = try CUDABuffer([1.0], on: device)
            let module = try device.module(stubModule)
            try module.kernel("twice").launch(shape, [.buffer(x), .int(1)])
            let error = try #require(throws: CUDAError.self) { try module.kernel("fail").launch(shape, []) }
            #expect(
                error.description
                    == "Running the kernel fail with 1 blocks of 256 threads failed: unspecified launch failure "
                    + "(CUDA_ERROR_LAUNCH_FAILED, 719); the device is lost to this process.")
            #expect(device.lost != nil)
        }
        #expect(living == [:])
    }

    @Test func aLaunchThatIsRefusedLosesNothing() throws {
        let living = try StubDriver.living(.current, ["unnamed errors": 1]) { device, stub in
            let x = try CUDABuffer([1.0], on: device)
            let twice = try device.module(stubModule).kernel("twice")
            stub.set("launch error", 701)
            let error = try #require(throws: CUDAError.self) {
                try twice.launch(shape, [.buffer(x), .int(1)])
            }
            #expect(error.kind == .invalidArgument && error.name == "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES")
            #expect(error.advice == "start with fewer threads per block")
            stub.set("launch error", 0)
            try twice.launch(shape, [.buffer(x), .int(1)])
            #expect(try x.elements() == [2])
        }
        #expect(living == [:])
    }

    @Test func anErrorOfADeinitialiserIsReportedOnce() throws {
        let living = try StubDriver.living { device, stub in
            stub.set("free error", 1)
            do {
                let buffers = try (1...3).map { try CUDABuffer<Double>(count: $0, on: device) }
                #expect(stub["memory"] == buffers.count)
            }
            #expect(stub["memory"] == 0)
            stub.set("free error", 0)
            let error = try #require(throws: CUDAError.self) { try device.synchronize() }
            #expect(error.code == 1)
            #expect(
                error.operation == "giving memory back to the pool, when an object was dropped before,")
            try device.synchronize()
        }
        #expect(living == [:])
    }

    // MARK: Streams and events

    @Test func eventsMeasureTheTime() async throws {
        let stub = try StubDriver()
        do {
            let device = try stub.device()
            let x = try CUDABuffer([1.0], on: device)
            let twice = try device.module(stubModule).kernel("twice")
            let shape = shape
            // The stub's kernels take 2 ms each.
            let seconds = try device.stream.seconds { () throws(CUDAError) in
                for _ in 0..<3 { try twice.launch(shape, [.buffer(x), .int(1)]) }
            }
            #expect(abs(seconds - 0.006) < 1e-9)
            let stream = try CUDAStream(on: device)
            let event = try stream.record()
            try device.stream.wait(for: event)
            #expect(try event.isDone() && stream.isDone())
            try event.synchronize()
            let error = try #require(throws: CUDAError.self) { try event.seconds(since: event) }
            #expect(error.kind == .invalidArgument && error.advice == "record both with `timing: true`")
            try await stream.finished()
        }
        #expect(stub.living == [:])
    }

    @Test func tasksShareADevice() async throws {
        for variant in [StubDriver.Variant.current, .old] {
            let stub = try StubDriver(variant)
            do {
                let device = try stub.device()
                let sums = try await withThrowingTaskGroup(of: Double.self) { group in
                    for task in 0..<16 {
                        group.addTask {
                            let stream = try CUDAStream(on: device)
                            let twice = try device.module(stubModule).kernel("twice")
                            var sum = 0.0
                            for turn in 0..<20 {
                                let values = (0..<10).map { Double($0 + task + turn) }
                                let x = try CUDABuffer(values, on: device, stream: stream)
                                try twice.launch(
                                    CUDALaunchShape(threads: 10), [.buffer(x), .int(10)], on: stream)
                                try await stream.finished()
                                sum += try x.elements().reduce(0, +)
                            }
                            return sum
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                // Σ over 20 turns of 2 Σ (i + task + turn) = 20·2·(45 + 10·task) + 2·10·190.
                let expected = (0..<16).map { (task: Int) -> Double in Double(5600 + 400 * task) }
                #expect(sums.sorted() == expected)
                #expect(stub["loads"] == 1 && stub["launches"] == 320)
            }
            #expect(stub.living == [:])
        }
    }

    // MARK: Graphs

    @Test func graphsRepeatTheirWork() throws {
        let living = try StubDriver.living { device, stub in
            var graph: CUDAGraph?
            var x: CUDABuffer<Double>? = try CUDABuffer([1.0, 2], on: device)
            let buffer = try #require(x)
            do {
                let twice = try device.module(stubModule).kernel("twice")
                let shape = shape
                graph = try CUDAGraph(on: device) { stream throws(CUDAError) in
                    try twice.launch(shape, [.buffer(buffer), .int(2)], on: stream)
                    try twice.launch(shape, [.buffer(buffer), .int(1)], on: stream)
                }
            }
            #expect(stub["launches"] == 0)
            device.forgetModules()
            // The graph's kernels are still there.
            #expect(stub["modules"] == 1)
            for _ in 0..<3 { try graph?.launch() }
            #expect(try buffer.elements() == [64, 16])
            try graph?.launch(on: try CUDAStream(on: device))
            x = nil
            graph = nil
            #expect(stub["modules"] == 0 && stub["graphs"] == 0)
        }
        #expect(living == [:])
    }

    @Test func aGraphHoldsItsBuffers() throws {
        let living = try StubDriver.living { device, stub in
            let twice = try device.module(stubModule).kernel("twice")
            let shape = shape
            func make() throws -> CUDAGraph {
                let x = try CUDABuffer([1.0], on: device)
                return try CUDAGraph(on: device) { stream throws(CUDAError) in
                    try twice.launch(shape, [.buffer(x), .int(1)], on: stream)
                }
            }
            do {
                let graph = try make()
                #expect(stub["memory"] == 1)
                try graph.launch()
            }
            #expect(stub["memory"] == 0)
        }
        #expect(living == [:])
    }

    @Test func whatAGraphCannotHoldIsRefused() throws {
        let living = try StubDriver.living { device, stub in
            let x = try CUDABuffer([1.0], on: device)
            let host = try CUDAHostBuffer([1.0], on: device)
            let empty = try CUDAGraph(on: device) { _ in }
            func refuse(_ work: (CUDAStream) throws(CUDAError) -> Void) throws {
                let error = try #require(throws: CUDAError.self) { try CUDAGraph(on: device, work) }
                #expect(error.kind == .invalidArgument)
                #expect(error.text == "the stream is recording a graph, in which nothing is waited for")
                #expect(stub["graphs"] == 1)
            }
            try refuse { stream throws(CUDAError) in try stream.synchronize() }
            try refuse { stream throws(CUDAError) in _ = try stream.isDone() }
            try refuse { stream throws(CUDAError) in _ = try stream.seconds { () throws(CUDAError) in } }
            try refuse { stream throws(CUDAError) in _ = try x.elements(on: stream) }
            try refuse { stream throws(CUDAError) in try x.copy(from: [1], on: stream) }
            try refuse { stream throws(CUDAError) in try x.copy(from: host, on: stream) }
            try refuse { stream throws(CUDAError) in try x.copy(to: host, on: stream) }
            try refuse { stream throws(CUDAError) in try empty.launch(on: stream) }
            try refuse { stream throws(CUDAError) in
                _ = try CUDABuffer<Double>(count: 1, on: device, stream: stream)
            }
            stub.set("capture error", 901)
            let error = try #require(throws: CUDAError.self) { try CUDAGraph(on: device) { _ in } }
            #expect(error.code == 901)
        }
        #expect(living == [:])
    }

    @Test func anOldDriverHasNoGraphs() throws {
        let living = try StubDriver.living(.old) { device, stub in
            let error = try #require(throws: CUDAError.self) { try CUDAGraph(on: device) { _ in } }
            #expect(error.kind == .notSupported && error.operation == "recording a graph")
        }
        #expect(living == [:])
    }
}

@Suite("Parameters of kernels in PTX text")
struct PTXParametersTests {
    @Test func sizesAreRead() throws {
        func sizes(_ text: String, _ name: String = "f") -> [Int]? {
            PTXParameters.sizes(ofKernel: name, in: text)?.sizes
        }
        #expect(sizes(".entry f { }") == [])
        #expect(sizes(".entry f() { }") == [])
        #expect(sizes(".visible .entry f(.param .u64 a,.param .f32 b, .param .u8 c){}") == [8, 4, 1])
        #expect(sizes(".entry f(.param .u64 .ptr .global .align 8 a) {}") == [8])
        #expect(sizes("// .entry f(.param .u32 x)\n/* .entry f() */ .entry f(.param .f64 x) {}") == [8])
        #expect(sizes(".entry ff() {} .entry f(.param .u16 x) {}") == [2])
        #expect(sizes(".entry ff() {}") == nil)
        #expect(sizes(".func f(.param .u16 x) {}") == nil)
        #expect(sizes(".entry f(.param .u64 /* never closed") == nil)
        #expect(sizes("") == nil)
        let array = try #require(
            PTXParameters.sizes(ofKernel: "f", in: ".entry f(.param .align 8 .b8 p[16], .param .u64 q) {}"))
        #expect(array.sizes == nil && array.bad == "p")
    }
}
