import AD
import ReversiblePrograms
import NativeEngine
import Testing

/// Ready programs that are given constants.
@Suite struct ConstantMatrixTests {
    private static let a = Matrix.constant([[1, 2], [3, 4]], "a")
    private static let f = ReversibleFunction("f", parameters: ["y", "x"]) { (y: Vector, x: Vector) in
        LinearAlgebra.matrixVectorProduct(y, a, x)
    }

    /// a (5, 6) = (17, 39), and back by the transpose.
    @Test func aProductWithAConstantMatrix() throws {
        #expect(try Self.f([0, 0], [5, 6]).0 == [17, 39])
        #expect(try compile(Self.f)([0, 0], [5, 6]).0 == [17, 39])
        #expect(try vjp(Self.f, [0, 0], [5, 6], cotangent: [1, 0], of: 0).product.1 == [1, 2])
        #expect(try compile(vjp(Self.f, of: 0))([0, 0], [5, 6], cotangent: [0, 1]).product.1 == [3, 4])
    }

    /// What a program requires of its arguments holds for constants too, and names them.
    @Test func sizesThatDoNotFit() throws {
        do {
            _ = try Self.f([0, 0], [5, 6, 7])
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.kind == .lengthMismatch)
            #expect(error.message.contains("`a` has 2 columns"))
        }
    }
}
