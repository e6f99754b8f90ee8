import Eager
import Testing

/// Derivatives of derivatives, and numbers where they do not belong.
@Suite struct NestedTests {
    @Test func perturbationsAreNotConfused() throws {
        #expect(try grad(at: 1.0) { x in x * (try grad(at: 2.0) { y in x + y }) } == 1)
        // d/dx x · d/dy(x y) = d/dx x² at 3.
        #expect(try grad(at: 3.0) { x in x * (try grad(at: Traced(2)) { y in x * y }) } == 6)
        #expect(try grad(at: 3.0) { x in x * (try grad(at: 2.0) { y in x * y }) } == 6)
        #expect(try grad(at: 3.0) { x in x * (try grad(at: [Traced(2)]) { y in x * y[0] })[0] } == 6)
    }

    @Test func secondDerivatives() throws {
        let second = try grad(at: 1.3) { x in try grad(at: x) { y in y * y * y * sin(y) } }
        #expect(close(second, 8.111254635145848))
        // The sixth derivative of x⁶ / 720 + x⁵.
        var nested: (Traced) throws -> Traced = { x in x * x * x * x * x * x / 720 + x * x * x * x * x }
        for _ in 0..<5 { nested = { [nested] x in try grad(at: x, nested) } }
        #expect(close(try grad(at: 0.7, nested), 1, 1e-12))
    }

    @Test func hessian() throws {
        let rows = try (0..<2).map { row in
            try grad(at: [0.5, -0.3]) { p in
                try grad(at: p) { q in q[0] * q[0] * q[1] + exp(q[0] * q[1]) }[row]
            }
        }
        #expect(close(rows[0], [-0.5225362821217447, 1.731601779961299]))
        #expect(close(rows[1], [1.731601779961299, 0.21517699410626445]))
    }

    @Test func valuesOfInnerDerivativesGoOn() throws {
        // d/dx (sin(x y) + y cos(x y) x) at (0.8, y = 1.7), by hand.
        let slope = try grad(at: 0.8) { x in
            let inner = try valueAndGrad(at: Traced(1.7)) { y in sin(x * y) }
            return inner.value + inner.gradient * 1.7
        }
        let angle = 0.8 * 1.7
        #expect(close(slope, 1.7 * cos(angle) + 1.7 * (cos(angle) - angle * sin(angle))))
    }

    @Test func infiniteSlopesOfDerivatives() throws {
        // √ has the slope 0 at 0 by convention, of which nothing moves.
        #expect(try grad(at: 0.0) { x in try grad(at: x) { y in sqrt(y) * 0 + y * y } } == 2)
    }

    @Test func aPlainDerivativeThatWouldLoseItsDependence() {
        expectError(
            .invalidArgument, saying: "the gradient depends on a number of the derivative at", "Traced(2)"
        ) {
            let point = 2.0
            return try grad(at: 3.0) { x in x * (try grad(at: point) { y in x * y }) }
        }
        expectError(.invalidArgument, saying: "the value depends on") {
            try grad(at: 3.0) { x in Traced(try valueAndGrad(at: 2.0) { y in x + y }.value) }
        }
    }

    @Test func numbersThatOutliveTheirClosure() throws {
        var kept: Traced = 0
        let line = #line + 1
        _ = try grad(at: 2.0) { x in
            kept = x * x
            return x
        }
        #expect(kept.primal == 4)
        // Alone it is what it was; in another derivative it is refused, and the line where it belongs is named.
        #expect((kept * kept).primal == 16)
        expectError(.outOfScope, saying: "NestedTests.swift:\(line):") { try grad(at: 3.0) { x in x * kept } }
        expectError(.outOfScope, saying: "NestedTests.swift:\(line):") { try grad(at: 3.0) { _ in kept } }
        expectError(.outOfScope, saying: "NestedTests.swift:\(line):") {
            try grad(at: 3.0) { x in try grad(at: x) { y in y * kept } }
        }
        #expect(try grad(at: 3.0) { x in x * Traced(kept.primal) } == 4)
    }

    @Test func structsOfNumbers() throws {
        let point = Camera(focal: 2, lens: Lens(radial: [0.5, -1], table: [[1, 2], [3, 4]]), id: 7)
        let (y, slopes) = try valueAndGrad(at: point) { c in
            c.focal * c.lens.radial[1] + c.lens.table[1, 0] * c.lens.radial[0] * Double(c.id)
        }
        #expect(y == 8.5)
        #expect(slopes.focal == -1 && slopes.id == 0 && slopes.lens.radial == [21, 2])
        #expect(slopes.lens.table == [[0, 0], [3.5, 0]])
        #expect(try grad(at: point) { c in c.alias * c.alias }.focal == 4)
        expectError(.invalidArgument, saying: "a property of a struct that is computed", "NestedTests.swift")
        {
            try grad(at: point) { c in c.squared }
        }
    }

    private struct Lens: ArgumentValue {
        var radial: [Double]
        var table: DenseMatrix
    }

    private struct Camera: ArgumentValue {
        var focal: Double
        var lens: Lens
        var id: Int
        var alias: Double { focal }
        var squared: Double { focal * focal }
    }

    @Test func anInnerNumberInTheOuterClosure() {
        expectError(.outOfScope, saying: "is used here, where that derivative is not being taken") {
            try grad(at: 3.0) { x in
                var kept: Traced = 0
                _ = try grad(at: x) { y in
                    kept = y
                    return y
                }
                return x * kept
            }
        }
    }
}

/// Expects an error of the package whose text has these parts.
func expectError<Result>(
    _ kind: ReversibilityError.Kind, saying parts: String...,
    sourceLocation: Testing.SourceLocation = #_sourceLocation,
    _ body: () throws -> Result
) {
    do {
        _ = try body()
        Issue.record("no error", sourceLocation: sourceLocation)
    } catch let error as ReversibilityError {
        #expect(error.kind == kind, sourceLocation: sourceLocation)
        for part in parts {
            #expect(error.description.contains(part), "\(error)", sourceLocation: sourceLocation)
        }
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
}
