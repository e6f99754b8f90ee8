import ReversibleCore

extension CLiteral {
    /// The declaration of a constant array, in the number type of the code.
    static func table(_ constant: Constant, name: String, number: NativeNumber) -> String {
        let type = constant.kind.isReal ? (number == .double ? "double" : "float") : "int64_t"
        // C has no arrays without elements.
        var elements = constant.count == 0 ? ["0"] : []
        elements += constant.reals.map { real($0, number) }
        elements += constant.integers.map { $0 == .min ? "INT64_MIN" : "\($0)" }
        var lines = ["static const \(type) \(name)[\(elements.count)] __attribute__((unused)) = {"]
        for start in stride(from: 0, to: elements.count, by: 8) {
            lines.append("    " + elements[start...].prefix(8).joined(separator: ", ") + ",")
        }
        return lines.joined(separator: "\n") + "\n};"
    }

    private static func real(_ value: Double, _ number: NativeNumber) -> String {
        if number == .double { return value.isFinite ? "\(value)" : double(value) }
        let value = Float(value)
        return value.isFinite ? "\(value)f" : double(Double(value))
    }
}
