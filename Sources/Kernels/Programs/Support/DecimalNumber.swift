/// The number that some bytes spell, correctly rounded; nil if they spell none.
///
/// Up to 19 digits are an integer that is multiplied or divided by a power of ten; Swift's own conversion does the
/// rest.
func decimal(_ bytes: UnsafeBufferPointer<UInt8>, _ word: Range<Int>, integral: Bool) -> Double? {
    var next = word.lowerBound
    guard next < word.upperBound else { return nil }
    let isNegative = bytes[next] == UInt8(ascii: "-")
    if isNegative || bytes[next] == UInt8(ascii: "+") { next += 1 }
    let digitsBegin = next
    var (mantissa, digits, exponent) = (UInt64(0), 0, 0)
    func readDigits(weight: Int) {
        while next < word.upperBound, let digit = digit(bytes[next]) {
            if digits < 19 { mantissa = 10 * mantissa + UInt64(digit) }
            // Zeros in front do not count.
            if mantissa > 0 { digits += 1 }
            exponent -= weight
            next += 1
        }
    }
    readDigits(weight: 0)
    if integral {
        guard next > digitsBegin, next == word.upperBound else { return nil }
    } else {
        var hasDigits = next > digitsBegin
        if next < word.upperBound, bytes[next] == UInt8(ascii: ".") {
            next += 1
            let fractionBegins = next
            readDigits(weight: 1)
            hasDigits = hasDigits || next > fractionBegins
        }
        if !hasDigits { return nonFinite(bytes[digitsBegin..<word.upperBound], isNegative: isNegative) }
        guard let power = readExponent(bytes, &next, word.upperBound) else { return nil }
        exponent += power
    }
    if digits <= 19, abs(exponent) < powersOfTen.count {
        let magnitude = scaled(mantissa, exponent)
        return isNegative ? -magnitude : magnitude
    }
    // Fortran writes its double precision exponents with a D.
    let text = bytes[word].map { $0 | 0x20 == UInt8(ascii: "d") ? UInt8(ascii: "e") : $0 }
    return Double(String(decoding: text, as: UTF8.self))
}

/// 10⁰ to 10¹⁹, the powers of ten below 2⁶⁴.
private let powersOfTen: [UInt64] = (0..<20).map { (0..<$0).reduce(1) { power, _ in 10 * power } }

/// mantissa · 10^exponent, rounded once.
///
/// The product, or a quotient of more than 60 bits, is exact in 128 bits. Its first 64 bits are converted; whether
/// anything follows them is kept in the last one, which decides a tie.
private func scaled(_ mantissa: UInt64, _ exponent: Int) -> Double {
    if mantissa == 0 { return 0 }
    let shift = mantissa.leadingZeroBitCount
    var (wide, binaryExponent, hasMore) = (UInt128(mantissa << shift) << 64, -64 - shift, false)
    if exponent < 0 {
        let division = wide.quotientAndRemainder(dividingBy: UInt128(powersOfTen[-exponent]))
        (wide, hasMore) = (division.quotient, division.remainder != 0)
    } else {
        (wide, binaryExponent) = (UInt128(mantissa) * UInt128(powersOfTen[exponent]), 0)
    }
    let leading = wide.leadingZeroBitCount
    wide <<= leading
    binaryExponent += 64 - leading
    let (first, rest) = (UInt64(wide >> 64), UInt64(truncatingIfNeeded: wide))
    let number = Double(first | (hasMore || rest != 0 ? 1 : 0))
    return Double(sign: .plus, exponent: binaryExponent, significand: number)
}

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
