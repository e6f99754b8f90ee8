/// A ratio or a cost, and the most that it may be.
struct Requirement: Encodable {
    let name: String
    let value: Double
    let limit: Double
    let unit: String
    let met: Bool

    init(_ name: String, _ value: Double, atMost limit: Double, _ unit: String = "ratio") {
        self.name = name
        self.value = value
        self.limit = limit
        self.unit = unit
        met = value <= limit
    }
}

/// What is required of the ratios of one problem; nothing where there is none.
struct Limits {
    /// Native objective over C objective.
    var objective: Double? = 1.1
    /// Native derivative over C derivative; none where only the ratio to the objective counts.
    var gradient: Double?
    /// One native derivative over the native objective.
    var gradientOverObjective: Double? = 3
    /// Interpreter over native code. None where native code does several iterations at once, since that is not
    /// what interpreting costs.
    var interpreter: Double?

    /// The requirements that the times can answer.
    func requirements(_ objective: Times, _ gradient: Times, derivatives: Double) -> [Requirement] {
        guard let f = objective.native, let df = gradient.native else { return [] }
        var found: [Requirement] = []
        if let limit = self.objective {
            found.append(Requirement("native f / C f", f / objective.reference, atMost: limit))
        }
        if let limit = self.gradient {
            found.append(Requirement("native ∇ / C ∇", df / gradient.reference, atMost: limit))
        }
        if let limit = gradientOverObjective {
            found.append(Requirement("native ∇ / native f", df / derivatives / f, atMost: limit))
        }
        if let limit = interpreter, let slow = objective.interpreter {
            found.append(Requirement("interpreter f / native f", slow / f, atMost: limit))
        }
        return found
    }
}
