import Foundation
import ReversiblePrograms
import NativeEngine
import Testing

private typealias E = Examination

@Suite struct LSTMTests {
    private let main = E.matrix(4, 12)
    private let extra = E.matrix(3, 3, 0.1)
    private let state = E.matrix(4, 3, 0.2)
    private let sequence = E.matrix(6, 3, 0.3)

    /// The objective written in NumPy from its definition; gradients by complex steps, exact to rounding.
    @Test func objective() throws {
        let inMain = [
            -1.5862486674303015e-05, -2.0314019158113107e-05, -2.24646610422877e-06, -8.068423514457287e-06,
            6.585623391815144e-05, -5.327243698779483e-06, -2.226837295306266e-05, 2.335209447473378e-05,
            -4.50223993085148e-06, 0.00010210427058892503, 1.4178250970273848e-05, -1.1412629034114116e-05,
            3.226034727547842e-05, -5.4880022539777936e-05, -1.942109561627671e-05, 3.418115344769552e-05,
            5.60246415572443e-05, -2.228560196960128e-05, 3.671697665135924e-05, 4.474499541827252e-06,
            3.6553688200715925e-05, -0.00026111025183664214, -4.198126116928101e-06, -4.7213127832836334e-05,
            -6.414005053815579e-05, 0.00035353560760797666, -1.4496165730595786e-05, -0.00010312275235994704,
            -0.0006173454033704737, -0.0010314477017758193, -0.0001293525631852343, 0.0003686333835137556,
            0.0008665639269249215, 0.0006379252155642728, 0.0020009975553557094, -0.006103374027531246,
            0.000703992705941108, 0.0006523534032133686, 1.4313060164204819e-05, -8.654471172975313e-05,
            0.0024477404568048647, 0.003680454704102727, 0.0007146933391318495, 0.0013332540564910508,
            0.0028854819452360176, 1.9097659640266184e-05, -0.007667642038166683, 0.012820309322946312,
        ]
        let inExtra = [
            1.6754593658634332e-05, 3.403025343818536e-05, -5.791696740253193e-06, -0.0034271729730831614,
            -0.007293758223179157, 0.009081740643754435, -0.013876420800321492, 0.0351931713524453,
            0.08590043937563376,
        ]
        let both = try valueAndGrad(LSTM.objective, 0, main, extra, state, sequence)
        #expect(E.agree(both.value, -0.45812422911369205, 1e-15))
        // Each relative to its own size; the smallest are 1e-4 of the largest.
        for (found, expected) in zip(both.gradient.1.elements + both.gradient.2.elements, inMain + inExtra) {
            #expect(abs(found - expected) <= 1e-11 * abs(expected))
        }
    }

    /// Numbers of units that are no multiple of the lanes, and more of them than lanes.
    @Test(arguments: [(1, 1), (2, 14), (3, 19)]) func bothWaysAndNatively(layers: Int, units: Int) throws {
        try E.examine(
            LSTM.objective, 0.5, E.matrix(2 * layers, 4 * units), E.matrix(3, units, 0.1),
            E.matrix(2 * layers, units, 0.2), E.matrix(5, units, 0.3))
    }

    @Test func diagonalCell() throws {
        let weights = LSTM.Gates.Value(forget: 0.3, input: -0.7, output: 0.9, change: 1.1)
        let biases = LSTM.Gates.Value(forget: 1, input: 0.2, output: -0.4, change: 0.1)
        let (hidden, memory) = try {
            let all = try LSTM.diagonalCell(0, 0, 0.4, -0.6, 0.8, weights, biases)
            return (all.0, all.1)
        }()
        func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        let expected = -0.6 * logistic(0.8 * 0.3 + 1) + logistic(-0.4 * 0.7 + 0.2) * tanh(0.4 * 1.1 + 0.1)
        #expect(E.agree(memory, expected, 1e-15))
        #expect(E.agree(hidden, logistic(0.8 * 0.9 - 0.4) * tanh(expected), 1e-15))
        try checkInverse(LSTM.diagonalCell, 0, 0, 0.4, -0.6, 0.8, weights, biases)
        try checkGrads(LSTM.diagonalCell, 0, 0, 0.4, -0.6, 0.8, weights, biases)
        // Saturated gates: nothing overflows.
        let large = LSTM.Gates.Value(forget: 1e4, input: -1e4, output: 1e4, change: -1e4)
        let gradient = try grad(LSTM.diagonalCell, 0, 0, 0.4, -0.6, -0.8, large, biases)
        #expect(
            [gradient.2, gradient.3, gradient.4, gradient.5.forget, gradient.5.output].allSatisfy {
                $0.isFinite
            })
    }

    /// Hochreiter & Schmidhuber's equations with forget gates, in NumPy.
    @Test func fullCell() throws {
        let (w, r) = (E.matrix(12, 2), E.matrix(12, 3, 0.1))
        let all = try LSTM.cell(
            [0, 0, 0], [0, 0, 0], E.numbers(3, 0.3), E.numbers(3, 0.4), E.numbers(2, 0.6), w, r,
            E.numbers(12, 0.2))
        #expect(E.agree(all.0, [-0.041126737583521714, -0.40775614630981194, 0.2401298099425174], 1e-15))
        #expect(E.agree(all.1, [-0.06671116694697021, -0.9701574708274149, 0.7743151681915952], 1e-15))
        try E.examineMap(
            LSTM.cell, [0, 0, 0], [0, 0, 0], E.numbers(3, 0.3), E.numbers(3, 0.4), E.numbers(2, 0.6), w, r,
            E.numbers(12, 0.2), with: [2, 3, 4, 5, 6, 7])
    }
}
