import AD
import Foundation
import NativeEngine
import ReversibleCore
import Testing

/// One compiled function for a value and its gradient, or for what a function returns and gradients in its arguments.
@Suite(.enabled(if: compilerIsThere)) struct ValuedGradientTests {
    private static let forms: [(Checks, Int)] = [(.none, 1), (.undoing, 1), (.undoing, 2), (.all, 1)]
    private static let norm = ReversibleFunction("norm", parameters: ["out", "v"]) {
        (out: Scalar, v: Vector) in
        let squares = Scalar.ancilla("squares")
        Compute {
            For(v.indices) { i in squares += v[i] * v[i] }
        } apply: {
            out += sqrt(squares)
        }
    }

    /// The norm of (3, 4) is 5, and its gradient (3, 4)/5; what `out` began with is added.
    @Test func aValueAndItsGradient() throws {
        for (checks, threads) in Self.forms {
            let both = try withOptions {
                try compile(valueAndGrad(Self.norm), checks: checks, threads: threads, options: $0)
            }
            let r = try both(2.0, [3, 4])
            #expect(r.value == 7 && r.gradient.0 == 1)
            #expect(abs(r.gradient.1[0] - 0.6) < 1e-15 && abs(r.gradient.1[1] - 0.8) < 1e-15)
            #expect(checks == .none ? r.drift.isNaN : r.drift >= 0 && r.drift < 1e-8)
        }
        let here = try valueAndGrad(Self.norm)(2.0, [3, 4])
        #expect(here.value == 7 && abs(here.gradient.1[0] - 0.6) < 1e-15)
    }

    /// The computation is run once, as in a gradient: what comes after the loss has its value still cancels.
    @Test func thePrimalIsRunOnce() throws {
        let slope = try native(grad(Self.norm), .undoing)
        let both = try withOptions { try compile(valueAndGrad(Self.norm), options: $0) }
        func loops(_ source: String) -> Int { source.components(separatedBy: "v_value[").count }
        #expect(loops(both.source) == loops(slope.source))
        #expect(
            both.source.components(separatedBy: "sqrt(").count == slope.source.components(
                separatedBy: "sqrt("
            ).count + 1)
    }

    /// ∂(x² exp(-a))/∂x alone: the gradient in `a` is not computed, and comes back as 0.
    @Test func onlyWhatIsAskedFor() throws {
        let f = ReversibleFunction(parameters: ["y", "x", "a"]) { (y: Scalar, x: Scalar, a: Vector) in
            For(a.indices) { i in y += x * x * exp(-a[i]) }
        }
        let both = try withOptions { try compile(valueAndGrad(f), with: [1], options: $0) }
        let r = try both(0, 3, [0, 0])
        #expect(r.value == 18 && r.gradient.0 == 0 && r.gradient.1 == 12 && r.gradient.2 == [0, 0])
        #expect(!both.source.contains("a_gradient"))
        // In place only `x` has memory for a gradient, and what it holds does not matter.
        let memory: [Memory<Double>] = [
            Memory(.real(1)), Memory(.real(3)), Memory(.real(99)), Memory(.reals([0, 0])),
        ]
        try both.run(inPlace: memory.map(\.buffer))
        #expect(
            memory[0].leaf == .real(19) && memory[2].leaf == .real(12) && memory[3].leaf == .reals([0, 0]))
        let wrong = failure { try both.run(inPlace: (memory + [Memory(.reals([0, 0]))]).map(\.buffer)) }
        #expect(wrong?.message == "the function takes 4 places, and 5 were given")
        let short: [Memory<Double>] = [
            Memory(.real(1)), Memory(.real(3)), Memory(.reals([0])), Memory(.reals([0, 0])),
        ]
        #expect(failure { try both.run(inPlace: short.map(\.buffer)) }?.kind == .lengthMismatch)
    }

    /// What checked code refuses leaves everything in memory as it was, gradients too.
    @Test func refusedInPlace() throws {
        let f = ReversibleFunction { (loss: Scalar, x: Vector, k: Integer) in loss += x[k] * x[k] }
        let both = try withOptions { try compile(valueAndGrad(f), checks: .all, options: $0) }
        let given: [Leaf<Double>] = [.real(1), .real(3), .reals([2, 4]), .reals([5, 6]), .integer(7)]
        let memory = given.map { Memory($0) }
        #expect(failure { try both.run(inPlace: memory.map(\.buffer)) }?.kind == .indexOutOfRange)
        #expect(memory.map(\.leaf) == given)
    }

    /// Another argument as the loss, the inverse as the function, structs and integers among the arguments.
    @Test func lossesAndInverses() throws {
        let f = ReversibleFunction { (k: Integer, x: Scalar, m: Matrix) in
            x *= 2
            x += m[0, k] * m[0, k]
        }
        for checks in [Checks.undoing, .all] {
            let both = try withOptions { try compile(valueAndGrad(f, loss: 1), checks: checks, options: $0) }
            let r = try both(1, 5, DenseMatrix([[4, 3]]))
            #expect(r.value == 19 && r.gradient.1 == 2 && r.gradient.2[0, 1] == 6 && r.gradient.2[0, 0] == 0)
            let back = try withOptions {
                try compile(valueAndGrad(~f, loss: 1), checks: checks, options: $0)
            }
            let b = try back(1, 19, DenseMatrix([[4, 3]]))
            #expect(b.value == 5 && b.gradient.1 == 0.5 && b.gradient.2[0, 1] == -3)
        }
    }

    /// Steps that undoing cannot follow: refused where undoing is verified, right with a record and with copies.
    @Test func waysBack() throws {
        let average = ReversibleFunction(parameters: ["loss", "m", "v"]) {
            (loss: Scalar, m: Scalar, v: Vector) in
            For(v.indices) { i in
                m *= 0.5
                m += v[i]
                loss += m * m
            }
        }
        let v = (0..<100).map { 0.1 + 0.01 * Double($0 % 3) }
        let wrong = try withOptions { try compile(valueAndGrad(average), options: $0) }
        #expect(failure { try wrong(0, 0, v) }?.kind == .drift)
        for way in [Undoing.recorded, .checkpoints(5)] {
            let expected = try valueAndGrad(average, 0, 0, v, undoing: way)
            let both = try withOptions { try compile(valueAndGrad(average, undoing: way), options: $0) }
            let found = try both(0, 0, v)
            #expect(found.value == expected.value && found.gradient.2 == expected.gradient.2)
        }
    }

    /// y ← y + A x, z ← 2 z: the final values, and Aᵀ of the cotangent.
    @Test func productsWithFinalValues() throws {
        let f = ReversibleFunction(parameters: ["y", "a", "x", "z"]) {
            (y: Vector, a: Matrix, x: Vector, z: Scalar) in
            For(y.indices) { i in For(x.indices) { j in y[i] += a[i, j] * x[j] } }
            z *= 2
        }
        let a = DenseMatrix([[1, 2], [3, 4]])
        for (checks, threads) in Self.forms {
            let pull = try withOptions {
                try compile(vjp(f, of: 0), checks: checks, threads: threads, options: $0)
            }
            let r = try pull([1, 1], a, [5, 6], 7, cotangent: [1, -1])
            #expect(r.value.0 == [18, 40] && r.value.2 == [5, 6] && r.value.3 == 14)
            #expect(r.product.0 == [1, -1] && r.product.2 == [-2, -2] && r.product.3 == 0)
            #expect(r.product.1[0, 0] == 5 && r.product.1[1, 1] == -6)
            let scalar = try withOptions {
                try compile(vjp(f, of: 3), with: [3], checks: checks, options: $0)
            }
            let s = try scalar([1, 1], a, [5, 6], 7, cotangent: 10)
            #expect(s.value.0 == [18, 40] && s.product.3 == 20 && s.product.2 == [0, 0])
            let error = failure { try pull([1, 1], a, [5, 6], 7, cotangent: [1, 2, 3]) }
            #expect(
                error?.message
                    == "the cotangent of `y` has 3 numbers and its value has 2; give one for each of them")
            #expect(failure { try pull([1, 1], a, [5, 6], 7, cotangent: 2.0) }?.kind == .invalidArgument)
        }
        let here = try vjp(f, of: 0)([1, 1], a, [5, 6], 7, cotangent: [1, -1])
        #expect(here.value.3 == 14 && here.product.2 == [-2, -2])
        let whole = try vjp(f, of: 1)(
            [1, 1], a, [5, 6], 7, cotangent: DenseMatrix([[1, 1], [1, 1]]))
        #expect(whole.product.1[0, 0] == 1)
        // In place: values become final values, cotangents gradients; `y` has a cotangent though nobody asked.
        let inX = try withOptions { try compile(vjp(f, of: 0), with: [2], options: $0) }
        let memory: [Memory<Double>] = [
            Memory(.reals([1, 1])), Memory(.reals([1, -1])),
            Memory(.matrix(rows: 2, columns: 2, [1, 2, 3, 4])), Memory(.reals([5, 6])),
            Memory(.reals([0, 0])),
            Memory(.real(7)),
        ]
        try inX.run(inPlace: memory.map(\.buffer))
        #expect(memory[0].leaf == .reals([18, 40]) && memory[4].leaf == .reals([-2, -2]))
        #expect(memory[5].leaf == .real(14))
    }

    /// What a function leaves on a stack argument comes back too.
    @Test func productsWithStacks() throws {
        let f = ReversibleFunction { (y: Scalar, x: Scalar, s: Stack) in
            y += x * x
            PUSH(x, on: s)
        }
        let pull = try withOptions { try compile(vjp(f, of: 0), options: $0) }
        let r = try pull(1, 3, [7], cotangent: 2)
        let expected = try vjp(f, 1, 3, [7], cotangent: 2.0, of: 0)
        #expect(r.value.0 == 10 && r.value.1 == 0 && r.value.2 == [7, 3])
        #expect(r.product.1 == 12 && r.product.2 == expected.product.2)
    }

    /// A direction for one argument only: data needs no zeros.
    @Test func oneDirection() throws {
        let f = ReversibleFunction { (y: Scalar, x: Vector, data: Vector) in
            For(x.indices) { i in y += data[i] * x[i] * x[i] }
        }
        let product = try withOptions { try compile(hvp(f), with: [1], options: $0) }
        #expect(try product(0, [1, 2], [3, 4], direction: [1, 1], with: 1) == [6, 8])
        let error = failure { try product(0, [1, 2], [3, 4], direction: [1, 1], with: 2) }
        #expect(
            error?.message
                == "the product was compiled for arguments [1] only, and `with: 2` is none of them; name it in "
                + "`compile(hvp(f), with: …)`")
    }

    /// The same in single precision, and in code of many threads.
    @Test func precisionsAndThreads() throws {
        let f = ReversibleFunction { (y: Scalar, x: Vector) in
            let t = Vector.ancilla(count: x.count)
            Compute {
                ParallelFor(x.indices) { i in t[i] += exp(x[i]) }
            } apply: {
                y += sum(t)
            }
        }
        let x = (0..<1000).map { Double($0) / 1000 }
        let expected = try valueAndGrad(f, 0, x)
        for threads in [1, 2] {
            let both = try withOptions { try compile(valueAndGrad(f), threads: threads, options: $0) }
            let found = try both(0, x)
            #expect(abs(found.value - expected.value) < 1e-10)
            #expect(zip(found.gradient.1, expected.gradient.1).allSatisfy { abs($0 - $1) < 1e-14 })
        }
        let single = try withOptions(precision: .single) { try compile(valueAndGrad(f), options: $0) }
        #expect(abs(try single(0, x).value - expected.value) < 1e-2)
    }

    @Test func whatCannotBeCompiled() throws {
        let error = #expect(throws: NativeError.self) { try compile(valueAndGrad(Self.norm, loss: 1)) }
        #expect(
            error?.message.contains("the loss must be a Scalar, and argument 1 is of type Vector") == true)
        let counting = ReversibleFunction { (k: Integer, x: Scalar) in k += 1 }
        let of = #expect(throws: NativeError.self) { try compile(vjp(counting, of: 0)) }
        #expect(of?.message.contains("`of: 0` is of type Integer; integers have no derivative") == true)
    }
}
