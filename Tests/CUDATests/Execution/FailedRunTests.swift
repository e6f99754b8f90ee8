import AD
import CUDAEngine
import Foundation
import ReversibleCore
import Testing

/// What goes wrong, and that nothing is left behind.
@Suite("Device functions that fail") struct FailedRunTests {
    private func failure(_ work: () throws -> Void) throws -> CUDAFunctionError {
        try #require(throws: CUDAFunctionError.self) { try work() }
    }

    @Test func withoutADriver() async {
        await #expect(processExitsWith: .success) {
            setenv("CUDA_DRIVER_LIBRARY", "/nowhere/driver.so", 1)
            let reason = try #require(CUDA.unavailability())
            #expect(throws: CUDAFunctionError.device(reason)) { try compile(Programs.saxpy, on: .cuda) }
            #expect(throws: CUDAFunctionError.device(reason)) {
                try compile(jvp(Programs.saxpy), on: .cuda)
            }
            #expect("\(CUDAFunctionError.device(reason))" == reason.description)
        }
    }

    @Test func programsWithoutKernels() throws {
        let f = ReversibleFunction("serial", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in y += x }
        try withEmulatedDevice { device, _ in
            for error in [
                try failure { _ = try compile(f, on: .cuda(device)) },
                try failure { _ = try compile(grad(f), on: .cuda(device)) },
            ] {
                guard case .program(let reason) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(reason.kind == .nothingParallel)
            }
            let wrong = try failure { _ = try compile(grad(f), on: .cuda(device), with: [2]) }
            #expect(wrong.description.contains("`with: 2` names no argument"))
        }
    }

    /// Too little memory for the arguments, for what is in between, and enough.
    @Test func outOfMemory() throws {
        let f = ReversibleFunction("scratch", parameters: ["y", "x"]) { (y: Vector, x: Vector) in
            let t = Vector.ancilla(count: 3 * x.count, "t")
            Compute {
                ParallelFor(x.indices) { i in t[3 * i] += x[i] * x[i] }
            } apply: {
                ParallelFor(y.indices) { i in y[i] += t[3 * i] }
            }
        }
        let (y, x) = (testNumbers(1024), testNumbers(1024, seed: 2))
        let expected = try f(y, x)
        for memory in [6_000, 12_000, 20_000, 40_000] {
            try withEmulatedDevice(totalMemory: memory) { device, driver in
                let there = try compile(f, on: .cuda(device))
                let error = try failure { try there(y, x) }
                guard case .device(let reason) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(reason.kind == .outOfMemory && driver.launches.isEmpty)
                // Nothing is held: all of the memory can be had.
                try device.releaseUnusedMemory()
                #expect(driver.leftovers.bytes == 0)
                #expect(try device.freeMemory().free == memory)
            }
        }
        try withEmulatedDevice(totalMemory: 20_000) { device, _ in
            let there = try compile(f, on: .cuda(device))
            let (target, source) = (try CUDABuffer(y, on: device), try CUDABuffer(x, on: device))
            _ = try failure { try there.run(inPlace: [.reals(target), .reals(source)]) }
            #expect(try target.elements() == y)
            #expect(try source.elements() == x)
        }
        try withEmulatedDevice(totalMemory: 80_000) { device, _ in
            let result = try compile(f, on: .cuda(device))(y, x)
            #expect(result.0 == expected.0)
        }
    }

    /// An index outside of an array loses the device; the process lives.
    @Test func vectorsOfDifferentLength() throws {
        try withEmulatedDevice { device, _ in
            let f = try compile(Programs.saxpy, on: .cuda(device))
            let error = try failure { try f(testNumbers(500), testNumbers(3), 1) }
            guard case .device(let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(reason.code == 700 && device.lost != nil)
            let later = try failure { try f([1], [1], 1) }
            #expect(later.description.contains("the device was lost"))
        }
    }

    @Test func integersThatMakeNoSense() throws {
        let f = ReversibleFunction("steps", parameters: ["x", "n", "by"]) {
            (x: Vector, n: Integer, by: Integer) in
            let t = Vector.ancilla(count: n, "t")
            For(0..<n, by: by) { k in ParallelFor(x.indices) { i in x[i] += k + t.count } }
        }
        try withEmulatedDevice { device, driver in
            let there = try compile(f, on: .cuda(device))
            let x = try CUDABuffer([1.0, 2.0], on: device)
            func message(_ n: Int, _ by: Int) throws -> String {
                try failure {
                    try there.run(inPlace: [.reals(x), .integerValue(n), .integerValue(by)])
                }.description
            }
            #expect(try message(3, 0).contains("the step by of a loop is 0"))
            #expect(try message(-1, 1).contains("`t` would have -1 elements, n; a size is at least 0"))
            #expect(driver.launches.isEmpty)
            #expect(try x.elements() == [1, 2])
            let expected = try f([1, 2], 3, 2).0
            #expect(try there([1, 2], 3, 2).0 == expected)
        }
    }
}
