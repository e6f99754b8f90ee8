/// Constants in C text.
enum CLiteral {
    /// A double, exactly.
    static func double(_ value: Double) -> String {
        if value.isNaN { return "__builtin_nan(\"\")" }
        let sign = value.sign == .minus ? "-" : ""
        if value.isInfinite { return sign + "__builtin_inf()" }
        let magnitude = value.magnitude
        if magnitude < 1e6, magnitude == magnitude.rounded() { return "\(sign)\(Int(magnitude)).0" }
        if value.isSubnormal { return "\(sign)0x\(String(value.significandBitPattern, radix: 16))p-1074" }
        let digits = String(value.significandBitPattern, radix: 16)
        var fraction = String(repeating: "0", count: 13 - digits.count) + digits
        while fraction.last == "0" { fraction.removeLast() }
        let point = fraction.isEmpty ? "" : "." + fraction
        return "\(sign)0x1\(point)p\(value.exponent)"
    }

    /// 64 bits.
    static func word(_ value: UInt64) -> String {
        value < 4096 ? "\(value)" : "UINT64_C(0x\(String(value, radix: 16)))"
    }

    /// A text, whatever is in it: users write messages, and functions' names.
    ///
    /// What ends a line is a space, in every form it has; question marks are escaped, since C reads trigraphs before anything
    /// else.
    static func text(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "?": result += "\\?"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
