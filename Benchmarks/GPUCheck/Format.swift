/// Numbers as text.
enum Format {
    /// A number with so many digits after the point.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "\(value)" }
        let power = (0..<digits).reduce(1.0) { result, _ in 10 * result }
        let scaled = (abs(value) * power).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let (whole, part) = Int(scaled).quotientAndRemainder(dividingBy: Int(power))
        let rest = "\(part)"
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return digits == 0
            ? "\(sign)\(whole)"
            : "\(sign)\(whole)." + String(repeating: "0", count: digits - rest.count) + rest
    }

    /// A number with three digits that count.
    static func short(_ value: Double) -> String {
        switch abs(value) {
        case 0: "0"
        case ..<0.01: fixed(value, 6)
        case ..<1: fixed(value, 4)
        case ..<10: fixed(value, 2)
        case ..<100: fixed(value, 1)
        default: fixed(value, 0)
        }
    }

    /// A count with its thousands apart.
    static func count(_ value: Int) -> String {
        let digits = Array("\(value.magnitude)")
        let groups = stride(from: digits.count, to: 0, by: -3).map { end in
            String(digits[max(0, end - 3)..<end])
        }
        return (value < 0 ? "-" : "") + groups.reversed().joined(separator: " ")
    }

    /// A text of at least so many characters, filled up on the left or the right.
    static func padded(_ text: String, _ width: Int, left: Bool = true) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return left ? space + text : text + space
    }
}
