import Foundation

/// Numbers and tables as text.
enum Text {
    /// A time with three digits and its unit.
    static func time(_ seconds: Double) -> String {
        for (factor, unit) in [(1e9, "ns"), (1e6, "µs"), (1e3, "ms")] where seconds * factor < 999.5 {
            return "\(digits(seconds * factor)) \(unit)"
        }
        return "\(digits(seconds)) s"
    }

    /// A power of ten of a second, as the label of an axis.
    static func power(_ exponent: Int) -> String {
        let (factor, unit) =
            exponent < -6 ? (9, "ns") : exponent < -3 ? (6, "µs") : exponent < 0 ? (3, "ms") : (0, "s")
        let shifted = exponent + factor
        return shifted < 0
            ? "10^\(shifted) \(unit)" : "1" + String(repeating: "0", count: shifted) + " \(unit)"
    }

    /// A number with its unit.
    static func measure(_ value: Double, _ unit: String) -> String {
        switch unit {
        case "s": time(value)
        case "B": bytes(value)
        case "ratio": ratio(value)
        default: "\(digits(value)) \(unit)"
        }
    }

    /// A ratio with three digits.
    static func ratio(_ value: Double) -> String { digits(value) + "×" }

    /// A size in bytes with its unit.
    static func bytes(_ count: Double) -> String {
        for (factor, unit) in [(1.0, "B"), (1024, "KiB"), (1024 * 1024, "MiB")]
        where abs(count) / factor < 999.5 {
            return "\(digits(count / factor)) \(unit)"
        }
        return "\(digits(count / (1024 * 1024 * 1024))) GiB"
    }

    /// A small difference, to one digit.
    static func difference(_ value: Double) -> String {
        value == 0 ? "0" : value.isFinite ? fixed(value, "%.0e") : "\(value)"
    }

    /// Three significant digits without an exponent.
    static func digits(_ value: Double) -> String {
        let size = abs(value)
        return fixed(value, size >= 99.95 || size == 0 ? "%.0f" : size >= 9.995 ? "%.1f" : "%.2f")
    }

    /// A number in the format of C's `printf`.
    static func fixed(_ value: Double, _ format: String) -> String { String(format: format, value) }

    /// Rows in aligned columns: the first ones to the left, the others to the right.
    static func table(_ rows: [[String]], leftColumns: Int) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        let lines = rows.map { row in
            row.enumerated().map { column, text in
                let space = String(repeating: " ", count: widths[column] - text.count)
                return column < leftColumns ? text + space : space + text
            }.joined(separator: "  ").replacing(/\ +$/, with: "")
        }
        let rule = String(repeating: "-", count: widths.reduce(0, +) + 2 * max(columns - 1, 0))
        return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
    }

    /// A line of comma-separated values.
    static func csv(_ fields: [String]) -> String {
        fields.map { field in
            field.contains(where: { ",\"\n".contains($0) })
                ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
        }.joined(separator: ",")
    }
}
