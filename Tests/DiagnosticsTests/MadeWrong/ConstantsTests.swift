import AD
import ReversibleCore
import Testing

/// Programs that change a constant.
@Suite struct ConstantsTests {
    private static let w = Vector.constant([1, 2, 3], "w")
    private static let advice =
        "is a constant, which a program can only read; to change its numbers, make it an argument, or add it to an ancilla"

    @Test func changingAnElement() {
        expectRefused(
            .readOnly, at: #line + 6, column: 39,
            """
            in `f`, `w[i] += x[i]`: `w` \(Self.advice)
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Vector) in
                For(x.indices) { i in Self.w[i] += x[i] }
            }
        }
    }

    @Test func everyWordThatChanges() {
        let k = Integer.constant(3), table = Matrix.constant([[1, 2], [3, 4]])
        func message(@Reversible _ body: (Scalar, Vector, Stack) -> Statement) -> String? {
            do {
                _ = try ReversibleFunction(checking: "f") { (x: Scalar, v: Vector, s: Stack) in body(x, v, s)
                }
                return nil
            } catch {
                return error.kind == .readOnly ? error.message : "\(error.kind)"
            }
        }
        #expect(message { x, v, s in Self.w *= 2.0 } == "`w` \(Self.advice)")
        #expect(message { x, v, s in SWAP(v, Self.w) } == "`w` \(Self.advice)")
        #expect(message { x, v, s in k += 1 } == "`Integer.constant(3)` \(Self.advice)")
        #expect(
            message { x, v, s in NEG(table[0, 0]) }
                == "`Matrix.constant([[1.0, 2.0], [3.0, 4.0]])` \(Self.advice)")
        #expect(message { x, v, s in ROT(x, Self.w[0], 0.5) } == "`w` \(Self.advice)")
        #expect(message { x, v, s in PUSH(Self.w[1], on: s) } == "`w` \(Self.advice)")
        #expect(message { x, v, s in COPYPUSH(Self.w, on: s) } == nil)
    }

    @Test func handingItToAFunctionThatChangesIt() {
        let grow = ReversibleFunction("grow") { (v: Vector, x: Scalar) in v[0] += x }
        expectRefused(
            .readOnly, at: #line + 7, column: 17,
            """
            in `f`, `grow(w, x)`: `grow` changes `w`, which is a constant; give it a place that may change: an argument, or \
            an ancilla that the constant has been added to
            """
        ) {
            _ = try ReversibleFunction(checking: "f", parameters: ["x"]) { (x: Scalar) in
                grow(Self.w, x)
            }
        }
    }

    @Test func longTablesAreShort() throws {
        let v = Vector.constant((0..<1000).map(Double.init))
        let f = ReversibleFunction(parameters: ["y", "k"]) { (y: Scalar, k: Integer) in y += v[k] }
        #expect(
            f.description == """
                ReversibleFunction { (y: Scalar, k: Integer) in
                    y += Vector.constant([0.0, 1.0, 2.0, 3.0, … 1000 in all])[k]
                }
                """)
    }

    @Test func differentSizes() {
        let f = ReversibleFunction(parameters: ["y"]) { (y: Vector) in y += Self.w }
        #expect(throws: ReversibilityError.self) { try f([1, 2]) }
    }
}
