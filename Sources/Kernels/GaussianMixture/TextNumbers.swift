/// The numbers of a text, one after the other, with spaces or ends of lines between them.
///
/// Lines are counted only when an error needs one, so that reading large files costs nothing more.
struct TextNumbers {
    private let bytes: UnsafeRawBufferPointer
    /// Where the last number starts.
    private var start = 0
    /// Behind the last number.
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The line of the last number, from 1.
    var line: Int { 1 + bytes[..<start].count { $0 == 10 } }

    /// The next number, which must be finite.
    mutating func number(_ name: @autoclosure () -> String) throws(MixtureError) -> Double {
        guard advance() else { throw missing(name()) }
        let token = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
        if let number = exactDecimal(token) { return number }
        let text = String(decoding: token, as: UTF8.self)
        guard let number = Double(text) else {
            throw MixtureError(
                .malformedText, line: line, "'\(shown(text))' is not a number; \(name()) is expected")
        }
        guard number.isFinite else {
            throw MixtureError(.malformedText, line: line, "\(name()) is \(shown(text)); it must be finite")
        }
        return number
    }

    /// The next number, which must be an integer in the range.
    mutating func integer(
        _ range: ClosedRange<Int>, _ name: @autoclosure () -> String
    ) throws(MixtureError) -> Int {
        guard advance() else { throw missing(name()) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = Int(text) else {
            throw MixtureError(
                .malformedText, line: line, "'\(shown(text))' is not an integer; \(name()) is expected")
        }
        guard range.contains(number) else {
            throw MixtureError(
                .malformedText, line: line,
                "\(name()) is \(number); it must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The next numbers.
    mutating func row(_ count: Int, _ name: (Int) -> String) throws(MixtureError) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(count)
        for index in 0..<count { result.append(try number(name(index))) }
        return result
    }

    /// Requires that nothing follows.
    mutating func requireEnd(hint: String) throws(MixtureError) {
        guard advance() else { return }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        throw MixtureError(.malformedText, line: line, "'\(shown(text))' is left over \(hint)")
    }

    private func missing(_ name: String) -> MixtureError {
        MixtureError(.malformedText, line: line, "the text ends here, where \(name) is expected")
    }

    /// The beginning of a text that may be anything.
    private func shown(_ text: String) -> String { text.count > 40 ? text.prefix(40) + "…" : text }

    /// Goes to the next number; false at the end of the text.
    private mutating func advance() -> Bool {
        while position < bytes.count, bytes[position] <= 32 { position += 1 }
        start = position
        while position < bytes.count, bytes[position] > 32 { position += 1 }
        return start < position
    }

    /// A decimal number whose digits and power of ten are exact as `Double`s, so that one operation gives the
    /// nearest number; nil for all others (Clinger, "How to read floating point numbers accurately", 1990).
    private func exactDecimal(_ token: UnsafeRawBufferPointer) -> Double? {
        var (digits, scale, at) = (0 as UInt64, 0, 0)
        let isNegative = token[0] == UInt8(ascii: "-")
        if isNegative || token[0] == UInt8(ascii: "+") { at = 1 }
        var hasDigits = false
        var isFraction = false
        while at < token.count {
            let byte = token[at]
            if byte >= 48, byte <= 57 {
                guard digits < 900_719_925_474_099 else { return nil }
                digits = digits * 10 + UInt64(byte - 48)
                hasDigits = true
                if isFraction { scale -= 1 }
            } else if byte == UInt8(ascii: "."), !isFraction {
                isFraction = true
            } else {
                break
            }
            at += 1
        }
        guard hasDigits else { return nil }
        if at < token.count {
            guard token[at] | 32 == UInt8(ascii: "e"), token.count - at <= 4,
                let exponent = Int(String(decoding: token[(at + 1)...], as: UTF8.self))
            else { return nil }
            scale += exponent
        }
        guard abs(scale) < powersOfTen.count else { return nil }
        let number = scale < 0 ? Double(digits) / powersOfTen[-scale] : Double(digits) * powersOfTen[scale]
        return isNegative ? -number : number
    }
}

/// Those powers of ten that are exact as `Double`s.
private let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
    1e20, 1e21, 1e22,
]
