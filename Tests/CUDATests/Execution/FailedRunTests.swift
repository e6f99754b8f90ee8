import AD
import CUDAEngine
import NativeEngine
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
    @Test func indicesOutsideOfArrays() throws {
        try withEmulatedDevice { device, _ in
            let f = try compile(
                ReversibleFunction("far", parameters: ["y", "x", "of"]) {
                    (y: Vector, x: Vector, of: IntegerVector) in
                    ParallelFor(y.indices) { i in y[i] += x[of[i]] }
                }, on: .cuda(device))
            let error = try failure { try f([1, 2], [3], [0, 1 << 40]) }
            guard case .device(let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(reason.code == 700 && device.lost != nil)
            let later = try failure { try f([1], [1], [0]) }
            #expect(later.description.contains("the device was lost"))
        }
    }

    /// Sizes that do not fit are found before anything runs, and called what the other engines call them.
    @Test func sizesThatDoNotFit() throws {
        func check<each A: Argument>(
            _ f: ReversibleFunction<repeat each A>, _ leaves: [Leaf<Double>],
            sourceLocation: Testing.SourceLocation = #_sourceLocation
        ) throws {
            let expected = try #require(throws: ReversibilityError.self, sourceLocation: sourceLocation) {
                _ = try f.definition.run(leaves, inverted: f.isInverted, options: f.options)
            }
            try withEmulatedDevice { device, driver in
                let there = try compile(f, on: .cuda(device))
                let error = try failure { _ = try there.run(leaves) }
                guard case .arguments(let reason) = error else {
                    Issue.record("\(error)", sourceLocation: sourceLocation)
                    return
                }
                #expect(reason.kind == expected.kind, sourceLocation: sourceLocation)
                #expect(reason.message == expected.message, sourceLocation: sourceLocation)
                #expect(reason.statement == expected.statement, sourceLocation: sourceLocation)
                #expect(reason.location == expected.location, sourceLocation: sourceLocation)
                #expect(driver.launches.isEmpty, sourceLocation: sourceLocation)
            }
        }
        let (five, three) = (Leaf.reals(testNumbers(5)), Leaf.reals(testNumbers(3)))
        try check(Programs.saxpy, [five, three, .real(1)])
        try check(~Programs.saxpy, [five, three, .real(1)])
        let whole = ReversibleFunction("whole", parameters: ["y", "x", "m", "k"]) {
            (y: Vector, x: Vector, m: Matrix, k: Matrix) in
            y += 1.0
            m += exp(k)
            y -= 2 * x + y.count
        }
        let (square, wide) = (
            Leaf.matrix(rows: 2, columns: 2, testNumbers(4)), Leaf.matrix(rows: 1, columns: 4, testNumbers(4))
        )
        try check(whole, [five, three, square, square])
        try check(whole, [five, five, square, wide])
        let sums = ReversibleFunction("sums", parameters: ["y", "x", "z"]) {
            (y: Scalar, x: Vector, z: Vector) in
            y += sum(x * z)
        }
        try check(sums, [.real(0), five, three])
        let guarded = ReversibleFunction("guarded", parameters: ["y", "x", "n"]) {
            (y: Vector, x: Vector, n: Integer) in
            y += select(n > 0 || x.count == y.count, x, 1)
        }
        try check(guarded, [five, three, .integer(1)])
        let swapped = ReversibleFunction("swapped", parameters: ["y", "x"]) { (y: Vector, x: Vector) in
            SWAP(y, x)
        }
        try check(swapped, [.reals([]), three])
        let stencil = ReversibleFunction("stencil", parameters: ["y", "m", "n"]) {
            (y: Vector, m: Matrix, n: Integer) in
            For(0..<n) { k in
                ParallelFor(1..<y.count, by: 2) { i in
                    y[i] += m[i - 1, 0] + select(k > 100, m[i + 1000, 0], 0)
                    If(k > 100) { y[i + 1000] += 1 }
                    For(5..<k) { j in y[i + 1000] += j }
                }
                ParallelFor(0..<k + 2) { i in y[i] += m[0, i] }
            }
        }
        let tall = Leaf.matrix(rows: 4, columns: 3, testNumbers(12))
        try check(stencil, [.reals(testNumbers(8)), tall, .integer(1)])
        try check(
            stencil, [.reals(testNumbers(5)), .matrix(rows: 4, columns: 2, testNumbers(8)), .integer(2)])
        try check(stencil, [.reals(testNumbers(1)), tall, .integer(1)])
        try withEmulatedDevice { device, _ in
            // No turn, or no condition that holds: no error.
            let there = try compile(stencil, on: .cuda(device))
            _ = try there.run([five, .matrix(rows: 0, columns: 0, []), .integer(0)])
            _ = try there.run([five, tall, .integer(1)])
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
            // Also where a statement uses what cannot be.
            let square = ReversibleFunction("square", parameters: ["x", "n"]) { (x: Vector, n: Integer) in
                let t = Vector.ancilla(count: x.count + n, "t")
                Compute {
                    ParallelFor(x.indices) { i in t[i] += 2 }
                } apply: {
                    x += sum(t)
                }
            }
            let short = try compile(square, on: .cuda(device))
            let refused = try failure { _ = try short.run([.reals([1, 2]), .integer(-3)]) }
            #expect(refused.description.contains("`t` would have -1 elements"))
            #expect(driver.launches.isEmpty)
            #expect(try x.elements() == [1, 2])
            let expected = try f([1, 2], 3, 2).0
            #expect(try there([1, 2], 3, 2).0 == expected)
        }
    }
}
