import Foundation

/// A bar chart of a report's times on a logarithmic axis, as SVG.
///
/// Every row has a group of bars for its objective and one for its derivative; the colours tell by whom. They
/// follow the reader's choice of light or dark.
struct Chart {
    private struct Group {
        let label: String
        let seconds: [Double?]
    }

    private let groups: [Group]
    private let title: String

    init(_ report: Report) {
        groups = report.rows.flatMap { row in
            [
                Group(label: "\(row.problem), \(row.size): f", seconds: row.objective.all),
                Group(label: "∇", seconds: row.gradient.all),
            ]
        }
        title = ["Times, the shorter the better", report.processor].compactMap(\.self).joined(separator: "; ")
    }

    private static let bar = 9.0
    private static let labels = 400.0
    private static let plot = 480.0
    private static let top = 64.0
    private static let margin = 16.0

    var svg: String {
        let height = Chart.top + groups.reduce(0) { $0 + Chart.height(of: $1) } + 40
        let width = Chart.labels + Chart.plot + 90
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(width)) \(Int(height))\" "
                + "width=\"\(Int(width))\" height=\"\(Int(height))\" role=\"img\">",
            "<title>\(Chart.escaped(title))</title>", Chart.style,
            "<rect class=\"page\" width=\"100%\" height=\"100%\"/>",
            Chart.text(title, x: Chart.margin, y: 24, "title"),
        ]
        lines += legend
        lines += grid(to: height - 36)
        var y = Chart.top
        for group in groups {
            lines += Chart.bars(group, at: y, axis)
            y += Chart.height(of: group)
        }
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    /// Powers of ten around all times.
    private var axis: ClosedRange<Int> {
        let all = groups.flatMap(\.seconds).compactMap(\.self).filter { $0 > 0 && $0.isFinite }
        guard let least = all.min(), let most = all.max() else { return -3...0 }
        let low = Int(floor(log10(least)))
        return low...max(Int(ceil(log10(most))), low + 1)
    }

    private static func position(_ seconds: Double, _ axis: ClosedRange<Int>) -> Double {
        let part = (log10(seconds) - Double(axis.lowerBound)) / Double(axis.count - 1)
        return min(max(part, 0), 1) * plot
    }

    private var legend: [String] {
        Times.sides.enumerated().flatMap { index, side in
            let x = Chart.labels + Double(index) * 110
            return [
                "<rect class=\"s\(index)\" x=\"\(x)\" y=\"38\" width=\"12\" height=\"12\"/>",
                Chart.text(side, x: x + 18, y: 48, "axis"),
            ]
        }
    }

    private func grid(to bottom: Double) -> [String] {
        axis.flatMap { power in
            let x = Chart.labels + Chart.position(pow(10, Double(power)), axis)
            return [
                "<line x1=\"\(x)\" x2=\"\(x)\" y1=\"\(Chart.top - 6)\" y2=\"\(bottom)\"/>",
                Chart.text(Text.power(power), x: x, y: bottom + 18, "axis middle"),
            ]
        }
    }

    private static func height(of group: Group) -> Double {
        Double(group.seconds.count { $0 != nil }) * bar + 8
    }

    private static func bars(_ group: Group, at y: Double, _ axis: ClosedRange<Int>) -> [String] {
        let present = group.seconds.enumerated().compactMap { index, seconds in seconds.map { (index, $0) } }
        let middle = y + Double(present.count) * bar / 2 + 4
        let label = text(group.label, x: labels - 10, y: middle, "label")
        return [label]
            + present.enumerated().flatMap { row, bar in
                let (index, seconds) = bar
                let (top, length) = (y + Double(row) * Chart.bar, max(position(seconds, axis), 1))
                return [
                    "<rect class=\"s\(index)\" x=\"\(labels)\" y=\"\(top)\" width=\"\(Text.fixed(length, "%.1f"))\" "
                        + "height=\"\(Chart.bar - 1)\"/>",
                    text(Text.time(seconds), x: labels + length + 4, y: top + Chart.bar - 2, "value"),
                ]
            }
    }

    private static func text(_ content: String, x: Double, y: Double, _ style: String) -> String {
        "<text class=\"\(style)\" x=\"\(Text.fixed(x, "%.1f"))\" y=\"\(Text.fixed(y, "%.1f"))\">"
            + "\(escaped(content))</text>"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private static let style = """
        <style>
        text { font: 11px system-ui, sans-serif; fill: #24292f }
        .page { fill: #ffffff }
        .title { font-size: 14px; font-weight: 600 }
        .label { text-anchor: end }
        .middle { text-anchor: middle }
        .value { font-size: 9px }
        line { stroke: #8c959f; stroke-opacity: 0.4 }
        .s0 { fill: #6e7781 } .s1 { fill: #d4702a } .s2 { fill: #2f7fd6 }
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 }
        .page { fill: #0d1117 }
        .s0 { fill: #9aa4ae } .s1 { fill: #e8914f } .s2 { fill: #5aa2f0 }
        }
        </style>
        """
}
