import AD
import CUDAEngine
import Foundation
import ReversibleCore
import Testing

/// The programs of `CUDAEngine.docc/CUDAEngine.md`, on the emulator.
@Suite("The article") struct ArticleTests {
    @Test func programs() throws {
        let saxpy = ReversibleFunction("saxpy", parameters: ["y", "x", "a"]) {
            (y: Vector, x: Vector, a: Scalar) in
            ParallelFor(y.indices) { i in y[i] += a * x[i] }
        }
        #expect(try ptx(saxpy).hasPrefix("// Kernels of `saxpy`, in double precision."))
        try withEmulatedDevice { device, _ in
            let there = try compile(saxpy, on: .cuda(device))
            let (y, x, a) = try there([1, 2], [10, 20], 0.5)
            #expect(y == [6, 12] && x == [10, 20] && a == 0.5)
            let back = try compile(~saxpy, on: .cuda(device))
            let start = try back(y, x, a)
            #expect(start.0 == [1, 2])
            let stream = try CUDAStream(on: there.device)
            let (u, v) = (
                try CUDABuffer([1.0, 2], on: device, stream: stream),
                try CUDABuffer([10.0, 20], on: device, stream: stream)
            )
            for _ in 0..<10 { try there.run(inPlace: [.reals(u), .reals(v), .realValue(0.5)], on: stream) }
            #expect(try u.elements(on: stream) == [51, 102])
            var options = PTXOptions()
            options.startingAtZero = [0]
            let product = try compile(saxpy, on: .cuda(device), options: options)
            try product.run(inPlace: [.reals(u), .reals(v), .realValue(0.5)], on: stream)
            #expect(try u.elements(on: stream) == [5, 10])
        }
    }
}
