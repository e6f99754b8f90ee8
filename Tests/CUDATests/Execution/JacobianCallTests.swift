import AD
import CUDAEngine
import Kernels
import NativeEngine
import ReversibleCore
import Testing

/// Jacobians and second derivatives on the emulator, against native code.
@Suite("Jacobians and Hessian products on a device") struct JacobianCallTests {
    /// Many outputs of few inputs, and the other way; both programs change what they are given.
    private static let rotated = ReversibleFunction("rotated", parameters: ["y", "x", "scale", "k"]) {
        (y: Vector, x: Vector, scale: Scalar, k: IntegerVector) in
        ParallelFor(y.indices) { i in
            y[i] += sin(scale * i) * x[k[i]] * x[k[i]] / (1 + y.count)
            k[i] += 1
            y[i] *= 1.5 + scale * scale
        }
    }

    private func check(_ precision: Precision, rows: Int, columns: Int) throws {
        var native = CompileOptions()
        native.precision = precision
        var options = smallBlocks
        (options.precision, options.reductions) = (precision, .deterministic)
        let (y, x) = (testNumbers(rows), testNumbers(columns, seed: 2))
        let k = (0..<rows).map { $0 * 7 % max(columns, 1) }
        try withEmulatedDevice { device, _ in
            for (input, count) in [(1, columns), (2, 1), (0, rows)] {
                let product = jacobian(Self.rotated, of: 0, with: input)
                let expected = try compile(product, options: native)(y, x, 0.3, k)
                let there = try compile(product, on: .cuda(device), options: options)
                let result = try there(y, x, 0.3, k)
                #expect(result.rows == rows && result.columns == count)
                // Columns have no sums, and the same bits; rows add up integers.
                let limit = count <= rows ? 0 : precision == .double ? 1e-15 : 1e-6
                let largest = zip(result.elements, expected.elements).map {
                    abs($0 - $1) / max(abs($1), 1e-300)
                }.max()
                #expect(largest ?? 0 <= limit)
                #expect(expected.elements.contains { $0 != 0 } || rows * count == 0)
                let nothing = try compile(jacobian(Self.rotated, of: 1, with: 0), on: .cuda(device))(
                    y, x, 0.3, k)
                #expect(nothing.elements.allSatisfy { $0 == 0 })
            }
        }
    }

    @Test(arguments: [Precision.double, .single]) func columns(_ precision: Precision) throws {
        try check(precision, rows: 40, columns: 3)
        try check(precision, rows: 0, columns: 3)
    }

    @Test(arguments: [Precision.double, .single]) func rows(_ precision: Precision) throws {
        try check(precision, rows: 3, columns: 40)
    }

    @Test func whatIsAsked() throws {
        #expect(try ptx(jacobian(Self.rotated, of: 0, with: 1)).count == 2)
        #expect(try ptx(jacobian(Self.rotated, of: 0, with: 2)).count == 1)
        #expect(throws: PTXError.self) { try ptx(jacobian(Self.rotated, of: 3, with: 1)) }
        try withEmulatedDevice { device, driver in
            let there = try compile(jacobian(Self.rotated, of: 0, with: 2), on: .cuda(device))
            #expect(there.texts == driver.texts && there.device === device)
            let error = try #require(throws: CUDAFunctionError.self) {
                _ = try compile(jacobian(Self.rotated, of: 0, with: 9), on: .cuda(device))
            }
            #expect(error.description.contains("`with: 9` names no argument"))
        }
    }

    private static let energy = ReversibleFunction("energy", parameters: ["loss", "x", "w", "of"]) {
        (loss: Scalar, x: Vector, w: Vector, of: IntegerVector) in
        let t = Vector.ancilla(count: x.count, "t")
        Compute {
            ParallelFor(x.indices) { i in t[i] += sin(x[i]) * exp(w[of[i]]) + x[i] * x[i] * w[0] }
        } apply: {
            loss += sum(t)
        }
    }

    @Test(arguments: [PTXOptions.Reductions.atomic, .deterministic])
    func hessianProducts(_ reductions: PTXOptions.Reductions) throws {
        let (x, w, of) = (testNumbers(70), testNumbers(4, seed: 2), (0..<70).map { $0 * 3 % 4 })
        let (dx, dw) = (testNumbers(70, seed: 3), testNumbers(4, seed: 4))
        let product = hvp(Self.energy)
        let expected = try compile(product)(0, x, w, of, direction: (0, dx, dw, ()))
        #expect(try ptx(product).contains(".visible .entry"))
        try withEmulatedDevice { device, _ in
            var options = smallBlocks
            options.reductions = reductions
            let all = try compile(product, on: .cuda(device), options: options)(
                0, x, w, of, direction: (0, dx, dw, ()))
            #expect(zip(all.1, expected.1).allSatisfy { abs($0 - $1) < 1e-14 })
            #expect(zip(all.2, expected.2).allSatisfy { abs($0 - $1) < 1e-12 })
            #expect(expected.2.contains { abs($0) > 0.1 })
            let there = try compile(product, on: .cuda(device), with: [1], options: options)
            let some = try there(0, x, w, of, direction: (0, dx, dw, ()))
            #expect(some.1 == all.1 && some.2 == [0, 0, 0, 0])
            // In place: values, gradients, products, directions.
            func buffer(_ numbers: [Double]) throws -> CUDAPlace<Double> {
                .reals(try CUDABuffer(numbers, on: device))
            }
            func zeros(_ count: Int) throws -> CUDAPlace<Double> {
                try buffer(Array(repeating: 0, count: count))
            }
            func number(_ value: Double) throws -> CUDAPlace<Double> {
                .real(try CUDABuffer([value], on: device))
            }
            let products = try CUDABuffer(zeros: 70, on: device) as CUDABuffer<Double>
            let places: [CUDAPlace<Double>] = [
                try number(0), try number(1), try number(0), try number(0), try buffer(x), try zeros(70),
                .reals(products), try buffer(dx), try buffer(w), try zeros(4), try zeros(4), try buffer(dw),
                .integers(try CUDABuffer(of, on: device)),
            ]
            try there.run(inPlace: places)
            #expect(try products.elements() == all.1)
            var wrong = places
            wrong[6] = try zeros(69)
            let error = try #require(throws: CUDAFunctionError.self) { try there.run(inPlace: wrong) }
            #expect(error.description.contains("they must have the same sizes"))
        }
    }
}
