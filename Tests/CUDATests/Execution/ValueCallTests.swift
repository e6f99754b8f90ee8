import AD
import CUDAEngine
import Kernels
import NativeEngine
import ReversibleCore
import Testing

/// Compiled functions called on values of the host, on the emulator, against the interpreter and native code.
@Suite("Device functions on values") struct ValueCallTests {
    @Test(arguments: [0, 1, 77]) func elementwiseAndBack(_ n: Int) throws {
        let f = Programs.saxpy
        let (y, x) = (testNumbers(n), testNumbers(n, seed: 2))
        let expected = try f(y, x, 0.3)
        let expectedBack = try (~f)(y, x, 0.3)
        try withEmulatedDevice { device, driver in
            let there = try compile(f, on: .cuda(device), options: smallBlocks)
            let result = try there(y, x, 0.3)
            #expect(result.0 == expected.0 && result.1 == x && result.2 == 0.3)
            let back = try compile(~f, on: .cuda(device))(y, x, 0.3)
            #expect(back.0 == expectedBack.0)
            #expect(there.text == driver.texts.first && there.device === device)
            #expect(driver.launches.count == (n == 0 ? 0 : 2))
        }
    }

    @Test func singlePrecision() throws {
        let (y, x) = (testNumbers(40), testNumbers(40, seed: 2))
        var compileOptions = CompileOptions()
        compileOptions.precision = .single
        let expected = try compile(Programs.saxpy, options: compileOptions)(y, x, 0.1)
        try withEmulatedDevice { device, _ in
            var options = PTXOptions()
            options.precision = .single
            let result = try compile(Programs.saxpy, on: .cuda(device), options: options)(y, x, 0.1)
            #expect(result.0 == expected.0 && result.1 == expected.1 && result.2 == expected.2)
        }
    }

    @Test func sums() throws {
        let f = ReversibleFunction("sums", parameters: ["total", "count", "x"]) {
            (total: Scalar, count: Integer, x: Vector) in
            total += sum(x * x)
            count += x.count
            total += x[0]
        }
        let x = testNumbers(200)
        let expected = try f(0.5, 3, x)
        try withEmulatedDevice { device, _ in
            let result = try compile(f, on: .cuda(device), options: smallBlocks)(0.5, 3, x)
            // A sum of 200 numbers in another order.
            #expect(abs(result.0 - expected.0) < 1e-13 * expected.0)
            #expect(result.1 == 203)
        }
    }

    @Test func gatherAndScatter() throws {
        let n = 50
        let rows = try #require(DenseMatrix(rows: n, columns: 3, elements: testNumbers(3 * n)))
        let x = testNumbers(n, seed: 3)
        let to = (0..<n).map { ($0 * 17 + 5) % n }
        let from = Array(repeating: 3, count: n)
        let expected = try Programs.gather(rows, x, to, from)
        let native = try compile(Programs.gather, checks: .none)(rows, x, to, from)
        try withEmulatedDevice { device, _ in
            let result = try compile(Programs.gather, on: .cuda(device))(rows, x, to, from)
            #expect(result.0 == native.0 && result.2 == expected.2)
            #expect(zip(result.0.elements, expected.0.elements).allSatisfy { abs($0 - $1) < 1e-14 })
            let back = try compile(~Programs.gather, on: .cuda(device))(result.0, x, to, from)
            #expect(zip(back.0.elements, rows.elements).allSatisfy { abs($0 - $1) < 1e-13 })
        }
    }

    @Test func loopsOnTheHost() throws {
        let f = ReversibleFunction("steps", parameters: ["u", "v", "n"]) {
            (u: Vector, v: Vector, n: Integer) in
            For(0..<n) { k in
                ParallelFor(u.indices) { i in u[i] += v[i] / (k + 1) }
                For(n...k, by: -2) { j in ParallelFor(v.indices) { i in v[i] += u[i] * j } }
            }
        }
        let (u, v) = (testNumbers(33), testNumbers(33, seed: 4))
        try withEmulatedDevice { device, driver in
            let (there, back) = (try compile(f, on: .cuda(device)), try compile(~f, on: .cuda(device)))
            for n in [0, 1, 5] {
                let (expected, result) = (try f(u, v, n), try there(u, v, n))
                #expect(result.0 == expected.0 && result.1 == expected.1 && result.2 == n)
                let (start, returned) = (try (~f)(u, v, n), try back(u, v, n))
                #expect(returned.0 == start.0 && returned.1 == start.1)
            }
            // 5 turns, with 3, 3, 2, 2, 1 inner ones, both ways; 1 turn with 1.
            #expect(driver.launches.count == 2 * (5 + 11) + 2 * (1 + 1))
        }
    }

    @Test func tangents() throws {
        let f = Programs.saxpy
        let (y, x) = (testNumbers(20), testNumbers(20, seed: 2))
        let (dy, dx) = (testNumbers(20, seed: 3), testNumbers(20, seed: 4))
        let expected = try compile(jvp(f), checks: .none)(y, x, 0.7, tangent: (dy, dx, 0.2))
        try withEmulatedDevice { device, _ in
            let result = try compile(jvp(f), on: .cuda(device))(y, x, 0.7, tangent: (dy, dx, 0.2))
            #expect(result.value.0 == expected.value.0 && result.product.0 == expected.product.0)
            #expect(result.product.1 == dx && result.product.2 == 0.2)
        }
    }

    @Test func bundleAdjustment() throws {
        let (cameras, points, p) = (3, 5, 40)
        var camera = testNumbers(11 * cameras, seed: 3).map { 0.3 * $0 }
        for c in 0..<cameras { camera[11 * c + 5] -= 5 }
        let values: [Leaf<Double>] = [
            .matrix(rows: 2 * p, columns: 15, Array(repeating: 0, count: 30 * p)),
            .reals(Array(repeating: 0, count: p)), .matrix(rows: cameras, columns: 11, camera),
            .matrix(rows: points, columns: 3, testNumbers(3 * points)), .reals(testNumbers(p, seed: 5)),
            .matrix(rows: p, columns: 2, testNumbers(2 * p, seed: 6)),
            .integers((0..<p).map { $0 % cameras }), .integers((0..<p).map { $0 * 7 % points }),
        ]
        let expected = try compile(BundleAdjustment.ADBench.jacobian, checks: .none).run(values)
        try withEmulatedDevice { device, _ in
            let jacobian = try compile(BundleAdjustment.ADBench.jacobian, on: .cuda(device))
            let results = try jacobian.run(values)
            for (position, value) in expected.enumerated() {
                #expect(sameBits(results[position], value), "place \(position)")
            }
        }
    }
}
