import AD
import NativeEngine
import ReversibleCore
import Testing

/// Arrays with an element for every step: no step before reads what is undone of them, but the statements of the step may.
@Suite(.enabled(if: compilerIsThere)) struct UndoingHistoryTests {
    typealias Steps = ReversibleFunction<Scalar, Vector, Scalar, Scalar>

    static let scale = ReversibleFunction("scale", parameters: ["x", "k"]) { (x: Scalar, k: Scalar) in x *= k
    }

    /// y = u k + c for one step, whose slope by k is u. To undo `+= c` loses digits of u k.
    static func steps(_ change: @escaping (Scalar, Scalar) -> Statement) -> Steps {
        Steps("steps", parameters: ["y", "u", "k", "c"]) { (y: Scalar, u: Vector, k: Scalar, c: Scalar) in
            For(0..<u.count - 1) { t in
                u[t + 1] += u[t]
                change(u[t + 1], k)
                u[t + 1] += c
            }
            y += u[u.count - 1]
        }
    }

    @Test(arguments: [false, true]) func elementsThatAreScaled(called: Bool) throws {
        let f = Self.steps { x, k in called ? Self.scale(x, k) : (x *= k) }
        let compiled = try compile(grad(f))
        for c in [0, 0.1, -3] {
            #expect(abs(try grad(f, 0, [0.37, 0], 0.8, c).2 - 0.37) < 1e-15)
            #expect(abs(try compiled(0, [0.37, 0], 0.8, c).2 - 0.37) < 1e-15)
        }
        for c in [1e9, 1e14, 1e20] {
            #expect(try grad(f, 0, [0.37, 0], 0.8, c, undoing: .recorded).2 == 0.37)
            for run in [
                { _ = try grad(f, 0, [0.37, 0], 0.8, c) }, { _ = try compiled(0, [0.37, 0], 0.8, c) },
            ] {
                let error = #expect(throws: ReversibilityError.self) { try run() }
                #expect(error?.kind == .drift)
            }
        }
    }

    /// Sums of elements before are exact as ever, and take no account: the drift of nothing is 0.
    @Test func sumsOfElementsBefore() throws {
        let f = Self.steps { x, k in x += k }
        #expect(try valueAndGrad(f, 0, [0.37, 0, 0], 0.8, 1e14).drift == 0)
        #expect(try grad(f, 0, [0.37, 0, 0], 0.8, 1e14).2 == 2)
    }
}
