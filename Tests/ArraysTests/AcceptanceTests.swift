import AD
import Arrays
import NativeEngine
import Testing

/// Forward-mode gradients, rewritten, against JAX (0.4, x64) on the same numbers.
@Suite struct AcceptanceTests {
    static let u = [0.5, -1, 2]
    static let v = [3, 0.25, -2]
    static let a: DenseMatrix = [[1, 2, -1], [0.5, 0, 3]]
    static let x: DenseMatrix = [[1, 2], [3, 4]]
    static let y: DenseMatrix = [[0.5, -1], [2, 0.25]]

    struct Program: Sendable, CustomTestStringConvertible {
        let f: ArrayFunction
        var with = 0
        let arguments: [ArrayValue]
        let expected: [Double]
        /// For arrays of 100, the most operations, and the most turns.
        let operations: Int
        let turns: Int
        var text: String?
        var testDescription: String { f.name }
    }

    static let programs: [Program] = [
        Program(
            f: ArrayFunction("dot") { (u: VectorTerm, v: VectorTerm) in (u * v).sum() },
            arguments: [u.arrayValue, v.arrayValue], expected: v, operations: 0, turns: 100,
            text: "build(u.count) { i in v[i] }"),
        Program(
            f: ArrayFunction("squares") { (u: VectorTerm) in (u * u).sum() }, arguments: [u.arrayValue],
            expected: [1, -2, 4], operations: 100, turns: 100, text: "build(u.count) { i in u[i] + u[i] }"),
        Program(
            f: ArrayFunction("norm") { (u: VectorTerm) in sqrt((u * u).sum()) }, arguments: [u.arrayValue],
            expected: [0.2182178902359924, -0.4364357804719848, 0.8728715609439696], operations: 600,
            turns: 200),
        Program(
            f: ArrayFunction("logSumExp") { (u: VectorTerm) in log(u.map { exp($0) }.sum()) },
            arguments: [u.arrayValue],
            expected: [0.1752903921400367, 0.03911257327068745, 0.7855970345892759], operations: 410,
            turns: 200),
        Program(
            f: ArrayFunction("sines") { (u: VectorTerm, v: VectorTerm) in
                u.zip(with: v) { $0 * $1 }.map { sin($0) }.sum()
            },
            arguments: [u.arrayValue, v.arrayValue],
            expected: [0.2122116050031087, 0.24222810542766118, 1.3072872417272239], operations: 300,
            turns: 100),
        Program(
            f: ArrayFunction("squareOfProduct") { (u: VectorTerm, a: MatrixTerm) in
                let product = product(a, u)
                return (product * product).sum()
            },
            arguments: [u.arrayValue, a.arrayValue], expected: [-0.75, -14, 44.5], operations: 60_000,
            turns: 20_300),
        Program(
            f: ArrayFunction("traceOfProduct", parameters: ["x", "y"]) { (x: MatrixTerm, y: MatrixTerm) in
                trace(product(x, y))
            },
            arguments: [x.arrayValue, y.arrayValue], expected: [0.5, 2, -1, 0.25], operations: 0,
            turns: 10_100,
            text: "build(x.rows) { i in build(x.columns) { j in y[j, i] } }"),
        Program(
            f: ArrayFunction("scaled") { (u: VectorTerm, x: ScalarTerm) in (x * u).sum() }, with: 1,
            arguments: [u.arrayValue, 1.5], expected: [1.5], operations: 100, turns: 100,
            text: "sum(u.count) { i in u[i] }"),
        Program(
            f: ArrayFunction("largest") { (u: VectorTerm) in u.max() }, arguments: [u.arrayValue],
            expected: [0, 0, 1], operations: 200, turns: 200),
        Program(
            f: ArrayFunction("variance") { (u: VectorTerm) in
                let mean = u.sum() / ScalarTerm(u.count)
                return u.map { ($0 - mean) * ($0 - mean) }.sum() / ScalarTerm(u.count)
            },
            arguments: [u.arrayValue], expected: [0, -1, 1], operations: 1_500, turns: 500),
        Program(
            f: ArrayFunction("mixture") { (u: VectorTerm, v: VectorTerm) in
                v.map { y in
                    log(u.map { x in exp(-0.5 * ((y - x) * (y - x))) }.sum())
                }.sum()
            },
            arguments: [u.arrayValue, v.arrayValue],
            expected: [-0.14744941591420316, -0.5816599673722982, 0.6996079463605394], operations: 200_000,
            turns: 20_500),
        Program(
            f: ArrayFunction("softmax") { (u: VectorTerm) in
                let total = u.map { exp($0) }.sum()
                return u.map { exp($0) / total }
            },
            arguments: [u.arrayValue],
            expected: [
                0.14456367056342886, -0.00685605830622472, -0.13770761225720413, -0.00685605830622472,
                0.03758277988283255, -0.03072672157660784, -0.13770761225720413, -0.03072672157660784,
                0.1684343338338119,
            ], operations: 100_000, turns: 10_500),
    ]

    @Test(arguments: programs) func gradient(_ program: Program) throws {
        let slow = forwardJacobian(program.f, with: program.with)
        let fast = slow.optimized(by: .arrays)
        if let text = program.text { #expect("\(fast)" == text) }
        let cost = fast.cost(sizes: [100])
        #expect(cost.operations <= program.operations)
        #expect(cost.turns <= program.turns)
        for f in [slow, slow.optimized(by: .fused), slow.optimized(by: .simplified), fast] {
            let result = try f.evaluate(program.arguments).numbers
            #expect(result.count == program.expected.count)
            for (a, b) in zip(result, program.expected) { #expect(abs(a - b) < 1e-13 * max(1, abs(b))) }
        }
    }
}
