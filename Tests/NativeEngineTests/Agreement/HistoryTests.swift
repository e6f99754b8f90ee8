import AD
import NativeEngine
import Testing

/// Programs that keep a history of states: their gradients do not undo it.
@Suite(.enabled(if: compilerIsThere))
struct HistoryTests {
    /// A damped wave on a line, each state in a row of its own; the mean square of the last one.
    private let wave = ReversibleFunction("wave", parameters: ["loss", "start", "speed", "steps"]) {
        (loss: Scalar, start: Vector, speed: Vector, steps: Integer) in
        let states = Matrix.ancilla(rows: steps + 2, columns: start.count, "states")
        Compute {
            states[0, 0] += start[0]
            ParallelFor(1..<start.count - 1) { i in
                states[0, i] += start[i]
                states[1, i] += 0.99 * start[i]
            }
            For(1..<steps + 1) { t in
                ParallelFor(1..<start.count - 1) { i in
                    states[t + 1, i] +=
                        1.99 * states[t, i] - 0.99 * states[t - 1, i] + speed[i]
                        * (states[t, i - 1] - 2 * states[t, i] + states[t, i + 1])
                }
            }
        } apply: {
            For(start.indices) { i in loss += states[steps + 1, i] * states[steps + 1, i] / start.count }
        }
    }

    private func arguments(_ n: Int) -> ([Double], [Double]) {
        ((0..<n).map { Double(($0 * 37) % 23) / 23 - 0.4 }, (0..<n).map { 0.1 + Double(($0 * 17) % 13) / 50 })
    }

    @Test func gradientsAgree() throws {
        let native = try native(grad(wave))
        for (n, steps) in [(3, 0), (4, 1), (11, 2), (40, 7)] {
            let (start, speed) = arguments(n)
            let expected = try grad(wave, 0, start, speed, steps)
            let found = try native(0, start, speed, steps)
            for (a, b) in zip(found.1 + found.2, expected.1 + expected.2) {
                #expect(abs(a - b) <= 1e-13 * max(1, abs(b)), "\(n) cells, \(steps) steps")
            }
            try checkGrads(wave, 0, start, speed, steps)
        }
    }

    @Test func theHistoryIsNotUndone() throws {
        let source = try native(grad(wave)).source
        let changes = source.split(separator: "\n").filter { line in
            line.contains("states[") && line.contains("] -= ")
        }
        #expect(changes.isEmpty)
        #expect(source.contains("states["))
    }

    /// Rows are read again by a later turn here, so that every one has to be undone in its time.
    @Test func whatIsReadAgainIsUndone() throws {
        let f = ReversibleFunction("f", parameters: ["out", "x"]) { (out: Scalar, x: Vector) in
            let row = Vector.ancilla(count: x.count + 1, "row")
            row[0] += 0.5
            For(x.indices) { i in
                Compute {
                    row[i + 1] += row[i] * x[i]
                } apply: {
                    out += row[i + 1] * row[i + 1] * row[0]
                }
            }
            For(x.indices) { i in
                Compute {
                    row[i + 1] += sin(x[i])
                    row[x.count] += 0.25
                } apply: {
                    out += row[x.count] * row[i + 1]
                }
            }
            row[0] -= 0.5
        }
        let x = [0.3, -1.2, 0.7, 2.1]
        let found = try native(grad(f))(0, x).1
        for (a, b) in zip(found, try grad(f, 0, x).1) { #expect(abs(a - b) <= 1e-14) }
        let (value, expected) = (try native(f)(0, x).0, try f(0, x).0)
        #expect(value == expected)
        try checkGrads(f, 0, x)
    }

    /// An element whose index is a loop's plus something fixed belongs to one iteration: its gradient needs no sums.
    @Test func elementsOfABlockAreTheIterationsOwn() throws {
        let f = ReversibleFunction("f", parameters: ["out", "x"]) { (out: Scalar, x: Vector) in
            For(0..<x.count / 4) { b in
                let terms = Vector.ancilla(count: 4, "terms")
                Compute {
                    ParallelFor(terms.indices) { i in terms[i] += exp(x[4 * b + i]) }
                } apply: {
                    out += sum(terms)
                }
            }
        }
        let slope = try native(grad(f), with: [1])
        #expect(!slope.source.contains("x_gradient_sums"))
        let x = [0.5, -1, 0.25, 2, -0.125, 0, 1, -2]
        for (a, b) in zip(try slope(0, x).1, try grad(f, 0, x).1) { #expect(abs(a - b) <= 1e-15 * b) }
    }
}
