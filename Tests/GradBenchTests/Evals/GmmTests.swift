import Foundation
import GradBench
import Testing

/// The Gaussian mixture, against its definition with the matrices written out.
struct GmmTests {
    private struct Mixture {
        let d, k, m: Int
        let gamma: Double
        let x: [[Double]]
        /// alpha, mu, q and l, one after the other.
        let parameters: [Double]

        init(_ d: Int, _ k: Int, n: Int, m: Int, gamma: Double) {
            var generator = SeededNumbers(UInt64(d + 10 * k))
            (self.d, self.k, self.m, self.gamma) = (d, k, m, gamma)
            x = generator.rows(n, d)
            parameters = generator.numbers(k * (1 + 2 * d + d * (d - 1) / 2))
        }

        /// The four parameters.
        func parts<Number>(_ all: [Number]) -> (alpha: [Number], mu: [[Number]], q: [[Number]], l: [[Number]])
        {
            var rest = all[...]
            func take(_ count: Int) -> [Number] {
                defer { rest = rest.dropFirst(count) }
                return Array(rest.prefix(count))
            }
            let alpha = take(k)
            let (mu, q) = ((0..<k).map { _ in take(d) }, (0..<k).map { _ in take(d) })
            return (alpha, mu, q, (0..<k).map { _ in take(d * (d - 1) / 2) })
        }

        var input: [String: Any] {
            let (alpha, mu, q, l) = parts(parameters)
            return [
                "d": d, "k": k, "n": x.count, "m": m, "gamma": gamma, "x": x, "alpha": alpha, "mu": mu,
                "q": q,
                "l": l,
            ]
        }

        func objective(_ parameters: [Double]) -> Double {
            let (alpha, mu, q, l) = parts(parameters)
            func logSumExp(_ terms: [Double]) -> Double { log(terms.reduce(0) { $0 + exp($1) }) }
            let normal = Double(d) / 2 * log(2 * Double.pi)
            var total = -Double(x.count) * (normal + logSumExp(alpha))
            for point in x {
                let terms = (0..<k).map { c -> Double in
                    let centred = zip(point, mu[c]).map { $0 - $1 }
                    let y = lowerTriangle(q[c], l[c]).map { dot($0, centred) }
                    return alpha[c] + q[c].reduce(0, +) - dot(y, y) / 2
                }
                total += logSumExp(terms)
            }
            return total + prior(q, l)
        }

        private func lowerTriangle(_ q: [Double], _ l: [Double]) -> [[Double]] {
            var factor = [[Double]](repeating: .init(repeating: 0, count: d), count: d)
            for row in 0..<d { factor[row][row] = exp(q[row]) }
            var next = 0
            for column in 0..<d {
                for row in (column + 1)..<max(d, column + 1) {
                    factor[row][column] = l[next]
                    next += 1
                }
            }
            return factor
        }

        private func prior(_ q: [[Double]], _ l: [[Double]]) -> Double {
            let p = Double(d + m + 1)
            var logGamma = Double(d * (d - 1)) / 4 * log(.pi)
            for j in 1...d { logGamma += lgamma(p / 2 + Double(1 - j) / 2) }
            var total = Double(k) * (p * Double(d) * (log(gamma) - log(2) / 2) - logGamma)
            for (q, l) in zip(q, l) {
                let diagonal = q.map { exp($0) }
                total -= gamma * gamma / 2 * (dot(diagonal, diagonal) + dot(l, l))
                total += Double(m) * q.reduce(0, +)
            }
            return total
        }
    }

    @Test(
        arguments: Engine.Kind.allCases,
        [(1, 2, 3, 0, 1.0), (2, 3, 8, 0, 1), (3, 1, 5, 2, 0.7), (4, 2, 6, 1, 1.5)])
    func objectiveAndGradient(kind: Engine.Kind, shape: (Int, Int, Int, Int, Double)) throws {
        var tool = Conversation(kind)
        let mixture = Mixture(shape.0, shape.1, n: shape.2, m: shape.3, gamma: shape.4)
        let expected = mixture.objective(mixture.parameters)
        expectClose(try tool.numbers("gmm", "objective", mixture.input), [expected], rounding)
        let gradient = mixture.parts(differences(mixture.parameters, mixture.objective))
        let parts: [(String, [Double])] = [
            ("alpha", gradient.alpha), ("mu", gradient.mu.flatMap(\.self)), ("q", gradient.q.flatMap(\.self)),
            ("l", gradient.l.flatMap(\.self)),
        ]
        for (name, expected) in parts {
            expectClose(try tool.numbers("gmm", "jacobian", mixture.input, field: name), expected, 1e-7)
        }
    }
}
