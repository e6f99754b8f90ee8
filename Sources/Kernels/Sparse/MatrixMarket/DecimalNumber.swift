/// The number that some bytes spell, correctly rounded; nil if they spell none.
///
/// Few digits and a small exponent are two exact numbers and one operation (Clinger, "How to Read Floating Point Numbers
/// Accurately", 1990); Swift's own conversion does the rest.
func decimal(_ bytes: UnsafeBufferPointer<UInt8>, _ word: Range<Int>, integral: Bool) -> Double? {
    var next = word.lowerBound
    guard next < word.upperBound else { return nil }
    let isNegative = bytes[next] == UInt8(ascii: "-")
    if isNegative || bytes[next] == UInt8(ascii: "+") { next += 1 }
    var (mantissa, digits, exponent) = (UInt64(0), 0, 0)
    func readDigits(weight: Int) {
        while next < word.upperBound, let digit = digit(bytes[next]) {
            if digits < 19 { mantissa = 10 * mantissa + UInt64(digit) }
            digits += 1
            exponent -= weight
            next += 1
        }
    }
    readDigits(weight: 0)
    if integral {
        guard digits > 0, next == word.upperBound else { return nil }
    } else {
        if next < word.upperBound, bytes[next] == UInt8(ascii: ".") {
            next += 1
            readDigits(weight: 1)
        }
        if digits == 0 { return nonFinite(bytes[next..<word.upperBound], isNegative: isNegative) }
        guard let power = readExponent(bytes, &next, word.upperBound) else { return nil }
        exponent += power
    }
    if digits <= 19, mantissa <= 1 << 53, abs(exponent) < powersOfTen.count {
        let magnitude =
            exponent < 0
            ? Double(mantissa) / powersOfTen[-exponent] : Double(mantissa) * powersOfTen[exponent]
        return isNegative ? -magnitude : magnitude
    }
    // Fortran writes its double precision exponents with a D.
    let text = bytes[word].map { $0 | 0x20 == UInt8(ascii: "d") ? UInt8(ascii: "e") : $0 }
    return Double(String(decoding: text, as: UTF8.self))
}

/// The powers of ten that are exact.
private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
]

/// The exponent up to `end`, 0 if there is none; nil if it is not well formed.
private func readExponent(_ bytes: UnsafeBufferPointer<UInt8>, _ next: inout Int, _ end: Int) -> Int? {
    guard next < end else { return 0 }
    guard bytes[next] | 0x20 == UInt8(ascii: "e") || bytes[next] | 0x20 == UInt8(ascii: "d") else {
        return nil
    }
    next += 1
    guard next < end else { return nil }
    let isNegative = bytes[next] == UInt8(ascii: "-")
    if isNegative || bytes[next] == UInt8(ascii: "+") { next += 1 }
    guard next < end else { return nil }
    var power = 0
    while next < end, let digit = digit(bytes[next]) {
        // Beyond this every number is 0 or too large.
        if power < 100_000_000 { power = 10 * power + digit }
        next += 1
    }
    return next == end ? (isNegative ? -power : power) : nil
}

private func nonFinite(_ word: Slice<UnsafeBufferPointer<UInt8>>, isNegative: Bool) -> Double? {
    switch String(decoding: word, as: UTF8.self).lowercased() {
    case "inf", "infinity": isNegative ? -.infinity : .infinity
    case "nan": .nan
    default: nil
    }
}
