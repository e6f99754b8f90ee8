import AD
import NativeEngine
import ReversibleCore
import Testing

/// Gradients of programs that undoing cannot follow, with old values from a record.
@Suite(.enabled(if: compilerIsThere)) struct RecordedTests {
    static let average = ReversibleFunction("average", parameters: ["loss", "m", "v"]) {
        (loss: Scalar, m: Scalar, v: Vector) in
        For(v.indices) { i in
            m *= 0.5
            m += v[i]
            loss += m * m
        }
    }

    /// d loss / d v[i] = Σ_{k ≥ i} 2 m_k 0.5^{k − i}, from the values themselves.
    private func slopes(_ v: [Double], factor: Double) -> [Double] {
        var (m, history): (Double, [Double]) = (0, [])
        for number in v {
            m = m * factor + number
            history.append(m)
        }
        var (carried, result): (Double, [Double]) = (0, [])
        for m in history.reversed() {
            carried = carried * factor + 2 * m
            result.append(carried)
        }
        return result.reversed()
    }

    private func expectClose(
        _ a: [Double], _ b: [Double], _ tolerance: Double = 1e-13,
        _ source: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(a.count == b.count, sourceLocation: source)
        for (a, b) in zip(a, b) { #expect(abs(a - b) <= tolerance * max(1, abs(b)), sourceLocation: source) }
    }

    @Test func averages() throws {
        let v = (0..<1000).map { 0.1 + 0.37 * Double($0 % 7) }
        #expect(throws: ReversibilityError.self) { try grad(Self.average, 0, 0, v) }
        let found = try valueAndGrad(Self.average, 0, 0, v, undoing: .recorded)
        #expect(found.drift == 0)
        expectClose(found.gradient.2, slopes(v, factor: 0.5))
        let compiled = try compile(grad(Self.average, undoing: .recorded))(0, 0, v)
        expectClose(compiled.2, found.gradient.2, 1e-15)
        let unchecked = try compile(grad(Self.average, undoing: .recorded), checks: .none)(0, 0, v)
        expectClose(unchecked.2, found.gradient.2, 1e-15)
    }

    /// All that is done to a place at once is undone by one number of the record, whatever comes of it on the way.
    @Test func oneNumberForSeveralChanges() throws {
        let f = Self.average.undoing(.recorded)
        #expect(f.description.split(separator: "PUSH(").count == 2)
        // Infinities and NaN are no errors: all slopes are sums with the one of this number.
        for number in [Double.infinity, .nan] {
            for gradient in [
                try grad(Self.average, 0, 0, [1, number, 2], undoing: .recorded),
                try compile(grad(Self.average, undoing: .recorded))(0, 0, [1, number, 2]),
            ] {
                #expect(gradient.2.allSatisfy { !$0.isFinite }, "\(gradient)")
            }
        }
    }

    /// A record that is larger than what it may take says so, and copies take less.
    @Test func memoryLimit() throws {
        let v = [Double](repeating: 0.5, count: 3000)
        func gradients(_ undoing: Undoing, limit: Int) throws -> [(Double, Double, [Double])] {
            var (f, compiled) = (Self.average, try compile(grad(Self.average, undoing: undoing)))
            f.options.memoryLimit = limit
            compiled.options.memoryLimit = limit
            return [try grad(f, 0, 0, v, undoing: undoing), try compiled(0, 0, v)]
        }
        for result in try gradients(.recorded, limit: 100_000) + gradients(.checkpoints(8), limit: 10_000) {
            #expect(result.2.allSatisfy { $0.isFinite })
        }
        let error = #expect(throws: ReversibilityError.self) { try gradients(.recorded, limit: 10_000) }
        #expect(
            error?.kind == .invalidSize
                && error?.message.hasPrefix("there is no memory for a stack of 1") == true)
        var compiled = try compile(grad(Self.average, undoing: .recorded))
        compiled.options.memoryLimit = 10_000
        let other = #expect(throws: ReversibilityError.self) { try compiled(0, 0, v) }
        #expect(
            other?.kind == .invalidSize
                && other?.message.hasPrefix("there is no memory for a stack of 1") == true)
    }

    /// A factor of 0 loses everything, and is no error with a record.
    static let forgetting = ReversibleFunction("forgetting", parameters: ["loss", "m", "k", "v"]) {
        (loss: Scalar, m: Scalar, k: Scalar, v: Vector) in
        For(v.indices) { i in
            m *= k
            m += v[i]
            loss += sin(m)
        }
    }

    @Test func factorsOfZero() throws {
        let gradient = try grad(Self.forgetting, 0, 0.3, 0, [1, 2, 3], undoing: .recorded)
        expectClose([gradient.1], [0])
        // Σ cos(m_k) m_{k − 1}
        expectClose([gradient.2], [cosine(1) * 0.3 + cosine(2) * 1 + cosine(3) * 2])
        expectClose(gradient.3, [cosine(1), cosine(2), cosine(3)])
    }

    private func cosine(_ x: Double) -> Double {
        [1: 0.5403023058681398, 2: -0.4161468365471424, 3: -0.9899924966004454][x] ?? .nan
    }

    /// Turns, pairs, quotients, whole arrays, elements, computations, scratch places, branches and loops.
    static let everything = ReversibleFunction("everything", parameters: ["loss", "x", "v", "m", "n"]) {
        (loss: Scalar, x: Scalar, v: Vector, m: Matrix, n: Integer) in
        let t = Scalar.ancilla("t")
        For(0..<n) { i in
            x *= 0.25
            v *= 0.125
            v += 0.3
            m /= 3 + x * x
            ROT(x, v[0], 0.3 + v[1])
            HADAMARD(v[1], m[0, 1])
            Compute {
                t += x * v[1]
                t *= 0.5
                t += sin(x)
            } apply: {
                v[2] += t * t
                v[2] *= 0.75
            }
            loss += sum(v) * x + m[0, 1] * m[1, 0] + m[0, 0] * m[1, 1]
            If(x > 0.2) {
                x += 0.1
            } else: {
                x -= 0.1
            }
            x += 0.5
        }
        halved(x, v)
        (~halved)(x, v)
        halved(m[0, 1], v)
        loss += x * v[0] * v[1]
    }
    static let halved = ReversibleFunction("halved", parameters: ["x", "v"]) { (x: Scalar, v: Vector) in
        x *= 0.5
        x += v[2] * v[2]
        v[0] += x * x
    }

    @Test(arguments: [1, 2, 12]) func everyStatement(turns: Int) throws {
        let (x, v) = (0.7, [0.3, -0.4, 1.1])
        let m: DenseMatrix = [[0.9, -0.2], [0.4, 1.3]]
        let (dv, dm): ([Double], DenseMatrix) = ([0.2, 1, -0.7], [[1, 0.3], [-0.6, 0.1]])
        let forward = try jvp(Self.everything, 0, x, v, m, turns, tangent: (0, 0.9, dv, dm, ()))
        let found = try valueAndGrad(Self.everything, 0, x, v, m, turns, undoing: .recorded)
        #expect(found.value == forward.value.0)
        #expect(found.drift == 0)
        let (_, ofX, ofV, ofM, _) = found.gradient
        let gradient: [Double] = [ofX] + ofV + ofM.elements
        let product = zip([0.9] + dv + dm.elements, gradient).map { $0 * $1 }.reduce(0, +)
        #expect(abs(product - forward.product.0) <= 1e-13 * abs(product))
        let compiled = try compile(grad(Self.everything, undoing: .recorded))(0, x, v, m, turns)
        expectClose([compiled.1] + compiled.2 + compiled.3.elements, gradient, 1e-13)
    }

    static let recursive = ReversibleFunction.recursive("recursive", parameters: ["loss", "m", "v", "k"]) {
        (itself, loss: Scalar, m: Scalar, v: Vector, k: Integer) in
        If(k < v.count) {
            m *= 0.5
            m += v[k]
            loss += m * m
            k += 1
            itself(loss, m, v, k)
            k -= 1
        }
    }

    @Test func recursion() throws {
        let v = (0..<200).map { 0.1 + 0.37 * Double($0 % 7) }
        let calling = ReversibleFunction("calling", parameters: ["loss", "m", "v"]) {
            (loss: Scalar, m: Scalar, v: Vector) in
            let k = Integer.ancilla("k")
            Self.recursive(loss, m, v, k)
        }
        for function in [calling, Self.average] {
            let found = try valueAndGrad(function, 0, 0, v, undoing: .recorded)
            #expect(found.drift == 0)
            expectClose(found.gradient.2, slopes(v, factor: 0.5))
            expectClose(try compile(grad(function, undoing: .recorded))(0, 0, v).2, found.gradient.2, 1e-15)
        }
        let own = try grad(Self.recursive, 0, 0, v, 0, undoing: .recorded)
        expectClose(own.2, slopes(v, factor: 0.5))
    }

    @Test func secondDerivatives() throws {
        let v = (0..<60).map { 0.1 + 0.37 * Double($0 % 7) }
        let direction = v.indices.map { $0 % 3 == 0 ? 1.0 : -0.5 }
        // The gradient is linear: its derivative in a direction is the gradient at that direction.
        let expected = slopes(direction, factor: 0.5)
        let found = try hvp(Self.average, 0, 0, v, direction: (0, 0, direction), undoing: .recorded)
        expectClose(found.2, expected)
        let compiled = try compile(hvp(Self.average, undoing: .recorded))(
            0, 0, v, direction: (0, 0, direction))
        expectClose(compiled.2, expected)
    }

    static func looped(_ way: Undoing?) -> ReversibleFunction<Scalar, Scalar, Vector> {
        ReversibleFunction("looped", parameters: ["loss", "m", "v"]) { (loss: Scalar, m: Scalar, v: Vector) in
            v[0] *= 0.75
            m += v[0] * v[0]
            For(v.indices, undoing: way) { i in
                m *= 0.5
                m += v[i]
                loss += m * m
            }
            m += 0.25 * v[0]
            loss += m * m
        }
    }

    /// A loop says for itself how it is undone.
    @Test func loops() throws {
        let v = (0..<100).map { 0.1 + 0.37 * Double($0 % 7) }
        let tangent = v.map { 1 / $0 }
        let expected = try jvp(Self.looped(nil), 0, 0.3, v, tangent: (0, 0.5, tangent)).product.0
        func product(_ gradient: (Double, Double, [Double])) -> Double {
            0.5 * gradient.1 + zip(gradient.2, tangent).map { $0 * $1 }.reduce(0, +)
        }
        #expect(throws: ReversibilityError.self) { try grad(Self.looped(nil), 0, 0.3, v) }
        // What the loop says counts.
        #expect(throws: ReversibilityError.self) {
            try grad(Self.looped(.inverse), 0, 0.3, v, undoing: .recorded)
        }
        let recorded = Self.looped(.recorded)
        #expect(recorded.description.contains("For(0..<v.count, undoing: .recorded) { i in"))
        let calling = ReversibleFunction("calling", parameters: ["loss", "m", "v"]) {
            (loss: Scalar, m: Scalar, v: Vector) in
            recorded(loss, m, v)
        }
        for function in [recorded, calling] {
            let found = try valueAndGrad(function, 0, 0.3, v)
            #expect(abs(product(found.gradient) - expected) < 1e-12 * abs(expected))
            #expect(found.drift < 1e-14)
            let compiled = try compile(grad(function))(0, 0.3, v)
            #expect(abs(product(compiled) - expected) < 1e-12 * abs(expected))
        }
    }

    /// What a called function undoes all the same is verified where its caller reads it.
    @Test func whatCalledFunctionsUndo() throws {
        let shrink = ReversibleFunction("shrink", parameters: ["m", "v"]) { (m: Scalar, v: Vector) in
            For(v.indices, undoing: .inverse) { i in
                m *= 0.5
                m += v[i]
            }
            m *= 0.75
        }
        let derived = adjoint(shrink)
        let undone = ReversibleFunction("undone", parameters: ["m", "dm", "v", "dv"]) {
            (m: Scalar, dm: Scalar, v: Vector, dv: Vector) in
            (~derived)(GVar(m, dm), GVar(v, dv))
            m *= 0.75
        }
        let f = ReversibleFunction("f", parameters: ["loss", "m", "v"]) {
            (loss: Scalar, m: Scalar, v: Vector) in
            m *= 1.25
            loss += m * m
            shrink(m, v)
            loss += m * m
        }
        let g = ReversibleFunction("g", parameters: ["loss", "m", "dm", "v", "dv"]) {
            (loss: Scalar, m: Scalar, dm: Scalar, v: Vector, dv: Vector) in
            m *= 1.25
            loss += m * m
            undone(m, dm, v, dv)
            loss += m * m
        }
        let v = [Double](repeating: 0.3, count: 100)
        let zeros = [Double](repeating: 0, count: 100)
        let attempts: [() throws -> Void] = [
            { _ = try grad(f, 0, 0.7, v, undoing: .recorded) },
            { _ = try compile(grad(f, undoing: .recorded))(0, 0.7, v) },
            { _ = try grad(g, 0, 0.7, 0, v, zeros, undoing: .recorded) },
        ]
        for attempt in attempts {
            let error = #expect(throws: ReversibilityError.self) { try attempt() }
            #expect(error?.kind == .drift)
        }
    }

    @Test func loopsOfUnknownLength() throws {
        let halving = ReversibleFunction("halving", parameters: ["loss", "x", "n", "c"]) {
            (loss: Scalar, x: Scalar, n: Integer, c: Scalar) in
            While(x > 1e-13, post: n != 0, undoing: .recorded) {
                x *= 0.3
                x += 1e-14 * c
                loss += x * c
                n += 1
            }
        }
        let expected = try jvp(halving, 0, 1, 0, 1.5, tangent: (0, 1, (), 0.5)).product.0
        let found = try valueAndGrad(halving, 0, 1, 0, 1.5)
        #expect(abs(found.gradient.1 + 0.5 * found.gradient.3 - expected) < 1e-13)
        let compiled = try compile(grad(halving))(0, 1, 0, 1.5)
        #expect(abs(compiled.1 + 0.5 * compiled.3 - expected) < 1e-13)
    }

    /// What no adjoint reads is not recorded: the program is the function itself.
    @Test func nothingToRecord() throws {
        let plain = ReversibleFunction("plain", parameters: ["y", "n", "x"]) {
            (y: Scalar, n: Integer, x: Vector) in
            For(x.indices) { i in
                y += x[i] * x[i]
                n += 1
            }
        }
        #expect(plain.undoing(.recorded).description == plain.description)
    }
}
