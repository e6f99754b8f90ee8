import AD
import NativeEngine
import Numbers
import Testing

/// A hidden Markov model with starts, transitions and signs that cannot be, in three semirings.
private enum Model {
    static let start = [0.6, 0.4, 0]
    static let transitions = [[0.7, 0.3, 0.0], [0.1, 0.6, 0.3], [0.2, 0.0, 0.8]]
    static let emissions = [[0.5, 0.4, 0.1], [0.1, 0.3, 0.6], [0.3, 0.3, 0.4]]
    /// The second state has no third sign.
    static let fewerEmissions = [[0.5, 0.4, 0.1], [0.1, 0.9, 0.0], [0.3, 0.3, 0.4]]
    static let observed = [0, 2, 1, 2, 0, 1]

    /// Adds the exponent of the sum over all paths of their products.
    static func forward<Algebra: Semiring>(
        _ algebra: Algebra.Type
    ) -> ReversibleFunction<
        Scalar, SemiringVector<Algebra>, SemiringMatrix<Algebra>, SemiringMatrix<Algebra>, IntegerVector
    > {
        ReversibleFunction("forward", parameters: ["out", "start", "a", "b", "observed"]) {
            (
                out: Scalar, start: SemiringVector<Algebra>, a: SemiringMatrix<Algebra>,
                b: SemiringMatrix<Algebra>, observed: IntegerVector
            ) in
            let forward = SemiringMatrix<Algebra>.ancilla(
                rows: observed.count, columns: start.count, "forward")
            let total = SemiringNumber<Algebra>.ancilla("total")
            Compute {
                For(start.indices) { j in forward[0, j] *= start[j] * b[j, observed[0]] }
                For(1..<observed.count) { t in
                    For(start.indices) { j in
                        forward[t, j] *= sum(forward[row: t - 1] * a[column: j] * b[j, observed[t]])
                    }
                }
                total *= sum(forward[row: observed.count - 1])
            } apply: {
                out += total.exponent
            }
        }
    }

    /// The same numbers as probabilities, as scores, or as costs.
    static func arguments<Algebra: Semiring>(
        _ algebra: Algebra.Type, sign: Double, emissions: [[Double]] = Model.emissions
    ) -> (SemiringVector<Algebra>.Value, SemiringMatrix<Algebra>.Value, SemiringMatrix<Algebra>.Value) {
        func exponents(_ row: [Double]) -> [Double] { LogVector.Value(row).exponents.map { sign * $0 } }
        return (
            .init(exponents: exponents(start)),
            .init(exponents: DenseMatrix(transitions.map(exponents))),
            .init(exponents: DenseMatrix(emissions.map(exponents)))
        )
    }
}

@Suite struct SemiringTests {
    /// JAX's values of the forward algorithm in logarithms, and NumPy's in probabilities.
    @Test func probabilities() throws {
        let f = Model.forward(LogSumExp.self)
        let (start, a, b) = Model.arguments(LogSumExp.self, sign: 1, emissions: Model.fewerEmissions)
        let transitions = [
            2.206652098064271, 0.7647671953027555, 0.0, 0.06554917267534496, 0.033881983052604786,
            0.6031063590765524, 0.3547565353149451, 0.0, 0.9712866565135252,
        ]
        let emissions = [
            1.3851753038637709, 0.7828324696477449, 1.2097678619388352, 0.29122092735466426,
            0.7566104216049062, 0.0, 0.3236037687815645, 0.4605571087473487, 0.7902321380611644,
        ]
        for result in [
            try valueAndGrad(f, 0, start, a, b, Model.observed),
            try compile(valueAndGrad(f))(0, start, a, b, Model.observed),
        ] {
            #expect(agrees([result.value], [-8.285916547545444], 1e-14))
            let (_, dStart, dA, dB, _) = result.gradient
            #expect(agrees(dStart.exponents, [0.7508178293957897, 0.24918217060421016, 0.0], 1e-14))
            #expect(agrees(dA.exponents.elements, transitions, 1e-14))
            #expect(agrees(dB.exponents.elements, emissions, 1e-14))
        }
        try checkInverse(f, 0, start, a, b, Model.observed)
        var options = CompileOptions()
        options.precision = .single
        let single = try compile(valueAndGrad(f), options: options)(0, start, a, b, Model.observed)
        #expect(agrees([single.value], [-8.285916547545444], 1e-6))
        #expect(agrees(single.gradient.1.exponents, [0.7508178293957897, 0.24918217060421016, 0.0], 1e-5))
    }

