import Foundation
import Testing

@testable import ReversibleBench

/// A small run of everything that compares, in all its forms.
struct ReportTests {
    @Test func comparisonsAgree() throws {
        let filter = "mixture$|bundle|sparse|wave equation$|Bessel|Fibonacci|squares|matrix"
        let options = try Options(["--quick", "--min-time", "1e-6", "--filter", filter])
        let report = try Report(running: options)
        #expect(report.rows.count == 10)
        for row in report.rows { #expect(row.agrees, "\(row.problem), \(row.size)") }
        for row in report.rows {
            #expect(row.objective.all.count { $0 != nil } == 3, "\(row.problem), \(row.size)")
        }
        #expect(try JSONSerialization.jsonObject(with: Data(report.text(as: .json).utf8)) is [String: Any])
        let columns = report.text(as: .csv).split(separator: "\n").map {
            $0.replacing(/"[^"]*"/, with: "").count { $0 == "," }
        }
        #expect(Set(columns) == [6])
        let svg = Chart(report).svg
        #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
        #expect(svg.count { $0 == "<" } == svg.count { $0 == ">" })
        #expect(!svg.contains("nan"))
    }
}
