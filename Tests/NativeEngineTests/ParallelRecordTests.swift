import AD
import NativeEngine
import ReversibleCore
import Testing

/// Iterations that run side by side, each with a record of its own.
@Suite(.enabled(if: compilerIsThere)) struct ParallelRecordTests {
    typealias Sweeps = ReversibleFunction<Scalar, Vector, Vector, Integer>

    static let average = ReversibleFunction("average", parameters: ["m", "a", "n"]) {
        (m: Scalar, a: Scalar, n: Integer) in
        For(0..<n) { _ in
            m *= 0.4
            m += a * a
        }
    }

    /// A loop over elements: one iteration after another, or side by side.
    static func loop(
        _ isParallel: Bool, _ range: IndexRange, @Reversible _ body: (Integer) -> Statement
    ) -> Statement {
        isParallel ? ParallelFor(range) { body($0) } : For(range) { body($0) }
    }

    /// What undoing loses: a call, an inner loop of any length, a sum beside it, and a branch.
    static func averages(_ isParallel: Bool) -> Sweeps {
        Sweeps("averages", parameters: ["y", "x", "v", "n"]) {
            (y: Scalar, x: Vector, v: Vector, n: Integer) in
            loop(isParallel, 0..<x.count) { i in
                average(x[i], v[i], n)
                y += x[i] * x[i] * v[i]
                If(v[i] > 0) {
                    For(0..<n) { _ in
                        x[i] *= 0.3
                        x[i] += v[i]
                        y += x[i] * v[i]
                    }
                }
            }
            v[0] *= 0.1
            For(v.indices) { i in y += v[i] * x[i] }
        }
    }

    /// Red and black in turns: an iteration reads what those of the other colour have changed.
    static func redAndBlack(_ isParallel: Bool) -> Sweeps {
        Sweeps("redAndBlack", parameters: ["y", "x", "v", "n"]) {
            (y: Scalar, x: Vector, v: Vector, n: Integer) in
            For(0..<n) { _ in
                loop(isParallel, 0..<x.count / 2) { j in
                    x[2 * j] *= 0.5
                    x[2 * j] += 0.25 * sin(x[2 * j + 1]) + v[2 * j]
                }
                loop(isParallel, 0..<x.count / 2) { j in
                    x[2 * j + 1] *= 0.5
                    x[2 * j + 1] += 0.25 * x[2 * j] * x[2 * j]
                }
            }
            For(x.indices) { i in y += x[i] * x[i] }
        }
    }

    /// Ancillas of an iteration, and integers that it changes.
    static func ancillas(_ isParallel: Bool) -> Sweeps {
        Sweeps("ancillas", parameters: ["y", "x", "v", "n"]) {
            (y: Scalar, x: Vector, v: Vector, n: Integer) in
            loop(isParallel, 0..<x.count) { i in
                let (m, turns) = (Scalar.ancilla(), Integer.ancilla())
                m += v[i]
                For(0..<n) { _ in
                    turns += 1
                    m *= 1.25
                    If(turns % 3 == 1) { y += m * m * x[i] * turns }
                    x[i] *= 0.6
                    x[i] += 0.1 * m
                }
                For(0..<n) { _ in m /= 1.25 }
                m -= v[i]
                turns -= n
            }
            For(x.indices) { i in y += x[i] * x[i] }
        }
    }

    /// A sum of all iterations that is read, and changed otherwise, before and after.
    static func sums(_ isParallel: Bool) -> Sweeps {
        Sweeps("sums", parameters: ["y", "x", "v", "n"]) { (y: Scalar, x: Vector, v: Vector, n: Integer) in
            For(0..<n) { _ in
                loop(isParallel, 0..<x.count) { i in
                    y += x[i] * v[i]
                    x[i] *= 0.5
                    For(0..<2, undoing: .recorded) { _ in
                        x[i] *= 0.5
                        y -= 0.1 * x[i] * x[i]
                    }
                }
                For(x.indices) { i in x[i] += 0.1 * sin(y) * v[i] }
                y *= 0.25
            }
        }
    }

    /// A loop in an iteration may be parallel itself, and have sums of its own.
    static func nested(_ isParallel: Bool) -> Sweeps {
        Sweeps("nested", parameters: ["y", "x", "v", "n"]) { (y: Scalar, x: Vector, v: Vector, n: Integer) in
            loop(isParallel, 0..<x.count / 2) { i in
                let s = Scalar.ancilla("s")
                For(0..<n) { _ in
                    loop(isParallel, 0..<2) { k in
                        x[2 * i + k] *= v[2 * i]
                        x[2 * i + k] += 0.3
                        y += x[2 * i + k] * v[2 * i + k]
                    }
                }
                loop(isParallel, 0..<2) { k in s += x[2 * i + k] * x[2 * i + k] }
                y += s * v[2 * i + 1]
                loop(isParallel, 0..<2) { k in s -= x[2 * i + k] * x[2 * i + k] }
            }
            For(x.indices) { i in x[i] *= 0.5 }
            y += x[0] * x[1]
        }
    }

    /// Elements to which several iterations add, in a call too, and which are read before and after.
    static func histograms(_ isParallel: Bool) -> Sweeps {
        let add = ReversibleFunction("add") { (v: Vector, k: Integer, x: Scalar) in v[k % 2] -= 0.05 * x * x }
        return Sweeps("histograms", parameters: ["y", "x", "v", "n"]) {
            (y: Scalar, x: Vector, v: Vector, n: Integer) in
            For(0..<n) { _ in
                loop(isParallel, 0..<x.count) { i in
                    v[i % 2] += 0.1 * sin(x[i])
                    add(v, i, x[i])
                    x[i] *= 0.5
                    For(0..<2, undoing: .recorded) { _ in
                        x[i] *= 0.5
                        y += 0.1 * x[i] * x[i]
                    }
                }
                For(x.indices) { i in x[i] += 0.3 * sin(v[i % 2]) }
                For(0..<2) { i in v[i] *= 0.25 }
            }
            y += v[0] * v[1]
        }
    }

    private let x = [1.0, 2, -3, 0.5, 5, 6]
    private let v = [0.3, -0.7, 1.1, 0.2, 0.9, -0.1]

    private func expectAsInALoop(_ make: (Bool) -> Sweeps, turns: [Int] = [0, 1, 30]) throws {
        let (parallel, serial) = (make(true), make(false))
        for n in turns {
            let expected = try grad(serial, 0, x, v, n, undoing: .recorded)
            let compiled = try [1, 2].map { try compile(grad(parallel, undoing: .recorded), threads: $0) }
            let found =
                try [Undoing.recorded, .checkpoints(2)].map { try grad(parallel, 0, x, v, n, undoing: $0) }
                + compiled.map { try $0(0, x, v, n) }
            for gradient in found {
                for (a, b) in zip(gradient.1 + gradient.2, expected.1 + expected.2) {
                    #expect(abs(a - b) <= 1e-13 * max(1, abs(b)))
                }
            }
            let direction = (0.0, v, x, ())
            let bend = try hvp(serial, 0, x, v, n, direction: direction, undoing: .recorded)
            let product = try hvp(parallel, 0, x, v, n, direction: direction, undoing: .recorded)
            for (a, b) in zip(product.1 + product.2, bend.1 + bend.2) {
                #expect(abs(a - b) <= 1e-12 * max(1, abs(b)))
            }
        }
    }

    @Test func callsAndLoops() throws { try expectAsInALoop(Self.averages) }
    @Test func turnsOfTime() throws { try expectAsInALoop(Self.redAndBlack) }
    @Test func sumsThatAreRead() throws { try expectAsInALoop(Self.sums) }
    @Test func histogramsThatAreRead() throws { try expectAsInALoop(Self.histograms) }
    @Test func loopsInIterations() throws { try expectAsInALoop(Self.nested) }
    @Test func numbersOfAnIteration() throws { try expectAsInALoop(Self.ancillas, turns: [0, 1, 9]) }

    /// (0.5 v + 1)², whose slope is 0.5 v + 1.
    @Test func closedForm() throws {
        let decays = ReversibleFunction("decays", parameters: ["loss", "v"]) { (loss: Scalar, v: Vector) in
            ParallelFor(v.indices) { i in
                v[i] *= 0.5
                v[i] += 1
                loss += v[i] * v[i]
                v[i] *= 0.5
            }
        }
        let start = [1, -3, 1e-300, 0, -0.0, 1e8]
        let expected = start.map { 0.5 * $0 + 1 }
        #expect(try grad(decays, 0, start, undoing: .recorded).1 == expected)
        #expect(try compile(grad(decays, undoing: .recorded))(0, start).1 == expected)
    }

    /// Only a loop in the iteration says how it is undone.
    @Test func loopsThatSayIt() throws {
        let f = Sweeps("f", parameters: ["y", "x", "v", "n"]) {
            (y: Scalar, x: Vector, v: Vector, n: Integer) in
            ParallelFor(x.indices) { i in
                For(0..<n, undoing: .recorded) { _ in
                    x[i] *= 0.3
                    x[i] += v[i]
                }
                y += x[i] * x[i]
            }
        }
        // x → v/0.7, so that the slope of x² by v is 2 v/0.49.
        for gradient in [try grad(f, 0, x, v, 80).2, try compile(grad(f))(0, x, v, 80).2] {
            for (slope, number) in zip(gradient, v) { #expect(abs(slope - 2 * number / 0.49) < 1e-12) }
        }
    }

    /// Of an array only the elements are copied that iterations change: 10³ sweeps over a row each are no 10³ copies of
    /// the table. What is there to be seen is what is put on the record.
    @Test func elementsOfArrays() throws {
        let f = ReversibleFunction("f", parameters: ["y", "u", "k"]) { (y: Scalar, u: Matrix, k: Scalar) in
            For(0..<u.rows - 1) { t in
                ParallelFor(0..<u.columns) { j in
                    u[t + 1, j] += u[t, j]
                    u[t + 1, j] *= k
                    u[t + 1, j] += 0.1
                }
            }
            For(0..<u.columns) { j in y += u[u.rows - 1, j] * u[u.rows - 1, j] }
        }
        let text = f.undoing(.recorded).description
        #expect(text.contains("copy += u[i + 1, "))
        var u = DenseMatrix(rows: 9, columns: 3)
        for j in 0..<3 { u[0, j] = Double(j) - 0.5 }
        let slopes = try grad(f, 0, u, 0.8, undoing: .recorded).1
        for j in 0..<3 {
            // The end is k⁸ u + c.
            var (end, power) = (u[0, j], 1.0)
            for _ in 0..<8 { (end, power) = (end * 0.8 + 0.1, power * 0.8) }
            #expect(abs(slopes[0, j] - 2 * end * power) < 1e-14)
        }
    }

    /// A decision outside of the loop is verified, though its iterations are run again.
    @Test func decisionsBesideIterations() throws {
        let f = Sweeps("f", parameters: ["y", "x", "v", "n"]) {
            (y: Scalar, x: Vector, v: Vector, n: Integer) in
            ParallelFor(x.indices) { i in
                For(0..<n, undoing: .recorded) { _ in
                    x[i] *= v[i]
                    x[i] += 0.1
                }
            }
            // On the threshold, from which undoing moves the number by an ulp.
            v[1] += select(v[0] <= 0.5, v[0], x[0])
            HADAMARD(v[0], v[1])
            y += v[1] * v[1] * v[0] + x[1] * x[1]
            v[0] *= 0.3
        }
        let start = [0.5, 0.25]
        let slopes = try jvp(f, 0, [1, 1], start, 3, tangent: (0, [0, 0], [1, 0], ())).product.0
        let recorded = try grad(f, 0, [1, 1], start, 3, undoing: .recorded).2[0]
        #expect(abs(recorded - slopes) < 1e-14)
        do {
            #expect(abs(try grad(f, 0, [1, 1], start, 3).2[0] - slopes) < 1e-14)
        } catch { #expect((error as? ReversibilityError)?.kind == .drift) }
    }

    @Test func computationsThatChangeOtherThings() {
        let f = Sweeps("f", parameters: ["y", "x", "v", "n"]) {
            (y: Scalar, x: Vector, v: Vector, n: Integer) in
            Compute {
                ParallelFor(x.indices) { i in
                    For(0..<n) { _ in
                        x[i] *= v[i]
                        x[i] += 0.1
                    }
                }
            } apply: {
                y += x[0]
            }
        }
        let error = #expect(throws: ReversibilityError.self) {
            try grad(f, 0, [1], [1], 3, undoing: .recorded)
        }
        #expect(
            error?.message.contains("it stands in a `Compute` that changes more than ancillas of its own")
                == true)
    }
}
