import AD
import CUDAEngine
import NativeEngine
import ReversibleCore
import Testing

/// A `While` around parallel work: the host asks the device after every turn.
@Suite("While around parallel work") struct WhileCallTests {
    @Test(arguments: [Precision.double, .single]) func forwardAndBack(_ precision: Precision) throws {
        let f = Programs.relax
        let w = testNumbers(50, seed: 2)
        var (native, options) = (CompileOptions(), smallBlocks)
        (native.precision, options.precision) = (precision, precision)
        let inverse = ~f
        let (expected, expectedBack) = (
            try compile(f, options: native), try compile(inverse, options: native)
        )
        try withEmulatedDevice { device, driver in
            let there = try compile(f, on: .cuda(device), options: options)
            let back = try compile(inverse, on: .cuda(device), options: options)
            for (scale, most) in [(10.0, 100), (10.0, 2), (0.01, 100)] {
                let x = testNumbers(50).map { scale * $0 }
                let (result, other) = (try there(x, 0, w, most), try expected(x, 0, w, most))
                #expect(result.0 == other.0 && result.1 == other.1)
                #expect((result.1 > 2) == (scale == 10 && most == 100))
                let (start, otherStart) = (
                    try back(result.0, result.1, w, most), try expectedBack(other.0, other.1, w, most)
                )
                #expect(start.0 == otherStart.0 && start.1 == 0)
            }
        }
    }

    /// The gradient runs the loop backward, its turns found by `post`.
    @Test(arguments: [PTXOptions.Reductions.atomic, .deterministic])
    func gradients(_ reductions: PTXOptions.Reductions) throws {
        let f = ReversibleFunction("loss", parameters: ["loss", "x", "w", "most", "on"]) {
            (loss: Scalar, x: Vector, w: Vector, most: Integer, on: Integer) in
            let turns = Integer.ancilla("turns")
            If(on > 0) {
                While(turns < most, post: turns > 0) {
                    ParallelFor(x.indices) { i in x[i] += sin(w[i % 3] * turns) * w[i % 3] }
                    turns += 1
                }
                turns -= most
            }
            loss += sum(x * x)
        }
        let (x, w) = (testNumbers(40), testNumbers(3, seed: 2))
        var options = smallBlocks
        options.reductions = reductions
        try withEmulatedDevice { device, _ in
            let df = try compile(grad(f), on: .cuda(device), options: options)
            for (most, on) in [(4, 1), (0, 1), (4, 0)] {
                let expected = try grad(f, 0, x, w, most, on)
                let result = try df(0, x, w, most, on)
                #expect(zip(result.1, expected.1).allSatisfy { abs($0 - $1) < 1e-13 })
                #expect(zip(result.2, expected.2).allSatisfy { abs($0 - $1) < 1e-12 })
                #expect(expected.2.contains { $0 != 0 } == (most > 0 && on > 0))
            }
        }
    }

    @Test func inPlaceAndGraphs() throws {
        let (x, w) = (testNumbers(50).map { 10 * $0 }, testNumbers(50, seed: 2))
        let expected = try Programs.relax(x, 0, w, 100)
        try withEmulatedDevice { device, driver in
            let there = try compile(Programs.relax, on: .cuda(device))
            #expect(there.text.contains("// ") && there.text.contains("while condition is not 0"))
            let (values, turns) = (try CUDABuffer(x, on: device), try CUDABuffer([0], on: device))
            let places: [CUDAPlace<Double>] = [
                .reals(values), .integer(turns), .reals(try CUDABuffer(w, on: device)), .integerValue(100),
            ]
            let error = try #require(throws: CUDAFunctionError.self) { try there.graph(inPlace: places) }
            #expect(error.description.contains("asks the device after every turn"))
            #expect(error.description.contains("While("))
            #expect(driver.launches.isEmpty)
            try there.run(inPlace: places)
            #expect(try values.elements() == expected.0)
            #expect(try turns.elements() == [expected.1])
        }
    }

    /// Sizes that do not fit inside of the loop matter only if it is entered.
    @Test func sizesInside() throws {
        let x = testNumbers(5).map { 10 * $0 }
        try withEmulatedDevice { device, driver in
            let there = try compile(Programs.relax, on: .cuda(device))
            let result = try there(x, 0, [1], 0)
            #expect(result.0 == x)
            let error = try #require(throws: CUDAFunctionError.self) { try there(x, 0, [1], 3) }
            #expect(error.description.contains("index 1 is outside `w`, which has 1 element"))
            #expect(device.lost == nil)
        }
    }
}
