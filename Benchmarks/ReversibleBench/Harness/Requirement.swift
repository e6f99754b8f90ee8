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

/// What is required of the ratios of one problem.
struct Limits {
    /// Native objective over C objective.
    var objective = 1.1
    /// Native derivative over C derivative.
    var gradient = 1.1
    /// One native derivative over the native objective; none if nothing is required.
    var gradientOverObjective: Double? = 3
    /// Interpreter over native code. None where native code does several iterations at once, since that is not
    /// what interpreting costs.
    var interpreter: Double?

    /// The requirements that the times can answer.
    func requirements(_ objective: Times, _ gradient: Times, derivatives: Double) -> [Requirement] {
        guard let f = objective.native, let df = gradient.native else { return [] }
        var found = [
            Requirement("native f / C f", f / objective.reference, atMost: self.objective),
            Requirement("native ∇ / C ∇", df / gradient.reference, atMost: self.gradient),
        ]
        if let limit = gradientOverObjective {
            found.append(Requirement("native ∇ / native f", df / derivatives / f, atMost: limit))
        }
        if let limit = interpreter, let slow = objective.interpreter {
            found.append(Requirement("interpreter f / native f", slow / f, atMost: limit))
        }
        return found
    }
}
