import Foundation

extension Report {
    /// The report as tables, as JSON or as comma-separated values.
    func text(as format: Options.Format) -> String {
        switch format {
        case .console: console
        case .json: json
        case .csv: csv
        }
    }

    private var console: String {
        let machine = [compiler, platform, processor].compactMap(\.self).joined(separator: ", ")
        let caution = (debug ? ", DEBUG BUILD" : "") + (quick ? ", quick (small sizes)" : "")
        var parts = [
            "reversible-bench: \(machine)\(caution)",
            "fastest of up to \(rounds) rounds of at least \(Text.time(minTimeSeconds)); native code on "
                + (threads == 1 ? "one thread" : "\(threads) threads"),
        ]
        if !rows.isEmpty { parts += ["", timeTable] }
        if !evals.isEmpty { parts += ["", EvalRow.table(evals)] }
        if !requirements.isEmpty { parts += ["", requirementTable] }
        for table in tables { parts += ["", table] }
        parts += ["", agrees ? "All checks agree." : "A CHECK DISAGREES."]
        return parts.joined(separator: "\n")
    }

    private var timeTable: String {
        let header = [
            "problem", "size", "f: C", "interpr.", "native", "∇: C", "interpr.", "native", "∇/f: C",
            "interpr.", "native", "agreement",
        ]
        let lines = rows.map { row in
            let cells = [
                row.objective.all.map { $0.map(Text.time) }, row.gradient.all.map { $0.map(Text.time) },
                zip(row.gradient.all, row.objective.all).map { df, f in
                    df.flatMap { df in f.map { Text.ratio(df / row.derivatives / $0) } }
                },
            ]
            return [row.problem, row.size] + cells.joined().map { $0 ?? "–" } + [
                (row.agrees ? "yes" : "NO") + " (\(Text.difference(row.difference)))"
            ]
        }
        return Text.table([header] + lines, leftColumns: 2)
            + "\nf: objective; ∇: its gradient, in bundle adjustment the Jacobian (∇/f: of one of its rows); "
            + "agreement: the\nlargest relative difference from C"
    }

    private var requirementTable: String {
        let lines = requirements.map { subject, requirement in
            [
                requirement.name, subject, Text.measure(requirement.value, requirement.unit),
                Text.measure(requirement.limit, requirement.unit), requirement.met ? "pass" : "MISS",
            ]
        }
        return Text.table([["requirement", "of", "found", "at most", ""]] + lines, leftColumns: 2)
            + "\n\(lines.count { $0.last == "pass" }) of \(lines.count) requirements are met."
    }

    private var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            return "{\"error\": \"\(error)\"}"
        }
    }

    /// One line for every quantity.
    private var csv: String {
        var lines = ["problem,size,quantity,value,unit,limit,ok"]
        for row in rows {
            let times =
                zip(Times.sides, row.objective.all).map { ("objective, \($0)", $1) }
                + zip(Times.sides, row.gradient.all).map { ("derivative, \($0)", $1) }
            lines += times.compactMap { name, seconds in
                seconds.map { Text.csv([row.problem, row.size, name, "\($0)", "s", "", ""]) }
            }
            lines.append(
                Text.csv([
                    row.problem, row.size, "difference", "\(row.difference)", "relative", "\(row.tolerance)",
                    "\(row.agrees)",
                ]))
            lines += row.requirements.map {
                Text.csv([row.problem, row.size, $0.name, "\($0.value)", $0.unit, "\($0.limit)", "\($0.met)"])
            }
        }
        lines += figures.map { figure in
            Text.csv([
                figure.section, "", figure.name, "\(figure.value)", figure.unit,
                figure.limit.map { "\($0)" } ?? "", figure.ok.map { "\($0)" } ?? "",
            ])
        }
        lines += evals.flatMap(\.csv)
        return lines.joined(separator: "\n")
    }
}
