import AD
import NativeEngine
import Testing

/// Branches, loops and their bounds, both ways, against the interpreter.
@Suite(.enabled(if: compilerIsThere))
struct ControlFlowTests {
    @Test func branches() throws {
        let f = ReversibleFunction("branches", parameters: ["x", "y", "k"]) {
            (x: Scalar, y: Scalar, k: Integer) in
            If(y > 0) {
                x += 1
            } else: {
                x -= y
            }
            If(k % 2 == 0, post: k % 2 != 0) {
                k += 1
            } else: {
                k += 3
            }
            If(x > 0.5, post: x > 10.5) {
                x += 10
            } else: {
                x -= 1
            }
            If(k > 3) {
                If(y > 1) {
                    x *= 2
                } else: {
                    If(y < -1) { SWAP(x, y) }
                }
            }
        }
        let forms = try Forms(f)
        for y in [0.5, -0.5, 2] {
            for k in [0, 2, 4, 6] { try forms.agree(.real(0.7), .real(y), .integer(k)) }
        }
    }

    /// Ranges of every kind: each loop notes its indices.
    @Test func ranges() throws {
        let f = ReversibleFunction("ranges", parameters: ["seen", "at", "a", "b", "p"]) {
            (seen: IntegerVector, at: Integer, a: Integer, b: Integer, p: IntegerVector) in
            let note: (Integer) -> [Statement] = { i in [seen[at] += i * 3 + 1, at += 1] }
            For(a..<b) { i in note(i) }
            For(a...b) { i in note(i) }
            For(a...b, by: 2) { i in note(i) }
            For(a..<b, by: 3) { i in note(i) }
            For(a...b, by: -1) { i in note(i) }
            For(a...b, by: -2) { i in note(i) }
            For(a..<b, by: -2) { i in note(i) }
            For(a..<b, by: -5) { i in note(i) }
            For(p[0]..<p[1]) { i in note(i) }
            For(p[1]...p[0], by: p[2]) { i in note(i) }
            For(p[0]..<p[1], by: p[2] * p[2]) { i in note(i) }
            For(0..<3) { i in For(i...2) { j in For(j..<i, by: -1) { l in note(l) } } }
            For(5...1, by: -2) { i in note(i) }
            For(0..<0) { i in note(i) }
            For(3..<1) { i in note(i) }
            For(b..<(b + 1)) { i in For(0..<i) { j in note(j) } }
        }
        let seen = Leaf<Double>.integers(.init(repeating: 0, count: 200))
        let forms = [try Forms(f), try Forms(~f)]
        for (a, b) in [(0, 5), (5, 0), (2, 2), (-3, 4), (4, -3), (0, 1), (1, 0), (0, 6)] {
            for p in [[0, 4, 1], [0, 5, -2], [3, 3, 2], [1, -4, -1]] {
                let there = try forms[0].agree(seen, .integer(0), .integer(a), .integer(b), .integers(p))
                try forms[1].agree(there[0], there[1], there[2], there[3], there[4])
            }
        }
    }

    /// The last step is never made where it would leave the range of integers.
    @Test func endsOfTheIntegers() throws {
        let f = ReversibleFunction("ends", parameters: ["count", "a", "b", "s"]) {
            (count: Integer, a: Integer, b: Integer, s: Integer) in
            For(a...b, by: s) { _ in count += 1 }
            For(a..<b, by: s) { _ in count += 100 }
        }
        let forms = [try Forms(f), try Forms(~f)]
        for (a, b, s) in [
            (Int.max - 5, Int.max, 1), (Int.max - 5, Int.max, 2), (Int.max, Int.max, 1),
            (Int.min, Int.min, -1),
            (Int.min + 4, Int.min, -1), (Int.min + 4, Int.min, -3), (Int.min, Int.max, Int.max),
            (Int.max, Int.min, Int.min), (Int.min, Int.max, Int.max / 2), (0, 10, Int.max), (0, -10, Int.min),
        ] {
            for form in forms { try form.agree(.integer(0), .integer(a), .integer(b), .integer(s)) }
        }
        // Steps of 1 are emitted in another way.
        let g = ReversibleFunction("ends", parameters: ["count", "a", "b"]) {
            (count: Integer, a: Integer, b: Integer) in
            For(a...b) { _ in count += 1 }
            For(a..<b) { _ in count += 100 }
            For(a...b, by: -1) { _ in count += 10000 }
        }
        for form in [try Forms(g), try Forms(~g)] {
            for (a, b) in [
                (Int.max - 2, Int.max), (Int.max, Int.max), (Int.min, Int.min), (Int.min + 2, Int.min),
                (Int.min, Int.min + 2), (Int.max, Int.max - 3),
            ] {
                try form.agree(.integer(0), .integer(a), .integer(b))
            }
        }
    }

    @Test func whileLoops() throws {
        let f = ReversibleFunction("while", parameters: ["x", "n", "v"]) {
            (x: Scalar, n: Integer, v: Vector) in
            While(x < 100, post: n > 0) {
                x *= 2
                n += 1
            }
            For(v.indices) { i in
                let m = Integer.ancilla("m")
                Compute {
                    While(m < v.count && v[m] > -0.5, post: m != 0) { m += 1 }
                } apply: {
                    n += m * (i + 1)
                }
            }
        }
        try f.agreesBothWays(
            [.real(0.3), .integer(0), .reals([1, -1, 1])], [.real(64), .integer(0), .reals([])],
            [.real(1), .integer(0), .reals(samples(9))])
    }

    /// Turns are counted on a stack of the run: in a computation and in a gradient.
    @Test func recordedTurns() throws {
        let f = ReversibleFunction("recorded", parameters: ["out", "start", "v"]) {
            (out: Scalar, start: Scalar, v: Vector) in
            let (x, k) = (Scalar.ancilla("x"), Integer.ancilla("k"))
            Compute {
                x += start
                For(v.indices) { i in
                    While(x < 10 + v[i]) { x *= 1.5 }
                    While(k < v.count && v[k] > 0) { k += 1 }
                    x -= 9
                }
                While(x > 1) { x /= 3 }
            } apply: {
                out += x * k + v[0] * x
            }
        }
        try f.agreesBothWays(
            [.real(0), .real(1.1), .reals([1, 2, -1])], [.real(0), .real(50), .reals([0.5])])
        let gradient = try native(grad(f))
        let expected = try grad(f, 0, 1.1, [1, 2, -1])
        let found = try gradient(0, 1.1, [1, 2, -1])
        #expect(found.1 == expected.1 && found.2 == expected.2)
    }

    /// Ten loops within each other, and branches nested thirty deep.
    @Test func deepNesting() throws {
        func loops(_ depth: Int, _ v: Vector, _ sum: Integer) -> Statement {
            if depth == 0 {
                return Reversible.buildExpression([v[sum % 3] += sum * 0.1, sum += 1])
            }
            return For(0..<(depth % 2 + 1)) { _ in loops(depth - 1, v, sum) }
        }
        func branches(_ depth: Int, _ v: Vector, _ k: Integer) -> Statement {
            if depth == 0 { return v[0] -= 1 }
            return If(k > depth * 3) {
                branches(depth - 1, v, k)
            } else: {
                v[depth % 3] += depth
            }
        }
        let f = ReversibleFunction("deep", parameters: ["v", "k"]) { (v: Vector, k: Integer) in
            loops(10, v, k)
            branches(30, v, k)
        }
        try f.agreesBothWays([.reals([0, 0, 0]), .integer(0)], [.reals([1, 2, 3]), .integer(90)])
    }
}
