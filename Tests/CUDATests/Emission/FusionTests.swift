import CUDAEngine
import ReversibleCore
import Testing

/// Products and sums in one operation.
@Suite struct FusionTests {
    private var fused: PTXOptions {
        var options = PTXOptions()
        options.fusesMultiplyAdd = true
        return options
    }

    /// Numbers whose products do not fit their type.
    private let x = [0.1, -1 / 3.0, 7.3, 1e-300, .infinity]
    private let y = [0.7, 1e-17, -0.73, 2.5, 1]
    private let a = 1 / 7.0

    @Test func productsAreRoundedWithTheirSums() throws {
        let sum = try PlanRunner(kernelPlan(Programs.saxpy, options: fused))
            .run([.reals(y), .reals(x), .real(a)])
        #expect(sameBits(sum[0], .reals(zip(y, x).map { $0.addingProduct(a, $1) })))
        let difference = try PlanRunner(kernelPlan(~Programs.saxpy, options: fused))
            .run([.reals(y), .reals(x), .real(a)])
        #expect(sameBits(difference[0], .reals(zip(y, x).map { $0.addingProduct(-a, $1) })))
    }

    @Test func differencesFromAProduct() throws {
        let f = ReversibleFunction("difference", parameters: ["z", "y", "x", "a"]) {
            (z: Vector, y: Vector, x: Vector, a: Scalar) in
            ParallelFor(y.indices) { i in z[i] += a * x[i] - y[i] }
        }
        let zeros = [Double](repeating: 0, count: x.count)
        let results = try PlanRunner(kernelPlan(f, options: fused))
            .run([.reals(zeros), .reals(y), .reals(x), .real(a)])
        #expect(sameBits(results[0], .reals(zip(y, x).map { (-$0).addingProduct(a, $1) })))
    }

    /// What is read twice is rounded by itself, or it would be computed twice.
    @Test func productsThatAreUsedTwiceStay() throws {
        let f = ReversibleFunction("twice", parameters: ["y", "z", "x", "a"]) {
            (y: Vector, z: Vector, x: Vector, a: Scalar) in
            ParallelFor(y.indices) { i in
                y[i] += a * x[i]
                z[i] += a * x[i]
            }
        }
        let results = try PlanRunner(kernelPlan(f, options: fused))
            .run([.reals(y), .reals(y), .reals(x), .real(a)])
        for place in 0..<2 { #expect(sameBits(results[place], .reals(zip(y, x).map { $0 + a * $1 }))) }
    }

    @Test(.timeLimit(.minutes(30))) func conditionsThatShareConditionsAreEmittedOnce() throws {
        let f = ReversibleFunction { (y: Vector, v: Vector, a: Scalar) in
            ParallelFor(y.indices) { i in
                let condition = (0..<60).reduce(a > v[i]) { c, k in
                    (c && a > Double(-k)) || (c && v[i] > Double(-k))
                }
                If(condition) { y[i] += a * v[i] }
            }
        }
        let results = try PlanRunner(kernelPlan(f)).run([.reals([0, 0]), .reals([2, 3]), .real(2.5)])
        #expect(sameBits(results[0], .reals([5, 0])))
    }

    @Test func elementaryFunctionsStayAsTheyAre() throws {
        for function in ElementaryFunction.allCases {
            guard let f = Programs.elementary(function) else { continue }
            let leaves: [Leaf<Double>] = [
                .reals([Double](repeating: 0, count: x.count)), .reals(x.map(abs)), .reals(y),
            ]
            let plain = try PlanRunner(kernelPlan(f)).run(leaves)
            let results = try PlanRunner(kernelPlan(f, options: fused)).run(leaves)
            #expect(sameBits(plain[0], results[0]), "\(function)")
        }
    }
}