    /// The best path is 0, 1, 2, 2, 2, 2 (NumPy): the gradient counts what it uses.
    @Test func bestPath() throws {
        let f = Model.forward(MaxPlus.self)
        let (start, a, b) = Model.arguments(MaxPlus.self, sign: 1)
        for result in [
            try valueAndGrad(f, 0, start, a, b, Model.observed),
            try compile(valueAndGrad(f))(0, start, a, b, Model.observed),
        ] {
            #expect(agrees([result.value], [-9.32038383553839], 1e-15))
            #expect(result.gradient.1.exponents == [1, 0, 0])
            #expect(result.gradient.2.exponents == [[0, 1, 0], [0, 0, 1], [0, 0, 3]])
            #expect(result.gradient.3.exponents == [[1, 0, 0], [0, 0, 1], [1, 2, 1]])
        }
    }

    @Test func leastCost() throws {
        let (start, a, b) = Model.arguments(MinPlus.self, sign: -1)
        let result = try valueAndGrad(Model.forward(MinPlus.self), 0, start, a, b, Model.observed)
        #expect(agrees([result.value], [9.32038383553839], 1e-15))
        #expect(result.gradient.2.exponents == [[0, 1, 0], [0, 0, 1], [0, 0, 3]])
    }

    /// A ring of spins by products of tropical matrices; all 256 states were tried in Python.
    @Test func groundState() throws {
        let energy = ReversibleFunction("energy", parameters: ["out", "couplings"]) {
            (out: Scalar, couplings: Vector) in
            let total = Tropical.ancilla("total")
            let ends = TropicalVector.ancilla(count: 2, "ends")
            let states = TropicalMatrix.ancilla(rows: couplings.count + 1, columns: 4, "states")
            Compute {
                for first in 0..<2 {
                    // The first spin is given, and the other one is not.
                    states[0, 2 * first + 1 - first] *= Tropical.Value.zero
                    For(couplings.indices) { i in
                        let same = SemiringExpr<MaxPlus>(exponent: couplings[i])
                        let opposite = SemiringExpr<MaxPlus>(exponent: -couplings[i])
                        let (up, down) = (states[i, 2 * first], states[i, 2 * first + 1])
                        states[i + 1, 2 * first] *= up * same + down * opposite
                        states[i + 1, 2 * first + 1] *= up * opposite + down * same
                    }
                    ends[first] *= states[couplings.count, 3 * first]
                }
                total *= sum(ends)
            } apply: {
                out += total.exponent
            }
        }
        let couplings = [0.8, -1.1, 0.4, 1.5, -0.6, 0.9, -0.3, 0.7]
        let result = try valueAndGrad(energy, 0, couplings)
        #expect(agrees([result.value], [5.7], 1e-15))
        #expect(result.gradient.1 == [1, -1, 1, 1, -1, 1, 1, 1])
        #expect(try compile(grad(energy))(0, couplings).1 == result.gradient.1)
    }

