import AD
import CUDAEngine
import ReversibleCore
import Testing

/// `loss += e` in a `ParallelFor` on the emulator: one sum of what all threads add.
@Suite("Sums of iterations on the device") struct DeviceParallelSumTests {
    @Test(arguments: [0, 1, 33, 300]) func valueAndGradient(count: Int) throws {
        let f = ReversibleFunction("f", parameters: ["loss", "other", "x", "w"]) {
            (loss: Scalar, other: Scalar, x: Vector, w: Scalar) in
            loss *= 2
            ParallelFor(x.indices) { i in
                loss += x[i] * x[i] * w
                If(x[i] > 0) { other -= x[i] }
            }
            loss += other
        }
        let x = testNumbers(count)
        func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-12 * max(1, abs(b)) }
        let sum = x.reduce(3.0 + 0.25) { $0 + $1 * $1 * 0.5 - max($1, 0) }
        #expect(close(try f(1.5, 0.25, x, 0.5).0, sum))
        let expected = try grad(f, 1.5, 0.25, x, 0.5)
        try withEmulatedDevice { device, _ in
            for reductions in [PTXOptions.Reductions.atomic, .deterministic] {
                var options = smallBlocks
                options.reductions = reductions
                let there = try compile(f, on: .cuda(device), options: options)(1.5, 0.25, x, 0.5)
                #expect(close(there.0, sum) && there.2 == x)
                let slope = try compile(grad(f), on: .cuda(device), options: options)(1.5, 0.25, x, 0.5)
                #expect(slope.0 == 2 && slope.1 == 1 && close(slope.3, expected.3))
                #expect(zip(slope.2, expected.2).allSatisfy(close) && slope.2.count == count)
            }
        }
    }
}
