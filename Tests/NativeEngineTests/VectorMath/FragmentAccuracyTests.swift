import ReversibleCore
import Testing

@Suite("Elementary functions as fragments")
struct FragmentAccuracyTests {
    /// The distance of `value` from a reference in units of the last place.
    static func error(_ value: Double, _ rounded: Double, lost: Double) -> Double {
        if value == rounded { return lost.magnitude }
        guard value.isFinite, rounded != 0 else { return .infinity }
        return ((value - rounded) / rounded.ulp - lost).magnitude
    }

    /// 2, but for lgamma near its minimum, where two terms of three times its size cancel.
    static func bound(_ function: ElementaryFunction) -> Double { function == .lgamma ? 2.5 : 2 }

    @Test("functions of one argument are within two units of the last place", arguments: unary)
    func unaryAccuracy(_ function: ElementaryFunction) throws {
        let fragment = try #require(function.fragment)
        let rows = Self.rows(function)
        for row in stride(from: 0, to: rows.count, by: 3) {
            let error = Self.error(fragment.evaluate(rows[row]), rows[row + 1], lost: rows[row + 2])
            #expect(error <= Self.bound(function), "\(function)(\(rows[row]))")
        }
    }

    @Test("functions of two arguments are within two units of the last place", arguments: binary)
    func binaryAccuracy(_ function: ElementaryFunction) throws {
        let fragment = try #require(function.fragment)
        let rows = FragmentBinaryReferenceValues.rows(function)
        for row in stride(from: 0, to: rows.count, by: 4) {
            let value = fragment.evaluate(rows[row], rows[row + 1])
            let error = Self.error(value, rows[row + 2], lost: rows[row + 3])
            #expect(error <= 2, "\(function)(\(rows[row]), \(rows[row + 1]))")
        }
    }

    static let unary = ElementaryFunction.allCases.filter { !rows($0).isEmpty }

    static func rows(_ function: ElementaryFunction) -> [Double] {
        FragmentReferenceValues.rows(function) + FragmentFurtherReferenceValues.rows(function)
    }

    static let binary = ElementaryFunction.allCases.filter { !FragmentBinaryReferenceValues.rows($0).isEmpty }

    @Test("limits, zeros and their signs are those of the interpreter")
    func specialValues() throws {
        for function in ElementaryFunction.allCases {
            guard let fragment = function.fragment else { continue }
            if function.arity == 1 {
                for x in FragmentPoints.special {
                    #expect(
                        Self.agree(fragment.evaluate(x), function.value(x)),
                        "\(function)(\(x)) is \(fragment.evaluate(x)), not \(function.value(x))")
                }
            } else {
                for x in FragmentPoints.special {
                    for y in FragmentPoints.special {
                        let value = fragment.evaluate(x, y)
                        let wanted = function.value(x, y)
                        #expect(
                            Self.agree(value, wanted), "\(function)(\(x), \(y)) is \(value), not \(wanted)")
                    }
                }
            }
        }
    }

    /// The same limit or zero, or nearly the same number; the C library's may be off by some units itself.
    static func agree(_ a: Double, _ b: Double) -> Bool {
        if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
        if a == b { return a.sign == b.sign }
        if a.isInfinite || b.isInfinite || a == 0 || b == 0 { return false }
        return (a - b).magnitude <= 5 * b.ulp
    }

    @Test("functions of a few instructions are exactly the interpreter's")
    func exactFunctions() throws {
        let unary: [ElementaryFunction] = [
            .negate, .abs, .sign, .floor, .ceil, .round, .stopGradient, .sqrt,
        ]
        let binary: [ElementaryFunction] = [.add, .subtract, .multiply, .divide, .min, .max, .fmod]
        for x in FragmentPoints.special {
            for function in unary {
                let fragment = try #require(function.fragment)
                #expect(FragmentPoints.isSame(fragment.evaluate(x), function.value(x)), "\(function)(\(x))")
            }
            for y in FragmentPoints.special {
                for function in binary {
                    let fragment = try #require(function.fragment)
                    #expect(
                        FragmentPoints.isSame(fragment.evaluate(x, y), function.value(x, y)),
                        "\(function)(\(x), \(y))")
                }
            }
        }
    }

    @Test("digamma agrees with the interpreter's")
    func digamma() {
        for x in FragmentPoints.special + FragmentPoints.many(2000, seed: 5) {
            let value = MathFragment.digamma.evaluate(x)
            let wanted = ElementaryFunction.polygamma.value(0, x)
            // Below zero π cot πx is large, and so is what the others round in it.
            let scale = Swift.max(wanted.magnitude, x < 0 ? 10 : 1)
            let agrees = Self.agree(value, wanted) || (value - wanted).magnitude <= 4e-15 * scale
            #expect(agrees, "digamma(\(x)) is \(value), not \(wanted)")
        }
    }

    @Test("a NaN's payload does not leak into exponents")
    func payloads() throws {
        for function in ElementaryFunction.allCases where function.arity == 1 {
            guard let fragment = function.fragment else { continue }
            for payload: UInt64 in [1, 0x7FF, 0x800, 0xFFF, 0x7_FFFF_FFFF_FFFF] {
                let nan = Double(bitPattern: 0x7FF8_0000_0000_0000 | payload)
                #expect(fragment.evaluate(nan).isNaN, "\(function)")
            }
        }
    }
}
