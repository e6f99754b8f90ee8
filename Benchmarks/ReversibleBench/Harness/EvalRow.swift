/// The times of one eval of the GradBench suite at one size.
struct EvalRow: Encodable {
    let eval: String
    let size: String
    /// The plain C++ objective's seconds; none where there is no such program, or no compiler for it.
    let reference: Double?
    /// The seconds of the objective as a reversible program.
    let objective: Double?
    let derivative: Double
    /// The largest relative difference of the objective from the C++; none where there is nothing to compare with.
    let difference: Double?
    /// The most that the derivative should take, as a multiple of the C++ objective.
    let limit: Double?
    /// Why something is missing.
    let remark: String?

    /// The largest difference that counts as agreement.
    static let tolerance = 1e-9

    var agrees: Bool { difference.map { $0 <= EvalRow.tolerance } ?? true }

    /// The derivative's time as a multiple of the C++ objective's.
    var ratio: Double? { reference.map { derivative / $0 } }

    var requirement: Requirement? {
        guard let ratio, let limit else { return nil }
        return Requirement("derivative / C++ objective", ratio, atMost: limit)
    }
}

extension EvalRow {
    static func table(_ rows: [EvalRow]) -> String {
        let header = [
            "GradBench", "size", "f: C++", "native", "∇: native", "∇/f: C++", "native", "agreement",
        ]
        let lines = rows.map { row -> [String] in
            let times = [row.reference, row.objective, row.derivative].map { $0.map(Text.time) }
            let ratios = [row.reference, row.objective].map { $0.map { Text.ratio(row.derivative / $0) } }
            return [row.eval, row.size] + (times + ratios + [row.agreement]).map { $0 ?? "–" }
        }
        let remarks = Set(rows.compactMap { row in row.remark.map { "\n\(row.eval): \($0)" } }).sorted()
        return Text.table([header] + lines, leftColumns: 2)
            + "\nf: objective, in plain C++ and as a reversible program; ∇: all derivatives that the eval asks for"
            + remarks.joined()
    }

    private var agreement: String? {
        difference.map { (agrees ? "yes" : "NO") + " (\(Text.difference($0)))" }
    }

    /// Lines of comma-separated values.
    var csv: [String] {
        let problem = "GradBench \(eval)"
        let times = [
            ("objective, C++", reference), ("objective, native", objective),
            ("derivative, native", derivative),
        ]
        var lines = times.compactMap { name, seconds in
            seconds.map { Text.csv([problem, size, name, "\($0)", "s", "", ""]) }
        }
        if let difference {
            lines.append(
                Text.csv([
                    problem, size, "difference", "\(difference)", "relative", "\(EvalRow.tolerance)",
                    "\(agrees)",
                ]))
        }
        if let requirement {
            lines.append(
                Text.csv([
                    problem, size, requirement.name, "\(requirement.value)", requirement.unit,
                    "\(requirement.limit)", "\(requirement.met)",
                ]))
        }
        return lines
    }
}
