import Testing

@testable import CUDAEngine

private let reason: Comment = "there is no C compiler for the stub driver"

@Suite("Memory of the stub driver", .enabled(if: StubDriver.isAvailable, reason))
struct MemoryTests {
    @Test func memoryThatIsFree() throws {
        let living = try StubDriver.living { device, stub in
            let memory = try device.freeMemory()
            #expect(memory.free == 1 << 20 && memory.total == 1 << 30)
        }
        #expect(living == [:])
    }

    @Test(arguments: StubDriver.Variant.allCases.dropLast())
    func buffersHoldWhatIsCopied(_ variant: StubDriver.Variant) throws {
        let living = try StubDriver.living(variant) { device, stub in
            #expect(device.properties.hasMemoryPools == (variant == .current))
            let values = [-0.0, .nan, .infinity, .leastNonzeroMagnitude, 1.7976931348623157e308, 1]
            let buffer = try CUDABuffer(values, on: device)
            #expect(try buffer.elements().map(\.bitPattern) == values.map(\.bitPattern))
            try buffer.copy(from: [7, 8], at: 4)
            #expect(try buffer.elements().suffix(3) == [.leastNonzeroMagnitude, 7, 8])
            let other = try CUDABuffer<Double>(zeros: 6, on: device)
            #expect(try other.elements() == [0, 0, 0, 0, 0, 0])
            try other.copy(from: buffer)
            #expect(try other.elements().suffix(2) == [7, 8])
            var part = [0.0, 0.0]
            try part.withUnsafeMutableBufferPointer { try other.copy(to: $0, from: 4) }
            #expect(part == [7, 8])
            #expect(try CUDABuffer<Int32>([1, 2, 3], on: device).elements() == [1, 2, 3])
            let twice = try device.module(stubModule).kernel("twice")
            let second = try CUDAStream(on: device)
            try twice.launch(CUDALaunchShape(threads: 2), [.buffer(other), .int(6)], on: second)
            try second.synchronize()
            #expect(try other.elements().suffix(2) == [14, 16])
            let host = try CUDAHostBuffer<Double>(zeros: 2, on: device)
            try other.copy(to: host, from: 4)
            #expect(try host.elements() == [14, 16])
        }
        #expect(living == [:])
    }

    @Test func emptyBuffersTakeNoMemory() throws {
        let living = try StubDriver.living { device, stub in
            let buffer = try CUDABuffer<Double>([], on: device)
            #expect(buffer.address == 0 && buffer.count == 0)
            #expect(try buffer.elements() == [])
            try buffer.clear()
            try buffer.copy(from: try CUDABuffer<Double>(count: 0, on: device))
            let host = try CUDAHostBuffer<Double>([], on: device)
            try buffer.copy(from: host)
            #expect(try host.elements() == [])
            #expect(stub["allocations"] == 0)
        }
        #expect(living == [:])
    }

