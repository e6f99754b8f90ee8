import AD
import CUDAEngine
import ReversibleCore
import Testing

/// Compiled functions on data that stays on the device.
@Suite("Device functions in place") struct InPlaceTests {
    @Test func vectorsStayOnTheDevice() throws {
        let (y, x) = (testNumbers(50), testNumbers(50, seed: 2))
        let once = try Programs.saxpy(y, x, 0.25)
        let twice = try Programs.saxpy(once.0, x, 0.5)
        try withEmulatedDevice { device, _ in
            let f = try compile(Programs.saxpy, on: .cuda(device))
            let stream = try CUDAStream(on: device)
            let (there, others) = (
                try CUDABuffer(y, on: device, stream: stream), try CUDABuffer(x, on: device, stream: stream)
            )
            let a = try CUDABuffer([0.5], on: device, stream: stream)
            try f.run(inPlace: [.reals(there), .reals(others), .realValue(0.25)], on: stream)
            try f.run(inPlace: [.reals(there), .reals(others), .real(a)], on: stream)
            #expect(try there.elements() == twice.0)
            #expect(try others.elements() == x)
        }
    }

    @Test func numbersAndMatrices() throws {
        let (n, m) = (20, 12)
        let matrix = try #require(DenseMatrix(rows: n, columns: m, elements: testNumbers(n * m)))
        let (v, w) = (testNumbers(n, seed: 2), testNumbers(m, seed: 3))
        let expected = try Programs.mixed(matrix, v, w, 0.5, 3)
        try withEmulatedDevice { device, _ in
            let f = try compile(Programs.mixed, on: .cuda(device))
            let (elements, vector) = (
                try CUDABuffer(matrix.elements, on: device), try CUDABuffer(v, on: device)
            )
            let (other, a) = (try CUDABuffer(w, on: device), try CUDABuffer([0.5], on: device))
            let turns = try CUDABuffer([3], on: device)
            try f.run(inPlace: [
                .matrix(rows: n, columns: m, elements), .reals(vector), .reals(other), .real(a),
                .integer(turns),
            ])
            #expect(try elements.elements() == expected.0.elements)
            #expect(try vector.elements() == expected.1)
            #expect(try other.elements() == expected.2)
            #expect(try a.elements() == [expected.3])
        }
    }

    @Test func singlePrecision() throws {
        let (y, x) = (testNumbers(50).map { Float($0) }, testNumbers(50, seed: 2).map { Float($0) })
        var options = PTXOptions()
        options.precision = .single
        try withEmulatedDevice { device, _ in
            let f = try compile(Programs.saxpy, on: .cuda(device), options: options)
            let (there, others) = (try CUDABuffer(y, on: device), try CUDABuffer(x, on: device))
            let a = try CUDABuffer<Float>([0.1], on: device)
            try f.run(inPlace: [.reals(there), .reals(others), .real(a)])
            // Product and sum are rounded one after the other.
            #expect(try there.elements() == zip(y, x).map { $0 + Float(0.1) * $1 })
            let back = try compile(~Programs.saxpy, on: .cuda(device), options: options)
            try back.run(inPlace: [.reals(there), .reals(others), .realValue(0.1)])
            let returned = try there.elements()
            #expect(zip(returned, y).allSatisfy { abs($0 - $1) <= 2 * Float.ulpOfOne })
        }
    }

    /// Places of the host, with sizes that differ between values and gradients.
    @Test func placesOfTheHost() throws {
        try withEmulatedDevice { device, driver in
            let slope = try compile(jvp(Programs.saxpy), on: .cuda(device))
            let y = Leaf<Double>.reals([1, 2])
            let good = [y, .reals([0, 0]), .reals([3, 4]), .reals([1, 0]), .real(2), .real(0)]
            let results = try slope.run(good)
            #expect(results[0] == .reals([7, 10]) && results[1] == .reals([2, 0]))
            let launches = driver.launches.count
            #expect(launches > 0)
            let wrong: [(Int, Leaf<Double>)] = [
                (1, .reals([0])), (3, .real(1)), (0, .matrix(rows: 1, columns: 2, [1])),
            ]
            for (position, leaf) in wrong {
                var places = good
                places[position] = leaf
                let error = try #require(throws: CUDAFunctionError.self) { try slope.run(places) }
                guard case .arguments(let reason) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(reason.kind == .invalidArgument)
            }
            #expect(throws: CUDAFunctionError.self) { try slope.run([y]) }
            #expect(driver.launches.count == launches)
        }
    }

