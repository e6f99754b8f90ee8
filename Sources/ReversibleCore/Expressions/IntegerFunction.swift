/// Functions of integers: those that must stay in the range of `Int`, and those of all 64 bits, which wrap.
///
/// Division and remainder truncate as Swift's do.
package enum IntegerFunction: UInt8, Sendable {
    case add, subtract, multiply, divide, remainder, min, max, negate, abs
    /// Of turns and copies: see ``BinomialSchedule``.
    case split
    /// The first of two, which must be an index of something of the second's size: a view shows less than its array has.
    case below
    case and, or, xor, shiftLeft, shiftRight, logicalShiftRight
    case wrappingAdd, wrappingSubtract, wrappingMultiply
    case rotateLeft, rotateRight, popcount

    package var name: String {
        switch self {
        case .add: "+"
        case .subtract, .negate: "-"
        case .multiply: "*"
        case .divide: "/"
        case .remainder: "%"
        case .min: "min"
        case .max: "max"
        case .abs: "abs"
        case .split: "split"
        case .below: "below"
        case .and: "&"
        case .or: "|"
        case .xor: "^"
        case .shiftLeft: "<<"
        case .shiftRight: ">>"
        case .logicalShiftRight: "logicalShiftRight"
        case .wrappingAdd: "&+"
        case .wrappingSubtract: "&-"
        case .wrappingMultiply: "&*"
        case .rotateLeft: "ROTL"
        case .rotateRight: "ROTR"
        case .popcount: "popcount"
        }
    }

    /// Whether this is written between its operands, and Swift gives it another precedence than C does.
    package var isOfBits: Bool {
        switch self {
        case .and, .or, .xor, .shiftLeft, .shiftRight, .wrappingAdd, .wrappingSubtract, .wrappingMultiply:
            true
        default: false
        }
    }

    /// The value of a function of two integers; nil outside the range of `Int`, and of a division by 0.
    package func value(_ x: Int, _ y: Int) -> Int? {
        let result: (partialValue: Int, overflow: Bool)
        switch self {
        case .add: result = x.addingReportingOverflow(y)
        case .subtract: result = x.subtractingReportingOverflow(y)
        case .multiply: result = x.multipliedReportingOverflow(by: y)
        case .divide: result = x.dividedReportingOverflow(by: y)
        case .remainder: result = x.remainderReportingOverflow(dividingBy: y)
        case .min: return Swift.min(x, y)
        case .max: return Swift.max(x, y)
        case .split: return BinomialSchedule.split(x, copies: y)
        case .below: return 0 <= x && x < y ? x : nil
        case .negate, .abs, .popcount: return nil  // of one operand
        default: return wrapped(x, y)
        }
        return result.overflow ? nil : result.partialValue
    }

    /// The value of a function of one integer; nil outside the range of `Int`.
    package func value(_ x: Int) -> Int? {
        switch self {
        case .negate: x == .min ? nil : -x
        case .abs: x == .min ? nil : Swift.abs(x)
        case .popcount: x.nonzeroBitCount
        default: nil
        }
    }

    /// The value of a function of all 64 bits, which every two integers have.
    @inline(__always)
    func wrapped(_ x: Int, _ y: Int) -> Int {
        let bits = UInt(bitPattern: x)
        switch self {
        case .and: return x & y
        case .or: return x | y
        case .xor: return x ^ y
        // Swift's own: by 64 or more nothing is left but the sign, and by less than 0 they shift the other way.
        case .shiftLeft: return x << y
        case .shiftRight: return x >> y
        case .logicalShiftRight: return Int(bitPattern: bits >> y)
        case .wrappingAdd: return x &+ y
        case .wrappingSubtract: return x &- y
        case .wrappingMultiply: return x &* y
        // Of the number of bits only the last six count, so that y and −y undo each other.
        case .rotateLeft: return Int(bitPattern: bits &<< y | bits &>> (0 &- y))
        case .rotateRight: return Int(bitPattern: bits &>> y | bits &<< (0 &- y))
        default: return 0
        }
    }
}