    /// NumPy's `logaddexp`.
    @Test func sumsOfTwo() throws {
        let f = ReversibleFunction { (out: Scalar, a: LogNumber, b: LogNumber) in
            out += (a + b * LogNumber.Value(2) / a).exponent
        }
        let (a, b) = (LogNumber.Value(exponent: -700.5), LogNumber.Value(exponent: -1400.25))
        let result = try valueAndGrad(f, 0, a, b)
        #expect(agrees([result.value], [-698.844824189544], 1e-15))
        #expect(
            agrees(
                [result.gradient.1.exponent, result.gradient.2.exponent],
                [-0.6178830746456734, 0.8089415373228367], 1e-12))
        try checkGrads(f, 0, LogNumber.Value(exponent: -1.5), LogNumber.Value(exponent: -2))
        // With w the weight of the second term: 4w(1 − w), −2w(1 − w).
        let curvature = try hvp(
            f, 0, LogNumber.Value(exponent: -1.5), LogNumber.Value(exponent: -2),
            direction: (0, LogNumber.Value(exponent: 1), LogNumber.Value(exponent: 0)))
        #expect(
            agrees(
                [curvature.1.exponent, curvature.2.exponent], [0.5248997083064412, -0.2624498541532206], 1e-14
            ))
        let zero = try valueAndGrad(
            ReversibleFunction { (out: Scalar, a: LogNumber, b: LogNumber) in out += exp((a + b).exponent) },
            0, .zero, .zero)
        #expect(zero.value == 0 && zero.gradient.1.exponent == 0 && zero.gradient.2.exponent == 0)
        let tie = ReversibleFunction { (out: Scalar, a: Tropical, b: Tropical) in out += (a + b).exponent }
        let tied = try grad(tie, 0, .init(exponent: 3), .init(exponent: 3))
        #expect(tied.1.exponent == 1 && tied.2.exponent == 0)
    }

    @Test func matrixTimesVector() throws {
        let f = ReversibleFunction("f", parameters: ["y", "a", "x"]) {
            (y: LogVector, a: LogMatrix, x: LogVector) in
            y *= a * x
        }
        let (y, a, x) = (
            LogVector.Value([2, 1]), LogMatrix.Value([[1, 0, 3], [0, 0, 0.5]]), LogVector.Value([1, 2, 4])
        )
        let product = try f(y, a, x).0
        #expect(agrees(product.numbers.map { Double($0) }, [26, 2], 1e-14))
        #expect(agrees(try compile(f)(y, a, x).0.exponents, product.exponents, 1e-15))
        try checkInverse(f, y, a, x)
        let short = error { _ = try f(.init(ones: 1), a, x) }
        #expect(short?.kind == .assertion)
        #expect(short?.location?.fileID.hasSuffix("SemiringTests.swift") == true)
        #expect(error { _ = try f(y, a, .init(ones: 2)) }?.kind == .lengthMismatch)
        let parts = ReversibleFunction { (y: LogVector, a: LogMatrix) in y[0..<2] *= a * y[2..<5] }
        #expect(
            agrees(
                try parts(.init([2, 1, 1, 2, 4]), a).0.exponents,
                LogVector.Value([26, 2, 1, 2, 4]).exponents, 1e-14))
    }

    /// Zero is held by a number so large that it is as good, and comes back.
    @Test func zeroIsHeld() throws {
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: LogNumber, x: LogNumber) in
            y *= x
        }
        let (one, none) = (LogNumber.Value.one, LogNumber.Value.zero)
        let product = try f(one, none)
        #expect(product.0.isZero && Double(product.0) == 0 && "\(product.0)" == "zero")
        #expect(try (~f)(product.0, none).0 == one)
        let lost = error { _ = try f(LogNumber.Value(0.5), none) }
        #expect(lost?.kind == .assertion)
        #expect(
            lost?.statement?.hasSuffix(
                "\"only one can be multiplied by zero, or the product could not be undone\")") == true)
        #expect(try f(none, LogNumber.Value(0.5)).0.isZero)
        #expect(try f(none, none).0.isZero)
        #expect(agrees([Double(try f(LogNumber.Value(0.5), LogNumber.Value(0.25)).0)], [0.125], 1e-15))
    }

    @Test func wrongSums() {
        let shared = error {
            _ = try ReversibleFunction(checking: "f", parameters: ["v"]) { (v: LogVector) in v[0] *= sum(v) }
        }
        #expect(
            shared?.message
                == "`v.exponents[0]` and `v.exponents` share memory; it could not be undone. Use an ancilla, or the words made for it (`*=`, `NEG`, `SWAP`, `ROT`)"
        )
        let single = error {
            _ = try ReversibleFunction(checking: "f") { (y: Tropical, x: Tropical) in y *= sum(x) }
        }
        #expect(single?.message == "`sum` adds up a whole vector, and is given a real number")
    }
}
