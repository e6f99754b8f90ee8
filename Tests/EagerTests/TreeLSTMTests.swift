import Eager
import Testing
import TreeLSTM

/// The network of "Demystifying differentiable programming" on a small tree, in both forms; expected values: JAX 64 bit.
@Suite struct TreeLSTMTests {
    indirect enum Sentence {
        case word([Double], label: Int)
        case phrase(Sentence, Sentence, label: Int)
    }

    private let sentence = Sentence.phrase(
        .word([0.3, -0.2], label: 1),
        .phrase(.word([0.1, 0.8], label: 0), .word([-0.5, 0.4], label: 1), label: 0), label: 1)
    /// Wl 6×2, bl 6, U 10×2, V 10×2, b 8, Wo 2×2, bo 2.
    private let sizes = [12, 6, 20, 20, 8, 4, 2]
    private var weights: [[Double]] {
        sizes.indices.map { part in (0..<sizes[part]).map { 0.1 * sin(Double(part + 1 + $0)) } }
    }

    private func expect(_ loss: Double, _ gradients: [[Double]]) {
        #expect(close(loss, 3.4503785234925046))
        #expect(close(gradients[6], [0.4626808414221896, -0.46268084142218946]))
        let row = [-0.00234961803359856, 0.01153490698763125]
        #expect(close(gradients[5], row + row.map { -$0 }, 1e-13))
        #expect(close(gradients[1][4], -0.014932630856111845))
        #expect(
            close(
                Array(gradients[3][16...]),
                [
                    5.1557346690050141e-4, 1.6442559808314703e-4, -9.1598640378397458e-5,
                    -4.2047931800844653e-5,
                ]))
    }

    // As numbers.

    private func loss<R: EagerReal>(_ p: [R]) -> R {
        var parts: [[R]] = []
        for size in sizes {
            let start = parts.reduce(0) { $0 + $1.count }
            parts.append(Array(p[start..<(start + size)]))
        }
        var total: R = 0
        _ = encode(sentence, parts, &total)
        return total
    }

    private func product<R: EagerReal>(_ m: [R], _ v: [R]) -> [R] {
        (0..<(m.count / v.count)).map { row in
            v.indices.reduce(0) { sum, column in sum + m[row * v.count + column] * v[column] }
        }
    }

    private func gate<R: EagerReal>(_ x: R) -> R { 1 / (1 + exp(-x)) }

    private func encode<R: EagerReal>(_ s: Sentence, _ p: [[R]], _ total: inout R) -> (h: [R], c: [R]) {
        var (c, o): ([R], [R])
        let label: Int
        switch s {
        case .word(let word, let itsLabel):
            let g = zip(product(p[0], word.map { R($0) }), p[1]).map { $0 + $1 }
            c = (0..<2).map { k in gate(g[k]) * tanh(g[4 + k]) }
            (o, label) = ([g[2], g[3]], itsLabel)
        case .phrase(let left, let right, let itsLabel):
            let (l, r) = (encode(left, p, &total), encode(right, p, &total))
            let b = p[4][0..<4] + p[4][2..<8]
            let sums = zip(product(p[2], l.h), product(p[3], r.h)).map { $0 + $1 }
            let g = zip(sums, b).map { $0 + $1 }
            c = (0..<2).map { k in
                gate(g[k]) * tanh(g[8 + k]) + gate(g[2 + k]) * l.c[k] + gate(g[4 + k]) * r.c[k]
            }
            (o, label) = ([g[6], g[7]], itsLabel)
        }
        let h = (0..<2).map { k in gate(o[k]) * tanh(c[k]) }
        let z = zip(product(p[5], h), p[6]).map { $0 + $1 }
        total += log(exp(z[0]) + exp(z[1])) - z[label]
        return (h, c)
    }

    @Test func asNumbers() throws {
        let flat = weights.flatMap { $0 }
        let (value, gradient) = try valueAndGrad(at: flat) { loss($0) }
        func split(_ flat: [Double]) -> [[Double]] {
            var start = 0
            return sizes.map { size in
                defer { start += size }
                return Array(flat[start..<(start + size)])
            }
        }
        expect(value, split(gradient))
        let program = staged("treeLSTM", of: flat.count) { loss($0) }
        let whole = try valueAndGrad(program, 0, flat)
        expect(whole.value, split(whole.gradient.1))
    }

    // As kernels on states.

    private struct Model {
        let leaf: Kernel<Vector, Vector, Vector, Matrix, Vector>
        let node: Kernel<Vector, Vector, Vector, Vector, Vector, Vector, Matrix, Matrix, Vector>
        let classify: Kernel<Scalar, Vector, Matrix, Vector, Integer>
        let (wl, u, v, wo): (Variable<Matrix>, Variable<Matrix>, Variable<Matrix>, Variable<Matrix>)
        let (bl, b, bo): (State, State, State)
        let loss: Variable<Scalar>
    }

    private func model() throws -> Model {
        let w = weights
        func matrix(_ part: Int) throws -> Variable<Matrix> {
            try Variable(
                DenseMatrix(stride(from: 0, to: w[part].count, by: 2).map { Array(w[part][$0..<($0 + 2)]) }))
        }
        return try Model(
            leaf: kernel(Cells.leaf), node: kernel(Cells.node), classify: kernel(Cells.classify),
            wl: matrix(0), u: matrix(2),
            v: matrix(3), wo: matrix(5), bl: State(w[1]), b: State(w[4]), bo: State(w[6]), loss: Variable(0))
    }

    private func encode(
        _ s: Sentence, _ m: Model, _ rest: (State, State) throws -> Void
    ) throws {
        let (h, c) = try (State([0, 0]), State([0, 0]))
        switch s {
        case .word(let word, let label):
            let (x, label) = try (State(word), Variable<Integer>(label))
            try m.leaf(h, c, x, m.wl, m.bl) {
                try m.classify(m.loss, h, m.wo, m.bo, label) { try rest(h, c) }
            }
        case .phrase(let left, let right, let label):
            let label = try Variable<Integer>(label)
            try encode(left, m) { hl, cl in
                try encode(right, m) { hr, cr in
                    try m.node(h, c, hl, cl, hr, cr, m.u, m.v, m.b) {
                        try m.classify(m.loss, h, m.wo, m.bo, label) { try rest(h, c) }
                    }
                }
            }
        }
    }

    @Test func asKernels() throws {
        let m = try model()
        var value = 0.0
        try encode(sentence, m) { _, _ in
            value = try m.loss.value
            try m.loss.setGradient(1)
        }
        func gradients(_ matrix: Variable<Matrix>) throws -> [Double] { try matrix.gradient.elements }
        try expect(
            value,
            [
                gradients(m.wl), m.bl.gradient, gradients(m.u), gradients(m.v), m.b.gradient,
                gradients(m.wo), m.bo.gradient,
            ])
        // What the kernels changed is what it was.
        #expect(try m.loss.value.magnitude < 1e-14)
        #expect(try m.bo.value == weights[6])
    }
}
