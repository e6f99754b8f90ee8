import AD
import CUDAEngine
import Kernels
import ReversibleCore
import Testing

/// Arguments whose memory holds anything when a program starts, and which count as zeros.
@Suite("Starting at zero") struct StartingAtZeroTests {
    private func options(_ arguments: Set<Int>) -> PTXOptions {
        var options = smallBlocks
        options.startingAtZero = arguments
        return options
    }

    /// Memory that holds no numbers.
    private func garbage(_ count: Int, on device: CUDADevice) throws -> CUDABuffer<Double> {
        try CUDABuffer([Double](repeating: .nan, count: count), on: device)
    }

    @Test(arguments: [0, 1, 31, 33, 77, 1000]) func everyElementIsWritten(_ n: Int) throws {
        let x = testNumbers(n)
        let start = DenseMatrix(rows: 2 * n, columns: 3)
        let expected = try RowPrograms.pairs(start, x).0
        try withEmulatedDevice { device, driver in
            let f = try compile(RowPrograms.pairs, on: .cuda(device), options: options([0]))
            let (rows, values) = (try garbage(6 * n, on: device), try CUDABuffer(x, on: device))
            let before = driver.fills
            try f.run(inPlace: [.matrix(rows: 2 * n, columns: 3, rows), .reals(values)])
            #expect(driver.fills == before)
            #expect(try rows.elements() == expected.elements)
            // Again, over what the first run left.
            try f.run(inPlace: [.matrix(rows: 2 * n, columns: 3, rows), .reals(values)])
            #expect(try rows.elements() == expected.elements)
            // Back to zeros: the inverse takes what there is.
            let back = try compile(~RowPrograms.pairs, on: .cuda(device))
            try back.run(inPlace: [.matrix(rows: 2 * n, columns: 3, rows), .reals(values)])
            #expect(try rows.elements() == start.elements)
        }
    }

    /// Rows and columns that no iteration comes to are cleared.
    @Test func someElementsAreWritten() throws {
        let x = testNumbers(40)
        for (rowCount, columns) in [(80, 4), (83, 3)] {
            let expected = try RowPrograms.pairs(DenseMatrix(rows: rowCount, columns: columns), x).0
            try withEmulatedDevice { device, driver in
                let f = try compile(RowPrograms.pairs, on: .cuda(device), options: options([0]))
                let rows = try garbage(rowCount * columns, on: device)
                let before = driver.fills
                try f.run(inPlace: [
                    .matrix(rows: rowCount, columns: columns, rows), .reals(try CUDABuffer(x, on: device)),
                ])
                #expect(driver.fills == before + 1)
                #expect(try rows.elements() == expected.elements)
            }
        }
    }

    /// Values that are given make no difference; their sizes do.
    @Test func calls() throws {
        let (n, x) = (50, testNumbers(50))
        let other = try #require(DenseMatrix(rows: 2 * n, columns: 3, elements: testNumbers(6 * n)))
        let expected = try RowPrograms.pairs(DenseMatrix(rows: 2 * n, columns: 3), x).0
        try withEmulatedDevice { device, _ in
            let f = try compile(RowPrograms.pairs, on: .cuda(device), options: options([0]))
            #expect(try f(other, x).0 == expected)
            let back = try compile(~RowPrograms.pairs, on: .cuda(device), options: options([0]))
            #expect(try back(other, x).0.elements == expected.elements.map { 0 - $0 })
        }
    }

