// A product of two 64-bit integers has up to 127 bits. They are put together of products of halves (Warren, Hacker's
// Delight, 8-2), in words that wrap and never trap; only the last sum may leave the range, and then it should.

/// a · b / 2^`shift`, rounded to the nearest integer, ties upward; an error where that leaves the range of `Int`.
///
/// - Parameter shift: From 2 to 62.
func roundedProduct(_ a: Expr, _ b: Expr, shift: Int) -> Expr {
    let (low, high) = (a &* b, upperHalf(a, b))
    // The fraction that is cut off rounds up if its first bit is 1.
    let roundedUp = logicalShiftRight(low, shift - 1) & 1
    return high * (1 << (64 - shift)) + (logicalShiftRight(low, shift) + roundedUp)
}

/// The upper 64 bits of the 128 of a product.
private func upperHalf(_ a: Expr, _ b: Expr) -> Expr {
    let mask = 0xffff_ffff
    let (aLow, aHigh) = (a & mask, a >> 32)
    let (bLow, bHigh) = (b & mask, b >> 32)
    let middle = aHigh &* bLow &+ logicalShiftRight(aLow &* bLow, 32)
    let cross = aLow &* bHigh &+ (middle & mask)
    return aHigh &* bHigh &+ (middle >> 32) &+ (cross >> 32)
}
