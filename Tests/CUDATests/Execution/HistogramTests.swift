import AD
import CUDAEngine
import ReversibleCore
import Testing

/// `h[k] += e` in a `ParallelFor` on the emulator, where several iterations add to one element.
@Suite("Histograms on the device") struct DeviceHistogramTests {
    @Test(arguments: [0, 1, 33, 300]) func valueAndGradient(count: Int) throws {
        let add = ReversibleFunction("add") { (y: Scalar, n: Integer, x: Scalar) in
            y += x
            n += 1
        }
        let f = ReversibleFunction("f", parameters: ["h", "n", "total", "y", "x", "k", "w"]) {
            (h: Vector, n: IntegerVector, total: Integer, y: Scalar, x: Vector, k: IntegerVector, w: Scalar)
            in
            h *= 2
            ParallelFor(x.indices) { i in
                h[k[i]] += x[i] * x[i] * w
                If(x[i] > 0) { h[2] -= x[i] }
                add(y, n[k[i]], x[i])
                total += 2
            }
            For(h.indices) { j in y += h[j] * h[j] }
        }
        let x = testNumbers(count)
        let k = (0..<count).map { $0 * $0 % 3 }
        func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-12 * max(1, abs(b)) }
        var (h, n, y) = ([2.0, 0, -1], [0, 5, 0], 0.25)
        for (x, k) in zip(x, k) {
            h[k] += x * x * 0.5
            h[2] -= max(x, 0)
            y += x
            n[k] += 1
        }
        y += h.reduce(0) { $0 + $1 * $1 }
        let start = ([1, 0, -0.5], [0, 5, 0], 7, 0.25) as ([Double], [Int], Int, Double)
        let expected = try grad(f, loss: 3)(start.0, start.1, start.2, start.3, x, k, 0.5)
        try withEmulatedDevice { device, _ in
            for reductions in [PTXOptions.Reductions.atomic, .deterministic] {
                var options = smallBlocks
                options.reductions = reductions
                let there = try compile(f, on: .cuda(device), options: options)(
                    start.0, start.1, start.2, start.3, x, k, 0.5)
                #expect(zip(there.0, h).allSatisfy(close) && there.1 == n && there.2 == 7 + 2 * count)
                #expect(close(there.3, y))
                let slope = try compile(grad(f, loss: 3), on: .cuda(device), options: options)(
                    start.0, start.1, start.2, start.3, x, k, 0.5)
                #expect(zip(slope.0, expected.0).allSatisfy(close) && close(slope.6, expected.6))
                #expect(zip(slope.4, expected.4).allSatisfy(close) && slope.4.count == count)
            }
        }
    }
}
