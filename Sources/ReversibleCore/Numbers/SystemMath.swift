#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Functions of numbers as the system's library computes them, for constants of programs and for work outside of
/// programs: there the same names build expressions.
package enum SystemMath {
    package static func exp(_ x: Double) -> Double { systemExp(x) }
    package static func log(_ x: Double) -> Double { systemLog(x) }
    package static func log1p(_ x: Double) -> Double { systemLog1p(x) }
    package static func pow(_ x: Double, _ y: Double) -> Double { systemPow(x, y) }
    package static func cbrt(_ x: Double) -> Double { systemCbrt(x) }
    package static func sin(_ x: Double) -> Double { systemSin(x) }
    package static func cos(_ x: Double) -> Double { systemCos(x) }
    package static func atan2(_ y: Double, _ x: Double) -> Double { systemAtan2(y, x) }
}

// Within the enum, these names are those of its own functions.
private func systemExp(_ x: Double) -> Double { exp(x) }
private func systemLog(_ x: Double) -> Double { log(x) }
private func systemLog1p(_ x: Double) -> Double { log1p(x) }
private func systemPow(_ x: Double, _ y: Double) -> Double { pow(x, y) }
private func systemCbrt(_ x: Double) -> Double { cbrt(x) }
private func systemSin(_ x: Double) -> Double { sin(x) }
private func systemCos(_ x: Double) -> Double { cos(x) }
private func systemAtan2(_ y: Double, _ x: Double) -> Double { atan2(y, x) }

/// Numbers in the form that C's `printf` gives them.
package func formatted(_ format: String, _ numbers: any CVarArg...) -> String {
    // Longer than any of the formats here makes: a number with `%.0f` has at most 309 digits.
    var text = [CChar](repeating: 0, count: 512)
    let length = withVaList(numbers) { vsnprintf(&text, text.count, format, $0) }
    return String(decoding: text.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
