import AD
import ProgramOracle
import Testing

/// The adjoint by the rules of words is the transpose of the tangent program, on programs drawn at random.
struct TransposeLawTests {
    private let laws = RandomProgramTests()

    /// Values as the inverse gives them, to the bit; cotangents to a few roundings, as sums are in another order.
    @Test func tangentsTransposedAreAdjoints() throws {
        try laws.forPrograms(300, seed: 240_000) { f, x, writer in
            let d = x.direction(writer)
            let y = try f(x.y, x.a, x.b, x.n, x.v, x.w, x.matrix, x.p)
            func run(_ g: OracleFunction.Adjoint) throws -> (values: [Double], cotangents: [Double]) {
                let z = try g(
                    GVar(y.0, d.y), GVar(y.1, d.a), GVar(y.2, d.b), GVar(y.3), GVar(y.4, d.v), GVar(y.5, d.w),
                    GVar(y.6, d.matrix), GVar(y.7))
                return (
                    [z.0.value, z.1.value, z.2.value, Double(z.3.value)] + z.4.value + z.5.value
                        + z.6.value.elements + z.7.value.map { Double($0) },
                    [z.0.gradient, z.1.gradient, z.2.gradient] + z.4.gradient + z.5.gradient
                        + z.6.gradient.elements
                )
            }
            let expected = try run(adjoint(f))
            let transposed = try transpose(tangent(f))
            let found = try run(transposed)
            let scale = expected.cotangents.reduce(1) { max($0, abs($1)) }
            if found.values != expected.values
                || zip(found.cotangents, expected.cotangents).contains(where: {
                    !(abs($0 - $1) <= 1e-13 * scale)
                })
            {
                Issue.record("\(expected)\n\(found)\n\(f)\n\(transposed)")
            }
        }
    }
}
