import AD
import Foundation
import NativeEngine
import Testing

/// Programs of every kind as C, for `.ci/run` to compile with all warnings.
@Suite struct ExportedPrograms {
    /// Writes the C of the programs to the folder that `REVERSIBLE_EXPORT` names.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["REVERSIBLE_EXPORT"] != nil))
    func areWritten() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["REVERSIBLE_EXPORT"])
        try export(decay, to: folder)
        try export(branches, to: folder)
        try export(product, to: folder)
        try export(steps, to: folder)
        try export(special, to: folder)
        try export(words, to: folder)
        try fibonacci.exportC(to: folder, name: "fibonacci")
        try fibonacci.exportC(to: folder, name: "fibonacci_unchecked", checks: .none)
        try collatz.exportC(to: folder, name: "collatz")
        try collatz.exportC(to: folder, name: "collatz_unchecked", checks: .none)
    }

    private func export<each A: Argument>(
        _ f: ReversibleFunction<repeat each A>, to folder: String
    ) throws {
        let name = try #require("\(f)".firstMatch(of: /\"(\w+)\"/)).output.1
        var single = CompileOptions()
        single.precision = .single
        try f.exportC(to: folder, name: "\(name)")
        try (~f).exportC(to: folder, name: "\(name)_inverse")
        try f.exportC(to: folder, name: "\(name)_unchecked", checks: .none)
        try f.exportC(to: folder, name: "\(name)_single", checks: .none, options: single)
        try grad(f).exportC(to: folder, name: "\(name)_gradient")
        try grad(f).exportC(to: folder, name: "\(name)_gradient_single", options: single)
    }

    /// Bits of integers, roundings and remainders, and a function with a derivative of its own, one by one and in lanes.
    private let words = ReversibleFunction("words", parameters: ["loss", "x", "v", "w", "k", "n"]) {
        (loss: Scalar, x: Scalar, v: Vector, w: IntegerVector, k: Integer, n: Integer) in
        let logistic = UserFunction("logistic") { x in
            1 / (1 + exp(-x))
        } derivative: { x in
            exp(-softplus(x) - softplus(-x))
        }
        ParallelFor(v.indices) { i in
            w[i] &*= 5
            w[i] &+= (k << i) ^ logicalShiftRight(w.count &* i &- n, i) ^ (n >> i)
            ROTL(w[i], i & 7)
            ROTR(w[i], popcount(i | n))
            loss +=
                fmod(v[i], 0.3) * softplus(v[i]) + round(v[i]) * ceil(v[i]) + logistic(v[i])
                * stopGradient(v[i])
        }
        k &-= ~n << 3
        ROTL(k, n)
        loss += logistic(fmod(x, 0.7) + round(x)) * softplus(x) * (k & 1)
    }

    /// A parallel loop with private scratch and a number that all iterations read.
    private let decay = ReversibleFunction("decay", parameters: ["loss", "rate", "t", "y"]) {
        (loss: Scalar, rate: Scalar, t: Vector, y: Vector) in
        let each = Vector.ancilla(count: t.count, "each")
        Compute {
            ParallelFor(t.indices) { i in
                let error = Scalar.ancilla("error")
                Compute {
                    error += exp(-rate * t[i]) - y[i]
                } apply: {
                    each[i] += error * error
                }
            }
        } apply: {
            loss += sum(each)
        }
    }

    /// Lanes that take different ways, and look up elements anywhere.
    private let branches = ReversibleFunction("branches", parameters: ["out", "x", "y", "turns", "p"]) {
        (out: Scalar, x: Vector, y: Vector, turns: IntegerVector, p: IntegerVector) in
        ParallelFor(x.indices) { i in
            If(p[i] % 2 == 0) {
                y[i] += exp(x[p[i]])
            } else: {
                NEG(y[i])
            }
            While(y[i] < 100, post: turns[i] > 0) {
                y[i] *= 2
                turns[i] += 1
            }
        }
        out += sum(y)
    }

    private let product = ReversibleFunction("product", parameters: ["out", "a", "b", "c"]) {
        (out: Scalar, a: Matrix, b: Matrix, c: Matrix) in
        ParallelFor(0..<c.rows) { i in
            For(0..<c.columns) { j in
                For(0..<a.columns) { k in c[i, j] += a[i, k] * b[k, j] }
            }
        }
        out += c[0, 0]
    }

    private let steps = ReversibleFunction("steps", parameters: ["x", "v", "n"]) {
        (x: Scalar, v: Scalar, n: Integer) in
        For(0..<n) { _ in
            v -= 0.01 * sin(x)
            x += 0.01 * v
        }
        If(n > 3) { SWAP(x, v) }
    }

    /// Elementary functions over lanes.
    private let special = ReversibleFunction("special", parameters: ["out", "x", "y"]) {
        (out: Scalar, x: Vector, y: Vector) in
        ParallelFor(x.indices) { i in
            y[i] += log(x[i]) * tanh(x[i]) + pow(x[i], 1.5) + atan2(x[i], 2) + erf(x[i])
            y[i] += select(x[i] > 1, lgamma(x[i]), cos(x[i]))
        }
        out += sum(y)
    }

    private let fibonacci = ReversibleFunction.recursive("fib", parameters: ["out", "n"]) {
        (fib, out: Integer, n: Integer) in
        If(n <= 2) {
            out += 1
        } else: {
            n -= 1
            fib(out, n)
            n -= 1
            fib(out, n)
            n += 2
        }
    }

    private let collatz = ReversibleFunction("collatz", parameters: ["steps", "start"]) {
        (steps: Integer, start: Integer) in
        let n = Integer.ancilla("n")
        let turns = Integer.ancilla("turns")
        let path = Stack.ancilla("path")
        Compute {
            n += start
            While(n != 1, post: turns > 0) {
                let odd = Integer.ancilla("odd")
                odd += n % 2
                let t = Integer.ancilla("t")
                If(odd == 1) {
                    t += n
                    n += 2 * t + 1
                    t -= (n - 1) / 3
                } else: {
                    t += n / 2
                    n -= t
                    t -= n
                }
                PUSH(odd, on: path)
                turns += 1
            }
        } apply: {
            steps += turns
        }
    }
}
