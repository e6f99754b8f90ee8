import AD
import NativeEngine
import Testing

/// Gradients that read what undoing has restored are right, or refused.
///
/// Forward mode undoes nothing, so it tells what is right.
@Suite struct UndoingTests {
    /// A program with a state and inputs, and the inputs to run it with.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let function: ReversibleFunction<Scalar, Scalar, Vector>
        let state: Double
        let inputs: [Double]
        /// Whether the gradient must be refused, must be right, or may be either.
        let isRefused: Bool?
        var testDescription: String { name }

        init(
            _ name: String, state: Double, _ inputs: [Double], refused: Bool?,
            _ function: ReversibleFunction<Scalar, Scalar, Vector>
        ) {
            (self.name, self.function, self.state, self.inputs) = (name, function, state, inputs)
            isRefused = refused
        }
    }

    /// Numbers of order 1 without a pattern.
    static func numbers(_ count: Int) -> [Double] { (0..<count).map { 0.1 + 0.013 * Double($0 * $0 % 11) } }

    static let parameters = ["loss", "m", "v"]

    static let average = ReversibleFunction("average", parameters: parameters) {
        (loss: Scalar, m: Scalar, v: Vector) in
        For(v.indices) { i in
            m *= 0.9
            m += 0.1 * v[i]
            loss += m * m
        }
    }

    static let halving = ReversibleFunction("halving", parameters: parameters) {
        (loss: Scalar, m: Scalar, v: Vector) in
        For(v.indices) { i in
            m *= 0.5
            m += v[i]
            loss += m * m
        }
    }

    /// Errors of the middle shrink again on the way to the start.
    static let thereAndBack = ReversibleFunction("thereAndBack", parameters: parameters) {
        (loss: Scalar, m: Scalar, v: Vector) in
        For(v.indices) { _ in m *= 2 }
        For(v.indices) { i in
            m *= 0.5
            m += v[i]
            loss += m * m
        }
        For(v.indices) { _ in m *= 0.75 }
    }

    static let momentum = ReversibleFunction("momentum", parameters: parameters) {
        (loss: Scalar, x: Scalar, v: Vector) in
        let velocity = Scalar.ancilla("velocity")
        Compute {
            For(v.indices) { i in
                velocity *= 0.7
                velocity -= 0.05 * (x - v[i])
            }
        } apply: {
            loss += velocity * velocity + x * x
        }
    }

    static let oscillator = ReversibleFunction("oscillator", parameters: parameters) {
        (loss: Scalar, x: Scalar, v: Vector) in
        let p = Vector.ancilla(count: 1, "p")
        Compute {
            For(v.indices) { i in
                p[0] *= 0.95
                p[0] -= 0.1 * sin(x) - 0.01 * v[i]
            }
        } apply: {
            loss += p[0] * p[0]
        }
        For(v.indices) { i in
            x *= 0.96
            x += 0.02 * v[i]
            loss += cos(x) * v[i]
        }
    }

    /// Two cells come closer together and keep their sum: the errors of undoing add up to 0.
    static let conserving = ReversibleFunction("conserving", parameters: parameters) {
        (loss: Scalar, k: Scalar, u: Vector) in
        For(0..<60) { _ in
            For(0..<u.count / 2) { c in
                HADAMARD(u[2 * c], u[2 * c + 1])
                u[2 * c + 1] *= 0.3
                HADAMARD(u[2 * c], u[2 * c + 1])
            }
            For(u.indices) { i in loss += u[i] * u[i] * k }
        }
    }

    static let step = ReversibleFunction("step", parameters: ["loss", "m", "x"]) {
        (loss: Scalar, m: Scalar, x: Scalar) in
        m *= 0.5
        m += x
        loss += m * m
    }

    static let calling = ReversibleFunction("calling", parameters: parameters) {
        (loss: Scalar, m: Scalar, v: Vector) in
        For(v.indices) { i in step(loss, m, v[i]) }
    }

    static let uncalling = ReversibleFunction("uncalling", parameters: parameters) {
        (loss: Scalar, m: Scalar, v: Vector) in
        For(v.indices) { i in (~growing)(loss, m, v[i]) }
    }

    static let growing = ReversibleFunction("growing", parameters: ["loss", "m", "x"]) {
        (loss: Scalar, m: Scalar, x: Scalar) in
        loss -= m * m
        m -= x
        m *= 2
    }

    static let counting = ReversibleFunction("counting", parameters: parameters) {
        (loss: Scalar, m: Scalar, v: Vector) in
        let k = Integer.ancilla("k")
        While(k < v.count, post: k > 0) {
            k += 1
            m *= 0.5
            m += v[k - 1]
            loss += exp(-m)
        }
        k -= v.count
    }

    static let rows = ReversibleFunction("rows", parameters: parameters) {
        (loss: Scalar, m: Scalar, v: Vector) in
        let history = Vector.ancilla(count: v.count + 1, "history")
        Compute {
            history[0] += m
            For(v.indices) { i in history[i + 1] += 0.5 * history[i] + v[i] }
        } apply: {
            For(v.indices) { i in loss += history[i + 1] * history[i + 1] }
        }
    }

    static let pushed = ReversibleFunction("pushed", parameters: parameters) {
        (loss: Scalar, m: Scalar, v: Vector) in
        let old = Stack()
        For(v.indices) { i in
            let next = Scalar.ancilla("next")
            next += 0.5 * m + v[i]
            SWAP(m, next)
            PUSH(next, on: old)
            loss += m * m
        }
    }

    static let cases: [Case] = {
        var cases: [Case] = []
        for (count, refused) in [(10, false), (100, false), (300, true), (3000, true)] {
            cases.append(Case("average \(count)", state: 0, numbers(count), refused: refused, average))
        }
        for (count, refused) in [(5, false), (20, false), (100, true), (2000, true)] {
            cases.append(Case("halving \(count)", state: 0.3, numbers(count), refused: refused, halving))
            cases.append(Case("calling \(count)", state: 0.3, numbers(count), refused: refused, calling))
            cases.append(Case("uncalling \(count)", state: 0.3, numbers(count), refused: refused, uncalling))
            cases.append(Case("counting \(count)", state: 0.3, numbers(count), refused: refused, counting))
            // What is kept is not undone.
            cases.append(Case("rows \(count)", state: 0.3, numbers(count), refused: false, rows))
            cases.append(Case("pushed \(count)", state: 0.3, numbers(count), refused: false, pushed))
        }
        cases += [
            Case("there and back 100", state: 1e-30, numbers(100), refused: true, thereAndBack),
            Case("momentum 10", state: 0.4, numbers(10), refused: false, momentum),
            Case("momentum 1000", state: 0.4, numbers(1000), refused: false, momentum),
            Case("oscillator 10", state: 0.4, numbers(10), refused: false, oscillator),
            Case("oscillator 1000", state: 0.4, numbers(1000), refused: true, oscillator),
            Case("conserving", state: 0.4, numbers(16), refused: true, conserving),
        ]
        return cases
    }()

    /// The gradient, or nil where it is refused.
    func refusing<Result>(_ body: () throws -> Result) throws -> Result? {
        do {
            return try body()
        } catch let error as ReversibilityError where error.kind == .drift {
            #expect(error.location != nil)
            #expect(error.statement != nil)
            return nil
        }
    }

    private func check(
        _ gradient: (Double, Double, [Double])?, _ test: Case, _ way: String, tolerance: Double = 1e-6
    ) throws {
        guard let gradient else {
            #expect(test.isRefused != false, "\(way) refuses what it could do")
            return
        }
        #expect(test.isRefused != true, "\(way) should refuse")
        let right = try jvp(
            test.function, 0, test.state, test.inputs,
            tangent: (0, 1, [Double](repeating: 0, count: test.inputs.count))
        ).product.0
        #expect(
            abs(gradient.1 - right) <= tolerance * max(1e-3, abs(right)), "\(way): \(gradient.1), \(right)")
        for index in Set([0, test.inputs.count / 2, test.inputs.count - 1]) {
            var direction = [Double](repeating: 0, count: test.inputs.count)
            direction[index] = 1
            let right = try jvp(test.function, 0, test.state, test.inputs, tangent: (0, 0, direction)).product
                .0
            let found = gradient.2[index]
            #expect(
                abs(found - right) <= tolerance * max(1e-3, abs(right)),
                "\(way), \(index): \(found), \(right)")
        }
    }

    @Test(arguments: cases) func interpreted(_ test: Case) throws {
        let (f, m, v) = (test.function, test.state, test.inputs)
        try check(try refusing { try grad(f, 0, m, v) }, test, "grad")
        let both = try refusing { try valueAndGrad(f, 0, m, v) }
        try check(both?.gradient, test, "valueAndGrad")
        if let both { #expect(both.drift <= 1e-8) }
        let zeros = [Double](repeating: 0, count: v.count)
        try check(try refusing { try vjp(f, 0, m, v, cotangent: (1, 0, zeros)).product }, test, "vjp")
    }

    @Test(arguments: cases) func compiled(_ test: Case) throws {
        let (f, m, v) = (test.function, test.state, test.inputs)
        for checks in [Checks.undoing, .all] {
            let compiled = try compile(grad(f), checks: checks)
            try check(try refusing { try compiled(0, m, v) }, test, "\(checks)")
        }
        let threads = try compile(grad(f), threads: 2)
        try check(try refusing { try threads(0, m, v) }, test, "two threads")
    }

    /// Iterations side by side, each with a state of its own.
    @Test func lanesAndThreads() throws {
        let f = ReversibleFunction("lanes") { (loss: Scalar, parts: Vector, v: Vector, n: Integer) in
            ParallelFor(v.indices) { i in
                For(0..<n) { j in
                    v[i] *= 0.5
                    v[i] += sin(0.1 * j)
                    parts[i] += v[i] * v[i]
                }
            }
            loss += sum(parts)
        }
        let (parts, v) = ([Double](repeating: 0, count: 1000), Self.numbers(1000))
        for threads in [1, 2] {
            let compiled = try compile(grad(f), threads: threads)
            #expect(try refusing { try compiled(0, parts, v, 70) } == nil)
            let found = try compiled(0, parts, v, 12)
            let right = try grad(f, 0, parts, v, 12)
            #expect(zip(found.2, right.2).allSatisfy { abs($0 - $1) <= 1e-12 * abs($1) })
        }
    }

    /// Every call of a recursion shares the account of the first.
    @Test func recursion() throws {
        let f = ReversibleFunction.recursive("recursive", parameters: ["loss", "m", "v", "n"]) {
            (f, loss: Scalar, m: Scalar, v: Vector, n: Integer) in
            m *= 0.5
            m += v[n]
            loss += m * m
            If(n + 1 < v.count) {
                n += 1
                f(loss, m, v, n)
                n -= 1
            }
        }
        let compiled = try compile(grad(f))
        #expect(try refusing { try grad(f, 0, 0.3, Self.numbers(100), 0) } == nil)
        #expect(try refusing { try compiled(0, 0.3, Self.numbers(100), 0) } == nil)
        let right = try jvp(
            f, 0, 0.3, Self.numbers(12), 0, tangent: (0, 1, [Double](repeating: 0, count: 12), ()))
        for found in [try grad(f, 0, 0.3, Self.numbers(12), 0), try compiled(0, 0.3, Self.numbers(12), 0)] {
            #expect(abs(found.1 - right.product.0) < 1e-9)
        }
    }

    /// Second derivatives: of values that drift, and of tangents that drift alone.
    @Test func secondDerivatives() throws {
        for inputs in [Self.numbers(100), [Double](repeating: 0, count: 100)] {
            let direction = (0.0, 0.0, Self.numbers(100))
            #expect(throws: ReversibilityError.self) {
                try hvp(Self.halving, 0, 0, inputs, direction: direction)
            }
            let compiled = try compile(hvp(Self.halving))
            #expect(throws: ReversibilityError.self) { try compiled(0, 0, inputs, direction: direction) }
        }
        let few = Self.numbers(10)
        let zeros = [Double](repeating: 0, count: 10)
        let interpreted = try hvp(Self.halving, 0, 0, few, direction: (0, 0, few))
        let compiled = try compile(hvp(Self.halving))(0, 0, few, direction: (0, 0, few))
        // The loss is a square: its Hessian's product with the inputs is the gradient.
        let gradient = try jvp(Self.halving, 0, 0, few, tangent: (0, 0, [1] + zeros.dropLast())).product.0
        #expect(abs(interpreted.2[0] - gradient) < 1e-12)
        #expect(abs(compiled.2[0] - gradient) < 1e-12)
    }

    /// Tangents of cotangents lie beside the values, above others that nobody has touched.
    @Test func secondDerivativesAboveWhatStaysOnAStack() throws {
        let f = ReversibleFunction(parameters: ["loss", "v", "w"]) { (loss: Scalar, v: Vector, w: Vector) in
            let s = Stack("s")
            PUSH(v[0], on: s)
            PUSH(w[1], on: s)
            PUSH(w[0], on: s)
            POP(w[1], from: s)
            POP(w[0], from: s)
            loss += w[0] * w[0] * w[1]
        }
        // w₁² w₀: along (0.5, −0.3) the gradient (w₁², 2 w₀ w₁) changes by (−0.6 w₁, w₁ − 0.6 w₀).
        let (v, w) = ([1.3, 0.5], [-0.8, 0.6])
        let right = [-0.36, 0.6 + 0.48]
        let direction = (0.0, [0.3, 0.2], [0.5, -0.3])
        let interpreted = try hvp(f, 0, v, w, direction: direction)
        #expect(zip(interpreted.2, right).allSatisfy { abs($0 - $1) < 1e-15 })
        for checks in [Checks.none, .undoing, .all] {
            let compiled = try compile(hvp(f), checks: checks)(0, v, w, direction: direction)
            #expect(compiled.1 == [0, 0])
            #expect(zip(compiled.2, right).allSatisfy { abs($0 - $1) < 1e-15 })
        }
    }

    /// A push carries a value away, and with it its derivatives.
    @Test func secondDerivativesThroughStacks() throws {
        let square = ReversibleFunction("square") { (x: Scalar) in
            let kept = Stack(), t = Scalar.ancilla()
            t += x * x
            SWAP(x, t)
            PUSH(t, on: kept)
        }
        #expect(try hvp(square, 3, direction: 1) == 2)
        #expect(try compile(hvp(square))(3, direction: 1) == 2)
    }

    /// Programs whose adjoint reads nothing that was undone have nothing to verify, and no code for it.
    @Test func exactProgramsPayNothing() throws {
        let norm = ReversibleFunction("norm") { (out: Scalar, v: Vector) in
            let squares = Scalar.ancilla()
            Compute {
                For(v.indices) { i in squares += v[i] * v[i] }
            } apply: {
                out += sqrt(squares)
            }
        }
        #expect(try compile(grad(norm)).source == compile(grad(norm), checks: .none).source)
        // Whole arrays are compared in size, and nothing else is.
        let squares = ReversibleFunction("squares") { (out: Scalar, v: Vector) in out += sum(v * v) }
        #expect(try !compile(grad(squares)).source.contains("is_restored"))
        #expect(try valueAndGrad(Self.rows, 0, 1, Self.numbers(50)).drift == 0)
    }

    /// Without checks nobody asks.
    @Test func uncheckedCodeTrusts() throws {
        let gradient = try compile(grad(Self.halving), checks: .none)(0, 0, Self.numbers(100))
        #expect(abs(gradient.2[0]) > 1e9)
    }

    @Test func singlePrecision() throws {
        var options = CompileOptions()
        options.precision = .single
        let compiled = try compile(grad(Self.halving), options: options)
        #expect(throws: ReversibilityError.self) { try compiled(0, 0, Self.numbers(40)) }
        let found = try compiled(0, 0, Self.numbers(4)).2[0]
        #expect(abs(found - (try grad(Self.halving, 0, 0, Self.numbers(4)).2[0])) < 1e-5)
    }

    @Test func theMessageNamesThePlaceAndBothValues() throws {
        let error = try #require(throws: ReversibilityError.self) {
            try grad(Self.halving, 0, 0, Self.numbers(100))
        }
        #expect(error.kind == .drift)
        #expect(error.function == "halving")
        #expect(error.statement == "loss += m * m")
        #expect(error.message.hasPrefix("undoing lost digits: the gradient reads `m` as 0."))
    }

    /// The tolerance is an option of the function.
    @Test func theToleranceIsAnOption() throws {
        var lenient = Self.average
        lenient.options.driftTolerance = 1e300
        #expect(try grad(lenient, 0, 0, Self.numbers(300)).2.count == 300)
        var strict = Self.average
        strict.options.driftTolerance = 1e-15
        #expect(throws: ReversibilityError.self) { try grad(strict, 0, 0, Self.numbers(100)) }
    }
}
