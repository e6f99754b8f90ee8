import AD
import NativeEngine
import Testing

/// `PUSH` and `POP` of whole arrays, integers and structs; copies of all of them.
@Suite(.enabled(if: compilerIsThere)) struct StackWordTests {
    struct Body: Argument {
        var mass: Scalar
        var position: Vector
        var kind: Integer
        var axes: Matrix
        var marks: IntegerVector
        struct Value: ArgumentValue, Equatable {
            var mass: Double, position: [Double], kind: Int, axes: DenseMatrix, marks: [Int]
        }
    }

    static let body = Body.Value(
        mass: 1.5, position: [2, 3], kind: 4, axes: [[5, 6, 7], [8, 9, 10]], marks: [11, 12])
    static let none = Body.Value(
        mass: 0, position: [0, 0], kind: 0, axes: [[0, 0, 0], [0, 0, 0]], marks: [0, 0])
    static let numbers = [1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

    @Test func structsOfPlaces() throws {
        let push = ReversibleFunction("push") { (body: Body, s: Stack) in PUSH(body, on: s) }
        let pop = ReversibleFunction("pop") { (body: Body, s: Stack) in POP(body, from: s) }
        let copy = ReversibleFunction("copy") { (body: Body, s: Stack) in COPYPUSH(body, on: s) }
        let drop = ReversibleFunction("drop") { (body: Body, s: Stack) in COPYPOP(body, from: s) }
        let (before, after) = ((Self.body, [0.5]), (Self.none, [0.5] + Self.numbers))
        let copied = (Self.body, [0.5] + Self.numbers)
        #expect(try push(before.0, before.1) == after)
        #expect(try pop(after.0, after.1) == before)
        #expect(try (~push)(after.0, after.1) == before)
        #expect(try copy(before.0, before.1) == copied)
        #expect(try drop(copied.0, copied.1) == before)
        #expect(try (~copy)(copied.0, copied.1) == before)
        for checks in [Checks.none, .all] {
            #expect(try compile(push, checks: checks)(before.0, before.1) == after)
            #expect(try compile(pop, checks: checks)(after.0, after.1) == before)
            #expect(try compile(copy, checks: checks)(before.0, before.1) == copied)
            #expect(try compile(drop, checks: checks)(copied.0, copied.1) == before)
        }
    }

    /// v is kept, replaced and taken back: y = Σ vᵢ³ + Σ vᵢ².
    @Test(arguments: [nil, Checks.undoing, Checks.none, .all])
    func derivatives(_ engine: Checks?) throws {
        let f = ReversibleFunction("f", parameters: ["y", "v"]) { (y: Scalar, v: Vector) in
            let s = Stack.ancilla("s")
            COPYPUSH(v, on: s)
            For(v.indices) { i in y += v[i] * v[i] * v[i] }
            COPYPOP(v, from: s)
            let w = Vector.ancilla(count: v.count, "w")
            Compute {
                w += v * v
                PUSH(w, on: s)
                POP(w, from: s)
            } apply: {
                y += sum(w)
            }
        }
        let v = [0.5, -2, 3]
        let direction = (0.0, [1.0, 0.5, -1])
        let gradient =
            if let engine { try compile(grad(f), checks: engine)(0, v).1 } else { try grad(f, 0, v).1 }
        let product =
            if let engine { try compile(hvp(f), checks: engine)(0, v, direction: direction).1 } else {
                try hvp(f, 0, v, direction: direction).1
            }
        #expect(gradient == v.map { 3 * $0 * $0 + 2 * $0 })
        #expect(product == zip(v, direction.1).map { (6 * $0 + 2) * $1 })
        try checkGrads(f, 0.25, v)
    }

    /// A number that is pushed by copy and popped elsewhere has the derivative of both: y = a b with a = b = x.
    @Test(arguments: [nil, Checks.undoing, Checks.none, .all])
    func aCopyIsANumberOfItsOwn(_ engine: Checks?) throws {
        let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Scalar, x: Scalar) in
            let s = Stack.ancilla("s")
            Compute {
                COPYPUSH(x, on: s)
            } apply: {
                y += s.top * x
            }
        }
        let found =
            if let engine { try compile(grad(f), checks: engine)(0, 3).1 } else { try grad(f, 0, 3).1 }
        #expect(found == 6)
        let bend =
            if let engine { try compile(hvp(f), checks: engine)(0, 3, direction: (0, 1)).1 } else {
                try hvp(f, 0, 3, direction: (0, 1)).1
            }
        #expect(bend == 2)
    }

    @Test func errors() throws {
        let pop = ReversibleFunction("pop", parameters: ["v", "s"]) { (v: Vector, s: Stack) in POP(v, from: s)
        }
        try expectNoError(pop, .reals([0, 0]), .reals([1, 2]))
        try expectSameError(.emptyStack, pop, .reals([0, 0, 0]), .reals([1, 2]))
        try expectSameError(.popMismatch, pop, .reals([0, 1]), .reals([1, 2]))
        let integers = ReversibleFunction("pop", parameters: ["p", "s"]) { (p: IntegerVector, s: Stack) in
            POP(p, from: s)
        }
        try expectNoError(integers, .integers([0, 0]), .reals([1, 2]))
        try expectSameError(.popMismatch, integers, .integers([0, 0]), .reals([1.5, 2]))
        let drop = ReversibleFunction("drop", parameters: ["v", "s"]) { (v: Vector, s: Stack) in
            COPYPOP(v, from: s)
        }
        try expectNoError(drop, .reals([1, 2]), .reals([1, 2]))
        try expectSameError(.ancillaNotRestored, drop, .reals([1, 3]), .reals([1, 2]))
        try expectSameError(.emptyStack, drop, .reals([1, 2]), .reals([2]))
    }
}
