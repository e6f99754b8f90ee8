import AD
import CUDAEngine
import NativeEngine
import ReversibleCore
import Testing

/// Deterministic sums into elements that the iterations choose.
@Suite struct ScatterTests {
    private static let scatter = ReversibleFunction("scatter", parameters: ["y", "x", "to"]) {
        (y: Vector, x: Vector, to: IntegerVector) in
        For(x.indices) { i in y[to[i]] += x[i] }
    }

    private func run(
        _ y: [Double], _ x: [Double], _ to: [Int], precision: Precision = .double, backwards: Bool = false
    ) throws -> [Double] {
        var options = smallBlocks
        (options.reductions, options.precision) = (.deterministic, precision)
        let plan = try kernelPlan(Self.scatter, options: options)
        return try PlanRunner(plan, backwards: backwards).run([.reals(y), .reals(x), .integers(to)])[0]
            .numbers
    }

    /// The sum to twice the precision.
    private func exactly(_ terms: [Double]) -> Double {
        var (sum, rest) = (0.0, 0.0)
        for x in terms {
            let total = sum + x
            rest += abs(sum) >= abs(x) ? (sum - total) + x : (x - total) + sum
            sum = total
        }
        return sum + rest
    }

    /// Numbers of very different size, in every element: near both ends of the range, and around 1.
    @Test(arguments: [Precision.double, .single]) func accuracy(_ precision: Precision) throws {
        let n = 400
        let scales: [Int] =
            precision == .double ? [1_000, -1_010, 0, -1_060, 40, -980] : [110, -120, 0, -140, 20, -90]
        let to = (0..<n).map { $0 * 7 % 6 }
        var x = testNumbers(n)
        for i in x.indices {
            x[i] *= scale(scales[to[i]] - (i * 31 % 40))
            if precision == .single { x[i] = Double(Float(x[i])) }
        }
        let result = try run(Array(repeating: 0, count: 7), x, to, precision: precision)
        #expect(
            try run(Array(repeating: 0, count: 7), x, to, precision: precision, backwards: true) == result)
        #expect(
            try run(Array(repeating: 0, count: 7), x.reversed(), to.reversed(), precision: precision)
                == result)
        for element in 0..<6 {
            let terms = zip(x, to).filter { $1 == element }.map(\.0)
            let (sum, largest) = (exactly(terms), terms.map(abs).max() ?? 0)
            let cut = Double(terms.count) * 0x1p-63 * largest
            let rounding = precision == .double ? sum.ulp : Double(Float(sum).ulp)
            #expect(
                abs(result[element] - sum) <= cut + rounding, "element \(element): \(result[element]), \(sum)"
            )
            #expect(sum != 0)
        }
        #expect(result[6] == 0)
    }

    private func scale(_ exponent: Int) -> Double {
        Double(sign: .plus, exponent: exponent / 2, significand: 1)
            * Double(sign: .plus, exponent: exponent - exponent / 2, significand: 1)
    }

    /// What cancels leaves what is left, at both ends of the range; the element's own content is added last.
    @Test func cancellation() throws {
        let tiny = Double.leastNonzeroMagnitude
        let huge = Double.greatestFiniteMagnitude
        let x = [1e300, 1, -1e300, tiny, tiny, -3 * tiny, huge, huge, -huge, 0.0, -0.0, 0x1p-1022, -tiny]
        let to = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4]
        let result = try run([0, 0, 0, 5, 0], x, to)
        // 1 is less than 2⁻⁶³ of 1e300; the other sums are exact.
        #expect(result == [0, -tiny, huge, 5, 0x1p-1022 - tiny])
        #expect(try run([1, 1, 1], [huge, huge, -1], [0, 0, 1]) == [.infinity, 0, 1])
    }

    @Test func infinitiesAndNaN() throws {
        let x = [.infinity, 1, .infinity, -.infinity, 2, .infinity, -.infinity, .nan, 1e308, 3]
        let to = [0, 0, 0, 1, 1, 2, 2, 3, 3, 4]
        for precision in [Precision.double, .single] {
            let result = try run([0, 1, 2, 3, 4, .nan], x, to, precision: precision)
            #expect(result[0] == .infinity && result[1] == -.infinity)
            #expect(result[2].isNaN && result[3].isNaN && result[4] == 7 && result[5].isNaN)
        }
    }

    /// The loop changes arrays on its way, which must change once only.
    @Test func changesOnTheWay() throws {
        let f = ReversibleFunction("onTheWay", parameters: ["y", "x", "to", "count", "n"]) {
            (y: Vector, x: Vector, to: IntegerVector, count: IntegerVector, n: Integer) in
            For(0..<n) { k in
                For(x.indices) { i in
                    x[i] += 0.5 * i
                    count[i] += k + 1
                    y[to[i] % 3] += x[i] * count[i]
                    to[i] += 1
                }
                x *= 0.5
            }
        }
        let n = 70
        let leaves: [Leaf<Double>] = [
            .reals([0, 0, 1]), .reals(testNumbers(n)), .integers((0..<n).map { $0 % 5 }),
            .integers(Array(repeating: 0, count: n)), .integer(3),
        ]
        let expected = try f.definition.run(leaves, inverted: false, options: f.options)
        var options = smallBlocks
        options.reductions = .deterministic
        let results = try PlanRunner(kernelPlan(f, options: options)).run(leaves)
        #expect(difference(results[0], expected[0]) < 1e-15)
        for position in 1..<5 {
            #expect(sameBits(results[position], expected[position]), "place \(position)")
        }
    }
}
