import AD
import CUDAEngine
import ReversibleCore
import Testing

/// Compiled functions through the library of the stub driver, which calls kernels and computes nothing.
@Suite(
    "Device functions on the stub driver",
    .enabled(if: StubDriver.isAvailable, "there is no C compiler for the stub driver"))
struct StubRunTests {
    private let scratch = ReversibleFunction("scratch", parameters: ["y", "x"]) { (y: Vector, x: Vector) in
        let t = Vector.ancilla(count: x.count, "t")
        Compute {
            ParallelFor(x.indices) { i in t[i] += x[i] * x[i] }
        } apply: {
            For(0..<3) { k in ParallelFor(y.indices) { i in y[i] += t[i] * k } }
        }
    }

    @Test(arguments: [StubDriver.Variant.current, .old])
    func launchesAndNothingLeft(_ variant: StubDriver.Variant) throws {
        let living = try StubDriver.living(variant) { device, stub in
            let f = try compile(scratch, on: .cuda(device))
            let result = try f([1, 2], [3, 4])
            #expect(result.0 == [1, 2] && result.1 == [3, 4])
            // One that computes t, which nothing reads afterwards, and 3 turns.
            #expect(stub["launches"] == 4)
        }
        #expect(living == [:])
    }

    /// Copies go to the stream one after the other, and are waited for once.
    @Test func waitsOnce() throws {
        let many = ReversibleFunction("many") {
            (a: Vector, b: Vector, c: IntegerVector, d: Scalar, e: Matrix) in
            ParallelFor(a.indices) { i in
                a[i] += 1
                b[i] += 1
                c[i] += 1
                e[i, 0] += d
            }
            d += 1
        }
        let living = try StubDriver.living { device, stub in
            let f = try compile(many, on: .cuda(device))
            let matrix = DenseMatrix(rows: 2, columns: 1)
            let before = stub["synchronizations"]
            let result = try f([1, 2], [3, 4], [5, 6], 7, matrix)
            #expect(result.0 == [1, 2] && result.1 == [3, 4] && result.2 == [5, 6] && result.3 == 7)
            // Once for what comes back, and once at the end of the call.
            #expect(stub["synchronizations"] - before <= 2)
        }
        #expect(living == [:])
    }

    /// A gradient that verifies undoing clears its account, and looks at it once more; graphs are for those that do not.
    @Test func accounts() throws {
        let average = ReversibleFunction("average", parameters: ["loss", "m", "v"]) {
            (loss: Scalar, m: Vector, v: Vector) in
            ParallelFor(m.indices) { i in
                For(v.indices) { k in
                    m[i] *= 0.5
                    m[i] += v[k]
                    loss += m[i] * m[i]
                }
            }
        }
        let living = try StubDriver.living { device, stub in
            let slope = try compile(grad(average), on: .cuda(device))
            _ = try slope(0, [1, 2], [3, 4])
            #expect(stub["launches"] == 4)
            let trusting = try compile(grad(average), on: .cuda(device), checks: .none)
            _ = try trusting(0, [1, 2], [3, 4])
            #expect(stub["launches"] == 6)
            func numbers(_ count: Int) throws -> CUDABuffer<Double> {
                try CUDABuffer(zeros: count, on: device)
            }
            let places: [CUDAPlace<Double>] = [
                .real(try numbers(1)), .real(try numbers(1)), .reals(try numbers(2)), .reals(try numbers(2)),
                .reals(try numbers(2)), .reals(try numbers(2)),
            ]
            try slope.run(inPlace: places)
            try trusting.graph(inPlace: places).launch()
            #expect(stub["launches"] == 12)
        }
        #expect(living == [:])
    }

    @Test func failingKernels() throws {
        let living = try StubDriver.living { device, stub in
            let f = try compile(scratch, on: .cuda(device))
            stub.set("launch error", 719)
            let error = try #require(throws: CUDAFunctionError.self) { try f([1, 2], [3, 4]) }
            guard case .device(let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(reason.kind == .kernelFailed && device.lost != nil)
        }
        #expect(living == [:])
    }

    @Test func refusedModules() throws {
        let living = try StubDriver.living { device, stub in
            stub.set("load error", 218)
            let error = try #require(throws: CUDAFunctionError.self) {
                _ = try compile(scratch, on: .cuda(device))
            }
            #expect(error.description.contains("Not a name of any known instruction"))
        }
        #expect(living == [:])
    }

    @Test func graphs() throws {
        let living = try StubDriver.living { device, stub in
            let f = try compile(scratch, on: .cuda(device))
            func record() throws -> CUDAGraph {
                let (y, x) = (try CUDABuffer([1.0, 2], on: device), try CUDABuffer([3.0, 4], on: device))
                return try f.graph(inPlace: [.reals(y), .reals(x)])
            }
            let graph = try record()
            // Two vectors and the ancilla.
            #expect(stub["launches"] == 0 && stub["memory"] == 3)
            try graph.launch()
            try graph.launch()
            #expect(stub["launches"] == 8)
        }
        #expect(living == [:])
    }
}
