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

    /// Gradients with a record, against C with a tape.
    @Test func recordedGradientsAgree() throws {
        let options = try Options(["--quick", "--min-time", "1e-6", "--filter", "^taped gradients$"])
        let report = try Report(running: options)
        #expect(report.rows.count == 4)
        for row in report.rows { #expect(row.agrees, "\(row.problem), \(row.size): \(row.difference)") }
    }

    /// The evals' objectives, against plain C++ where there is a compiler for it.
    @Test func evalsAgree() throws {
        let names = "(det|llsq|lse|ode|kmeans|gmm|ba|lstm|ht|particle|saddle)"
        let options = try Options(["--quick", "--min-time", "1e-6", "--filter", "^GradBench \(names)$"])
        let report = try Report(running: options)
        #expect(report.evals.count == 17)
        #expect(report.agrees)
        for row in report.evals {
            #expect(row.derivative > 0)
            #expect((row.difference == nil) == (row.remark?.contains("no g++") ?? false), "\(row.eval)")
        }
        #expect(report.requirements.isEmpty)
        #expect(report.text(as: .console).contains("GradBench"))
        let json = try JSONSerialization.jsonObject(with: Data(report.text(as: .json).utf8)) as? [String: Any]
        #expect((json?["evals"] as? [Any])?.count == 17)
        let lines = report.text(as: .csv).split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("GradBench") } > 40)
        #expect(Set(lines.map { $0.replacing(/"[^"]*"/, with: "").count { $0 == "," } }) == [6])
    }

    @Test func noCompiler() {
        #expect(throws: CppReference.NoCompiler.self) { try CppReference("det", path: "/nonexistent:bin") }
    }

    @Test func requirementOfAnEval() {
        let row = EvalRow(
            eval: "det", size: "9", reference: 2, objective: 1, derivative: 7, difference: 1e-12, limit: 3,
            remark: nil)
        #expect(row.agrees)
        #expect(row.requirement?.value == 3.5)
        #expect(row.requirement?.met == false)
        let alone = EvalRow(
            eval: "det", size: "9", reference: nil, objective: 1, derivative: 7, difference: nil, limit: 3,
            remark: "no C++")
        #expect(alone.agrees)
        #expect(alone.requirement == nil)
        #expect(EvalRow.table([row, alone]).hasSuffix("\ndet: no C++"))
        let wrong = EvalRow(
            eval: "det", size: "9", reference: 2, objective: 1, derivative: 7, difference: 1e-8, limit: nil,
            remark: nil)
        #expect(!wrong.agrees)
        #expect(wrong.csv.last == "GradBench det,9,difference,1e-08,relative,1e-09,false")
    }
}
