import Foundation

extension Report {
    /// The report as a table, as JSON or as comma-separated values.
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
            "fastest of \(rounds) rounds of at least \(Text.time(minTimeSeconds)); f objective, ∇ gradient",
        ]
        if !rows.isEmpty { parts += ["", comparisonTable] }
        for table in tables { parts += ["", table] }
        parts += ["", agrees ? "All checks agree." : "A CHECK DISAGREES."]
        return parts.joined(separator: "\n")
    }

    private var comparisonTable: String {
        let header = [
            "problem", "size", "∇/f", "hand ∇/f", "f/hand", "∇/hand", "f", "∇", "hand f", "hand ∇",
            "agreement",
        ]
        let lines = rows.map { row in
            [
                row.problem, row.size, Text.ratio(row.gradientOverObjective),
                Text.ratio(row.handGradientOverObjective), Text.ratio(row.objectiveOverHand),
                Text.ratio(row.gradientOverHand), Text.time(row.objectiveSeconds),
                Text.time(row.gradientSeconds), Text.time(row.handObjectiveSeconds),
                Text.time(row.handGradientSeconds),
                (row.agrees ? "yes" : "NO") + " (\(Text.difference(row.difference)))",
            ]
        }
        return Text.table([header] + lines, leftColumns: 2)
            + "\nhand: hand-written Swift; f/hand, ∇/hand: interpreter over hand-written; agreement: the largest "
            + "relative difference"
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
        var lines = ["problem,size,quantity,value,unit,agrees"]
        for row in rows {
            let quantities: [(String, Double, String)] = [
                ("gradient/objective", row.gradientOverObjective, "ratio"),
                ("hand gradient/objective", row.handGradientOverObjective, "ratio"),
                ("objective/hand", row.objectiveOverHand, "ratio"),
                ("gradient/hand", row.gradientOverHand, "ratio"),
                ("objective", row.objectiveSeconds, "s"), ("gradient", row.gradientSeconds, "s"),
                ("hand objective", row.handObjectiveSeconds, "s"),
                ("hand gradient", row.handGradientSeconds, "s"),
                ("value difference", row.valueDifference, "relative"),
                ("gradient difference", row.gradientDifference, "relative"),
            ]
            lines += quantities.map { name, value, unit in
                Text.csv([row.problem, row.size, name, "\(value)", unit, "\(row.agrees)"])
            }
        }
        lines += figures.map { figure in
            Text.csv([
                figure.section, "", figure.name, "\(figure.value)", figure.unit,
                figure.agrees.map { "\($0)" } ?? "",
            ])
        }
        return lines.joined(separator: "\n")
    }
}
