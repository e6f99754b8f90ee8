import GradBench
import Testing

/// Runge–Kutta steps, against the method written with whole vectors.
struct OdeTests {
    private func solution(_ x: [Double], _ steps: Int) -> [Double] {
        func rate(_ y: [Double]) -> [Double] { x.indices.map { $0 == 0 ? x[0] : x[$0] * y[$0 - 1] } }
        func moved(_ y: [Double], _ h: Double, _ k: [Double]) -> [Double] { zip(y, k).map { $0 + h * $1 } }
        let h = 2 / Double(steps)
        var y = [Double](repeating: 0, count: x.count)
        for _ in 0..<steps {
            let k1 = rate(y)
            let k2 = rate(moved(y, h / 2, k1))
            let k3 = rate(moved(y, h / 2, k2))
            let k4 = rate(moved(y, h, k3))
            for i in y.indices {
                let ends: Double = k1[i] + k4[i]
                let middle: Double = k2[i] + k3[i]
                y[i] += h * (ends + 2 * middle) / 6
            }
        }
        return y
    }

    /// The first four components of the system are cases of their own in the program.
    @Test(arguments: Engine.Kind.allCases, 1...7) func solutionAndGradient(kind: Engine.Kind, n: Int) throws {
        var tool = Conversation(kind)
        var generator = SeededNumbers(UInt64(n))
        let x = generator.numbers(n, from: 0.2, to: 1)
        for s in [1, 3] {
            let input: [String: Any] = ["x": x, "s": s]
            expectClose(try tool.numbers("ode", "primal", input), solution(x, s), rounding)
            let gradient = differences(x) { solution($0, s)[n - 1] }
            // One step reaches four components. The derivatives of those further on are 0 but for what undoing
            // the step leaves by rounding.
            expectClose(
                try tool.numbers("ode", "gradient", input), gradient, differencing, leastScale: 1e-6)
        }
    }
}