    @Test func placesOutsideABufferAreRefused() throws {
        let living = try StubDriver.living { device, stub in
            let buffer = try CUDABuffer([1.0, 2, 3], on: device)
            for (start, count) in [(-1, 1), (4, 0), (3, 1), (0, 4), (Int.max, 2), (Int.min, 1)] {
                let error = #expect(throws: CUDAError.self) {
                    try buffer.copy(from: [Double](repeating: 0, count: count), at: start)
                }
                #expect(error?.kind == .invalidArgument)
                #expect(
                    error?.text == "\(count) elements from place \(start) on are not inside a buffer of 3")
            }
            for count in [-1, Int.min, Int.max] {
                #expect(throws: CUDAError.self) { try CUDABuffer<Double>(count: count, on: device) }
                #expect(throws: CUDAError.self) { try CUDAHostBuffer<Double>(zeros: count, on: device) }
            }
            #expect(throws: CUDAError.self) { try buffer.copy(from: buffer) }
            #expect(try buffer.elements() == [1, 2, 3])
        }
        #expect(living == [:])
    }

    @Test func theSecondAllocationFailsForGood() throws {
        for variant in [StubDriver.Variant.current, .old] {
            let living = try StubDriver.living(variant) { device, stub in
                stub.set("failing allocation", 2)
                stub.set("failing allocations", 5)
                let first = try CUDABuffer([1.0], on: device)
                let error = try #require(throws: CUDAError.self) {
                    try CUDABuffer<Double>(count: 1000, on: device)
                }
                #expect(error.kind == .outOfMemory && error.code == 2)
                #expect(error.operation == "allocating 8000 bytes, with 1048576 of 1073741824 bytes free,")
                #expect(error.description.hasSuffix("or do the work in smaller pieces."))
                // Tried twice, after waiting and trimming.
                #expect(stub["allocations"] == 3)
                #expect(stub["trims"] == (variant == .current ? 1 : 0))
                #expect(stub["synchronizations"] > 1)
                #expect(device.lost == nil)
                #expect(try first.elements() == [1])
            }
            #expect(living == [:])
        }
    }

    @Test func theSecondAllocationFailsOnce() throws {
        for variant in [StubDriver.Variant.current, .old] {
            let living = try StubDriver.living(variant) { device, stub in
                do { _ = try CUDABuffer<Double>(count: 100, on: device) }
                stub.set("failing allocation", 1)
                // Another size, which the cache does not have; what is cached is given back first.
                let buffer = try CUDABuffer([Double](repeating: 2, count: 1000), on: device)
                #expect(try buffer.elements().allSatisfy { $0 == 2 })
                #expect(stub["memory"] == 1)
                #expect(stub["allocations"] == 3)
            }
            #expect(living == [:])
        }
    }

    @Test func withoutAPoolMemoryIsUsedAgain() throws {
        let living = try StubDriver.living(.old) { device, stub in
            var addresses: Set<UInt64> = []
            for _ in 0..<10 { addresses.insert(try CUDABuffer<Double>(count: 100, on: device).address) }
            #expect(addresses.count == 1 && stub["allocations"] == 1)
            #expect(device.memory.cachedBytes == DeviceMemory.size(for: 800))
            // Not on another stream, where the first one's work may still be running.
            let other = try CUDAStream(on: device)
            let buffer = try CUDABuffer<Double>(count: 100, on: device, stream: other)
            #expect(!addresses.contains(buffer.address))
            try device.releaseUnusedMemory()
            #expect(device.memory.cachedBytes == 0 && stub["memory"] == 1)
        }
        #expect(living == [:])
    }

    @Test func theMemoryOfAStreamGoesWithIt() throws {
        let living = try StubDriver.living(.old) { device, stub in
            do {
                let stream = try CUDAStream(on: device)
                do { _ = try CUDABuffer<Double>(count: 100, on: device, stream: stream) }
                #expect(stub["memory"] == 1)
            }
            // Another stream may get the same handle, and has no order with this one's work.
            #expect(stub["memory"] == 0)
        }
        #expect(living == [:])
    }

    @Test func sizesOfBlocks() {
        #expect(DeviceMemory.size(for: 1) == 512)
        #expect(DeviceMemory.size(for: 513) == 640)
        #expect(DeviceMemory.size(for: 1024) == 1024)
        #expect(DeviceMemory.size(for: 1025) == 1280)
        #expect(DeviceMemory.size(for: Int.max) == Int.max)
        for shift in 0..<50 {
            let power = 1 << shift
            for bytes in [power, power + 1, power / 2 * 3 + 1] {
                let size = DeviceMemory.size(for: bytes)
                #expect(size >= bytes && (size == 512 || Double(size) <= 1.25 * Double(bytes)))
                #expect(DeviceMemory.size(for: size) == size && size % 128 == 0)
            }
        }
    }

    @Test func memoryWaitsForOtherStreams() throws {
        let living = try StubDriver.living { device, stub in
            let other = try CUDAStream(on: device)
            do {
                let buffer = try CUDABuffer([1.0, 2], on: device)
                try buffer.clear()
                #expect(stub["waits"] == 0)
                // What had the memory before may still be running on the buffer's own stream.
                try buffer.clear(on: other)
                try buffer.clear(on: other)
                #expect(stub["waits"] == 1)
            }
            // And what has it next on that stream must not start while the other runs.
            #expect(stub["waits"] == 2 && stub["memory"] == 0 && stub["events"] == 0)
            // Without an event to wait for, the host waits.
            let before = stub["synchronizations"]
            do {
                let buffer = try CUDABuffer([1.0, 2], on: device)
                try buffer.clear(on: other)
                stub.set("event error", 2)
            }
            #expect(stub["synchronizations"] == before + 2 && stub["memory"] == 0)
            let buffer = try CUDABuffer<Double>(count: 1, on: device)
            try buffer.clear(on: other)
            #expect(stub["synchronizations"] == before + 3)
        }
        #expect(living == [:])
    }

    @Test func hostBuffersGoThereAndBack() throws {
        let living = try StubDriver.living { device, stub in
            let source = try CUDAHostBuffer([1.0, 2, 3], on: device)
            let target = try CUDAHostBuffer<Double>(zeros: 2, on: device)
            let buffer = try CUDABuffer<Double>(zeros: 5, on: device)
            let stream = try CUDAStream(on: device)
            try buffer.copy(from: source, at: 1, on: stream)
            let before = stub["synchronizations"]
            try buffer.copy(to: target, from: 2, on: stream)
            #expect(stub["synchronizations"] == before)
            #expect(try target.elements() == [2, 3])
            #expect(stub["synchronizations"] == before + 1)
            #expect(try target.withElements { $0.reduce(0, +) } == 5)
            #expect(stub["synchronizations"] == before + 1)
            #expect(throws: CUDAError.self) { try buffer.copy(from: source, at: 3) }
        }
        #expect(living == [:])
    }
}