    /// Programs that use such an argument in many ways, or not at all.
    @Test func otherUses() throws {
        let f = ReversibleFunction("uses", parameters: ["y", "t", "a", "x", "idle", "idleNumber"]) {
            (y: Vector, t: Vector, a: Scalar, x: Vector, idle: Vector, idleNumber: Scalar) in
            a += x[0]
            ParallelFor(x.indices) { i in y[i] += x[i] * a }
            For(0..<2) { k in ParallelFor(x.indices) { i in t[i] += x[i] * (k + 1) + idle[i] } }
            If(a > 0) { ParallelFor(x.indices) { i in y[i] += t[i] + idleNumber } }
            t *= 3.0
        }
        for n in [1, 45] {
            let (x, junk) = (testNumbers(n, seed: 4), testNumbers(n, seed: 2))
            let zeros = [Double](repeating: 0, count: n)
            let expected = try f(zeros, zeros, 0, x, zeros, 0)
            try withEmulatedDevice { device, _ in
                let there = try compile(f, on: .cuda(device), options: options([0, 1, 2, 4, 5]))
                let found = try there(junk, junk, 7, x, junk, 8)
                #expect(found.0 == expected.0 && found.1 == expected.1 && found.2 == expected.2)
                #expect(found.3 == x && found.4 == zeros && found.5 == 0)
            }
        }
    }

    /// What is changed twice, and what is read before it is changed.
    @Test func usedMoreThanOnce() throws {
        let f = ReversibleFunction("twice", parameters: ["y", "t", "z", "x"]) {
            (y: Vector, t: Vector, z: Vector, x: Vector) in
            ParallelFor(x.indices) { i in
                y[i] += x[i]
                z[i] += t[i]
            }
            ParallelFor(x.indices) { i in
                y[i] += 2 * x[i]
                t[i] -= x[i]
            }
        }
        let (x, junk) = (testNumbers(45), testNumbers(45, seed: 2))
        let zeros = junk.map { _ in 0.0 }
        let expected = try f(zeros, zeros, zeros, x)
        try withEmulatedDevice { device, _ in
            let found = try compile(f, on: .cuda(device), options: options([0, 1, 2]))(junk, junk, junk, x)
            #expect(found.0 == expected.0 && found.1 == expected.1 && found.2 == expected.2)
        }
    }

    /// In a gradient the numbers mean the arguments' values.
    @Test func gradientsAndProducts() throws {
        let f = ReversibleFunction("cubes", parameters: ["loss", "y", "x"]) {
            (loss: Scalar, y: Matrix, x: Vector) in
            ParallelFor(x.indices) { i in for c in 0..<4 { y[i, c] += x[i] * Double(c + 1) } }
            loss += sum(y * y * y)
        }
        let (n, x) = (40, testNumbers(40))
        let junk = try #require(DenseMatrix(rows: n, columns: 4, elements: testNumbers(4 * n, seed: 2)))
        let zeros = DenseMatrix(rows: n, columns: 4)
        let expected = try grad(f)(0, zeros, x)
        let product = try jvp(f)(0, zeros, x, tangent: (0, junk, x))
        try withEmulatedDevice { device, _ in
            let slope = try compile(grad(f), on: .cuda(device), options: options([0, 1]))
            let found = try slope(5, junk, x)
            #expect(difference(.reals(found.2), .reals(expected.2)) < 1e-13)
            #expect(difference(.reals(found.1.elements), .reals(expected.1.elements)) < 1e-13)
            let moved = try compile(jvp(f), on: .cuda(device), options: options([0, 1]))(
                5, junk, x, tangent: (0, junk, x))
            #expect(moved.value.1 == product.value.1 && moved.product.1 == product.product.1)
            #expect(abs(moved.product.0 - product.product.0) <= 1e-13 * abs(product.product.0))
        }
    }

    @Test func numbersAreHandedOverInBuffers() throws {
        let f = ReversibleFunction("scaled", parameters: ["y", "a"]) { (y: Vector, a: Scalar) in
            ParallelFor(y.indices) { i in y[i] += a + 1 }
        }
        try withEmulatedDevice { device, _ in
            let there = try compile(f, on: .cuda(device), options: options([1]))
            let y = try CUDABuffer([1.0, 2], on: device)
            let error = try #require(throws: CUDAFunctionError.self) {
                try there.run(inPlace: [.reals(y), .realValue(3)])
            }
            #expect(error.description.contains("`a` changes and was given as a value"))
            try there.run(inPlace: [.reals(y), .real(try garbage(1, on: device))])
            #expect(try y.elements() == [2, 3])
        }
    }
}