    @Test func gradients() throws {
        let f = ReversibleFunction("squares", parameters: ["loss", "x", "weight"]) {
            (loss: Scalar, x: Vector, weight: Scalar) in loss += sum(x * x * weight)
        }
        let x = testNumbers(40)
        let expected = try grad(f)(0.0, x, 1.5)
        try withEmulatedDevice { device, _ in
            let slope = try compile(grad(f), on: .cuda(device), options: smallBlocks)
            let (loss, seed) = (try CUDABuffer([0.0], on: device), try CUDABuffer([1.0], on: device))
            let (values, slopes) = (
                try CUDABuffer(x, on: device), try CUDABuffer<Double>(zeros: 40, on: device)
            )
            let weight = try CUDABuffer<Double>(zeros: 1, on: device)
            try slope.run(inPlace: [
                .real(loss), .real(seed), .reals(values), .reals(slopes), .realValue(1.5), .real(weight),
            ])
            #expect(difference(.reals(try slopes.elements()), .reals(expected.1)) < 1e-14)
            #expect(difference(.reals(try weight.elements()), .reals([expected.2])) < 1e-13)
            let short = try CUDABuffer<Double>(zeros: 39, on: device)
            let error = try #require(throws: CUDAFunctionError.self) {
                try slope.run(inPlace: [
                    .real(loss), .real(seed), .reals(values), .reals(short), .realValue(1.5), .real(weight),
                ])
            }
            #expect(error.description.contains("they must have the same sizes"))
        }
    }

    @Test func placesThatDoNotFit() throws {
        try withEmulatedDevice { device, driver in
            let f = try compile(Programs.mixed, on: .cuda(device))
            let (six, two) = (
                try CUDABuffer(testNumbers(6), on: device), try CUDABuffer(testNumbers(2), on: device)
            )
            let (three, one) = (try CUDABuffer(testNumbers(3), on: device), try CUDABuffer([1.0], on: device))
            let good: [CUDAPlace<Double>] = [
                .matrix(rows: 2, columns: 3, six), .reals(two), .reals(three), .real(one), .integerValue(1),
            ]
            func message(_ places: [CUDAPlace<Double>]) throws -> String {
                try #require(throws: CUDAFunctionError.self) { try f.run(inPlace: places) }.description
            }
            func message(_ position: Int, _ place: CUDAPlace<Double>) throws -> String {
                var places = good
                places[position] = place
                return try message(places)
            }
            #expect(try message(Array(good.dropLast())).contains("takes 5 places, and 4 were given"))
            #expect(
                try message(0, .matrix(rows: 4, columns: 3, six)).contains(
                    "`m` is of type Matrix and was given a Matrix of 4×3 in a buffer of 6 elements"))
            #expect(try message(0, .reals(six)).contains("was given a Vector of 6 elements"))
            #expect(try message(3, .real(two)).contains("a buffer of 2 reals for a Scalar, which has 1"))
            #expect(try message(3, .realValue(1)).contains("`a` changes and was given as a value"))
            #expect(try message(1, .reals(three)).contains("which changes, is also that of"))
            let singles = try CUDABuffer<Float>([1], on: device)
            let error = try #require(throws: CUDAFunctionError.self) {
                try f.run(inPlace: [CUDAPlace<Float>.reals(singles)])
            }
            #expect(error.description.contains("compiled for Double and are given Float"))
            #expect(driver.launches.isEmpty)
            #expect(try six.elements() == testNumbers(6))
        }
    }
}
